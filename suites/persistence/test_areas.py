"""Clause 6: the commands that save, and which parameter area each saves into (R-95, R-97, R-99)."""

import pytest

from conformance.catalogue import load_edition
from suites.persistence import flash
from suites.persistence.kept import KEPT, given_back, of, save

COMMANDS = load_edition().commands


def purpose(area, code, *verifies):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/PERSISTENCE/{area.upper()}/{code}", verifies=list(verifies), hazards=["destructive"]
    )


def savers(code, *numbers):
    """A `pytest.param` for each command that saves; verifies these rows of clause 6."""
    for area, kinds in KEPT.items():
        for kept in kinds:
            for name in (kept.base, f"{kept.base}_DEF"):
                if name in COMMANDS:
                    rows = [f"6/{name}/general/{number}" for number in numbers]
                    mark = purpose(area, code, *rows)
                    yield pytest.param(area, name, kept, marks=mark, id=name)


@pytest.mark.parametrize(("area", "command", "kept"), list(savers("BV-01", "01", "02")))
def test_a_change_is_in_its_area_alone(session, requirement, area, command, kept):
    """A new value that is saved changes the command's parameter area and leaves the other one."""
    given_back(session, kept)
    save(session, command, kept.first)
    before = flash.read(session)
    save(session, command, kept.second)
    differing = before.differing(flash.read(session))

    with requirement(f"6/{command}/general/01"):
        assert area in differing, f"the {area} parameter area differs after a change was saved"
    with requirement(f"6/{command}/general/02"):
        assert flash.OTHER[area] not in differing, f"the {flash.OTHER[area]} area is as before"


@pytest.mark.parametrize(("area", "command", "kept"), list(savers("BV-02", "03")))
def test_what_is_saved_already_is_not_written(session, area, command, kept):
    """A value that is saved for a second time changes neither parameter area."""
    given_back(session, kept)
    save(session, command, kept.first)
    save(session, command, kept.second)
    before = flash.read(session)
    save(session, command, kept.second)

    assert before.differing(flash.read(session)) == [], "both parameter areas are as before"


#: Two commands of each area, and the row of clause 6 that says where the area is.
PLACED = [
    pytest.param(area, base, marks=purpose(area, "BV-03", f"6/-/general/{number}"), id=base)
    for area, number, bases in (
        ("user", "01", ("CIPAP", "CIPSTAMAC")),
        ("system", "02", ("CWMODE", "CWSAP")),
    )
    for base in bases
]


@pytest.mark.parametrize(("area", "base"), PLACED)
def test_an_area_is_where_the_document_says(session, area, base):
    """What the 16 KB hold that the document gives the area differs after each of three savings."""
    kept = of(base)
    given_back(session, kept)
    held = []
    for values in (kept.first, kept.second, kept.first):
        save(session, f"{base}_DEF", values)
        held.append(getattr(flash.read(session), area))

    assert held[0] != held[1] != held[2], f"the {area} parameter area differs after each saving"
