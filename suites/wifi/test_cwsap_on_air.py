"""Clauses 4.1.10 to 4.1.12: the softAP as second stations hear and join it (R-121 to R-123).

What AT+CWSAP_DEF saves is looked at after a restart, because it may be in force from then on only.
"""

from dataclasses import replace

import pytest

from conformance.commandline import set_
from conformance.grammar import ERROR, OK
from conformance.lab import SECURITY
from conformance.verdict import Inconclusive, NonConformity
from suites.malformed import text
from suites.wifi import guests, mode, softap
from suites.wifi.address import told_mac
from suites.wifi.softap import REFUSED, SoftAp
from suites.wifi.triples import alone, cases, saves

ALL = ("CWSAP", "CWSAP_CUR", "CWSAP_DEF")
SAVING = tuple(filter(saves, ALL))
#: What a beacon claims for each number (ruling R-122).
CLAIMS = {0: "open", 2: "wpa", 3: "wpa2", 4: "wpa-wpa2"}
assert set(CLAIMS.values()) < set(SECURITY)


@pytest.fixture
def iut(session, command):
    """An IUT in softAP mode, whose softAP `command` may set; afterwards it is what it was."""
    softap.borrow(session, command)
    return session


# Name, channel, encryption

NAMES = {
    "plain": "conformance 4110",
    "one-byte": "x",
    "32-bytes": text(32),
    "apostrophe": "con'formance",
    "percent": "con%sformance",
    "blanks": " conformance ",
}


@pytest.mark.parametrize(
    ("command", "wanted"),
    list(cases("BV-23", ALL, "set/25", {key: SoftAp(ssid=name) for key, name in NAMES.items()})),
)
def test_a_station_hears_the_name_and_joins_by_it(iut, command, wanted):
    """The name that was set, and no part of it, is in a beacon, and a station joins by it."""
    guests.put_up(iut, wanted, command)
    station = guests.stranger(iut)

    guests.require_heard(iut, station, wanted)
    guests.require_joins(iut, station, wanted)


@pytest.mark.parametrize("command", list(alone("BV-24", ALL, "set/25")))
def test_a_name_from_before_is_not_heard_any_more(iut, command):
    """After another name was set there is no beacon with the one from before."""
    before, wanted = SoftAp(ssid="conformance before"), SoftAp(ssid="conformance after")
    guests.put_up(iut, before, command)
    station = guests.stranger(iut)
    guests.put_up(iut, wanted, command)

    guests.require_heard(iut, station, wanted)
    guests.require_unheard(iut, station, guests.named(before), f"with the name {before.ssid!r}")


def channels(name):
    """Every one, or a few for a command that saves: no board is worn."""
    return {str(chl): SoftAp(chl=chl) for chl in ((1, 11) if saves(name) else range(1, 12))}


@pytest.mark.parametrize(
    ("command", "wanted"),
    [case for name in ALL for case in cases("BV-25", [name], "set/27", channels(name))],
)
def test_a_station_hears_the_softap_on_its_channel(iut, command, wanted):
    """The beacon with the softAP's name is on the channel that was set."""
    guests.put_up(iut, wanted, command)
    beacon = guests.require_heard(iut, guests.stranger(iut), wanted)

    if beacon.channel != wanted.chl:
        raise NonConformity(f"channel {wanted.chl}", f"channel {beacon.channel}")


@pytest.mark.parametrize(
    ("command", "wanted"),
    list(cases("BV-25-HIGH", ALL, "set/27", {str(chl): SoftAp(chl=chl) for chl in (12, 13)})),
)
def test_a_channel_that_may_be_refused_is_used_if_it_is_not(iut, command, wanted):
    """Where channel 12 or 13 is answered OK (ruling R-34) the beacon is on it."""
    exchange = iut.send(wanted.line(command)).ends_with(OK, ERROR)
    if exchange.final == ERROR:
        return
    guests.put_up(iut, wanted, command)
    beacon = guests.heard(iut, guests.stranger(iut), guests.named(wanted))
    if beacon is None:
        raise Inconclusive(f"the second station hears nobody on channel {wanted.chl}")

    if beacon.channel != wanted.chl:
        raise NonConformity(f"channel {wanted.chl}", f"channel {beacon.channel}")


