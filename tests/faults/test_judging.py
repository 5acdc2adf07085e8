"""The kill matrix is judged as `docs/design.md` says; every kind of gap is told."""

import dataclasses

import pytest

from conformance.document import TestPurpose
from tests.faults.judging import Entry, problems
from tests.faults.runs import Outcome

ONE, TWO = "3.2.1/AT/execute/01", "3.2.1/AT/query/01"
PURPOSES = [TestPurpose("TP/1", "one", (ONE,)), TestPurpose("TP/2", "two", (TWO,))]
ENTRIES = {
    "a": Entry("a", "fault", (ONE,)),
    "b": Entry("b", "fault", (TWO,)),
    "ok": Entry("ok", "accepted"),
}


def outcome(fault, one="pass", two="pass"):
    return Outcome(fault, 1.0, {"TP/1": one, "TP/2": two}, {ONE: one, TWO: two})


GOOD = {
    "": outcome(""),
    "a": outcome("a", one="fail"),
    "b": outcome("b", two="fail"),
    "ok": outcome("ok"),
}


def judged(**changed):
    return problems({**GOOD, **changed}, ENTRIES, PURPOSES)


def test_a_good_matrix_has_no_problem():
    assert judged() == []


@pytest.mark.parametrize("verdict", ["pass", "inconclusive", "error"])
def test_a_fault_under_which_its_requirement_does_not_fail_is_not_noticed(verdict):
    assert f"a: not noticed: {ONE} is {verdict}" in judged(a=outcome("a", one=verdict))


def test_a_fault_that_breaks_something_else_too_is_told():
    assert f"a: {TWO} is fail, which its entry does not foresee" in judged(
        a=outcome("a", one="fail", two="fail")
    )


def test_of_a_command_that_breaks_also_what_the_flash_keeps_of_it_may_break():
    entry = Entry("a", "fault", (ONE,))
    kept = ["6/AT/general/01", "6/ATE/general/01", "6/-/general/01", TWO]
    assert [name for name in kept if entry.allows(name)] == ["6/AT/general/01"]


def test_of_what_the_flash_keeps_one_that_breaks_does_not_excuse_another():
    assert not Entry("a", "fault", ("6/AT/general/01",)).allows("6/AT/general/03")


def test_a_rule_of_no_command_that_breaks_does_not_excuse_what_the_flash_keeps_in_general():
    assert not Entry("a", "fault", ("2/-/general/10",)).allows("6/-/general/01")


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        ("inconclusive", []),
        ("fail", [f"a: {TWO} is fail, which its entry does not foresee"]),
        ("error", [f"a: {TWO} is error, which its entry does not foresee"]),
    ],
)
def test_under_a_fault_that_is_run_against_everything_others_may_be_left_undecided(verdict, told):
    outcomes = {**GOOD, "a": outcome("a", one="fail", two=verdict)}
    wrong = problems(outcomes, ENTRIES, PURPOSES, full=True)
    assert [line for line in wrong if "foresee" in line] == told


@pytest.mark.parametrize(("touches", "told"), [("3.2.1/AT/query", True), ("3.2.2", False)])
def test_where_an_accepted_reading_touches_nothing_may_be_left_undecided(touches, told):
    entries = {**ENTRIES, "ok": Entry("ok", "accepted", touches=(touches,))}
    outcomes = {**GOOD, "ok": outcome("ok", two="inconclusive")}
    wrong = problems(outcomes, entries, PURPOSES, full=True)
    assert (f"ok: {TWO} is inconclusive, which its entry does not foresee" in wrong) == told


def test_a_fault_that_leaves_its_own_requirement_undecided_is_not_noticed_in_any_run():
    outcomes = {**GOOD, "a": outcome("a", one="inconclusive")}
    assert f"a: not noticed: {ONE} is inconclusive" in problems(
        outcomes, ENTRIES, PURPOSES, full=True
    )


def test_a_fault_under_which_no_sibling_passes_is_told():
    entries = {**ENTRIES, "a": dataclasses.replace(ENTRIES["a"], also=(TWO,))}
    found = problems({**GOOD, "a": outcome("a", "fail", "fail")}, entries, PURPOSES)

    assert found == [f"a: no other purpose of the command of {ONE} passes"]


def test_an_accepted_reading_that_fails_a_purpose_is_told():
    assert any("ok:" in line for line in judged(ok=outcome("ok", two="fail")))


def test_a_purpose_that_no_fault_fails_and_a_requirement_without_a_fault_are_told():
    found = problems({"": outcome(""), "a": GOOD["a"]}, ENTRIES, PURPOSES)

    assert found == ["TP/2: no fault makes it fail", f"{TWO}: no fault of its own"]


def test_what_is_observed_wants_no_fault_of_its_own():
    healthy = dataclasses.replace(outcome(""), requirements={ONE: "pass", TWO: "observed"})
    found = problems({"": healthy, "a": GOOD["a"]}, ENTRIES, PURPOSES)

    assert found == ["TP/2: no fault makes it fail"]


def test_a_blanket_fault_counts_for_one_requirement_only():
    entries = {"a": Entry("a", "fault", (ONE, TWO), blanket=True)}
    found = problems({"": outcome(""), "a": outcome("a", "fail", "fail")}, entries, PURPOSES)

    assert found == [f"{TWO}: no fault of its own"]


def test_a_purpose_that_fails_on_the_healthy_emulator_is_told():
    unwell = dataclasses.replace(outcome("", one="fail"), sentences={"TP/1": "it said no"})
    assert judged(**{"": unwell}) == ["healthy: TP/1 is fail: it said no"]


def test_a_fault_that_nobody_described_is_told():
    assert any("new: nothing says what it breaks" in line for line in judged(new=outcome("new")))


def test_a_run_that_decided_nothing_is_told_with_its_last_words():
    silent = Outcome("a", 0, {}, {}, "boom")

    assert "a: the run decided nothing: boom" in judged(a=silent)
