"""Clause 6: the commands that save into the user parameter area (rulings R-95, R-97 and R-99)."""

import pytest

from suites.persistence import flash
from suites.persistence.changes import changes_its_area_alone, savers, writes_no_equal_value
from suites.persistence.kept import given_back, of, save


@pytest.mark.parametrize(("command", "kept"), list(savers("user", "BV-01", ["01", "02"])))
def test_a_change_is_in_this_area_alone(session, requirement, command, kept):
    """A new value that is saved changes this parameter area and leaves the other as it is."""
    changes_its_area_alone(session, requirement, "user", command, kept)


@pytest.mark.parametrize(("command", "kept"), list(savers("user", "BV-02", ["03"])))
def test_what_is_saved_already_is_not_written(session, command, kept):
    """A value that is saved for a second time changes neither parameter area."""
    writes_no_equal_value(session, command, kept)


@pytest.mark.purpose(
    "TP/PERSISTENCE/USER/BV-03", verifies=["6/-/general/01"], hazards=["destructive"]
)
@pytest.mark.parametrize("base", ["CIPAP", "CIPSTAMAC"])
def test_the_user_area_is_where_the_document_says(session, base):
    """What the 16 KB below 0x80000 or 0x100000 hold differs after each of three savings."""
    kept = of(base)
    given_back(session, kept)
    held = []
    for values in (kept.first, kept.second, kept.first):
        save(session, f"{base}_DEF", values)
        held.append(flash.read(session).user)

    assert held[0] != held[1] != held[2], "the user parameter area differs after each saving"
