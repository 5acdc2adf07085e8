"""Clauses 4.1.10 to 4.1.12: AT+CWSAP, AT+CWSAP_CUR, AT+CWSAP_DEF, as they are set and told.

What is kept and what is not stands in test_cwsap_kept.py. Rulings R-32 to R-38, R-47, R-49.
"""

import pytest

from conformance.commandline import query, set_
from conformance.grammar import OK
from conformance.verdict import NonConformity
from suites import inuse
from suites.inuse import again
from suites.malformed import (
    PLAIN,
    inside_length,
    outside,
    text,
    with_one,
    wrong_shapes,
)
from suites.wifi import guests, mode, softap
from suites.wifi.softap import OTHER, REFUSED, SoftAp
from suites.wifi.triples import COMMANDS, alone, cases, saves

ALL = ("CWSAP", "CWSAP_CUR", "CWSAP_DEF")
SSID, PWD, CHL, ECN, MAX_CONN, HIDDEN = COMMANDS["CWSAP"].parameters
ENCRYPTED = [value for value in ECN.values if value]

VALID = {
    "example": SoftAp("ESP8266", "1234567890", 5, 3, None, None),
    "all": SoftAp("ESP8266", "1234567890", 5, 3, 4, 0),
    "open": SoftAp(ecn=0),
    "five": SoftAp(max_conn=1, hidden=None),
    "hidden": SoftAp(hidden=1),
}


@pytest.fixture
def iut(session, command):
    """An IUT in softAP mode, whose softAP `command` may set; afterwards it is what it was."""
    softap.borrow(session, command)
    return session


