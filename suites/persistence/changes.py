"""The claims of clause 6 about a command that saves, for whichever command it is.

Law of this file: it makes the claims and the parameters of their purposes; the files of the two
areas say which commands are theirs.
"""

import pytest

from conformance.catalogue import load_edition
from suites.persistence import flash
from suites.persistence.kept import KEPT, given_back, save

COMMANDS = load_edition().commands


def savers(area, code, numbers):
    """A `pytest.param` for each command that saves into `area`; verifies these rows of clause 6."""
    for kept in KEPT[area]:
        names = [name for name in (kept.base, f"{kept.base}_DEF") if name in COMMANDS]
        for name in names:
            mark = pytest.mark.purpose(
                f"TP/PERSISTENCE/{area.upper()}/{code}",
                verifies=[f"6/{name}/general/{number}" for number in numbers],
                hazards=["destructive"],
            )
            yield pytest.param(name, kept, marks=mark, id=name)


def changes_its_area_alone(session, requirement, area, command, kept):
    """Save one value, then another one; what was saved shows in `area` and not in the other."""
    given_back(session, kept)
    save(session, command, kept.first)
    before = flash.read(session)
    save(session, command, kept.second)
    differing = before.differing(flash.read(session))

    with requirement(f"6/{command}/general/01"):
        assert area in differing, f"the {area} parameter area differs after a change was saved"
    with requirement(f"6/{command}/general/02"):
        assert flash.OTHER[area] not in differing, f"the {flash.OTHER[area]} area is as before"


def writes_no_equal_value(session, command, kept):
    """Save a value and save it again; neither area differs."""
    given_back(session, kept)
    save(session, command, kept.first)
    save(session, command, kept.second)
    before = flash.read(session)
    save(session, command, kept.second)

    assert before.differing(flash.read(session)) == [], "both parameter areas are as before"
