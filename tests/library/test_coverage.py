"""Coverage: each gap, in either direction, is counted and told; nothing else is."""

import dataclasses
import json

import pytest

from conformance.coverage import Coverage
from conformance.document import Command, Edition, Level, Requirement, TestPurpose

ROWS = {
    "3.1/AT/execute/01": "",
    "3.1/AT/set/01": "",
    "3.2/X/set/01": "needs an access point",
    "3/-/general/01": "",
}
EDITION = Edition(
    "v0",
    "A small document",
    "digest",
    commands={
        "AT": Command("AT", "3.1", "Test", ("execute",)),
        "X": Command("X", "3.2", "Examine", ("set",)),
    },
    requirements={
        name: Requirement(name, "x", Level.MANDATORY, "row", untested_because=why)
        for name, why in ROWS.items()
    },
)


def coverage(**verifies):
    """Of purposes with these names, each of which verifies these requirements."""
    return Coverage(EDITION, [TestPurpose(name, "x", ids) for name, ids in verifies.items()])


FULL = {
    "one": ("3.1/AT/execute/01",),
    "two": ("3.1/AT/execute/01", "3/-/general/01"),
    "three": ("3.1/AT/set/01",),
}


def test_full_coverage_has_no_gap():
    full = coverage(**FULL)

    assert full.gaps == ()
    assert full.verified == {"3.1/AT/execute/01", "3.1/AT/set/01", "3/-/general/01"}
    assert full.untested == {"3.2/X/set/01": "needs an access point"}
    assert full.told()[-1] == "no gap"
    assert not any(line.startswith("GAP") for line in full.told())


def test_a_requirement_knows_its_purposes():
    assert coverage(**FULL).purposes_of("3.1/AT/execute/01") == ("one", "two")
    assert coverage(**FULL).purposes_of("3.2/X/set/01") == ()


def test_a_requirement_with_neither_purpose_nor_reason_is_a_gap():
    lacking = coverage(one=FULL["one"], two=FULL["two"])

    assert lacking.without_purpose == lacking.gaps == ("3.1/AT/set/01",)
    assert "GAP: requirement without a purpose: 3.1/AT/set/01" in lacking.told()
    assert lacking.told()[-1] == "1 gaps"


def test_a_requirement_that_is_excused_and_tested_is_a_gap():
    both = coverage(**FULL, four=("3.2/X/set/01",))

    assert both.excused_and_tested == both.gaps == ("3.2/X/set/01",)
    assert "GAP: excused and yet tested: 3.2/X/set/01" in both.told()


@pytest.mark.parametrize("verifies", [(), ("9/-/general/01",), ("3.1/AT/set/01", "9/X/set/01")])
def test_a_purpose_without_a_known_requirement_is_a_gap(verifies):
    stray = coverage(**FULL, stray=verifies)

    assert stray.without_requirement == stray.gaps == ("stray",)


def test_a_purpose_without_any_requirement_is_told():
    assert "GAP: purpose without a requirement: stray" in coverage(**FULL, stray=()).told()


def test_a_purpose_of_an_unknown_requirement_is_told_and_does_not_break_the_telling():
    stray = coverage(**FULL, stray=("9/-/general/01",))

    assert "GAP: purpose without a requirement: stray" in stray.told()
    assert stray.as_dict()["purposes_without_requirement"] == ["stray"]


def test_an_unknown_requirement_is_not_counted_as_verified():
    stray = coverage(**FULL, stray=("9/-/general/01",))

    assert stray.verified <= EDITION.requirements.keys()


def test_without_purposes_every_requirement_without_a_reason_is_a_gap():
    assert coverage().gaps == ("3.1/AT/execute/01", "3.1/AT/set/01", "3/-/general/01")
    assert coverage().per_command() == {"AT": 0, "X": 0}


def test_purposes_are_counted_for_each_command():
    assert coverage(**FULL).per_command() == {"AT": 3, "X": 0}


def test_a_purpose_of_several_requirements_of_a_command_is_one_purpose():
    both = coverage(one=("3.1/AT/execute/01", "3.1/AT/set/01"))

    assert both.per_command()["AT"] == 1


def test_the_numbers_for_machines_and_for_people_are_the_same():
    full = coverage(**FULL)
    numbers = json.loads(json.dumps(full.as_dict()))

    assert (numbers["requirements"], len(numbers["verified"]), numbers["purposes"]) == (4, 3, 3)
    counts = {name: command["purposes"] for name, command in numbers["commands"].items()}
    assert counts == full.per_command() == {"AT": 3, "X": 0}
    told = "\n".join(full.told())
    assert "4 requirements: 3 verified by 3 purposes, 1 with a reason" in told
    assert "AT: 3 purposes ([test 0], [query 0], [set 1], execute 2)" in told
    assert "X: 0 purposes ([test 0], [query 0], set 0, [execute 0])" in told
    assert "3.2/X/set/01: not tested: needs an access point" in told


def test_each_form_of_a_command_has_its_requirements_and_purposes():
    commands = coverage(**FULL).by_command()

    assert list(commands) == ["AT", "X"]
    assert {**commands["AT"], "forms": None} == {
        "clause": "3.1", "title": "Test", "purposes": 3, "forms": None,
    }  # fmt: skip
    assert commands["AT"]["forms"] == {
        "test": {"documented": False, "requirements": [], "purposes": []},
        "query": {"documented": False, "requirements": [], "purposes": []},
        "set": {"documented": False, "requirements": ["3.1/AT/set/01"], "purposes": ["three"]},
        "execute": {
            "documented": True,
            "requirements": ["3.1/AT/execute/01"],
            "purposes": ["one", "two"],
        },
    }


def test_what_comes_unasked_is_a_form_where_something_is_required_of_it():
    urc = Requirement("3.2/X/urc/01", "x", Level.MANDATORY, "row")
    edition = dataclasses.replace(EDITION, requirements={**EDITION.requirements, urc.id: urc})
    purposes = [TestPurpose("one", "x", (urc.id,))]

    forms = Coverage(edition, purposes).by_command()["X"]["forms"]

    assert forms["urc"]["purposes"] == ["one"]
    assert "data" not in forms
