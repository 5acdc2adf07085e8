"""Clauses 4.1.26 to 4.1.31 on the network: static addresses and DHCP, whichever came last.

The station has joined the lab's access point; of the softAP a second station is the guest. What a
command with _DEF saves is looked at after a restart (ruling R-31).
"""

from ipaddress import IPv4Network

import pytest

from conformance.commandline import query, set_
from conformance.verdict import Inconclusive, NonConformity
from suites.wifi import guests, leasing, mode, onair
from suites.wifi.address import ip_in, keep_ip, neighbour, require_same, told_ip, told_mac
from suites.wifi.dhcp import SOFTAP, STATION, lent
from suites.wifi.siblings import cases, each, saving, siblings, suffix
from suites.wifi.triples import saves

STATIONS, SOFTAPS = siblings("CIPSTA"), siblings("CIPAP")
NETMASK = "255.255.255.0"
#: Softaps' addresses, which are their own gateways; each is class C under every reading (R-65).
OWN = ("192.168.5.1", "192.168.99.3")


@pytest.fixture
def ip(session, command):
    """An IUT with station and softAP; afterwards addresses and DHCP are as they were found."""
    return lent(session, command, keep_ip)


def dhcp(name, interface, value):
    """AT+CWDHCP with the same end as `name`."""
    return set_("CWDHCP" + suffix(name), interface, value)


# The station


@pytest.mark.parametrize(
    ("command", "network"), list(cases("query/02", STATIONS[:2], each("calm", "busy")))
)
def test_the_query_tells_the_stations_lease(ip, command, network):
    """With DHCP the query tells the address that the access point gave, and that answers."""
    home = ip.lab.home()
    if network == "busy":
        ip.lab.noise(home)
    ip.prepare(dhcp(command, STATION, 1))
    address = leasing.require_leased_alone(ip, home)

    require_same(address, ip_in(ip.send(query(command)).succeeds()))


@pytest.mark.parametrize(
    ("command", "name"),
    list(
        cases("query/02", STATIONS[:2], each(b"elsewhere"), about="moved", needs=["access-points"])
    ),
)
def test_the_query_tells_the_lease_of_the_network_that_was_joined_last(ip, command, name):
    """In another network the query tells the address from there, and back again from here."""
    places = [ip.lab.home(), ip.lab.access_point(name, b"0123456789")]
    mac = told_mac(ip, "CIPSTAMAC_CUR")
    ip.prepare(dhcp(command, STATION, 1))
    for place in (*places, places[0]):
        leasing.enter(ip, place)
        address = leasing.leased(ip, place, mac)
        if not address or not leasing.answers(ip, place, address, mac):
            raise Inconclusive(f"the station does not use an address of {place.name}")

        require_same(address, told_ip(ip, command))


@pytest.mark.parametrize(("command", "step"), list(cases("set/03", STATIONS[:2], each(0, 1))))
def test_the_query_tells_the_stations_static_address(ip, command, step):
    """The query tells the static address that was set, and with which the station answers."""
    home = ip.lab.home()
    address = leasing.static(home, step)
    ip.prepare(leasing.settle(command, home, step))
    leasing.enter(ip, home)
    if not leasing.answers(ip, home, address, told_mac(ip, "CIPSTAMAC_CUR")):
        raise Inconclusive(f"the station does not use the static address {address}")

    require_same(address, told_ip(ip, command))


@pytest.mark.parametrize(("command", "step"), list(cases("set/19", STATIONS, each(0, 1))))
def test_a_station_with_a_static_address_does_not_ask(ip, command, step):
    """DHCP, and then a static address: the station asks for none and answers with its own."""
    home = ip.lab.home()
    ip.prepare(dhcp(command, STATION, 1), leasing.settle(command, home, step))
    leasing.start_anew(ip, command)
    mac = told_mac(ip, "CIPSTAMAC_CUR")
    with ip.lab.capture("station") as seeing:
        leasing.enter(ip, home)
        leasing.require_answers(ip, home, leasing.static(home, step), mac)
        leasing.look(ip)

    if sent := [message.kind for message in leasing.asked(seeing.seen)]:
        raise NonConformity("no request for an address", f"the station sent {sent}")
    if not any(arp.sender_ip == leasing.static(home, step) for arp in ip_of_iut(seeing)):
        raise NonConformity("ARP from the static address", "none in the capture")


