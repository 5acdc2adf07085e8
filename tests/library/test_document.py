"""The document's values: whole segments select, absent forms are what is left, bounds bind."""

import pytest

from conformance.document import (
    Command,
    Level,
    Parameter,
    Requirement,
    TestPurpose,
    starts_with_segments,
)


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


# Parameters


@pytest.mark.parametrize(
    ("parameter", "bounds"),
    [
        (Parameter("x", "integer"), ()),
        (Parameter("x", "integer", values=(3, 1, 2)), (1, 3)),
        (Parameter("x", "integer", values=(0,)), (0, 0)),
        (Parameter("x", "integer", minimum=0, maximum=82), (0, 82)),
        (Parameter("x", "integer", minimum=-5, maximum=0), (-5, 0)),
        (Parameter("x", "integer", minimum=0), (0,)),
        (Parameter("x", "integer", maximum=9), (9,)),
    ],
)
def test_the_bounds_are_the_least_and_the_greatest_documented_value(parameter, bounds):
    assert parameter.bounds == bounds


@pytest.mark.parametrize(
    ("value", "allowed"),
    [
        ("a" * 7, False),
        ("a" * 8, True),
        ("a" * 64, True),
        ("a" * 65, False),
        ("\u00fc" * 4, True),  # eight bytes in UTF-8
        ("\u00fc" * 33, False),
        (12345678, False),
    ],
)
def test_a_string_has_its_length_in_bytes(value, allowed):
    parameter = Parameter("x", "string", minlength=8, maxlength=64)

    assert parameter.allows(value) is allowed


def test_a_string_without_documented_lengths_may_have_any():
    assert Parameter("x", "string").allows("")
    assert Parameter("x", "string", minlength=1).allows("a" * 1000)
    assert Parameter("x", "string", maxlength=1).allows("")


# Purposes


def test_a_purpose_needs_and_endangers_nothing_unless_it_says_so():
    purpose = TestPurpose("TP/1", "one", ("3.1/AT/execute/01",))

    assert (purpose.needs, purpose.hazards) == ((), ())
    assert TestPurpose("TP/1", "one", (), needs=("power",)).needs == ("power",)
