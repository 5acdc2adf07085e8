"""Runs held against each other: what counts as a difference, and what the command says of it."""

from __future__ import annotations

import pytest

from conformance.record import dump
from conformance.verdict import Verdict
from reports.__main__ import main
from reports.compare import ABSENT, differences, verdicts
from tests.reports.made_by_hand import full_run, judgement, purpose

ECHO, ERASE = "3.2.9/ATE/set/01", "3.2.9/ATE/set/02"


def _run(*purposes):
    return verdicts(full_run(*purposes))


def test_equal_runs_do_not_differ():
    once = _run(purpose("TP/A", Verdict.FAIL, (ECHO,)), purpose("TP/B", Verdict.PASS, (ECHO,)))
    again = _run(purpose("TP/B", Verdict.PASS, (ECHO,)), purpose("TP/A", Verdict.FAIL, (ECHO,)))
    assert differences([once, again, once]) == []


def test_another_verdict_is_a_difference():
    once = _run(purpose("TP/A", Verdict.PASS, (ECHO,)))
    again = _run(purpose("TP/A", Verdict.INCONCLUSIVE, (ECHO,)))
    (found,) = differences([once, once, again])
    assert found.verdicts == ("pass", "pass", "inconclusive")
    assert str(found) == f"TP/A ({ECHO}): pass, pass, inconclusive"


def test_another_observation_is_a_difference():
    def observing(value):
        pairs = {ECHO: judgement(Verdict.OBSERVED, actual=value)}
        return _run(purpose("TP/A", Verdict.OBSERVED, pairs=pairs))

    (found,) = differences([observing("OK"), observing("ERROR")])
    assert found.verdicts == ("observed (OK)", "observed (ERROR)")
    assert differences([observing("OK"), observing("OK")]) == []


def test_a_purpose_that_is_missing_is_a_difference():
    once = _run(purpose("TP/A", Verdict.PASS, (ECHO,)), purpose("TP/B", Verdict.PASS, (ECHO,)))
    (found,) = differences([_run(purpose("TP/A", Verdict.PASS, (ECHO,))), once])
    assert (found.purpose, found.verdicts) == ("TP/B", (ABSENT, "pass"))


def test_of_several_attempts_the_last_one_counts():
    first = purpose("TP/A", Verdict.ERROR, (ECHO,))
    run = _run(first, purpose("TP/A", Verdict.PASS, (ECHO,)))
    assert run == {("TP/A", ECHO): "pass"}


@pytest.mark.parametrize(("second", "code"), [(Verdict.PASS, 0), (Verdict.FAIL, 1)])
def test_the_command_says_what_differs(tmp_path, capsys, second, code):
    for name, verdict in (("one", Verdict.PASS), ("two", second)):
        (tmp_path / name).mkdir()
        lines = (f"{dump(each)}\n" for each in full_run(purpose("TP/A", verdict, (ECHO,))))
        (tmp_path / name / "journal.jsonl").write_text("".join(lines), encoding="utf-8")
    assert main(["compare", str(tmp_path / "one"), str(tmp_path / "two")]) == code
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == f"2 runs, 1 pairs of purpose and requirement, {code} differ"
    assert (f"TP/A ({ECHO}): pass, fail" in said) == bool(code)


def test_one_run_cannot_be_compared(tmp_path, capsys):
    assert main(["compare", str(tmp_path)]) == 2
    assert "two or more" in capsys.readouterr().err