@pytest.mark.parametrize(
    ("command", "steps"), list(cases("set/19", STATIONS, each((0, 1, 0)), about="again"))
)
def test_each_static_address_is_used(ip, command, steps):
    """One address is set after the other, with a join after each: the station has the last one."""
    home, mac = ip.lab.home(), told_mac(ip, "CIPSTAMAC_CUR")
    for step in steps:
        onair.leave(ip)
        ip.prepare(leasing.settle(command, home, step))
        leasing.start_anew(ip, command)
        leasing.enter(ip, home)

        leasing.require_answers(ip, home, leasing.static(home, step), mac)
        leasing.require_unanswered(ip, home, leasing.static(home, 1 - step))


@pytest.mark.parametrize(
    ("command", "step"), list(cases("set/19", STATIONS, each(0, 1), about="alone"))
)
def test_a_static_address_alone_is_used(ip, command, step):
    """Without gateway and netmask, too, the station answers for the address, and asks for none."""
    home, mac = ip.lab.home(), told_mac(ip, "CIPSTAMAC_CUR")
    ip.prepare(dhcp(command, STATION, 1), set_(command, leasing.static(home, step)))
    leasing.start_anew(ip, command)
    with ip.lab.capture("station") as seeing:
        leasing.enter(ip, home)
        leasing.require_answers(ip, home, leasing.static(home, step), mac)

    if sent := [message.kind for message in leasing.asked(seeing.seen)]:
        raise NonConformity("no request for an address", f"the station sent {sent}")


@pytest.mark.parametrize(
    ("command", "step"), list(cases("set/19", STATIONS, each(0), about="dhcp-off"))
)
def test_a_static_address_stays_when_dhcp_is_disabled(ip, command, step):
    """Disabling DHCP, which the address has disabled already, leaves the station its address."""
    home, mac = ip.lab.home(), told_mac(ip, "CIPSTAMAC_CUR")
    ip.prepare(leasing.settle(command, home, step), dhcp(command, STATION, 0))
    leasing.start_anew(ip, command)
    leasing.enter(ip, home)

    leasing.require_answers(ip, home, leasing.static(home, step), mac)


@pytest.mark.parametrize(
    ("command", "step"), list(cases("set/19", STATIONS, each(0), about="leased"))
)
def test_a_static_address_takes_the_place_of_a_lease(ip, command, step):
    """The station has a lease, then a static address: after a join it answers for that alone."""
    home, mac = ip.lab.home(), told_mac(ip, "CIPSTAMAC_CUR")
    ip.prepare(set_("CWDHCP_CUR", STATION, 1))
    leasing.enter(ip, home)
    before = leasing.leased(ip, home, mac)
    if not before or not leasing.answers(ip, home, before, mac):
        raise Inconclusive("the station has no lease whose place another address could take")
    ip.prepare(leasing.settle(command, home, step))
    leasing.start_anew(ip, command)
    leasing.enter(ip, home)

    leasing.require_answers(ip, home, leasing.static(home, step), mac)
    leasing.require_unanswered(ip, home, before)


@pytest.mark.parametrize(
    ("command", "step"), list(cases("set/19", saving(STATIONS), each(0), about="joined"))
)
def test_a_static_address_that_was_set_while_joined_is_saved(ip, command, step):
    """What was set while the station was joined is in use after AT+RST, and DHCP is not."""
    home, mac = ip.lab.home(), told_mac(ip, "CIPSTAMAC_CUR")
    ip.prepare(set_("CWDHCP_DEF", STATION, 1))
    leasing.enter(ip, home)
    ip.prepare(leasing.settle(command, home, step))
    ip.restart()
    ip.prepare(set_("CWMODE_CUR", mode.BOTH))
    with ip.lab.capture("station") as seeing:
        leasing.enter(ip, home)
        leasing.require_answers(ip, home, leasing.static(home, step), mac)

    if sent := [message.kind for message in leasing.asked(seeing.seen)]:
        raise NonConformity("no request for an address", f"the station sent {sent}")


