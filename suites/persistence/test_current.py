"""Clause 6: commands that are not in its list save nothing (ruling R-95). AT+UART_CUR: 3.2.8."""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import query
from suites.persistence import flash
from suites.persistence.kept import BOTH, KEPT, resolved, save

COMMANDS = load_edition().commands


def currents(code):
    """A `pytest.param` for each command that sets for now what another one saves."""
    for kept in (kept for area in KEPT.values() for kept in area):
        name = f"{kept.base}_CUR"
        if name in COMMANDS:
            mark = pytest.mark.purpose(
                f"TP/PERSISTENCE/CURRENT/{code}", verifies=[f"6/{name}/general/01"]
            )
            yield pytest.param(name, kept, marks=mark, id=name)


@pytest.mark.parametrize(("command", "kept"), list(currents("BV-01")))
def test_what_is_set_for_now_is_not_saved(session, command, kept):
    """Two values that are set for now change neither parameter area of the flash."""
    session.afterwards(session.restart)
    chosen = [resolved(session, values) for values in (kept.first, kept.second)]
    before = flash.read(session)
    for values in chosen:
        save(session, command, values)

    assert before.differing(flash.read(session)) == [], "both parameter areas are as before"


@pytest.mark.parametrize(("command", "kept"), list(currents("BV-02")))
def test_what_is_asked_for_is_not_saved(session, command, kept):
    """The query of what holds for now changes neither parameter area of the flash."""
    session.afterwards(session.restart)
    session.prepare(BOTH)
    before = flash.read(session)
    session.prepare(query(command))

    assert before.differing(flash.read(session)) == [], "both parameter areas are as before"
