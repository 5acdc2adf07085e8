"""Clause 5.2.17 on the network: AT+PING of hosts that answer, and of one that does not.

The capture is the second witness: what the IUT tells of an echo must have been there.
"""

import pytest

from conformance.commandline import set_
from conformance.grammar import OK
from conformance.verdict import Inconclusive, NonConformity
from suites.inuse import again
from suites.tcpip.pingtime import UNITS, fits
from suites.wifi import guests, mode, onair
from suites.wifi.dhcp import SOFTAP

#: How long a ping may take to fail, in seconds (ruling R-94).
LONGEST_S = 15.0
#: A host of no network that a lab has.
OUTSIDE = "10.11.12.13"
#: A line with a response time; the parameter is a number in no unit (ruling R-131).
TIME = rb"\+ ?(\d+)"
#: How late hosts are whose answer takes its time, in seconds.
LATE = (0.2, 0.6)


def purpose(code, number, needs=()):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/TCPIP/PING/{code}", verifies=[f"5.2.17/PING/set/{number}"], needs=needs
    )


@pytest.fixture
def home(session):
    """The lab's access point, which the station has joined and where it has an address."""
    return onair.at_home(session)


def ping(session, host, side="station"):
    """A ping, and what was seen of it."""
    with session.lab.capture(side) as seeing:
        exchange = session.send(set_("PING", host), answer_s=LONGEST_S)
    return exchange, seeing.seen


def answered(seen, address):
    """The echoes of the IUT to `address` that were answered."""
    return [p for p in seen.pings(destination=address) if p.request.frame.from_iut and p.reply]


def require_answered(session, home, host, address=""):
    """Require a ping of `host` to tell a time and to end with OK, and that there was its echo.

    `address`: the one behind it, if it is a name. Whether it answers the lab finds out, too.
    """
    address = address or host
    exchange, seen = ping(session, host)
    asked = any(p.request.frame.from_iut for p in seen.pings(destination=address))
    unanswered = exchange.final != OK and asked and not answered(seen, address)
    if unanswered and not session.lab.ping(home, address):
        raise Inconclusive(f"{address} does not answer the lab either")

    require_told(exchange, seen, address)


def require_told(exchange, seen, address):
    """Require a time and OK, and that there was such an echo."""
    exchange.succeeds().tells(TIME, "a line +<time>")
    if not answered(seen, address):
        raise NonConformity(f"an echo to {address} that is answered", "none in the capture")


def hosts(session, home, where):
    """The address of somebody who answers."""
    if where == "access-point":
        return home.address
    return session.lab.host(home, OUTSIDE if where == "outside" else "")


@purpose("AIR-BV-05", "05")
@pytest.mark.parametrize("network", ["calm", "busy"])
@pytest.mark.parametrize("where", ["access-point", "host", "outside"])
def test_a_ping_of_a_host_that_answers(session, home, where, network):
    """A ping of a host that answers tells a time and ends with OK, and the echo was there."""
    if network == "busy":
        session.lab.noise(home)
    address = hosts(session, home, where)

    require_answered(session, home, address)


@purpose("AIR-BV-08", "05")
def test_a_ping_beside_a_softap(session):
    """In mode 3, too, a ping of a host that answers tells a time and ends with OK."""
    home = onair.at_home(session, mode.BOTH)

    require_answered(session, home, home.address)


@purpose("AIR-BV-09", "05")
@pytest.mark.parametrize("where", ["access-point", "host"])
def test_each_ping_asks(session, home, where):
    """Each ping of the same host is an echo of its own, with a time and OK."""
    address = hosts(session, home, where)

    for _ in range(3):
        require_answered(session, home, address)


@purpose("AIR-BV-10", "05", needs=["second-station"])
@pytest.mark.parametrize("wifi_mode", mode.WITH_SOFTAP)
def test_a_ping_of_a_station(session, wifi_mode):
    """A ping of a station that the softAP gave its address tells a time and ends with OK."""
    mode.enter(session, mode.BOTH)
    session.prepare(set_("CWDHCP_CUR", SOFTAP, 1))
    guests.put_up(session, wifi_mode=wifi_mode)
    _, lease = guests.lodger(session)
    exchange, seen = ping(session, lease.address, "softap")
    if any(not p.reply for p in seen.pings(destination=lease.address)):
        raise Inconclusive(f"the second station at {lease.address} left an echo unanswered")

    require_told(exchange, seen, lease.address)


@purpose("AIR-BV-06", "06")
@pytest.mark.parametrize("name", ["host.conformance.test", "a", "www.a-long-name-0123456789.test"])
@pytest.mark.parametrize("where", ["host", "outside"])
def test_a_ping_of_a_name(session, home, name, where):
    """A ping of a name tells a time and ends with OK; the echo went to the address behind it."""
    address = hosts(session, home, where)
    session.lab.name(name, address)

    require_answered(session, home, name, address)


@purpose("AIR-BV-01", "01", needs=["network", "capture"])
@pytest.mark.parametrize("where", ["network", "outside"])
def test_a_ping_of_nobody_in_a_network(session, home, where):
    """A ping of an address that nobody has ends with ERROR."""
    address = OUTSIDE if where == "outside" else str(home.address.rsplit(".", 1)[0]) + ".249"
    exchange, seen = ping(session, address)
    if answered(seen, address):
        raise Inconclusive(f"somebody answers for {address}")

    exchange.is_refused()


@purpose("AIR-BV-02", "02", needs=["network", "capture"])
def test_a_ping_of_a_name_that_nobody_knows(session, home):
    """A ping of a name ends with ERROR when the name server knows none such."""
    exchange, seen = ping(session, "no-such-host.invalid")
    if not seen.of_iut(seen.dns):
        raise Inconclusive("the IUT asked nobody for the name")

    exchange.is_refused()


@purpose("AIR-BV-07", "07")
def test_the_time_is_the_hosts(session, home):
    """Of hosts that answer late the time is told that the answer took, in one unit."""
    told = []
    for late in LATE:
        address = session.lab.host(home, slow_s=late)
        exchange, seen = ping(session, address)
        echoes = answered(seen, address)
        if not echoes:
            raise Inconclusive(f"no answer of {address}, which answers after {late} s, was seen")
        number = int(exchange.succeeds().tells(TIME, "a line +<time>")[1])
        least = min(echo.took_ns for echo in echoes)
        # The capture began before the command; when that was handed over is known less exactly.
        told.append((number, least, exchange.ended_at - seen.began_at, seen.uncertainty_ns))

    if not any(all(fits(*each, unit) for each in told) for unit in UNITS):
        found = "; ".join(f"+{number}, in the capture {least} ns" for number, least, *_ in told)
        # The end is the line's and the beginning the lab's, whose clock may be another host's.
        if any(all(fits(*each, unit, doubted=True) for each in told) for unit in UNITS):
            raise Inconclusive(f"the clocks are not that well known: {found}")
        raise NonConformity("the time between an echo and its answer, in one unit", found)


# The same of an IUT in use

globals().update(
    again(
        test_each_ping_asks,
        test_a_ping_of_a_name,
        test_a_ping_of_nobody_in_a_network,
    )
)
