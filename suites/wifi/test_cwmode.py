"""Clauses 4.1.1 to 4.1.3: AT+CWMODE, AT+CWMODE_CUR, AT+CWMODE_DEF (rulings R-30 to R-32)."""

import re

import pytest

from conformance.commandline import query, set_
from conformance.commandline import test as test_form
from conformance.grammar import ERROR, OK
from conformance.verdict import Inconclusive, NonConformity, Reason, Unclaimed
from suites.head import head
from suites.inuse import again
from suites.malformed import outside, with_one, wrong_shapes
from suites.wifi import mode as modes
from suites.wifi.beside import told_beside, which
from suites.wifi.joining import join
from suites.wifi.softap import SoftAp
from suites.wifi.triples import COMMANDS, alone, cases

CUR, DEF = "CWMODE_CUR", "CWMODE_DEF"
ALL = ("CWMODE", CUR, DEF)
SAVING = ("CWMODE", DEF)
PARAMETER = COMMANDS["CWMODE"].parameters[0]

#: Ruling R-30: all three values, or the ends of a range; what stands around them is typography.
_BETWEEN, _TO = rb"[-\s,.~]+", rb"\s*(?:-|~|\.{2,3})\s*"
SCOPE = re.compile(rb"[\s(\[{<]*1(?:%b2%b|%b)3[\s)\]}>]*" % (_BETWEEN, _BETWEEN, _TO))
#: From each mode to each other one.
SEQUENCES = {f"{a}-{b}": (a, b) for a in modes.MODES for b in modes.MODES if a != b}
REFUSED = {"low": -1, "zero": 0, "high": 4}


@pytest.fixture
def wifi(session, command):
    """An IUT whose mode `command` may set; afterwards it is what it was."""
    modes.borrow(session, command)
    return session


# What is told


@pytest.mark.parametrize("command", list(alone("BV-01", ALL, "test/01", harmless=True)))
def test_the_test_form_tells_the_scope(session, command):
    """The test form tells the scope of the mode, which is 1 to 3, and ends with OK."""
    exchange = session.send(test_form(command))

    line = exchange.succeeds().tells(head(command) + rb"(.*)", f"a line +{command}:")
    if not SCOPE.fullmatch(line[1]):
        raise NonConformity("a scope of 1 to 3", exchange.describe())


@pytest.mark.parametrize("command", list(alone("BV-02", ALL, "query/01", harmless=True)))
def test_the_query_tells_a_mode(session, command):
    """The query tells a mode in the documented form and ends with OK."""
    exchange = session.send(query(command))

    modes.of(exchange.succeeds())


@pytest.mark.parametrize("command", list(alone("BV-03", ALL, "query/02", harmless=True)))
def test_the_query_tells_a_documented_mode(session, command):
    """The mode that the query tells is 1, 2 or 3."""
    actual = modes.told(session, command)

    if actual not in modes.MODES:
        raise NonConformity("mode 1, 2 or 3", f"mode {actual}")


# What is set


@pytest.mark.parametrize(("command", "mode"), list(cases("BV-04", ALL, "set/01", modes.MODES)))
def test_a_documented_mode_is_answered_ok(wifi, command, mode):
    """Each documented mode is answered OK."""
    wifi.send(set_(command, mode)).succeeds()


@pytest.mark.parametrize(("command", "sequence"), list(cases("BV-05", ALL, "set/02", SEQUENCES)))
def test_the_query_tells_what_was_set(wifi, command, sequence):
    """The query tells the mode that was set last, again and again."""
    wifi.prepare(*(set_(command, mode) for mode in sequence))

    modes.require(wifi, command, sequence[-1])
    modes.require(wifi, command, sequence[-1])


@pytest.mark.parametrize("command", list(alone("BV-05-EACH", ALL, "set/02")))
def test_the_query_tells_each_mode_that_was_set(wifi, command):
    """The query tells every mode when it was set, one after the other."""
    for mode in (*modes.MODES, modes.MODES[0], modes.BOTH):
        wifi.prepare(set_(command, mode))
        modes.require(wifi, command, mode)


@pytest.mark.parametrize(
    ("command", "value"), list(cases("BI-01", ALL, "set/03", list(outside(PARAMETER))))
)
def test_another_mode_is_refused(wifi, command, value, refused):
    """A mode that is not documented is refused."""
    refused(wifi.send(with_one(COMMANDS[command], 0, value)))


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        case
        for name in ALL
        for case in cases("BI-02", [name], "set/04", dict(wrong_shapes(COMMANDS[name])))
    ],
)
def test_a_wrong_shape_is_refused(wifi, command, wrong, refused):
    """Nothing, too much or no number after the equals sign is refused."""
    refused(wifi.send(wrong))


