"""Clause 4.1.19: AT+CWAUTOCONN (ruling R-48). Each purpose writes to the flash.

What it does at power on takes an access point. Afterwards the value is 1, the documented default:
there is no query to ask what it was.
"""

import pytest

from conformance.commandline import set_
from suites.malformed import outside, with_one, wrong_shapes
from suites.wifi.triples import COMMANDS

AUTOCONN = COMMANDS["CWAUTOCONN"]
ENABLE = AUTOCONN.parameters[0]


def purpose(code, number):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/WIFI/CWAUTOCONN/{code}",
        verifies=[f"4.1.19/CWAUTOCONN/set/{number}"],
        hazards=["destructive"],
    )


@pytest.fixture
def iut(session):
    """An IUT that will join at power on afterwards, as by default."""
    session.afterwards(lambda: session.prepare(set_("CWAUTOCONN", ENABLE.default)))
    return session


@purpose("BV-01", "01")
@pytest.mark.parametrize("values", [(0,), (1,), (0, 1), (1, 0), (1, 1)], ids=str)
def test_documented_values_are_answered_ok(iut, values):
    """Each documented value is answered OK, whatever it was before."""
    for value in values:
        iut.send(set_("CWAUTOCONN", value)).succeeds()


@purpose("BI-01", "02")
@pytest.mark.parametrize("value", list(outside(ENABLE)))
def test_another_value_is_refused(iut, value):
    """Another value than 0 and 1 is refused."""
    iut.send(with_one(AUTOCONN, 0, value)).is_refused()


@purpose("BI-02", "03")
@pytest.mark.parametrize(
    "wrong", [pytest.param(line, id=name) for name, line in wrong_shapes(AUTOCONN)]
)
def test_a_wrong_shape_is_refused(iut, wrong):
    """Nothing, too much or no number after the equals sign is refused."""
    iut.send(wrong).is_refused()


@purpose("BV-02", "04")
@pytest.mark.parametrize("value", ENABLE.values)
def test_the_value_is_in_the_system_parameter_area(iut, value):
    """The other value changes what the system parameter area of the flash holds."""
    iut.prepare(set_("CWAUTOCONN", 1 - value))
    iut.settle()  # what was saved before may be written after its OK
    (before,) = iut.read_flash("system")
    iut.prepare(set_("CWAUTOCONN", value))
    iut.settle()

    (afterwards,) = iut.read_flash("system")
    assert afterwards != before, "the system parameter area differs after the other value"


@purpose("BI-03", "05")
@pytest.mark.parametrize("refused", [2, 255])
@pytest.mark.parametrize("value", ENABLE.values)
def test_what_is_refused_is_not_saved(iut, value, refused):
    """A set that is refused leaves the system parameter area of the flash as it was."""
    iut.prepare(set_("CWAUTOCONN", value))
    iut.settle()
    (before,) = iut.read_flash("system")
    iut.send(set_("CWAUTOCONN", refused))
    iut.settle()

    (afterwards,) = iut.read_flash("system")
    assert afterwards == before, "the system parameter area as it was before the refused set"
