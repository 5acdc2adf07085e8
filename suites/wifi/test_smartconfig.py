"""Clauses 4.1.32 and 4.1.33: AT+CWSTARTSMART and AT+CWSTOPSMART (ruling R-67).

SmartConfig is stopped after each purpose, as the note of clause 4.1.33 wants it.
"""

import pytest

from conformance.commandline import execute, query, set_
from conformance.grammar import ERROR, OK
from suites.malformed import outside, with_one, wrong_shapes
from suites.wifi import mode
from suites.wifi.siblings import COMMANDS

START = COMMANDS["CWSTARTSMART"]
TYPES = START.parameters[0].values
STOP = execute("CWSTOPSMART")

#: Every documented way to start: without a type, and with each.
STARTS = {"execute": execute("CWSTARTSMART")} | {
    f"type-{kind}": set_("CWSTARTSMART", kind) for kind in TYPES
}


def starts(form):
    """`STARTS` of one form, for a purpose that judges that form."""
    lines = {key: line for key, line in STARTS.items() if line.form == form}
    return pytest.mark.parametrize("start", list(lines.values()), ids=list(lines))


ALL_STARTS = pytest.mark.parametrize("start", list(STARTS.values()), ids=list(STARTS))


def smart(code, requirement):
    """The marker of a purpose for AT+CWSTARTSMART."""
    verified = [f"4.1.32/CWSTARTSMART/{requirement}"]
    return pytest.mark.purpose(f"TP/WIFI/CWSTARTSMART/{code}", verifies=verified)


def stop(code, number):
    """The marker of a purpose for AT+CWSTOPSMART."""
    verified = [f"4.1.33/CWSTOPSMART/execute/{number}"]
    return pytest.mark.purpose(f"TP/WIFI/CWSTOPSMART/{code}", verifies=verified)


def stopping(session, wifi_mode):
    """An IUT in `wifi_mode`, whose SmartConfig is stopped afterwards, and which is restarted."""
    session.afterwards(session.restart)
    session.afterwards(lambda: session.observe(STOP))
    session.prepare(set_("CWMODE_CUR", wifi_mode))
    return session


@pytest.fixture
def station(session):
    """An IUT in station mode."""
    return stopping(session, mode.STATION)


@pytest.fixture
def softap(session):
    """An IUT in softAP mode."""
    return stopping(session, mode.SOFTAP)


@smart("EXECUTE-BV-01", "execute/01")
@starts("execute")
def test_a_start_without_a_type_is_answered_ok(station, start):
    """In station mode AT+CWSTARTSMART is answered OK."""
    station.send(start).succeeds()


@smart("BV-01", "set/01")
@starts("set")
def test_a_start_with_a_type_is_answered_ok(station, start):
    """In station mode AT+CWSTARTSMART with each documented type is answered OK."""
    station.send(start).succeeds()


@smart("EXECUTE-BI-02", "execute/02")
@starts("execute")
def test_a_softap_refuses_a_start_without_a_type(softap, start):
    """In softAP mode AT+CWSTARTSMART is refused."""
    softap.send(start).is_refused()


@smart("BI-04", "set/04")
@starts("set")
def test_a_softap_refuses_a_start_with_a_type(softap, start):
    """In softAP mode AT+CWSTARTSMART with each documented type is refused."""
    softap.send(start).is_refused()


@smart("BI-02", "set/02")
@pytest.mark.parametrize("value", list(outside(START.parameters[0])))
def test_another_type_is_refused(station, value):
    """A type that is not documented is refused."""
    station.send(with_one(START, 0, value)).is_refused()


@smart("BI-03", "set/03")
@pytest.mark.parametrize(
    "line", [pytest.param(line, id=name) for name, line in wrong_shapes(START)]
)
def test_a_wrong_shape_is_refused(station, line):
    """Nothing, too much or no number after the equals sign is refused."""
    station.send(line).is_refused()


@stop("BV-01", "01")
@ALL_STARTS
def test_a_stop_is_answered_ok(station, start):
    """While SmartConfig runs AT+CWSTOPSMART is answered OK."""
    station.prepare(start)

    station.send(STOP).succeeds()


@stop("BV-02", "02")
@pytest.mark.parametrize("stopped_before", [False, True], ids=["never-started", "stopped"])
def test_a_stop_without_a_start_is_answered(station, stopped_before):
    """While SmartConfig does not run AT+CWSTOPSMART is answered OK or ERROR."""
    if stopped_before:
        station.prepare(STARTS["execute"], STOP)

    station.send(STOP).ends_with(OK, ERROR)


@stop("BV-03", "03")
@ALL_STARTS
@pytest.mark.parametrize("line", [query("CWMODE_CUR"), set_("CWMODE_CUR", 1)], ids=["query", "set"])
def test_other_commands_work_after_a_stop(station, start, line):
    """After AT+CWSTOPSMART other commands are answered OK."""
    station.prepare(start, STOP)

    station.send(line).succeeds()


@stop("BV-04", "04")
@ALL_STARTS
def test_smartconfig_can_be_started_again_and_again(station, start):
    """After AT+CWSTOPSMART a start is answered OK, three times."""
    station.prepare(start, STOP)

    for _ in range(3):
        station.send(start).succeeds()
        station.prepare(STOP)
