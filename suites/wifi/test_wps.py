"""Clause 4.1.36: AT+WPS, with no AP near (ruling R-69). Each purpose stops it again."""

import pytest

from conformance.commandline import execute, set_
from suites.malformed import outside, with_one, wrong_shapes
from suites.wifi import mode
from suites.wifi.siblings import COMMANDS

WPS = COMMANDS["WPS"]
START, STOP = set_("WPS", 1), set_("WPS", 0)


def wps(code, number):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(f"TP/WIFI/WPS/{code}", verifies=[f"4.1.36/WPS/set/{number}"])


def stopping(session, wifi_mode):
    """An IUT in `wifi_mode`, whose WPS is stopped afterwards, and which is restarted."""
    session.afterwards(session.restart)
    session.afterwards(lambda: session.observe(STOP))
    session.prepare(set_("CWMODE_CUR", wifi_mode))
    return session


@pytest.fixture
def station(session):
    """An IUT in station mode."""
    return stopping(session, mode.STATION)


@wps("BV-01", "01")
def test_a_start_is_answered_ok(station):
    """In station mode AT+WPS=1 is answered OK."""
    station.send(START).succeeds()


@wps("BV-02", "02")
def test_a_stop_is_answered_ok(station):
    """After AT+WPS=1 AT+WPS=0 is answered OK."""
    station.prepare(START)

    station.send(STOP).succeeds()


@wps("BI-03", "03")
@pytest.mark.parametrize("value", list(outside(WPS.parameters[0])))
def test_another_value_is_refused(station, value):
    """A value that is neither 0 nor 1 is refused."""
    station.send(with_one(WPS, 0, value)).is_refused()


@wps("BI-04", "04")
@pytest.mark.parametrize("line", [pytest.param(line, id=name) for name, line in wrong_shapes(WPS)])
def test_a_wrong_shape_is_refused(station, line):
    """Nothing, too much or no number after the equals sign is refused."""
    station.send(line).is_refused()


@wps("BI-05", "05")
def test_a_softap_refuses_a_start(session):
    """In softAP mode AT+WPS=1 is refused."""
    softap = stopping(session, mode.SOFTAP)

    softap.send(START).is_refused()


@wps("BV-06", "06")
def test_wps_can_be_started_again_and_again(station):
    """After AT+WPS=0 a start is answered OK, three times."""
    station.prepare(START, STOP)

    for _ in range(3):
        station.send(START).succeeds()
        station.prepare(STOP)


@pytest.mark.purpose("TP/WIFI/WPS/EXECUTE-BI-01", verifies=["4.1.36/WPS/execute/01"])
def test_wps_without_a_value_is_refused(station):
    """In station mode, where WPS can be used, AT+WPS without a value is refused."""
    station.send(execute("WPS")).is_refused()