@pytest.mark.parametrize(
    ("command", "wanted"),
    list(cases("BV-26", ALL, "set/28", {str(ecn): SoftAp(ecn=ecn) for ecn in CLAIMS})),
)
def test_the_softap_is_encrypted_as_it_was_set(iut, command, wanted):
    """The beacon claims the encryption that was set, and a station joins with what it needs."""
    guests.put_up(iut, wanted, command)
    station = guests.stranger(iut)
    beacon = guests.require_heard(iut, station, wanted)

    if beacon.security != CLAIMS[wanted.ecn]:
        raise NonConformity(CLAIMS[wanted.ecn], beacon.security)
    guests.require_joins(iut, station, wanted)


# The password

PASSWORDS = {
    "8-bytes": text(8),
    "63-bytes": text(63),
    "64-digits": "0123456789abcdef" * 4,
    "other-signs": "a'b c%d;e=f?",
}
ENCRYPTED = {
    f"{key}-{CLAIMS[ecn]}": SoftAp(pwd=pwd, ecn=ecn)
    for key, pwd in PASSWORDS.items()
    for ecn in (2, 3, 4)
    if ecn == 3 or key == "8-bytes"
}


def wrong(pwd):
    """Passwords that a softAP must not take for `pwd`: of one that is a key, another key."""
    last = "1" if pwd[-1] == "0" else "0"
    yield pwd[:-1] + last
    if len(pwd) < 64:
        yield pwd.swapcase()
        yield pwd + last if len(pwd) < 63 else pwd[:-1]
        yield "another password"


@pytest.mark.parametrize(("command", "wanted"), list(cases("BV-27", ALL, "set/26", ENCRYPTED)))
def test_a_station_joins_with_the_password(iut, command, wanted):
    """A station joins with the password that was set."""
    guests.put_up(iut, wanted, command, judged=True)

    guests.require_joins(iut, guests.stranger(iut), wanted)


@pytest.mark.parametrize(("command", "wanted"), list(cases("BI-13", ALL, "set/26", ENCRYPTED)))
def test_no_station_joins_with_another_password(iut, command, wanted):
    """With other passwords, and without one, no station joins; with the right one it does."""
    guests.put_up(iut, wanted, command, judged=True)
    station = guests.stranger(iut)

    for password in (*wrong(wanted.pwd), ""):
        guests.require_refused(iut, station, wanted, password.encode())
    guests.require_joins(iut, station, wanted)


# How many


def full_house(iut, wanted, count):
    """Require `count` stations to get in; they are given."""
    stations = [guests.stranger(iut) for _ in range(count)]
    for station in stations:
        guests.require_joins(iut, station, wanted)
    return stations


@pytest.mark.parametrize(
    ("command", "wanted"),
    list(cases("BV-28", ALL, "set/29", {str(n): SoftAp(max_conn=n) for n in range(1, 5)})),
)
def test_as_many_stations_join_as_were_allowed(iut, command, wanted):
    """As many stations join, one more is refused, and those that were there stay."""
    guests.put_up(iut, wanted, command)
    stations = full_house(iut, wanted, wanted.max_conn)

    guests.require_refused(iut, guests.stranger(iut), wanted)
    for station in stations:
        guests.require_stays(iut, station)


@pytest.mark.parametrize(
    ("command", "wanted"),
    list(cases("BV-29", ALL, "set/29", {str(n): SoftAp(max_conn=n) for n in (1, 4)})),
)
def test_the_place_of_a_station_that_left_is_free(iut, command, wanted):
    """With the softAP full, another station joins when one has left."""
    guests.put_up(iut, wanted, command)
    full_house(iut, wanted, wanted.max_conn)[0].leave()

    guests.require_joins(iut, guests.stranger(iut), wanted)


@pytest.mark.parametrize("command", list(alone("BV-30", ALL, "set/29")))
def test_left_out_the_number_is_the_one_that_is_told(iut, command):
    """With the last parameters left out as many stations join as the query tells, and no more."""
    wanted = guests.put_up(iut, SoftAp(max_conn=None, hidden=None), command)
    count = softap.told(iut, command).numbers[2]
    assert 1 <= count <= 4, f"1 to 4 stations are told, not {count}"
    full_house(iut, wanted, count)

    guests.require_refused(iut, guests.stranger(iut), wanted)


# Hidden


