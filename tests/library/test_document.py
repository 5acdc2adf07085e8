"""The document's values: a prefix selects by whole segments, absent forms are what is left."""

import pytest

from conformance.document import Command, Level, Requirement, starts_with_segments


@pytest.mark.parametrize(
    ("prefix", "selects"),
    [
        ("4", True),
        ("4.1", True),
        ("4.1.10", True),
        ("4.1.10/", True),
        ("4.1.10/CWSAP", True),
        ("4.1.10/CWSAP/set/01", True),
        ("4.1.1", False),
        ("4.1.10/CWS", False),
        ("4.1.10/CWSAP/set/0", False),
        ("4.1.10/CWSAP/set/01/x", False),
        ("1.10", False),
        ("5", False),
    ],
)
def test_a_prefix_selects_by_whole_segments(prefix, selects):
    requirement = Requirement("4.1.10/CWSAP/set/01", "x", Level.MANDATORY, "row")

    assert requirement.selected_by(prefix) is selects
    assert starts_with_segments(requirement.id, prefix) is selects


def test_a_requirement_tells_its_clause_command_and_form():
    requirement = Requirement("4.1.10/CWSAP/set/01", "x", Level.MANDATORY, "row")

    assert (requirement.clause, requirement.command, requirement.form) == ("4.1.10", "CWSAP", "set")


@pytest.mark.parametrize(
    ("forms", "absent"),
    [
        ((), ("test", "query", "set", "execute")),
        (("set",), ("test", "query", "execute")),
        (("execute", "test", "set", "query"), ()),
    ],
)
def test_the_forms_that_the_document_does_not_list_are_absent(forms, absent):
    assert Command("X", "3", "title", forms).absent_forms == absent