def ip_of_iut(seeing):
    """The ARP packets that the IUT sent."""
    return seeing.seen.of_iut(seeing.seen.arps)


@pytest.mark.parametrize(("command", "which"), list(cases("set/18", STATIONS, each(STATION, 2))))
def test_a_station_with_dhcp_has_no_static_address(ip, command, which):
    """A static address, and then DHCP: the station asks, and has what it is given alone."""
    home = ip.lab.home()
    ip.prepare(leasing.settle(command, home), dhcp(command, which, 1))
    leasing.start_anew(ip, command)

    leasing.require_leased_alone(ip, home)


# The softAP


@pytest.mark.parametrize(
    ("command", "address"), list(cases("set/20", SOFTAPS, each(*OWN), needs=["network"]))
)
def test_the_station_keeps_its_static_address(ip, command, address):
    """The station has a static address; it has it still when the softAP was given one."""
    static, home = f"CIPSTA{suffix(command)}", ip.lab.home()
    if saves(command):
        keep_ip(ip, static)
    leasing.stand_on_static(ip, static, home)
    ip.prepare(set_(command, address, address, NETMASK))
    leasing.start_anew(ip, command)
    leasing.enter(ip, home)

    mac = told_mac(ip, "CIPSTAMAC_CUR")
    leasing.require_answers(ip, home, leasing.static(home), mac)


def open_house(session, command):
    """The softAP in the air, with what `command` saved in force."""
    guests.start_anew(session, command, mode.BOTH)
    guests.put_up(session, wifi_mode=mode.BOTH)


def require_found(session, station, address):
    """Require the softAP to answer for `address`, as the station hears and the capture shows."""
    with session.lab.capture("softap") as seeing:
        heard = station.arp(address)
    replies = [arp for arp in ip_of_iut(seeing) if arp.operation == 2 and arp.sender_ip == address]
    if not heard or heard not in {reply.sender_mac for reply in replies}:
        raise NonConformity(
            f"the softAP answers for {address}",
            f"answered by {heard or 'nobody'}; {len(replies)} answers of the IUT in the capture",
        )


@pytest.mark.parametrize(
    ("command", "address"), list(cases("query/02", SOFTAPS[:2], each("found", *OWN)))
)
def test_the_query_tells_where_stations_find_the_softap(ip, command, address):
    """As it was found, and after a set, a station finds the softAP at the address that is told."""
    if address != "found":
        ip.prepare(set_(command, address))
    open_house(ip, command)
    told, station = told_ip(ip, command), guests.guest(ip)
    station.settle(neighbour(told), NETMASK, told)

    require_found(ip, station, told)


@pytest.mark.parametrize(
    ("command", "address"), list(cases("query/02", SOFTAPS[:1], each(*OWN), about="current"))
)
def test_the_query_tells_where_stations_find_a_softap_that_is_not_as_saved(ip, command, address):
    """After AT+CIPAP_CUR the query without a suffix tells the address in force (ruling R-31)."""
    ip.prepare(set_("CIPAP_CUR", address))
    open_house(ip, command)
    told, station = told_ip(ip, command), guests.guest(ip)
    station.settle(neighbour(told), NETMASK, told)

    require_found(ip, station, told)


@pytest.mark.parametrize(("command", "address"), list(cases("set/17", SOFTAPS, each(*OWN))))
def test_the_softap_has_the_address_that_was_set(ip, command, address):
    """A station finds the softAP at the address that was set, and not at the one from before."""
    before = told_ip(ip, "CIPAP_CUR")
    ip.prepare(set_(command, address, address, NETMASK))
    open_house(ip, command)
    station = guests.guest(ip)
    station.settle(neighbour(address), NETMASK, address)

    require_found(ip, station, address)
    if before != address and (heard := station.arp(before)):
        raise NonConformity(f"nobody answers for {before} any more", f"answered by {heard}")


