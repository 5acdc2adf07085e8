"""Clauses 4.1.10 to 4.1.12 in mode 3: the softAP of an IUT that is a station, too (R-121 to R-123).

What is asserted of the softAP in mode 2 (`test_cwsap_on_air`) holds beside the station, which has
joined nothing here; but not the channel, for there is one radio.
"""

import pytest

from conformance.verdict import NonConformity
from suites.wifi import guests, mode, onair, softap
from suites.wifi.softap import SoftAp
from suites.wifi.test_cwsap_on_air import ALL, CLAIMS, full_house, wrong
from suites.wifi.triples import alone, cases


@pytest.fixture
def iut(session, command):
    """An IUT whose softAP `command` may set; afterwards it is what it was."""
    softap.borrow(session, command)
    return session


def put_up(iut, wanted, command):
    """`wanted` in the air in mode 3, and a second station that may join it."""
    guests.put_up(iut, wanted, command, mode.BOTH)
    onair.leave(iut)
    return guests.stranger(iut)


@pytest.mark.parametrize("command", list(alone("BV-35", ALL, "set/25")))
def test_a_station_hears_the_name_and_joins_by_it(iut, command):
    """The name that was set is in a beacon, and a station joins by it."""
    wanted = SoftAp(ssid="conformance 4110 three")
    station = put_up(iut, wanted, command)

    guests.require_heard(iut, station, wanted)
    guests.require_joins(iut, station, wanted)


@pytest.mark.parametrize("command", list(alone("BV-36", ALL, "set/26")))
def test_a_station_joins_with_the_password_alone(iut, command):
    """With other passwords, and without one, no station joins; with the right one it does."""
    wanted = SoftAp(pwd="Conformance 3")
    station = put_up(iut, wanted, command)

    for password in (*wrong(wanted.pwd), ""):
        guests.require_refused(iut, station, wanted, password.encode())
    guests.require_joins(iut, station, wanted)


@pytest.mark.parametrize(
    ("command", "wanted"),
    list(cases("BV-37", ALL, "set/28", {str(ecn): SoftAp(ecn=ecn) for ecn in CLAIMS})),
)
def test_the_softap_is_encrypted_as_it_was_set(iut, command, wanted):
    """The beacon claims the encryption that was set, and a station joins with what it needs."""
    station = put_up(iut, wanted, command)
    beacon = guests.require_heard(iut, station, wanted)

    if beacon.security != CLAIMS[wanted.ecn]:
        raise NonConformity(CLAIMS[wanted.ecn], beacon.security)
    guests.require_joins(iut, station, wanted)


@pytest.mark.parametrize(
    ("command", "wanted"),
    list(cases("BV-38", ALL, "set/29", {str(count): SoftAp(max_conn=count) for count in (1, 3)})),
)
def test_as_many_stations_join_as_were_allowed(iut, command, wanted):
    """As many stations join, one more is refused, and those that were there stay."""
    another = put_up(iut, wanted, command)
    stations = full_house(iut, wanted, wanted.max_conn)

    guests.require_refused(iut, another, wanted)
    for station in stations:
        guests.require_stays(iut, station)


@pytest.mark.parametrize(
    ("command", "hidden"),
    list(cases("BV-39", ALL, "set/30", {"no": 0, "yes": 1})),
)
def test_the_name_is_heard_unless_it_is_hidden(iut, command, hidden):
    """A name that is hidden is in no beacon, another one is; a station that knows it joins."""
    wanted = SoftAp(ssid="conformance hides three", hidden=hidden)
    station = put_up(iut, wanted, command)

    guests.require_joins(iut, station, wanted)
    if hidden:
        guests.require_unheard(iut, station, guests.named(wanted), f"with the name {wanted.ssid!r}")
    else:
        guests.require_heard(iut, station, wanted)