@pytest.mark.parametrize("before", modes.MODES)
@pytest.mark.parametrize(("command", "value"), list(cases("BI-03", ALL, "set/05", REFUSED)))
def test_what_is_refused_changes_nothing(wifi, command, value, before):
    """After a set that is refused, the query tells the mode from before."""
    wifi.prepare(set_(command, before))
    found = modes.told(wifi, command)
    wifi.refuse(wifi.send(set_(command, value)), "set/03")

    modes.require(wifi, command, found)


@pytest.mark.parametrize(("command", "value"), list(cases("BI-04", SAVING, "set/05", REFUSED)))
def test_what_is_refused_is_not_saved(wifi, command, value):
    """After a set that is refused, and a restart, the mode is the one from before."""
    wifi.prepare(set_(command, modes.STATION))
    wifi.restart()
    found = modes.told(wifi, CUR)
    wifi.refuse(wifi.send(set_(command, value)), "set/03")
    wifi.restart()

    modes.require(wifi, CUR, found)


# What the mode does


def require_claimed(session, line):
    """Whoever does not claim what shows the mode is not judged by it."""
    if not session.may(line):
        raise Unclaimed(f"the PICS does not claim AT+{line.name}, which shows the mode")


def has_softap(session):
    """What the softAP's command is answered, and whether that says that it is there (R-32)."""
    line = SoftAp().line("CWSAP_CUR")
    require_claimed(session, line)
    exchange = session.send(line)
    return exchange, exchange.final == OK, exchange.final == ERROR


def has_station(session):
    """What a join is answered, and whether that says that the station is there (R-32 and R-41)."""
    require_claimed(session, set_("CWJAP_CUR"))
    attempt = join(session, "CWJAP_CUR")
    refused = attempt.exchange.declined
    try:
        attempt.was_tried()
    except NonConformity:
        return attempt.exchange, False, refused
    return attempt.exchange, True, refused


def require_there(session, command, witness, wanted):
    """Require `witness` to say that it is there, or that it is not.

    Another command is asked for that. If it says the same in every mode, the mode is not to blame.
    """
    exchange, there, refused = witness(session)
    if there if wanted else refused:
        return
    if not tells_modes_apart(session, command, witness):
        raise Inconclusive(
            f"AT+{exchange.line.name} tells no mode from another: {exchange.describe()}",
            Reason.IN_THE_WAY,
            exchange.objection("an answer that goes with the mode"),
        )
    what = f"AT+{exchange.line.name} {'' if wanted else 'not '}to be there in this mode"
    raise NonConformity(what, exchange.describe())


def lend_siblings(session):
    """Have what siblings will save given back, as it is told before anything is set.

    Afterwards a wrong firmware may tell there what was only current.
    """
    if session.may(query(DEF)) and session.may(set_(DEF, modes.BOTH)):
        modes.borrow(session, DEF)


def tells_modes_apart(session, command, witness):
    """Whether `witness` differs between modes that a sibling of `command` set."""
    for sibling in (each for each in (CUR, DEF) if each != command):
        if not session.may(set_(sibling, modes.BOTH)):
            continue
        told = set()
        for mode in (modes.STATION, modes.SOFTAP):
            session.prepare(set_(sibling, mode))
            if sibling == DEF:
                session.restart()
            told.add(witness(session)[1])
        if len(told) > 1:
            return True
    return False


@pytest.mark.parametrize(
    ("command", "mode"), list(cases("BV-06", ("CWMODE", CUR), "set/06", modes.MODES))
)
def test_the_softap_is_there_as_the_mode_says(wifi, command, mode):
    """The softAP is there in modes 2 and 3, and not in mode 1, unlike before."""
    lend_siblings(wifi)
    before = modes.STATION if mode in modes.WITH_SOFTAP else modes.SOFTAP
    wifi.prepare(set_(command, before), set_(command, mode))

    require_there(wifi, command, has_softap, mode in modes.WITH_SOFTAP)


@pytest.mark.parametrize(
    ("command", "mode"), list(cases("BV-25", ["CWMODE"], "set/06", modes.MODES))
)
def test_a_mode_that_is_saved_already_is_in_force_at_once(wifi, command, mode):
    """AT+CWMODE sets what is saved, but not current; the softAP is there as that mode says."""
    current = modes.STATION if mode in modes.WITH_SOFTAP else modes.SOFTAP
    wifi.prepare(set_(command, mode), set_(CUR, current), set_(command, mode))

    require_there(wifi, command, has_softap, mode in modes.WITH_SOFTAP)


@pytest.mark.parametrize(("command", "mode"), list(cases("BV-07", [DEF], "set/06", modes.MODES)))
def test_the_softap_is_there_as_the_saved_mode_says(wifi, command, mode):
    """After a restart the softAP is there in saved modes 2 and 3, and not in 1, unlike before."""
    before = modes.STATION if mode in modes.WITH_SOFTAP else modes.SOFTAP
    wifi.prepare(set_(command, before), set_(command, mode))
    wifi.restart()

    require_there(wifi, command, has_softap, mode in modes.WITH_SOFTAP)


