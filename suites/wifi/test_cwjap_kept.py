"""Clauses 4.1.4 to 4.1.6: which access point the station joins again after a start (R-103).

What is saved is all that the join was told: the name, the password and, if one was given, the MAC
address. Which access point was joined, the lab's log says.
"""

import pytest

from conformance.commandline import query, set_
from conformance.grammar import FAIL
from conformance.verdict import Inconclusive, Lacking, Reason
from suites.malformed import text
from suites.wifi import mode, onair
from suites.wifi.beside import told_beside, which
from suites.wifi.joining import Attempt
from suites.wifi.test_cwjap_on_air import (
    CUR,
    DEF,
    ESCAPED,
    NAME,
    OTHER_NAME,
    PASSWORD,
    commands,
    each,
)
from suites.wifi.triples import COMMANDS, alone, cases

SAVING = ("CWJAP", DEF)
#: Starts that are no power on (ruling R-103).
RESTARTS = {"AT+RST": lambda session: session.restart(), "reset": lambda s: s.reset_board()}

#: Passwords by what is special about them (ruling R-102).
PASSWORDS = {
    "40-bytes": text(40).encode(),
    "63-bytes": text(63).encode(),
    "64-digits": b"0123456789abcdef" * 4,
    "none": b"",
}


@pytest.mark.parametrize(
    ("command", "restart"),
    [
        *cases("AIR-BV-13", SAVING, "set/94", ["AT+RST"]),
        *cases("AIR-BV-13", SAVING, "set/94", ["reset"], needs=["reset"]),
    ],
)
def test_whether_what_was_saved_is_joined_after_a_restart(session, command, restart, requirement):
    """After AT+RST, or a reset, the station joins the access point that was saved, or none."""
    onair.starts_as_station(session)
    home = session.lab.home()
    onair.be_joined(session, home, command)
    log = onair.AirLog(session)
    RESTARTS[restart](session)

    what = "joined" if log.wait(home) else "not joined"
    requirement.observes(f"{COMMANDS[command].clause}/{command}/set/94", f"{what} after {restart}")


@commands("AIR-BV-14", SAVING, "set/13")
def test_what_was_saved_is_joined_again_at_power_on(session, command):
    """When the power comes on the station joins the access point that was saved."""
    onair.starts_as_station(session)
    home = session.lab.home()
    before = have_another_saved(session, home)
    onair.be_joined(session, home, command)

    log = onair.require_again(session, home)
    if before:
        log.require_no_join(before)


def have_another_saved(session, home):
    """Have another access point saved than `home`, which could be from before; the other one.

    A bench has none: there it is looked whether `home` is joined by itself.
    """
    try:
        another = session.lab.access_point(OTHER_NAME, PASSWORD, channel=11)
    except Inconclusive as error:
        if error.reason is not Reason.CAPABILITY_MISSING:
            raise
        require_not_saved(session, home)
        return None
    for command in SAVING:  # whichever of them saves
        onair.be_joined(session, another, command)
        onair.leave(session)
    return another


def require_not_saved(session, home):
    """Make sure that a start does not have `home` joined; it would show nothing if it had."""
    log = onair.AirLog(session)
    onair.power_on(session)
    if log.wait(home):
        raise Lacking(f"{home.name} is saved from before, and a bench has no other one to save")
    onair.leave(session)


@pytest.mark.parametrize("command", list(alone("AIR-BV-15", [CUR], "set/14")))
def test_what_was_not_saved_is_not_joined_again(session, command):
    """After AT+RST the access point of AT+CWJAP_CUR is not joined, though another one was saved."""
    onair.starts_as_station(session)
    saved = session.lab.access_point(NAME, PASSWORD, channel=1)
    current = session.lab.access_point(OTHER_NAME, PASSWORD, channel=11)
    onair.be_joined(session, saved, DEF)
    onair.leave(session)
    onair.be_joined(session, current, command)
    log = onair.AirLog(session)
    session.restart()

    log.wait(saved)
    log.require_no_join(current)


