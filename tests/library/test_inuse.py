"""Purposes that are asked again of an IUT in use: which, under which names, in which order."""

import inspect

import pytest

from suites.inuse import CIRCUMSTANCES, again


def case(value, number, name):
    mark = pytest.mark.purpose("TP/X/BV-01", verifies=[f"1/X/set/{number}"], needs=["reset"])
    return pytest.param(value, marks=mark, id=name)


CASES = [case("a", 1, "X-a"), case("b", 1, "X-b"), case("c", 2, "X-c")]
ASKED = []


@pytest.mark.parametrize("value", CASES)
def of_cases(session, value):
    """It is so."""
    ASKED.append((session, value))


@pytest.mark.purpose("TP/X/BV-02", verifies=["1/X/set/3"])
@pytest.mark.parametrize("value", [1, 2], ids=["one", "two"])
def of_values(session, value):
    """It is so."""


def marks(purpose, name):
    return [mark for mark in purpose.pytestmark if mark.name == name]


def asked(**options):
    (parametrized,) = marks(again(of_cases, **options)["of_cases_in_use"], "parametrize")
    return [each.id for each in parametrized.args[1]]


def test_one_case_of_each_requirement_is_asked_again():
    assert asked() == ["X-a", "X-c"]


def test_the_cases_that_are_named_are_asked_again():
    assert asked(keys=["-b", "-c"]) == ["X-b", "X-c"]


def test_the_first_of_values_is_asked_again():
    purpose = again(of_values)["of_values_in_use"]
    (parametrized,) = marks(purpose, "parametrize")
    assert (parametrized.args[1], parametrized.kwargs["ids"]) == ([1], ["one"])


@pytest.mark.parametrize("where", CIRCUMSTANCES)
def test_a_purpose_is_another_one_that_needs_a_network(where):
    circumstance = CIRCUMSTANCES[where]
    purpose = again(of_values, where=where)[f"of_values_{where}"]
    (mark,) = marks(purpose, "purpose")
    assert mark.args == (f"TP/X/BV-02-{circumstance.code}",)
    assert mark.kwargs == {"verifies": ["1/X/set/3"], "needs": circumstance.needs}
    assert purpose.__doc__ == f"It is so. So it is {circumstance.says}."


def test_what_a_case_needs_it_needs_again():
    (parametrized,) = marks(again(of_cases)["of_cases_in_use"], "parametrize")
    (mark,) = parametrized.args[1][0].marks
    assert mark.kwargs["needs"] == ("reset", "network", "second-station")


def test_the_circumstance_comes_behind_the_purposes_own_fixtures():
    purpose = again(of_cases)["of_cases_in_use"]
    assert list(inspect.signature(purpose).parameters) == ["session", "value", "in_use"]
    purpose(session="s", value="v", in_use=None)
    assert ASKED == [("s", "v")]
