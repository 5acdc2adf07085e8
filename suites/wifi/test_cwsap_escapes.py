"""Clauses 4.1.10 to 4.1.12: a name or a password with a quotation mark, a comma or a backslash.

How these are written is said of AT+CWJAP alone; here a backslash may stand for what follows it, or
for itself, or be refused (ruling R-38). What the query tells has to be what is in the air.
"""

from dataclasses import replace

import pytest

from conformance.grammar import ESCAPE, ESCAPED, OK
from conformance.verdict import NonConformity
from suites.inuse import again
from suites.malformed import text
from suites.wifi import guests, softap
from suites.wifi.softap import SoftAp
from suites.wifi.triples import COMMANDS, cases

ALL = ("CWSAP", "CWSAP_CUR", "CWSAP_DEF")
#: The requirement about the escapes, of the same command.
CODE = "set/92"

NAMES = {
    "quote": 'con"formance',
    "comma": "con,formance",
    "backslash": "con\\formance",
    "backslash-at-end": "conformance\\",
}
PASSWORD = 'a"b,c\\d\\\\e'
TOLD = {
    **{f"{key}-name": SoftAp(ssid=name) for key, name in NAMES.items()},
    "password": SoftAp(pwd=PASSWORD),
}
#: The escapes may count or not: a name of 32 bytes without them, a password of 7.
LONG, SHORT = SoftAp(ssid=text(28) + '"\\,"'), SoftAp(pwd='abc"def')


@pytest.fixture
def iut(session, command):
    """An IUT in softAP mode, whose softAP `command` may set; afterwards it is what it was."""
    softap.borrow(session, command)
    return session


def escapes(command):
    """The requirement about the escapes of `command`."""
    return f"{COMMANDS[command].clause}/{command}/{CODE}"


def written(value):
    """The characters of `value` as they are typed, with a backslash before each that has one."""
    mark = ESCAPE.decode()
    return "".join(mark + each if each in ESCAPED.decode() else each for each in value)


def literal(wanted):
    """The softAP of an IUT for which a backslash stands for itself."""
    return replace(wanted, ssid=written(wanted.ssid), pwd=written(wanted.pwd))


def is_plain(told, wanted):
    """Whether the query told the strings as they are meant, without any escape."""
    strings = wanted.ssid.encode(), wanted.pwd.encode()
    return told.strings.replace(b'","', b",").replace(b", ", b",").strip(b'"') == b",".join(strings)


def tried(iut, command, wanted, requirement):
    """What the query tells when `wanted` was set with escapes; None: the set was refused."""
    exchange = iut.send(wanted.line(command))
    if exchange.final != OK:
        exchange.is_refused()
        requirement.observes(escapes(command), "refused")
        return None
    told = softap.told(iut, command)
    meant = told.has_ssid(wanted.ssid) and told.has_pwd(wanted.pwd)
    requirement.observes(escapes(command), "as it is meant" if meant else "otherwise")
    return told


@pytest.mark.parametrize(("command", "wanted"), list(cases("BV-09-ESCAPED", ALL, CODE, TOLD)))
def test_how_escapes_are_told(iut, command, wanted, requirement):
    """Characters that are escaped as in AT+CWJAP are told as they are meant, or otherwise."""
    tried(iut, command, wanted, requirement)


@pytest.mark.parametrize(
    ("command", "wanted"), list(cases("BV-22", ALL, CODE, {"name": LONG, "password": SHORT}))
)
def test_whether_escapes_are_counted(iut, command, wanted, requirement):
    """A name that is too long, or a password too short, by its escapes alone is accepted or not."""
    exchange = iut.send(wanted.line(command)).is_answered()

    requirement.observes(escapes(command), exchange.ending)


def in_the_air(iut, command, wanted, requirement):
    """What may be in the air when `wanted` was set with escapes, as the query tells it.

    What is told with its escapes may be written so, or be so; of what is told otherwise nobody can
    say what it is. Then there is nothing to compare.
    """
    told = tried(iut, command, wanted, requirement)
    if told is None:
        return ()
    guests.start_anew(iut, command)
    if is_plain(told, wanted):
        return (wanted,)
    return (wanted, literal(wanted)) if is_plain(told, literal(wanted)) else ()


@pytest.mark.parametrize(
    ("command", "wanted"),
    list(
        cases(
            "BV-23-ESCAPED",
            ALL,
            "set/25",
            {key: SoftAp(ssid=name) for key, name in NAMES.items()},
            also=escapes,
        )
    ),
)
def test_the_name_with_escapes_that_is_told_is_in_the_air(iut, command, wanted, requirement):
    """A beacon has the name that the query tells, with the escapes or without them."""
    accepted = in_the_air(iut, command, wanted, requirement)
    station = guests.stranger(iut)
    names = {each.ssid.encode() for each in accepted}

    if names and guests.heard(iut, station, lambda beacon: beacon.ssid in names) is None:
        raise NonConformity(f"a beacon with the name that is told, {names}", "none")


@pytest.mark.parametrize(
    ("command", "wanted"),
    list(cases("BV-27-ESCAPED", ALL, "set/26", {"": SoftAp(pwd=PASSWORD)}, also=escapes)),
)
def test_a_station_joins_with_the_password_that_is_told(iut, command, wanted, requirement):
    """A station joins with the password that the query tells, with the escapes or without them."""
    accepted = in_the_air(iut, command, wanted, requirement)
    station = guests.stranger(iut)

    if accepted and all(guests.joins(iut, station, each) for each in accepted):
        raise NonConformity("a station joins with the password that is told", "it is refused")


# The same of an IUT in use

globals().update(again(test_how_escapes_are_told))
