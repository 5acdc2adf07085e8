"""Clause 4.1.7: AT+CWLAPOPT, as far as it is seen without an access point (ruling R-43)."""

import pytest

from conformance.commandline import set_
from suites.malformed import outside, with_one, wrong_shapes
from suites.wifi import mode
from suites.wifi.triples import COMMANDS

LAPOPT = COMMANDS["CWLAPOPT"]
SORT, MASK = LAPOPT.parameters

#: None, all, and each of the seven bits alone.
MASKS = [0, MASK.maximum, *(1 << bit for bit in range(7))]


def purpose(code, number):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/WIFI/CWLAPOPT/{code}", verifies=[f"4.1.7/CWLAPOPT/set/{number}"]
    )


@pytest.fixture
def station(session):
    """An IUT in station mode, restarted afterwards."""
    mode.enter(session, mode.STATION)
    return session


@purpose("BV-01", "01")
@pytest.mark.parametrize("sort", SORT.values)
@pytest.mark.parametrize("mask", MASKS)
def test_documented_values_are_answered_ok(station, sort, mask):
    """0 or 1 and a mask of documented bits are answered OK."""
    station.send(set_("CWLAPOPT", sort, mask)).succeeds()


@purpose("BI-01", "02")
@pytest.mark.parametrize("value", list(outside(SORT)))
def test_another_first_value_is_refused(station, value):
    """Another first value than 0 and 1 is refused."""
    station.send(with_one(LAPOPT, 0, value)).is_refused()


@purpose("BI-02", "03")
@pytest.mark.parametrize(
    "wrong", [pytest.param(line, id=name) for name, line in wrong_shapes(LAPOPT)]
)
def test_a_wrong_shape_is_refused(station, wrong):
    """Another number of parameters than two, or one that is no number, is refused."""
    station.send(wrong).is_refused()
