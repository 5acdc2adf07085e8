"""Clauses 4.1.20 to 4.1.25 on the network: whose MAC address the frames have (ruling R-128).

The station joins the lab's access point and is given an address there; the softAP has a second
station as its guest. What a command with _DEF saves is looked at after a restart (ruling R-31).
"""

import pytest

from conformance.commandline import set_
from conformance.verdict import Inconclusive, NonConformity
from suites.wifi import guests, leasing, mode, onair
from suites.wifi.address import keep_mac, require_same, told_ip, told_mac
from suites.wifi.dhcp import SOFTAP, STATION, enable_both, lent
from suites.wifi.siblings import cases, each, saving, siblings

#: The document's examples, and one more; the first byte of each is even.
STATIONS = ("18:fe:35:98:d3:7b", "02:12:34:56:78:9a")
SOFTAPS = ("1a:fe:36:97:d5:7b", "02:12:34:56:78:9c")


@pytest.fixture
def mac(session, command):
    """An IUT with station and softAP; afterwards its MAC addresses are as they were found."""
    return lent(session, command, keep_mac)


def used(seen, side):
    """Every MAC address with which the IUT spoke: of its frames, of its ARP and of its DHCP."""
    spoken = seen.iut_macs(side)
    spoken |= {arp.sender_mac for arp in seen.of_iut(seen.arps)}
    if side == "station":  # a server names its clients
        spoken |= {message.client_mac for message in seen.of_iut(seen.dhcp)}
    return spoken


def require_only(value, seen, side):
    """Require all that the IUT sent to be from `value`."""
    if not seen.of_iut(seen.frames):
        raise Inconclusive(f"the IUT's {side} sent no frame")
    if strange := used(seen, side) - {value}:
        raise NonConformity(f"frames from {value} alone", f"frames from {sorted(strange)}")


# The station


def require_station_speaks(mac, home, value):
    """Join; require all that the station sends to be from `value`, its answer to ARP, too."""
    onair.leave(mac)  # what it had joined by itself it may take leave of with the address before
    with mac.lab.capture("station") as seeing:
        leasing.enter(mac, home)
        address = leasing.leased(mac, home, value)
        heard = mac.lab.arp(home, address) if address else ""

    require_only(value, seeing.seen, "station")
    if heard not in ("", value):
        raise NonConformity(f"{value} answers for {address}", f"answered by {heard}")


@pytest.mark.parametrize(
    ("command", "value"), list(cases("set/12", siblings("CIPSTAMAC"), each(*STATIONS)))
)
def test_the_station_speaks_with_the_address_that_was_set(mac, command, value):
    """From its join on all frames of the station are from the MAC address that was set."""
    home = mac.lab.home()
    mac.prepare(set_(command, value), set_("CWDHCP_CUR", STATION, 1))
    leasing.start_anew(mac, command)

    require_station_speaks(mac, home, value)


@pytest.mark.parametrize(
    ("command", "values"),
    list(cases("set/12", siblings("CIPSTAMAC"), each((*STATIONS, STATIONS[0])), about="again")),
)
def test_the_station_speaks_with_each_address_that_was_set(mac, command, values):
    """One address is set after the other, with a join after each: each is in its frames."""
    home = mac.lab.home()
    mac.prepare(set_("CWDHCP_CUR", STATION, 1))
    for value in values:
        onair.leave(mac)
        mac.prepare(set_(command, value))
        leasing.start_anew(mac, command)

        require_station_speaks(mac, home, value)


@pytest.mark.parametrize(
    ("command", "value"),
    list(cases("set/12", siblings("CIPSTAMAC"), each(STATIONS[1]), about="LOG")),
)
def test_the_station_joins_with_the_address_that_was_set(mac, command, value):
    """The access point knows the station by the MAC address that was set."""
    home = mac.lab.home()
    mac.prepare(set_(command, value))
    leasing.start_anew(mac, command)
    onair.leave(mac)
    log = onair.AirLog(mac)
    onair.join(mac, "CWJAP_CUR", home)
    joined = log.wait(home)

    if joined is None:
        raise Inconclusive(f"the station did not join the access point: {log.describe()}")
    if joined.station != value or mac.lab.members(home) != (value,):
        raise NonConformity(f"{value} has joined", f"{joined.station} has")