def each(code, ids, field, values):
    """`cases` for every command, each with a SoftAp whose `field` is one of `values`.

    Of many values a command that saves is tried with the ends and the middle: no board is worn.
    """
    softaps = {str(value): SoftAp(**{field: value}) for value in values}
    few = dict([*softaps.items()][:: len(softaps) // 2]) if len(softaps) > 4 else softaps
    return [
        case for name in ALL for case in cases(code, [name], ids, few if saves(name) else softaps)
    ]


# What is told


@pytest.mark.parametrize("command", list(alone("BV-01", ALL, "query/01", harmless=True)))
def test_the_query_tells_six_values(session, command):
    """The query tells six values in the documented form and ends with OK."""
    mode.enter(session, mode.SOFTAP)
    session.confide(query(command))  # the strings are the owner's

    softap.of(session.last.succeeds())


@pytest.mark.parametrize("command", list(alone("BV-45", ALL, "query/01", True, inuse.NEEDS)))
def test_the_query_tells_six_values_in_use(session, in_use, command):
    """The query tells six values in mode 3, too, joined and with a guest."""
    session.confide(query(command))

    softap.of(session.last.succeeds())


@pytest.mark.parametrize("command", list(alone("BI-01", ALL, "query/02", harmless=True)))
def test_the_query_is_refused_in_station_mode(session, command, refused):
    """In station mode the query is refused."""
    mode.enter(session, mode.STATION)
    session.confide(query(command))

    refused(session.last)


# What is set


@pytest.mark.parametrize("wifi_mode", mode.WITH_SOFTAP)
@pytest.mark.parametrize(("command", "wanted"), list(cases("BV-02", ALL, "set/01", VALID)))
def test_documented_values_are_answered_ok(iut, command, wanted, wifi_mode):
    """Documented values, with and without the last ones, are answered OK in modes 2 and 3."""
    iut.prepare(set_("CWMODE_CUR", wifi_mode))

    iut.send(wanted.line(command)).succeeds()


def then_told(iut, command, wanted):
    """What the query tells after `wanted` was set; a refusal of it is a fail."""
    iut.send(wanted.line(command)).succeeds()
    return softap.told(iut, command)


@pytest.mark.parametrize(
    ("command", "wanted"), each("BV-03", "set/02", "ssid", ["conformance", "other one"])
)
def test_the_name_is_told(iut, command, wanted):
    """The query tells the name that was set."""
    told = then_told(iut, command, wanted)

    assert told.has_ssid(wanted.ssid), f"the name {wanted.ssid} in the answer {told.shown}"


@pytest.mark.parametrize("command", list(alone("BV-03-EACH", ALL, "set/02")))
def test_each_name_is_told(iut, command):
    """The query tells every name when it was set, one after the other."""
    for name in ("conformance", "other one", "conformance"):
        told = then_told(iut, command, SoftAp(ssid=name))
        assert told.has_ssid(name), f"the name {name} in the answer {told.shown}"


@pytest.mark.parametrize(
    ("command", "wanted"),
    list(
        cases(
            "BV-04",
            ALL,
            "set/03",
            {f"{len(pwd)}-bytes": SoftAp(pwd=pwd) for pwd in inside_length(PWD)},
        )
    ),
)
def test_the_password_is_told(iut, command, wanted):
    """The query tells the password that was set, of 8 to 64 bytes."""
    told = then_told(iut, command, wanted)

    assert told.has_pwd(wanted.pwd), f"the password {wanted.pwd} in the answer {told.shown}"


@pytest.mark.parametrize("command", list(alone("BV-46", ALL, "set/02", needs=["second-station"])))
def test_what_was_set_is_told_while_a_guest_is_there(iut, command):
    """The query tells the name, and all else, of a softAP that a station has joined."""
    wanted = guests.put_up(iut, command=command, wifi_mode=mode.BOTH)
    guests.guest(iut, wanted)

    softap.told(iut, command).require(wanted)


def require_number(told, index, wanted):
    """Require number `index`, from 0, behind the strings to be `wanted`."""
    names = ("<chl>", "<ecn>", "<max conn>", "<ssid hidden>")
    actual = told.numbers[index]
    if actual != wanted:
        raise NonConformity(f"{wanted} as {names[index]}", f"{actual} in {told.shown}")


@pytest.mark.parametrize(("command", "wanted"), each("BV-05", "set/04", "chl", range(1, 12)))
def test_the_channel_is_told(iut, command, wanted):
    """The query tells the channel that was set, 1 to 11."""
    require_number(then_told(iut, command, wanted), 0, wanted.chl)


@pytest.mark.parametrize(("command", "wanted"), each("BV-06", "set/05", "ecn", ECN.values))
def test_the_encryption_is_told(iut, command, wanted):
    """The query tells the encryption that was set."""
    require_number(then_told(iut, command, wanted), 1, wanted.ecn)


@pytest.mark.parametrize(("command", "wanted"), each("BV-07", "set/06", "max_conn", range(1, 5)))
def test_the_number_of_stations_is_told(iut, command, wanted):
    """The query tells the number of stations that was set, 1 to 4."""
    require_number(then_told(iut, command, wanted), 2, wanted.max_conn)


@pytest.mark.parametrize(("command", "wanted"), each("BV-08", "set/07", "hidden", HIDDEN.values))
def test_whether_the_name_is_hidden_is_told(iut, command, wanted):
    """The query tells whether the name is hidden, as it was set."""
    require_number(then_told(iut, command, wanted), 3, wanted.hidden)


#: A command that saves is tried with a few of those that need no escape.
FEW = {
    key: PLAIN[key] for key in ("space", "question", "equals", "semicolon", "apostrophe", "percent")
}


@pytest.mark.parametrize("place", ["name", "password"])
@pytest.mark.parametrize(
    ("command", "special"),
    [
        case
        for name in ALL
        for case in cases("BV-09", [name], "set/08", FEW if saves(name) else PLAIN)
    ],
)
def test_special_characters_are_kept(iut, command, special, place):
    """Characters that are neither letters nor digits, and need no escape, are told as they are."""
    password = special + "12345678" + special
    wanted = SoftAp(ssid=special) if place == "name" else SoftAp(pwd=password)

    then_told(iut, command, wanted).require(wanted)


@pytest.mark.parametrize(("command", "length"), list(cases("BV-10", ALL, "set/09", [1, 2, 31, 32])))
def test_a_name_of_an_ordinary_length_is_told_whole(iut, command, length):
    """A name of 1 to 32 bytes is answered OK and told whole."""
    wanted = SoftAp(ssid=text(length))

    then_told(iut, command, wanted).require(wanted)


@pytest.mark.parametrize(
    ("command", "wanted"),
    list(cases("BV-11", ALL, "set/09", {f"{n}-bytes": SoftAp(ssid=text(n)) for n in (33, 48, 64)})),
)
def test_a_longer_name_is_refused_or_told_whole(iut, command, wanted):
    """A name of more than 32 bytes is refused and changes nothing, or is told whole."""
    refused_or_kept(iut, command, wanted)


@pytest.mark.parametrize(
    ("command", "wanted"),
    each("BV-12", "set/31", "pwd", ["p\u00e4ssw\u00f6rd", "\u5bc6\u7801\u5bc6\u7801"]),
)
def test_other_characters_in_a_password_are_refused_or_told_whole(iut, command, wanted):
    """A password with characters that are not ASCII is refused, or told byte for byte."""
    refused_or_kept(iut, command, wanted)


def refused_or_kept(iut, command, wanted):
    """Require `wanted` to be refused with no effect, or answered OK and told."""
    before = SoftAp(ssid="before")
    iut.prepare(before.line(command))
    found = softap.told(iut, command)
    exchange = iut.send(wanted.line(command))
    if exchange.final != OK:
        exchange.is_refused()
        softap.told(iut, command).require_as(found)
    else:
        softap.told(iut, command).require(wanted)


# What is left out


@pytest.mark.parametrize(
    ("command", "short"),
    list(
        cases(
            "BV-13",
            ALL,
            "set/17",
            {
                "four": SoftAp(max_conn=None, hidden=None),
                "five": SoftAp(max_conn=2, hidden=None),
            },
        )
    ),
)
def test_a_name_is_not_hidden_by_default(iut, command, short):
    """If the last parameter is left out the name is not hidden, even if it was before."""
    iut.prepare(SoftAp(hidden=1).line(command))

    require_number(then_told(iut, command, short), 3, 0)


@pytest.mark.parametrize("command", list(alone("BV-14", ALL, "set/18")))
def test_the_number_of_stations_has_a_documented_default(iut, command):
    """If the last two parameters are left out the number of stations is 1 to 4."""
    told = then_told(iut, command, SoftAp(max_conn=None, hidden=None))

    assert MAX_CONN.allows(told.numbers[2]), f"1 to 4 stations in the answer {told.shown}"


# What is refused


@pytest.mark.parametrize("ecn", ENCRYPTED)
@pytest.mark.parametrize(("command", "length"), list(cases("BI-02", ALL, "set/10", [0, 1, 7])))
def test_a_short_password_is_refused(iut, command, length, ecn):
    """With encryption a password of less than 8 bytes is refused."""
    iut.send(SoftAp(pwd=text(length), ecn=ecn).line(command)).is_refused()


@pytest.mark.parametrize("ecn", ENCRYPTED)
@pytest.mark.parametrize(("command", "length"), list(cases("BI-03", ALL, "set/11", [65, 80])))
def test_a_long_password_is_refused(iut, command, length, ecn):
    """With encryption a password of more than 64 bytes is refused."""
    iut.send(SoftAp(pwd=text(length), ecn=ecn).line(command)).is_refused()


#: Channels that are none (ruling R-34), some of which are one if they are cut to fewer bits.
NO_CHANNELS = [-1, 0, 15, 99, 255, 256 + 5, 65536 + 5, 2**32 + 5]


@pytest.mark.parametrize(
    ("command", "index", "value"),
    [
        pytest.param(case.values[0], index, case.values[1], marks=case.marks, id=case.id)
        for index, code, ids, values in [
            (3, "BI-04", "set/12", list(outside(ECN))),
            (4, "BI-05", "set/13", list(outside(MAX_CONN))),
            (5, "BI-06", "set/14", list(outside(HIDDEN))),
            (2, "BI-07", "set/15", NO_CHANNELS),
        ]
        for case in cases(code, ALL, ids, values)
    ],
)
def test_a_number_outside_is_refused(iut, command, index, value):
    """A number outside what is documented, in an otherwise valid line, is refused."""
    iut.send(with_one(COMMANDS[command], index, value)).is_refused()


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        case
        for name in ALL
        for case in cases("BI-08", [name], "set/16", dict(wrong_shapes(COMMANDS[name])))
    ],
)
def test_a_wrong_shape_is_refused(iut, command, wrong):
    """Too few or too many parameters, or one of a wrong kind, are refused."""
    iut.send(wrong).is_refused()