@pytest.mark.parametrize(
    ("command", "mode"), list(cases("BV-08", ("CWMODE", CUR), "set/07", modes.MODES))
)
def test_the_station_is_there_as_the_mode_says(wifi, command, mode):
    """A join is tried in modes 1 and 3, and refused in mode 2, unlike before."""
    lend_siblings(wifi)
    before = modes.SOFTAP if mode in modes.WITH_STATION else modes.STATION
    wifi.prepare(set_(command, before), set_(command, mode))

    require_there(wifi, command, has_station, mode in modes.WITH_STATION)


@pytest.mark.parametrize(("command", "mode"), list(cases("BV-09", [DEF], "set/07", modes.MODES)))
def test_the_station_is_there_as_the_saved_mode_says(wifi, command, mode):
    """After a restart a join is tried in saved modes 1 and 3, and refused in 2, unlike before."""
    before = modes.SOFTAP if mode in modes.WITH_STATION else modes.STATION
    wifi.prepare(set_(command, before), set_(command, mode))
    wifi.restart()

    require_there(wifi, command, has_station, mode in modes.WITH_STATION)


# What is kept


@pytest.mark.parametrize(("command", "mode"), list(cases("BV-10", SAVING, "set/08", modes.MODES)))
def test_a_saved_mode_is_there_after_a_restart(wifi, command, mode):
    """A mode is saved, another one is current; after AT+RST it is the saved one."""
    other = modes.another(mode)
    wifi.prepare(set_(command, other), set_(command, mode), set_(CUR, other))
    wifi.restart()

    modes.require(wifi, CUR, mode)


@pytest.mark.parametrize(("command", "step"), list(cases("BV-11", [CUR], "set/08", [1, 2])))
def test_a_current_mode_is_gone_after_a_restart(wifi, command, step):
    """After AT+RST the mode is the saved one, not the current one from before."""
    saved = modes.told(wifi, DEF)
    wifi.prepare(set_(command, modes.another(saved, step)))
    wifi.restart()

    modes.require(wifi, command, saved)


@pytest.mark.parametrize(("command", "mode"), list(cases("BV-12", SAVING, "set/09", modes.MODES)))
def test_a_saved_mode_is_there_without_power(wifi, command, mode):
    """A mode is saved, another one is current; without power it becomes the saved one."""
    other = modes.another(mode)
    wifi.prepare(set_(command, other), set_(command, mode), set_(CUR, other))
    wifi.power_cycle()

    modes.require(wifi, CUR, mode)


@pytest.mark.parametrize(("command", "step"), list(cases("BV-13", [CUR], "set/09", [1, 2])))
def test_a_current_mode_is_gone_without_power(wifi, command, step):
    """When the power was off the mode is the saved one, not the current one from before."""
    saved = modes.told(wifi, DEF)
    wifi.prepare(set_(command, modes.another(saved, step)))
    wifi.power_cycle()

    modes.require(wifi, command, saved)


@pytest.mark.parametrize("command", list(alone("BV-14", SAVING, "set/10")))
def test_a_saved_mode_is_in_the_system_parameter_area(wifi, command):
    """A new mode that is saved changes what the system parameter area of the flash holds."""
    saved = modes.told(wifi, DEF)
    (before,) = wifi.read_flash("system")
    wifi.prepare(set_(command, modes.another(saved)))

    (afterwards,) = wifi.read_flash("system")
    assert afterwards != before, "the system parameter area differs after a new mode was saved"


@pytest.mark.parametrize("command", list(alone("BV-15", [CUR], "set/10")))
def test_a_current_mode_is_not_in_the_flash(wifi, command):
    """AT+CWMODE_CUR changes nothing in either parameter area of the flash."""
    saved = modes.told(wifi, DEF)
    before = wifi.read_flash("user", "system")
    wifi.prepare(set_(command, modes.another(saved)))

    assert wifi.read_flash("user", "system") == before, "both parameter areas as they were"


@pytest.mark.parametrize(("command", "step"), list(cases("BV-16", [CUR], "set/11", [1, 2])))
def test_which_mode_is_told_beside_a_current_one(wifi, command, step, requirement):
    """After AT+CWMODE_CUR the query of AT+CWMODE_DEF tells the saved mode, or that one."""
    saved = modes.told(wifi, DEF)
    current = modes.another(saved, step)
    wifi.prepare(set_(command, current))

    requirement.observes(told_beside(command), which(saved, current, modes.told(wifi, DEF)))


# The same of an IUT in use

globals().update(
    again(
        test_the_query_tells_each_mode_that_was_set,
        test_the_test_form_tells_the_scope,
        test_the_query_tells_a_mode,
        test_the_query_tells_what_was_set,
        test_another_mode_is_refused,
        test_a_wrong_shape_is_refused,
        test_a_saved_mode_is_there_after_a_restart,
        test_a_documented_mode_is_answered_ok,
        test_what_is_refused_changes_nothing,
        test_the_query_tells_a_documented_mode,
    )
)
