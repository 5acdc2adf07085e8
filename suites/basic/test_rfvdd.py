"""Clause 3.2.12: AT+RFVDD. What it does to the air, and whether it measures well, is not seen."""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import execute, query, set_
from suites.head import head
from suites.inuse import again
from suites.malformed import outside, with_one, wrong_shapes

RFVDD = load_edition().commands["RFVDD"]


@pytest.fixture
def radio(session):
    """An IUT whose RF power is what it was after a restart."""
    session.afterwards(session.restart)
    return session


@pytest.mark.purpose("TP/BASIC/RFVDD/BV-01", verifies=["3.2.12/RFVDD/query/01"])
def test_the_query_tells_a_voltage(session):
    """AT+RFVDD? tells VDD33 as a number and ends with OK."""
    exchange = session.send(query("RFVDD"))

    exchange.succeeds().tells(head("RFVDD") + rb"(\d+)", "a line +RFVDD:<VDD33>")


@pytest.mark.purpose("TP/BASIC/RFVDD/BV-02", verifies=["3.2.12/RFVDD/set/01"])
@pytest.mark.parametrize("value", [1900, 1901, 2500, 3299, 3300])
def test_a_documented_voltage_is_answered_ok(radio, value):
    """AT+RFVDD with a value from 1900 to 3300 is answered OK."""
    radio.send(set_("RFVDD", value)).succeeds()


@pytest.mark.purpose("TP/BASIC/RFVDD/BI-01", verifies=["3.2.12/RFVDD/set/02"])
@pytest.mark.parametrize("value", [0, *outside(RFVDD.parameters[0])])
def test_another_voltage_is_refused(radio, value, refused):
    """AT+RFVDD with a value outside 1900 to 3300 is refused."""
    refused(radio.send(with_one(RFVDD, 0, value)))


@pytest.mark.purpose("TP/BASIC/RFVDD/BI-02", verifies=["3.2.12/RFVDD/set/03"])
@pytest.mark.parametrize(
    "line", [pytest.param(line, id=name) for name, line in wrong_shapes(RFVDD)]
)
def test_a_wrong_shape_is_refused(radio, line, refused):
    """AT+RFVDD with nothing, too much or no number after the equals sign is refused."""
    refused(radio.send(line))


@pytest.mark.purpose("TP/BASIC/RFVDD/BV-03", verifies=["3.2.12/RFVDD/execute/01"])
def test_the_execute_form_is_answered_ok(radio):
    """AT+RFVDD without a parameter is answered OK."""
    radio.send(execute("RFVDD")).succeeds()


# The same of an IUT in use

globals().update(
    again(
        test_the_query_tells_a_voltage,
        test_a_documented_voltage_is_answered_ok,
        test_another_voltage_is_refused,
        test_a_wrong_shape_is_refused,
        test_the_execute_form_is_answered_ok,
    )
)
