"""Clause 6: AT+UART_DEF and its deprecated name, tried with the rate of the line."""

import pytest

from suites.basic.line import Line
from suites.persistence import flash

#: Rates that any port has.
FIRST, SECOND = 38400, 57600


def purpose(code, command, *numbers):
    """A `pytest.param` for `command`; verifies these rows of clause 6."""
    mark = pytest.mark.purpose(
        f"TP/PERSISTENCE/UART/{code}",
        verifies=[f"6/{command}/general/{number}" for number in numbers],
        hazards=["destructive"],
    )
    return pytest.param(command, marks=mark, id=command)


@pytest.fixture
def line(session, home, command):
    """The line, which `command` may change and which is given back as it was."""
    return Line(session, command, home)


@pytest.mark.parametrize(
    "command", [purpose("BV-01", name, "01", "02") for name in ("UART", "UART_DEF")]
)
def test_a_change_is_in_the_user_area_alone(line, session, requirement, command):
    """A new rate that is saved changes the user parameter area and leaves the other as it is."""
    line.change(line.at(FIRST))
    before = flash.read(session)
    line.change(line.at(SECOND))
    differing = before.differing(flash.read(session))

    with requirement(f"6/{command}/general/01"):
        assert "user" in differing, "the user parameter area differs after a change was saved"
    with requirement(f"6/{command}/general/02"):
        assert "system" not in differing, "the system parameter area is as before"


@pytest.mark.parametrize("command", [purpose("BV-02", name, "03") for name in ("UART", "UART_DEF")])
def test_what_is_saved_already_is_not_written(line, session, command):
    """A rate that is saved for a second time changes neither parameter area."""
    line.change(line.at(FIRST))
    line.change(line.at(SECOND))
    before = flash.read(session)
    line.change(line.at(SECOND))

    assert before.differing(flash.read(session)) == [], "both parameter areas are as before"
