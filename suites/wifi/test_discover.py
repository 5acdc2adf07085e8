"""Clauses 4.1.34 and 4.1.35: starting and stopping discovery, without an AP (ruling R-68)."""

import pytest

from conformance.commandline import execute, set_
from conformance.grammar import ERROR, OK
from suites.malformed import outside, with_one, wrong_shapes
from suites.wifi import mode
from suites.wifi.siblings import COMMANDS

START = COMMANDS["CWSTARTDISCOVER"]
TIME = START.parameters[2]
STOP = execute("CWSTOPDISCOVER")

#: The ends of the range, and the document's example between them.
TIMES = [0, 1, 10, 86399, 86400]


def discover(code, number):
    """The marker of a purpose for AT+CWSTARTDISCOVER."""
    verified = [f"4.1.34/CWSTARTDISCOVER/set/{number}"]
    return pytest.mark.purpose(f"TP/WIFI/CWSTARTDISCOVER/{code}", verifies=verified)


@pytest.fixture
def station(session):
    """An IUT in station mode, which is not to be found afterwards, and is restarted."""
    session.afterwards(session.restart)
    session.afterwards(lambda: session.observe(STOP))
    session.prepare(set_("CWMODE_CUR", mode.STATION))
    return session


@discover("BV-01", "01")
@pytest.mark.parametrize("time", TIMES)
def test_a_documented_time_is_answered(station, time):
    """Without an AP a documented time is answered OK or ERROR."""
    station.send(with_one(START, 2, time)).ends_with(OK, ERROR)


@discover("BI-02", "02")
@pytest.mark.parametrize("value", list(outside(TIME)))
def test_a_time_outside_is_refused(station, value):
    """A time outside 0 to 86400 is refused."""
    station.send(with_one(START, 2, value)).is_refused()


@discover("BI-03", "03")
@pytest.mark.parametrize(
    "line", [pytest.param(line, id=name) for name, line in wrong_shapes(START)]
)
def test_a_wrong_shape_is_refused(station, line):
    """Too few or too many parameters, or one that is empty or of the wrong kind, are refused."""
    station.send(line).is_refused()


@pytest.mark.purpose("TP/WIFI/CWSTOPDISCOVER/BV-01", verifies=["4.1.35/CWSTOPDISCOVER/execute/01"])
@pytest.mark.parametrize("before", ["nothing", "start", "stop"])
def test_a_stop_is_answered(station, before):
    """Never started, started, and stopped already: AT+CWSTOPDISCOVER is answered OK or ERROR."""
    if before != "nothing":
        station.send(set_(START.name, *START.example))
    if before == "stop":
        station.send(STOP)

    station.send(STOP).ends_with(OK, ERROR)
