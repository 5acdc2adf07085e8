"""Clause 3.2.11: AT+RFPOWER. What it does to the air is not seen here."""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import set_
from suites.inuse import again
from suites.malformed import outside, with_one, wrong_shapes

RFPOWER = load_edition().commands["RFPOWER"]


@pytest.fixture
def radio(session):
    """An IUT whose RF power is what it was after a restart."""
    session.afterwards(session.restart)
    return session


@pytest.mark.purpose("TP/BASIC/RFPOWER/BV-01", verifies=["3.2.11/RFPOWER/set/01"])
@pytest.mark.parametrize("power", [0, 1, 41, 50, 81, 82])
def test_a_documented_power_is_answered_ok(radio, power):
    """AT+RFPOWER with a value from 0 to 82 is answered OK."""
    radio.send(set_("RFPOWER", power)).succeeds()


@pytest.mark.purpose("TP/BASIC/RFPOWER/BI-01", verifies=["3.2.11/RFPOWER/set/02"])
@pytest.mark.parametrize("value", list(outside(RFPOWER.parameters[0])))
def test_another_power_is_refused(radio, value, refused):
    """AT+RFPOWER with a value outside 0 to 82 is refused."""
    refused(radio.send(with_one(RFPOWER, 0, value)))


@pytest.mark.purpose("TP/BASIC/RFPOWER/BI-02", verifies=["3.2.11/RFPOWER/set/03"])
@pytest.mark.parametrize(
    "line", [pytest.param(line, id=name) for name, line in wrong_shapes(RFPOWER)]
)
def test_a_wrong_shape_is_refused(radio, line, refused):
    """AT+RFPOWER with nothing, too much or no number after the equals sign is refused."""
    refused(radio.send(line))


# The same of an IUT in use

globals().update(
    again(
        test_a_documented_power_is_answered_ok,
        test_another_power_is_refused,
        test_a_wrong_shape_is_refused,
    )
)