@pytest.mark.parametrize(
    ("command", "wanted"),
    list(
        cases(
            "BV-31",
            ALL,
            "set/30",
            {"no": SoftAp(hidden=0), "left-out": SoftAp(max_conn=None, hidden=None)},
        )
    ),
)
def test_a_name_that_is_not_hidden_is_heard(iut, command, wanted):
    """After the name was hidden, and is not any more, a station hears it."""
    guests.put_up(iut, replace(wanted, max_conn=1, hidden=1), command)
    guests.put_up(iut, wanted, command)

    guests.require_heard(iut, guests.stranger(iut), wanted)


@pytest.mark.parametrize("command", list(alone("BV-32", ALL, "set/30")))
def test_a_hidden_name_is_not_heard_and_can_be_joined(iut, command):
    """A hidden name is in no beacon; a station that knows it joins."""
    wanted = guests.put_up(iut, SoftAp(ssid="conformance hides", hidden=1), command)
    station = guests.stranger(iut)

    guests.require_joins(iut, station, wanted)
    guests.require_unheard(iut, station, guests.named(wanted), f"with the name {wanted.ssid!r}")


# What is kept, and what is refused

SAVED = {
    "encrypted": SoftAp("saved on air", "saved password", 9, 3, 2, 0),
    "open": SoftAp("saved on air", ecn=0),
}
CURRENT = SoftAp("current on air", "current password", 3, 2, 1, 0)


@pytest.mark.parametrize(("command", "wanted"), list(cases("BV-33", SAVING, "set/32", SAVED)))
def test_a_saved_softap_is_in_the_air_after_a_restart(iut, command, wanted):
    """One softAP is saved, another one current; after AT+RST a station joins the saved one."""
    iut.prepare(wanted.line(command), CURRENT.line("CWSAP_CUR"))
    iut.restart()
    iut.prepare(set_("CWMODE_CUR", mode.SOFTAP))
    station = guests.stranger(iut)

    guests.require_joins(iut, station, wanted)
    guests.require_unheard(iut, station, guests.named(CURRENT), f"with the name {CURRENT.ssid!r}")


@pytest.mark.parametrize("command", list(alone("BV-33-GUEST", SAVING, "set/32")))
def test_a_softap_that_was_set_while_it_had_a_guest_is_saved(iut, command):
    """What was set while a station was in the softAP is in the air after AT+RST."""
    wanted = SAVED["encrypted"]
    guests.put_up(iut)
    station = guests.guest(iut)
    iut.prepare(wanted.line(command))
    iut.restart()
    iut.prepare(set_("CWMODE_CUR", mode.SOFTAP))

    guests.require_joins(iut, station, wanted)


@pytest.mark.parametrize("command", list(alone("BV-34", ["CWSAP_CUR"], "set/32")))
def test_a_current_softap_is_not_in_the_air_after_a_restart(iut, command):
    """A softAP that was heard is not heard after AT+RST, and cannot be joined."""
    guests.put_up(iut, CURRENT, command)
    station = guests.stranger(iut)
    guests.require_heard(iut, station, CURRENT)
    iut.restart()
    iut.prepare(set_("CWMODE_CUR", mode.SOFTAP))
    mac = told_mac(iut, "CIPAPMAC_CUR")
    if guests.heard(iut, station, lambda beacon: beacon.bssid == mac) is None:
        raise Inconclusive("no softAP is heard after the restart, whatever its name")

    guests.require_unheard(iut, station, guests.named(CURRENT), f"with the name {CURRENT.ssid!r}")
    guests.require_refused(iut, station, CURRENT)


#: What a station would see of it, or not get past.
SEEN = ("short-password", "channel", "encryption", "stations")


@pytest.mark.parametrize(
    ("command", "case"), list(cases("BI-14", ALL, "set/33", {each: REFUSED[each] for each in SEEN}))
)
def test_what_is_refused_changes_nothing_in_the_air(iut, command, case):
    """After a set that is refused a station hears name, channel and encryption as before."""
    rule, refused = case
    before = guests.put_up(iut, SoftAp(), command)
    iut.refuse(iut.provoke(refused.line(command)), rule)
    guests.start_anew(iut, command)
    station = guests.stranger(iut)
    beacon = guests.require_heard(iut, station, before)

    expected = (before.chl, CLAIMS[before.ecn])
    if (beacon.channel, beacon.security) != expected:
        raise NonConformity(f"channel and security {expected}", str(beacon))
    guests.require_unheard(iut, station, guests.named(refused), f"with the name {refused.ssid!r}")
    guests.require_joins(iut, station, before)
