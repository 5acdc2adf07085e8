"""Clause 4.1.37: AT+MDNS, without an AP (ruling R-68). mDNS is always disabled afterwards."""

import pytest

from conformance.commandline import set_
from conformance.grammar import ERROR, OK
from suites.inuse import again
from suites.malformed import outside, with_one, wrong_shapes
from suites.wifi import mode
from suites.wifi.siblings import COMMANDS

MDNS = COMMANDS["MDNS"]
EXAMPLE = MDNS.example


def mdns(code, number):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(f"TP/WIFI/MDNS/{code}", verifies=[f"4.1.37/MDNS/set/{number}"])


@pytest.fixture
def iut(session):
    """An IUT in station mode, whose mDNS is disabled afterwards, and which is restarted."""
    session.afterwards(session.restart)
    session.afterwards(lambda: session.observe(set_("MDNS", 0)))
    session.prepare(set_("CWMODE_CUR", mode.STATION))
    return session


@mdns("BV-01", "01")
@pytest.mark.parametrize("wifi_mode", [mode.STATION, mode.SOFTAP, mode.BOTH])
@pytest.mark.parametrize(
    "values",
    [EXAMPLE, (1, "a", "b", 1), (1, "board-12", "www2", 65535)],
    ids=["example", "short", "long"],
)
def test_enabling_is_answered(iut, wifi_mode, values):
    """Without an AP enabling mDNS is answered OK or ERROR, in each Wi-Fi mode."""
    iut.prepare(set_("CWMODE_CUR", wifi_mode))

    iut.send(set_("MDNS", *values)).ends_with(OK, ERROR)


@mdns("BV-02", "02")
@pytest.mark.parametrize("enabled_before", [False, True], ids=["never", "enabled"])
@pytest.mark.parametrize("values", [(0,), (0, *EXAMPLE[1:])], ids=["alone", "full"])
def test_disabling_is_answered(iut, enabled_before, values):
    """Disabling mDNS is answered OK or ERROR, with the other parameters or without them."""
    if enabled_before:
        iut.send(set_("MDNS", *EXAMPLE))

    iut.send(set_("MDNS", *values)).ends_with(OK, ERROR)


@mdns("BI-03", "03")
@pytest.mark.parametrize("value", list(outside(MDNS.parameters[0])))
def test_another_first_parameter_is_refused(iut, value):
    """A first parameter that is neither 0 nor 1 is refused."""
    iut.send(with_one(MDNS, 0, value)).is_refused()


@mdns("BI-04", "04")
@pytest.mark.parametrize("line", [pytest.param(line, id=name) for name, line in wrong_shapes(MDNS)])
def test_a_wrong_shape_is_refused(iut, line):
    """Too few or too many parameters, or one that is empty or of the wrong kind, are refused."""
    iut.send(line).is_refused()


@mdns("BI-08", "08")
@pytest.mark.parametrize(
    "name",
    ["board.local", ".", "http", "_http._tcp", "a b", "a/b", 'a"b', "a\\b", "a,b", "%s%n"],
)
@pytest.mark.parametrize("index", [1, 2], ids=["hostname", "server-name"])
def test_a_name_that_is_not_allowed_does_not_end_the_dialogue(iut, name, index):
    """After a name with a special character, or of a protocol, AT is answered OK."""
    iut.provoke(with_one(MDNS, index, name))

    iut.responds()


# The same of an IUT in use

globals().update(
    again(
        test_disabling_is_answered,
        test_another_first_parameter_is_refused,
        test_a_wrong_shape_is_refused,
    )
)