@pytest.mark.parametrize(
    ("command", "addresses"),
    list(cases("set/17", SOFTAPS, each((*OWN, OWN[0])), about="again")),
)
def test_the_softap_has_each_address_that_was_set(ip, command, addresses):
    """One address is set after the other; a station finds the softAP at the last one alone."""
    before, station = told_ip(ip, "CIPAP_CUR"), guests.stranger(ip)
    for address in addresses:
        ip.prepare(set_(command, address, address, NETMASK))
        open_house(ip, command)
        guests.come_in(ip, station)
        station.settle(neighbour(address), NETMASK, address)

        require_found(ip, station, address)
        if before != address and (heard := station.arp(before)):
            raise NonConformity(f"nobody answers for {before} any more", f"answered by {heard}")
        station.leave()
        before = address


@pytest.mark.parametrize(
    ("command", "address"),
    list(cases("set/12", saving(SOFTAPS), each(OWN[1]), about="guest", needs=["second-station"])),
)
def test_an_address_that_was_set_while_it_had_a_guest_is_saved(ip, command, address):
    """What was set while a station was in the softAP is its address after AT+RST."""
    guests.put_up(ip, wifi_mode=mode.BOTH)
    guests.guest(ip)
    ip.prepare(set_(command, address, address, NETMASK))
    ip.restart()
    ip.prepare(set_("CWMODE_CUR", mode.BOTH))

    require_same(address, told_ip(ip, "CIPAP_CUR"))


@pytest.mark.parametrize(("command", "address"), list(cases("set/18", SOFTAPS, each(*OWN))))
def test_a_softap_with_a_static_address_gives_none(ip, command, address):
    """DHCP, and then a static address: a station that asks is not answered."""
    ip.prepare(dhcp(command, SOFTAP, 1), set_(command, address, address, NETMASK))
    open_house(ip, command)
    station = guests.guest(ip)
    with ip.lab.capture("softap") as seeing:
        lease = station.lease(within_s=ip.timing.absent_s)
    guests.require_asked(seeing.seen, station)

    sent = [message.kind for message in guests.answers(seeing.seen)]
    if sent or lease:
        raise NonConformity("no answer", f"the softAP sent {sent}; the station has {lease}")


@pytest.mark.parametrize(("command", "address"), list(cases("set/19", SOFTAPS, each(*OWN))))
def test_a_softap_with_dhcp_again_gives_addresses_of_its_network(ip, command, address):
    """A static address, and then DHCP: leases are of the softAP's network, and from itself."""
    ip.prepare(set_(command, address, address, NETMASK), dhcp(command, SOFTAP, 1))
    open_house(ip, command)
    station, own = guests.guest(ip), told_ip(ip, "CIPAP_CUR")
    with ip.lab.capture("softap") as seeing:
        lease = station.lease(within_s=ip.timing.join_s)
    guests.require_asked(seeing.seen, station)

    given = guests.answers(seeing.seen)
    if lease is None:
        raise NonConformity("a lease", f"none; the softAP sent {[m.kind for m in given]}")
    network = IPv4Network(f"{own}/{NETMASK}", strict=False)
    told = {(m.your_ip, m.server) for m in given} | {(lease.address, lease.server)}
    strange = [
        (address, server)
        for address, server in told
        if address == own or server != own or address not in map(str, network.hosts())
    ]
    if strange:
        raise NonConformity(f"addresses of {network}, given by {own}", f"{strange}")
    if lease.netmask != NETMASK or lease.router not in ("", own):
        wanted = f"the netmask {NETMASK} and, if any, the router {own}"
        raise NonConformity(wanted, f"{lease.netmask or 'no netmask'}, {lease.router}")
    require_found(ip, station, own)
