"""Clause 4.1.13: AT+CWLIF, with nobody and with second stations in the softAP (R-50, R-124)."""

import re

import pytest

from conformance.commandline import execute, set_
from conformance.verdict import Inconclusive, NonConformity
from suites.inuse import again
from suites.wifi import guests, mode, onair
from suites.wifi.address import hosts, neighbour, told_ip
from suites.wifi.dhcp import SOFTAP
from suites.wifi.patience import looks

#: An address and a MAC address; quotation marks and a space are typography.
STATION = rb'"?\d{1,3}(?:\.\d{1,3}){3}"?, ?"?(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}"?'

MODES = pytest.mark.parametrize("wifi_mode", [mode.SOFTAP, mode.BOTH])

#: Minutes for which addresses are given.
LEASE = 47

#: A network that nobody knows, so that nobody joins it.
OWN_NETWORK = ("conformance-4113", "Zq3-nobody-knows-it", 6, 3)


@pytest.fixture
def softap(session, wifi_mode):
    """An IUT with a softAP of its own making, restarted afterwards."""
    session.afterwards(session.restart)
    session.prepare(set_("CWMODE_CUR", wifi_mode), set_("CWSAP_CUR", *OWN_NETWORK))
    return session


def lif(code, number, needs=()):
    """The marker of a purpose of this file."""
    requirement = f"4.1.13/CWLIF/execute/{number}"
    return pytest.mark.purpose(f"TP/WIFI/CWLIF/{code}", verifies=[requirement], needs=needs)


@lif("BV-01", "01")
@MODES
def test_the_list_ends_with_ok(softap):
    """With the softAP enabled AT+CWLIF ends with OK."""
    softap.send(execute("CWLIF")).succeeds()


@lif("BV-02", "02")
@MODES
def test_every_line_is_a_station(softap):
    """AT+CWLIF tells nothing but lines of an IP address and a MAC address."""
    exchange = softap.send(execute("CWLIF"))

    softap.agree(exchange)
    for line in exchange.information:
        if not re.fullmatch(STATION, line):
            raise NonConformity("only lines of the form <IP addr>,<mac>", exchange.describe())


@lif("BV-03", "03")
@MODES
def test_nobody_is_listed_while_nobody_is_connected(softap):
    """With a softAP that nobody can have joined AT+CWLIF lists no station."""
    exchange = softap.send(execute("CWLIF"))

    softap.agree(exchange)
    if any(re.fullmatch(STATION, line) for line in exchange.information):
        raise NonConformity("no station", exchange.describe())


# With second stations in the softAP


def listed(session):
    """The pairs of address and MAC address that AT+CWLIF tells."""
    exchange = session.send(execute("CWLIF"))
    session.agree(exchange)
    return set(pairs_in(exchange))


def pairs_in(exchange):
    """Address and MAC address of each line that has them, without the line's dress."""
    for line in exchange.information:
        if re.fullmatch(STATION, line):
            address, mac = re.sub(rb'[" ]', b"", line).decode().split(",")
            yield address, mac.lower()


def require_listed(session, expected):
    """Require AT+CWLIF to tell of `expected` within the time for a join (ruling R-124)."""
    for _ in looks(session, session.timing.join_s):
        actual = listed(session)
        if actual == expected:
            return
    raise NonConformity(f"the stations {sorted(expected)}", f"the stations {sorted(actual)}")


def put_up(session, wifi_mode):
    """A softAP with DHCP, in the air."""
    session.prepare(set_("CWMODE_CUR", mode.BOTH), set_("CWDHCP_CUR", SOFTAP, 1))
    guests.put_up(session, wifi_mode=wifi_mode)


@pytest.fixture
def host(session, wifi_mode):
    """An IUT with a softAP that has DHCP, restarted afterwards."""
    session.afterwards(session.restart)
    put_up(session, wifi_mode)
    return session


@lif("BV-04", "04")
@pytest.mark.parametrize("count", [1, 2, 4])
@MODES
def test_each_station_with_a_lease_is_listed(host, count):
    """Each station has the line with its MAC address and the address that it was given."""
    with host.lab.capture("softap") as seeing:
        lodgers = [guests.lodger(host) for _ in range(count)]
    given = {(m.your_ip, m.client_mac) for m in guests.answers(seeing.seen, "ack")}
    expected = {(lease.address, station.mac) for station, lease in lodgers}
    if not expected <= given:
        raise Inconclusive(f"the capture shows other leases, {given}, than the stations tell")

    require_listed(host, expected)


