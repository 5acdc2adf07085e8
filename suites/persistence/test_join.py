"""Clause 6: what a join saves in the flash, and when (rulings R-95, R-97 and R-99).

Nobody can ask for a saved password, so the access point that was saved before is not given back.
"""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import query
from suites.persistence import flash
from suites.wifi import onair

COMMANDS = load_edition().commands

#: Test values; no network has these names.
NAMES, PASSWORD = (b"conformance 4d1f", b"conformance 7c20"), b"0123456789"


def joining(code, names, rows, key=""):
    """A `pytest.param` for each command; verifies `rows`: * its name, @ its clause."""
    for name in names:
        verified = [row.replace("*", name).replace("@", COMMANDS[name].clause) for row in rows]
        mark = pytest.mark.purpose(
            f"TP/PERSISTENCE/JOIN/{code}",
            verifies=verified,
            hazards=[] if name.endswith("_CUR") else ["destructive"],
            needs=["flash-read", "access-points"],
        )
        yield pytest.param(name, marks=mark, id=f"{name}-{key}" if key else name)


def commands(code, names, *rows):
    """The parameters of a purpose."""
    return pytest.mark.parametrize("command", list(joining(code, names, rows)))


SAVING = ("CWJAP", "CWJAP_DEF")


@pytest.fixture
def two(session):
    """Two access points, and an IUT that begins each start as a station."""
    onair.starts_as_station(session)
    return [session.lab.access_point(name, PASSWORD) for name in NAMES]


def join(session, command, access_point):
    """Join, free of what the station may have joined by itself; it is in the lab's log, too."""
    onair.leave(session)
    log = onair.AirLog(session)
    onair.be_joined(session, access_point, command)
    log.require(access_point)


def differing_after_another(session, two, command):
    """The areas that differ after a second access point was joined and saved."""
    join(session, command, two[0])
    before = flash.read(session)
    join(session, command, two[1])
    return before.differing(flash.read(session))


@pytest.mark.parametrize(
    "command",
    [
        *joining("BV-01", SAVING, ["6/*/general/01"], "clause-6"),
        *joining("BV-01", SAVING, ["@/*/set/13"], "its-own"),
    ],
)
def test_a_join_is_saved_in_its_area(session, two, command):
    """Another access point that is joined and saved changes the system parameter area."""
    differing = differing_after_another(session, two, command)
    assert "system" in differing, "the system parameter area differs after the join"


@commands("BV-05", SAVING, "6/*/general/02")
def test_a_join_is_not_saved_in_the_other_area(session, two, command):
    """Another access point that is joined and saved leaves the user parameter area as it is."""
    differing = differing_after_another(session, two, command)
    assert "user" not in differing, "the user parameter area is as before"


@commands("BV-02", SAVING, "6/*/general/03")
def test_what_is_saved_already_is_not_written(session, two, command):
    """The access point that is saved already, joined once more, changes neither area."""
    join(session, command, two[0])
    join(session, command, two[1])
    before = flash.read(session)
    join(session, command, two[1])

    assert before.differing(flash.read(session)) == [], "both parameter areas are as before"


@pytest.mark.parametrize(
    "command",
    [
        *joining("BV-03", ["CWJAP_CUR"], ["6/*/general/01"], "clause-6"),
        *joining("BV-03", ["CWJAP_CUR"], ["@/*/set/13"], "its-own"),
    ],
)
def test_a_join_for_now_is_not_saved(session, command):
    """Two access points that are joined for now change neither parameter area of the flash."""
    onair.off_air(session)
    two = [session.lab.access_point(name, PASSWORD) for name in NAMES]
    before = flash.read(session)
    onair.off_air(session)
    for access_point in two:
        join(session, command, access_point)

    assert before.differing(flash.read(session)) == [], "both parameter areas are as before"


@commands("BV-04", ["CWJAP_CUR"], "6/*/general/01")
def test_what_is_asked_for_is_not_saved(session, command):
    """The query of what is joined changes neither parameter area of the flash."""
    session.afterwards(session.restart)
    before = flash.read(session)
    session.observe(query(command))

    assert before.differing(flash.read(session)) == [], "both parameter areas are as before"
