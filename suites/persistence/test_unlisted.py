"""Clause 6: commands of which neither its list nor their own clause says that they save (R-95)."""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import set_
from suites.persistence import flash
from suites.wifi import mode

COMMANDS = load_edition().commands

#: Command -> lines of it that set one thing after the other, and what it needs.
UNLISTED = {
    "ATE": (set_("ATE", 0), set_("ATE", 1)),
    "SLEEP": tuple(set_("SLEEP", each) for each in (0, 1, 2)),
    "RFPOWER": tuple(set_("RFPOWER", each) for each in (40, 82)),
    "RFVDD": tuple(set_("RFVDD", each) for each in (2800, 3300)),
    "CWLAPOPT": (set_("CWLAPOPT", 1, 3), set_("CWLAPOPT", 0, 127)),
    "CIPMUX": (set_("CIPMUX", 1), set_("CIPMUX", 0)),
    "CIPSERVER": (set_("CIPMUX", 1), set_("CIPSERVER", 1, 1001), set_("CIPSERVER", 0)),
    "CIPSTO": (
        set_("CIPMUX", 1),
        set_("CIPSERVER", 1, 1001),
        set_("CIPSTO", 10),
        set_("CIPSTO", 7200),
    ),
    "CIPSSLSIZE": tuple(set_("CIPSSLSIZE", each) for each in (4096, 2048)),
}


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        pytest.param(
            name,
            lines,
            marks=pytest.mark.purpose(
                "TP/PERSISTENCE/UNLISTED/BV-01", verifies=[f"{COMMANDS[name].clause}/{name}/set/89"]
            ),
            id=name,
        )
        for name, lines in UNLISTED.items()
    ],
)
def test_what_is_not_listed_is_not_saved(session, name, lines):
    """Values that the command sets one after the other change neither parameter area."""
    session.afterwards(session.restart)
    before = flash.read(session)
    session.prepare(set_("CWMODE_CUR", mode.STATION), *lines)

    assert before.differing(flash.read(session)) == [], "both parameter areas are as before"