@pytest.mark.parametrize(("command", "case"), list(cases("BI-09", ALL, "set/19", REFUSED)))
def test_what_is_refused_changes_nothing(iut, command, case):
    """After a set that is refused the query tells everything as it was before."""
    rule, refused = case
    before = SoftAp()
    iut.prepare(before.line(command))
    found = softap.told(iut, command)
    iut.refuse(iut.send(refused.line(command)), rule)

    softap.told(iut, command).require_as(found)


@pytest.mark.parametrize("command", list(alone("BI-10", ALL, "set/20")))
def test_a_set_is_refused_in_station_mode(iut, command):
    """In station mode a set with documented values is refused."""
    iut.prepare(set_("CWMODE_CUR", mode.STATION))

    iut.send(SoftAp().line(command)).is_refused()


@pytest.mark.parametrize("command", list(alone("BI-11", ALL, "set/19")))
def test_a_set_in_station_mode_changes_nothing(iut, command):
    """After a set in station mode the query in softAP mode tells everything as it was before."""
    before = SoftAp()
    iut.prepare(before.line(command))
    found = softap.told(iut, command)
    iut.prepare(set_("CWMODE_CUR", mode.STATION))
    iut.refuse(iut.send(OTHER.line(command)), "set/20")
    iut.prepare(set_("CWMODE_CUR", mode.SOFTAP))

    softap.told(iut, command).require_as(found)


# The same of an IUT in use

globals().update(
    again(
        test_each_name_is_told,
        test_the_name_is_told,
        test_the_password_is_told,
        test_the_channel_is_told,
        test_the_encryption_is_told,
        test_the_number_of_stations_is_told,
        test_a_short_password_is_refused,
        test_a_number_outside_is_refused,
        test_a_wrong_shape_is_refused,
        test_a_long_password_is_refused,
        test_what_is_refused_changes_nothing,
        test_special_characters_are_kept,
    )
)
#: To hide the name, because what nobody has set is not hidden.
globals().update(again(test_whether_the_name_is_hidden_is_told, keys=["-1"]))


# The same of a station that has joined

globals().update(
    again(
        test_the_query_is_refused_in_station_mode,
        test_a_set_is_refused_in_station_mode,
        where="joined",
    )
)
