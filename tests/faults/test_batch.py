"""Jobs that one process does one after the other: none knows of those before it."""

from __future__ import annotations

from tests.faults.runs import Job, run_all

SAVED = "4.1.18/CWDHCPS_DEF/set/14"
UNSAVED = "cwdhcps_def.not-saved-with-guests"


def test_what_the_owner_of_one_iut_saved_is_not_given_back_to_another(tmp_path):
    """The first has its softAP in another network, so that the second would refuse its range."""
    jobs = [
        Job("elsewhere", varied=("factory.other-softap-ip",), requirements=(SAVED,)),
        Job(UNSAVED, on=(UNSAVED,), requirements=(SAVED,)),
    ]
    outcomes = [outcome.requirements[SAVED] for outcome in run_all(jobs, tmp_path, 1)]
    assert outcomes == ["pass", "fail"]
