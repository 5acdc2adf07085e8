"""Clause 5.2.19: AT+CIPDINFO. What it does to received data, only a peer could tell."""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import set_
from suites.malformed import outside, with_one, wrong_shapes

CIPDINFO = load_edition().commands["CIPDINFO"]
MODES = CIPDINFO.parameters[0].values


@pytest.fixture
def iut(session):
    """An IUT that is restarted afterwards."""
    session.afterwards(session.restart)
    return session


def cipdinfo(code, number):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/TCPIP/CIPDINFO/{code}", verifies=[f"5.2.19/CIPDINFO/set/{number}"]
    )


@cipdinfo("BV-01", "01")
@pytest.mark.parametrize("before", MODES)
@pytest.mark.parametrize("mode", MODES)
def test_a_documented_mode_is_answered_ok(iut, before, mode):
    """AT+CIPDINFO with 0 and with 1 is answered OK, whichever was set before."""
    iut.send(set_("CIPDINFO", before)).succeeds()

    iut.send(set_("CIPDINFO", mode)).succeeds()


@cipdinfo("BI-01", "02")
@pytest.mark.parametrize("value", list(outside(CIPDINFO.parameters[0])))
def test_another_mode_is_refused(iut, value):
    """AT+CIPDINFO with another value than 0 and 1 is refused."""
    iut.send(with_one(CIPDINFO, 0, value)).is_refused()


@cipdinfo("BI-02", "03")
@pytest.mark.parametrize(
    "line", [pytest.param(line, id=name) for name, line in wrong_shapes(CIPDINFO)]
)
def test_a_wrong_shape_is_refused(iut, line):
    """AT+CIPDINFO with nothing, too much or no number after the equals sign is refused."""
    iut.send(line).is_refused()


@cipdinfo("BV-02", "07")
def test_the_setting_is_not_in_the_flash(iut):
    """AT+CIPDINFO=0 and then 1 change nothing in either parameter area of the flash."""
    iut.settle()  # what was saved before may be written after its OK
    before = iut.read_flash("user", "system")
    iut.prepare(set_("CIPDINFO", 0), set_("CIPDINFO", 1))
    iut.settle()

    assert iut.read_flash("user", "system") == before, "both parameter areas are as before"
