"""Jobs that one process does one after the other: what each knows of those before it."""

from __future__ import annotations

import dataclasses

import pytest

from tests.faults.runs import Job, run_all

SAVED = "4.1.18/CWDHCPS_DEF/set/14"
UNSAVED = "cwdhcps_def.not-saved-with-guests"

REFUSED = "5.2.16/CIPSTO/set/03"
#: What is observed by the same purposes.
CODE = "5.2.16/CIPSTO/set/90"
ACCEPTED = Job(
    "", ("cipsto.set-refusal-ok",), requirements=(REFUSED,), foreseen=(REFUSED,), family="cipsto"
)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """What came of jobs that one process did, in their order."""
    jobs = [
        Job("elsewhere", varied=("factory.other-softap-ip",), requirements=(SAVED,)),
        Job(UNSAVED, on=(UNSAVED,), requirements=(SAVED,)),
        dataclasses.replace(ACCEPTED, fault="first"),
        dataclasses.replace(ACCEPTED, fault="second"),
        dataclasses.replace(ACCEPTED, fault="stranger", family="other"),
    ]
    return {each.fault: each for each in run_all(jobs, tmp_path_factory.mktemp("batch"), 1)}


def test_what_the_owner_of_one_iut_saved_is_not_given_back_to_another(outcomes):
    """The first has its softAP in another network, so that the second would refuse its range."""
    verdicts = [outcomes[name].requirements[SAVED] for name in ("elsewhere", UNSAVED)]
    assert verdicts == ["pass", "fail"]


def test_the_second_fault_of_a_family_runs_what_is_new_alone(outcomes):
    """All of the purposes fail under the first, so that one is enough to notice the second."""
    first, second = outcomes["first"], outcomes["second"]
    verdicts = {REFUSED: "fail", CODE: "observed"}
    assert first.requirements == second.requirements == verdicts
    assert len(second.purposes) == 1 < len(first.purposes)


def test_a_fault_of_another_family_runs_all(outcomes):
    assert outcomes["stranger"].purposes == outcomes["first"].purposes
