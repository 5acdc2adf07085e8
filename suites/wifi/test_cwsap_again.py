"""Clauses 4.1.10 to 4.1.12: a softAP that is in the air is set again, with one other value.

The air has what was set last, not what the softAP had first (R-121 to R-123). What AT+CWSAP_DEF
saves is looked at after a restart each time, because it may be in force from then on only.
"""

from dataclasses import replace

import pytest

from conformance.verdict import Inconclusive, NonConformity
from suites.wifi import guests, softap
from suites.wifi.softap import SoftAp
from suites.wifi.test_cwsap_on_air import ALL, CLAIMS, full_house
from suites.wifi.triples import alone, cases

BEFORE = SoftAp(ssid="conformance again", pwd="the first one", chl=3)


@pytest.fixture
def iut(session, command):
    """An IUT in softAP mode, whose softAP `command` may set; afterwards it is what it was."""
    softap.borrow(session, command)
    return session


def changed(iut, command, before, **values):
    """`before` is in the air and was joined; then the same with other `values`, and a station."""
    station = guests.stranger(iut)
    guests.put_up(iut, before, command)
    if refused := guests.joins(iut, station, before):
        raise Inconclusive(f"a second station could not join the softAP of before: {refused}")
    station.leave()
    return guests.put_up(iut, replace(before, **values), command), station


def require_heard_with(iut, station, wanted, **values):
    """Require a beacon with the softAP's name that has these `values`."""
    named = guests.named(wanted)
    beacons = []

    def right(beacon):
        beacons.append(beacon)
        return named(beacon) and all(getattr(beacon, key) == values[key] for key in values)

    if guests.heard(iut, station, right) is None:
        heard = next(filter(named, reversed(beacons)), None)
        raise NonConformity(f"a beacon of {wanted.ssid!r} with {values}", f"heard: {heard}")


@pytest.mark.parametrize("command", list(alone("BV-40", ALL, "set/26")))
def test_another_password_takes_the_place_of_the_first(iut, command):
    """With the password from before no station joins any more; with the new one it does."""
    wanted, station = changed(iut, command, BEFORE, pwd="another one")

    guests.require_refused(iut, station, wanted, BEFORE.pwd.encode())
    guests.require_joins(iut, station, wanted)


@pytest.mark.parametrize("command", list(alone("BV-41", ALL, "set/27")))
def test_another_channel_takes_the_place_of_the_first(iut, command):
    """The softAP is heard on the new channel."""
    wanted, station = changed(iut, command, BEFORE, chl=9)

    require_heard_with(iut, station, wanted, channel=9)


@pytest.mark.parametrize(
    ("command", "change"),
    list(cases("BV-42", ALL, "set/28", {"3-0": (3, 0), "0-3": (0, 3), "2-4": (2, 4)})),
)
def test_another_encryption_takes_the_place_of_the_first(iut, command, change):
    """The softAP is heard with the new encryption, and a station joins with what that needs."""
    first, last = change
    wanted, station = changed(iut, command, replace(BEFORE, ecn=first), ecn=last)

    require_heard_with(iut, station, wanted, security=CLAIMS[last])
    guests.require_joins(iut, station, wanted)


@pytest.mark.parametrize(
    ("command", "change"), list(cases("BV-43", ALL, "set/29", {"1-3": (1, 3), "3-1": (3, 1)}))
)
def test_another_number_of_stations_takes_the_place_of_the_first(iut, command, change):
    """As many stations join as were allowed last, and one more is refused."""
    first, last = change
    wanted, another = changed(iut, command, replace(BEFORE, max_conn=first), max_conn=last)
    full_house(iut, wanted, last)

    guests.require_refused(iut, another, wanted)


@pytest.mark.parametrize("command", list(alone("BV-44", ALL, "set/30")))
def test_a_name_that_was_heard_is_hidden(iut, command):
    """A name that was in the beacons is in none any more; a station that knows it joins."""
    wanted, station = changed(iut, command, BEFORE, hidden=1)

    guests.require_joins(iut, station, wanted)
    guests.require_unheard(iut, station, guests.named(wanted), f"with the name {wanted.ssid!r}")