@pytest.mark.parametrize("command", list(alone("AIR-BV-27", [CUR], "set/91")))
def test_which_access_point_is_told_beside_a_current_one(session, command, requirement):
    """One access point was saved, another one is joined; AT+CWJAP_DEF? tells one of them."""
    onair.starts_as_station(session)
    saved = session.lab.access_point(NAME, PASSWORD, channel=1)
    current = session.lab.access_point(OTHER_NAME, PASSWORD, channel=11)
    onair.be_joined(session, saved, DEF)
    onair.leave(session)
    onair.be_joined(session, current, command)
    told = session.ask(query(DEF)).raw
    named = [each.ssid for each in (saved, current) if each.ssid in told]

    one = which([saved.ssid], [current.ssid], named)
    requirement.observes(told_beside(command), one)


@each(
    "AIR-BV-19",
    SAVING,
    "set/13",
    {"the-weak-one": 0, "the-strong-one": 1},
    "chosen",
    needs=["access-points"],
)
def test_the_address_is_saved_too(session, command, chosen):
    """Of two access points of one name that one is joined again whose MAC address was given."""
    onair.starts_as_station(session)
    both = [
        session.lab.access_point(NAME, PASSWORD, rssi=rssi, channel=channel)
        for rssi, channel in ((-80, 1), (-40, 11))
    ]
    session.agree(onair.join(session, command, both[chosen], both[chosen].bssid))

    log = onair.require_again(session, both[chosen])
    log.require_no_join(both[1 - chosen])


@each("AIR-BV-20", SAVING, "set/13", PASSWORDS, "password", needs=["access-points"])
def test_a_password_of_each_length_is_saved(session, command, password):
    """An access point is joined again whatever length its password has, and without one."""
    onair.starts_as_station(session)
    access_point = session.lab.access_point(NAME, password)
    onair.be_joined(session, access_point, command)

    onair.require_again(session, access_point)


@pytest.mark.parametrize("place", ["name", "password"])
@each("AIR-BV-26", SAVING, "set/13", ESCAPED, "special", needs=["access-points"])
def test_special_characters_are_saved_without_their_escapes(session, command, special, place):
    """An access point with special characters in name or password is joined again."""
    onair.starts_as_station(session)
    name = special + b" 4d1f" + special if place == "name" else NAME
    password = special + PASSWORD + special if place == "password" else PASSWORD
    access_point = session.lab.access_point(name, password)
    onair.be_joined(session, access_point, command)

    onair.require_again(session, access_point)


@commands("AIR-BV-21", SAVING, "set/13")
def test_what_was_joined_beside_a_softap_is_joined_again(session, command):
    """What was joined in mode 3 is saved, too: in mode 1 it is joined again after AT+RST."""
    onair.starts_as_station(session)
    home = session.lab.home()
    before = have_another_saved(session, home)
    session.prepare(set_("CWMODE_CUR", mode.BOTH))
    onair.be_joined(session, home, command)

    log = onair.require_again(session, home)
    if before:
        log.require_no_join(before)


@commands("AIR-BV-22", SAVING, "set/13", needs=["access-points"])
def test_what_took_the_place_of_another_is_joined_again(session, command):
    """What was joined while another access point was joined and saved is joined again.

    If the IUT does not join so (ruling R-104), it leaves the first one before.
    """
    onair.starts_as_station(session)
    first = session.lab.access_point(NAME, PASSWORD, channel=1)
    second = session.lab.access_point(OTHER_NAME, PASSWORD, channel=11)
    onair.be_joined(session, first, command)
    attempt = Attempt(onair.join(session, command, second))
    if attempt.exchange.final == FAIL:
        attempt.was_tried()
        onair.leave(session)
        onair.be_joined(session, second, command)

    log = onair.require_again(session, second)
    log.require_no_join(first)