@pytest.mark.parametrize(
    ("command", "value"),
    list(
        cases(
            "set/07",
            saving(siblings("CIPSTAMAC")),
            each(STATIONS[1]),
            about="joined",
            needs=["network"],
        )
    ),
)
def test_an_address_that_was_set_while_joined_is_saved(mac, command, value):
    """What was set while the station was joined is in force after AT+RST."""
    leasing.enter(mac, mac.lab.home())
    mac.prepare(set_(command, value))
    mac.restart()
    enable_both(mac)

    require_same(value, told_mac(mac, "CIPSTAMAC_CUR"))


@pytest.mark.parametrize(
    ("command", "value"),
    list(
        cases(
            "set/11",
            siblings("CIPAPMAC"),
            each(SOFTAPS[1]),
            about="air",
            needs=["network", "capture"],
        )
    ),
)
def test_the_station_speaks_as_before(mac, command, value):
    """When the softAP's address was set the station's frames are from its own, as it is told."""
    home, own = mac.lab.home(), told_mac(mac, "CIPSTAMAC_CUR")
    mac.prepare(set_(command, value), set_("CWDHCP_CUR", STATION, 1))
    leasing.start_anew(mac, command)

    require_station_speaks(mac, home, own)


# The softAP


def require_softap_speaks(mac, value, station):
    """Require beacons of the softAP and all that it sends to `station` to be from `value`."""
    guests.put_up(mac, wifi_mode=mode.BOTH)
    own = told_ip(mac, "CIPAP_CUR")
    with mac.lab.capture("softap") as seeing:
        guests.come_in(mac, station)
        guests.lodge(mac, station)
        heard = station.arp(own)
    beacon = guests.heard(mac, station, guests.named(guests.HOST))
    if beacon is None:
        raise Inconclusive("the second station hears no beacon of the softAP that it has joined")
    station.leave()

    require_only(value, seeing.seen, "softap")
    if heard != value:
        raise NonConformity(f"{value} answers for {own}", f"answered by {heard or 'nobody'}")
    if beacon.bssid.lower() != value:
        raise NonConformity(f"beacons from {value}", f"from {beacon.bssid}")


@pytest.mark.parametrize(
    ("command", "value"), list(cases("set/12", siblings("CIPAPMAC"), each(*SOFTAPS)))
)
def test_the_softap_speaks_with_the_address_that_was_set(mac, command, value):
    """Beacons of the softAP and all its frames to a guest are from the MAC address that was set."""
    mac.prepare(set_(command, value), set_("CWDHCP_CUR", SOFTAP, 1))
    guests.start_anew(mac, command, mode.BOTH)

    require_softap_speaks(mac, value, guests.stranger(mac))


@pytest.mark.parametrize(
    ("command", "values"),
    list(cases("set/12", siblings("CIPAPMAC"), each((*SOFTAPS, SOFTAPS[0])), about="again")),
)
def test_the_softap_speaks_with_each_address_that_was_set(mac, command, values):
    """One address is set after the other, with a guest after each: each is in its frames."""
    mac.prepare(set_("CWDHCP_CUR", SOFTAP, 1))
    station = guests.stranger(mac)
    for value in values:
        mac.prepare(set_(command, value))
        guests.start_anew(mac, command, mode.BOTH)

        require_softap_speaks(mac, value, station)


@pytest.mark.parametrize(
    ("command", "value"),
    list(
        cases(
            "set/07",
            saving(siblings("CIPAPMAC")),
            each(SOFTAPS[1]),
            about="guest",
            needs=["second-station"],
        )
    ),
)
def test_an_address_that_was_set_while_it_had_a_guest_is_saved(mac, command, value):
    """What was set while a station was in the softAP is in force after AT+RST."""
    guests.put_up(mac, wifi_mode=mode.BOTH)
    guests.guest(mac)
    mac.prepare(set_(command, value))
    mac.restart()
    enable_both(mac)

    require_same(value, told_mac(mac, "CIPAPMAC_CUR"))


@pytest.mark.parametrize(
    ("command", "value"),
    list(
        cases(
            "set/11",
            siblings("CIPSTAMAC"),
            each(STATIONS[1]),
            about="air",
            needs=["second-station", "capture"],
        )
    ),
)
def test_the_softap_speaks_as_before(mac, command, value):
    """When the station's address was set the softAP's frames are from its own, as it is told."""
    own = told_mac(mac, "CIPAPMAC_CUR")
    mac.prepare(set_(command, value), set_("CWDHCP_CUR", SOFTAP, 1))
    guests.start_anew(mac, command, mode.BOTH)

    require_softap_speaks(mac, own, guests.stranger(mac))
