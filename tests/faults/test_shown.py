"""A purpose is left out where it would show nothing new of a fault, and nowhere else."""

import pytest

from conformance.document import TestPurpose
from conformance.record import PurposeRecord
from conformance.verdict import Judgement, Reason, Verdict
from tests.faults.runs import Job, families
from tests.faults.shown import Shown

ONE, TWO, OTHER = "3.2.1/AT/set/01", "3.2.1/AT/set/02", "3.2.2/RST/set/01"
AGAIN = TestPurpose("TP/2", "again", (ONE,))


def ended(name, verdict, *requirements):
    judgement = Judgement(verdict, Reason.DIFFERS, "")
    return PurposeRecord(
        name, "", "", verdict, judgement.reason, "", pairs=dict.fromkeys(requirements, judgement)
    )


def after(verdict=Verdict.FAIL, foreseen=(ONE,), before=("TP/2",), of=(ONE,)):
    shown = Shown(foreseen, (), set(before))
    shown.add(ended("TP/1", verdict, *of))
    return shown


def test_what_is_foreseen_and_has_failed_is_not_failed_again_by_a_purpose_that_can_fail():
    assert after().all_of(AGAIN)


@pytest.mark.parametrize(
    "differs",
    [
        {"verdict": Verdict.PASS},
        {"verdict": Verdict.INCONCLUSIVE},
        {"foreseen": ()},
        {"before": ()},
        {"of": (OTHER,)},
    ],
    ids=["passed", "undecided", "unforeseen", "never-failed", "of-another"],
)
def test_what_may_show_something_new_is_run(differs):
    assert not after(**differs).all_of(AGAIN)


def test_of_a_purpose_all_that_it_verifies_must_be_shown():
    both = TestPurpose("TP/2", "both", (ONE, TWO))
    assert not after(foreseen=(ONE, TWO)).all_of(both)


def test_what_a_fault_fails_the_next_one_of_its_family_knows():
    failed_before = set()
    Shown((ONE,), (), failed_before).add(ended("TP/2", Verdict.FAIL, ONE))
    Shown((ONE,), (), failed_before).add(ended("TP/3", Verdict.PASS, ONE))
    assert failed_before == {"TP/2"}


def test_a_command_that_has_to_be_seen_alive_is_wanted_until_it_passes():
    shown = Shown((ONE,), ("3.2.1/AT",), set())
    wanted = []
    for verdict in (Verdict.FAIL, Verdict.PASS):
        shown.add(ended("TP/1", verdict, ONE))
        wanted.append(shown.still_wants(AGAIN))
    assert wanted == [True, False]
    assert not shown.still_wants(TestPurpose("TP/3", "of another command", (OTHER,)))


def test_jobs_of_a_family_stay_together_in_their_order():
    jobs = [Job("a", family="x"), Job("b"), Job("c", family="x"), Job("d")]
    assert [[job.fault for job in family] for family in families(jobs)] == [
        ["a", "c"],
        ["b"],
        ["d"],
    ]
