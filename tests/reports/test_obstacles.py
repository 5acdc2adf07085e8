"""What purposes met on their way, held against the requirements that it breaks."""

from __future__ import annotations

import pytest

from conformance.blame import NO_RESTART, Obstacle
from conformance.record import dump, load
from conformance.verdict import Reason, Verdict
from reports.results import build, deciding_verdicts
from reports.validate import check
from tests.reports.made_by_hand import edition, full_run, purpose, requirement

SET, SET2, RULE = "3.2.9/ATE/set/01", "3.2.9/ATE/set/02", "2/-/general/01"
#: Of its requirements of ATE, the first says how the form is answered.
EDITION = edition()


def met(command="ATE", form="set", phase="preamble", **more):
    return Obstacle(phase, command, form, "the final result code OK", "`ERROR`", **more)


def requirements_of(*purposes, known=EDITION):
    results = build(full_run(*purposes), known)
    check(results)
    return {each["id"]: each for each in results["requirements"]}


def elsewhere(*obstacles):
    return purpose("TP/B", Verdict.INCONCLUSIVE, (RULE,), obstacles=obstacles)


def test_a_requirement_that_passed_is_inconclusive_if_another_purpose_saw_it_broken():
    judged = requirements_of(purpose("TP/A", verifies=(SET,)), elsewhere(met()))[SET]
    assert (judged["verdict"], judged["reason"]) == ("inconclusive", Reason.MET_ELSEWHERE.value)
    assert judged["sentence"] == (
        "its own purposes passed, but in the preamble of TP/B it was not so: "
        "expected the final result code OK, but found `ERROR`"
    )
    assert (judged["decided_by"], judged["actual"]) == ("TP/B", "`ERROR`")


@pytest.mark.parametrize("responses", [{SET}, {SET2}, {SET, SET2}], ids=len)
def test_it_speaks_against_what_says_how_the_form_is_answered_whatever_its_number(responses):
    known = edition(*(requirement(each, response=each in responses) for each in (SET, SET2, RULE)))
    told = requirements_of(
        purpose("TP/A", verifies=(SET,)), purpose("TP/C", verifies=(SET2,)), elsewhere(met()),
        known=known,
    )  # fmt: skip
    expected = {each: "inconclusive" if each in responses else "pass" for each in (SET, SET2)}
    assert {each: told[each]["verdict"] for each in (SET, SET2)} == expected


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.DEVIATION, Verdict.ERROR])
def test_what_its_own_purposes_say_stands(verdict):
    own = purpose("TP/A", verdict, (SET,))
    assert requirements_of(own, elsewhere(met()))[SET]["verdict"] == verdict.value


def test_a_fail_of_the_same_form_stands_for_what_was_met():
    told = requirements_of(
        purpose("TP/A", verifies=(SET,)),
        purpose("TP/C", Verdict.FAIL, (SET2,)),
        elsewhere(met()),
    )
    assert told[SET]["verdict"] == "pass"


def test_what_nobody_ran_stays_undecided():
    assert requirements_of(elsewhere(met()))[SET]["verdict"] == "none"


def test_what_is_known_to_break_a_requirement_is_held_against_that():
    late = met("-", "general", "before", requirements=(SET2,))
    told = requirements_of(
        purpose("TP/A", verifies=(SET,)), purpose("TP/C", verifies=(SET2,)), elsewhere(late)
    )
    assert (told[SET]["verdict"], told[SET2]["verdict"]) == ("pass", "inconclusive")


def restarted(verdict=Verdict.FAIL, reason=Reason.UNASKED_RESTART):
    return purpose("TP/A", verdict, (SET,), reason=reason, actual="`ready`")


STABLE = edition(requirement(SET), requirement(NO_RESTART))


@pytest.mark.parametrize(
    ("failed", "verdict"),
    [
        (restarted(), "inconclusive"),
        (restarted(Verdict.DEVIATION, Reason.PREDICTED), "pass"),
        (restarted(reason=Reason.DIFFERS), "pass"),
    ],
)
def test_a_fail_by_a_restart_speaks_against_the_rule_that_nothing_restarts(failed, verdict):
    records = full_run(failed, purpose("TP/B", verifies=(NO_RESTART,)))
    told = {each["id"]: each for each in build(records, STABLE)["requirements"]}
    assert told[NO_RESTART]["verdict"] == verdict
    if verdict == "inconclusive":
        assert told[NO_RESTART]["decided_by"] == "TP/A"
        assert "its own purposes passed, but in TP/A it was not so" in told[NO_RESTART]["sentence"]


def test_such_a_run_is_not_green():
    passed = purpose("TP/B", verifies=(RULE,), obstacles=(met(phase="undo"),))
    records = full_run(purpose("TP/A", verifies=(SET,)), passed)
    assert Verdict.INCONCLUSIVE in deciding_verdicts(records, EDITION)
    assert Verdict.INCONCLUSIVE not in deciding_verdicts(full_run(passed), EDITION)


def test_obstacles_survive_the_journal():
    record = elsewhere(met(requirements=(SET,)), met("CWMODE", "query", "undo"))
    assert load(dump(record)) == record
