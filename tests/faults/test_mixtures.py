"""Which faults are run together, and that each of them gets what came of it."""

from tests.faults.mixtures import names_of, spelled_together
from tests.faults.runs import Job


def test_readings_of_spellings_are_run_together_against_what_they_touch():
    jobs = [
        Job("x.hex-accepted", ("x.hex-accepted",), requirements=("1",)),
        Job("x.plus-accepted", ("x.plus-accepted",), requirements=("1",)),
        Job("y.plus-accepted", ("y.plus-accepted",), requirements=("2",)),
        Job("x.port-0-accepted", ("x.port-0-accepted",), requirements=("1",)),
    ]
    together, *others = spelled_together(jobs)
    assert together.on == ("x.hex-accepted", "x.plus-accepted")
    assert names_of(together.fault) == ["x.hex-accepted", "x.plus-accepted"]
    assert others == jobs[2:]


def test_a_spelling_that_must_be_refused_is_run_by_itself():
    jobs = [
        Job(name, (name,), requirements=("1",), foreseen=("1",))
        for name in ("x.hex-accepted", "x.plus-accepted")
    ]
    assert spelled_together(jobs) == jobs