@lif("BV-09", "04", needs=["network"])
@pytest.mark.parametrize("wifi_mode", [mode.BOTH])
def test_a_station_is_listed_while_the_iut_has_joined(host):
    """Beside a station that has joined an access point, too, the softAP's stations are listed."""
    onair.be_joined(host, host.lab.home())
    station, lease = guests.lodger(host)

    require_listed(host, {(lease.address, station.mac)})


@lif("BV-08", "04")
@MODES
def test_a_station_that_came_back_is_listed_with_its_new_address(host, wifi_mode):
    """A station leaves and gets an address of another range; it is listed with that one alone."""
    entering = set_("CWMODE_CUR", wifi_mode)
    host.prepare(entering, set_("CWDHCPS_CUR", 1, LEASE, *hosts(host, 10, 15)))
    station, before = guests.lodger(host)
    require_listed(host, {(before.address, station.mac)})
    station.leave()
    require_listed(host, set())
    host.prepare(set_("CWDHCPS_CUR", 1, LEASE, *hosts(host, 21, 26)))
    guests.come_in(host, station)
    now = guests.lodge(host, station)
    if now.address == before.address:
        raise Inconclusive(f"the second station got {before.address} from the other range, too")

    require_listed(host, {(now.address, station.mac)})


@lif("BV-05", "05")
@pytest.mark.parametrize("others", [0, 1])
@MODES
def test_a_station_with_a_static_address_is_not_listed(host, others):
    """A station that gave itself an address, and uses it, is not listed; others are."""
    lodgers = [guests.lodger(host) for _ in range(others)]
    expected = {(lease.address, station.mac) for station, lease in lodgers}
    own = told_ip(host, "CIPAP_CUR")
    station, address = guests.guest(host), neighbour(own)
    station.settle(address, "255.255.255.0", own)
    with host.lab.capture("softap") as seeing:
        answered = station.arp(own)
    if not answered or not any(arp.sender_ip == address for arp in seeing.seen.arps):
        raise Inconclusive(f"the station at {address} does not reach the softAP at {own}")

    require_listed(host, expected)


@lif("BV-06", "05")
@MODES
def test_nobody_is_listed_while_dhcp_is_off(host):
    """A station has a lease; with the softAP's DHCP off AT+CWLIF is refused or lists nobody."""
    station, _ = guests.lodger(host)
    host.prepare(set_("CWDHCP_CUR", SOFTAP, 0))
    if not guests.is_in(host, station):
        raise Inconclusive("the station did not stay in the softAP when DHCP was switched off")
    exchange = host.send(execute("CWLIF")).is_answered()

    if told := set(pairs_in(exchange)):
        raise NonConformity("no station while DHCP is off", f"the stations {sorted(told)}")


@lif("BV-10", "04")
@MODES
def test_a_station_is_listed_when_dhcp_is_on_again(host):
    """The softAP's DHCP was off and is on again; a station that is given an address is listed."""
    host.prepare(set_("CWDHCP_CUR", SOFTAP, 0), set_("CWDHCP_CUR", SOFTAP, 1))
    station, lease = guests.lodger(host)

    require_listed(host, {(lease.address, station.mac)})


@lif("BV-07", "06")
@pytest.mark.parametrize("count", [1, 3])
@MODES
def test_a_station_that_left_is_not_listed(host, count):
    """Of several stations with a lease one leaves; the others are listed, and it is not."""
    lodgers = [guests.lodger(host) for _ in range(count)]
    everybody = {(lease.address, station.mac) for station, lease in lodgers}
    if listed(host) != everybody:
        raise Inconclusive("AT+CWLIF did not list every station that had a lease")
    leaving, lease = lodgers[0]
    leaving.leave()

    require_listed(host, everybody - {(lease.address, leaving.mac)})


# The same of an IUT in use

globals().update(
    again(
        test_every_line_is_a_station,
    )
)
