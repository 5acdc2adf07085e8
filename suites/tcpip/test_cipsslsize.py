"""Clause 5.2.3: AT+CIPSSLSIZE. What the size does shows on SSL connections alone."""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import set_
from suites.malformed import outside, with_one, wrong_shapes

CIPSSLSIZE = load_edition().commands["CIPSSLSIZE"]


@pytest.fixture
def restarted(session):
    """An IUT that is restarted afterwards, which gives back the size."""
    session.afterwards(session.restart)
    return session


@pytest.mark.purpose("TP/TCPIP/CIPSSLSIZE/BV-01", verifies=["5.2.3/CIPSSLSIZE/set/01"])
@pytest.mark.parametrize("size", [2048, 2049, 3000, 4095, 4096])
def test_a_documented_size_is_answered_ok(restarted, size):
    """AT+CIPSSLSIZE with a size in the range is answered OK."""
    restarted.send(set_("CIPSSLSIZE", size)).succeeds()


@pytest.mark.purpose("TP/TCPIP/CIPSSLSIZE/BI-01", verifies=["5.2.3/CIPSSLSIZE/set/02"])
@pytest.mark.parametrize("size", [0, 1, *outside(CIPSSLSIZE.parameters[0])])
def test_another_size_is_refused(restarted, size):
    """AT+CIPSSLSIZE with a size outside the range is refused."""
    restarted.send(with_one(CIPSSLSIZE, 0, size)).is_refused()


@pytest.mark.purpose("TP/TCPIP/CIPSSLSIZE/BI-02", verifies=["5.2.3/CIPSSLSIZE/set/03"])
@pytest.mark.parametrize(
    "line", [pytest.param(line, id=name) for name, line in wrong_shapes(CIPSSLSIZE)]
)
def test_a_wrong_shape_is_refused(restarted, line):
    """AT+CIPSSLSIZE with nothing, too much or no number after the equals sign is refused."""
    restarted.send(line).is_refused()
