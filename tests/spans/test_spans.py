"""Spans of two runs: what is added, what differs, and the whole comparison at night."""

from __future__ import annotations

import json

import pytest

from tests.repeat.__main__ import main as repeated
from tests.spans.__main__ import main

_MS = 1_000_000


def run_of(folder, times, readings=()):
    """A stored run with one transcript, whose lines have these times in milliseconds."""
    for name in ("transcripts", "clock"):
        (folder / name).mkdir(parents=True)
    lines = [json.dumps({"t": at * _MS, "dir": "<", "data": "x"}) for at in times]
    (folder / "transcripts" / "TP-1.1.jsonl").write_text("\n".join(lines))
    row = {
        "transcript": "transcripts/TP-1.1.jsonl",
        "readings": [[real * _MS, shown * _MS, runs] for real, shown, runs in readings],
        "waited_ns": {},
    }
    (folder / "clock" / "main.jsonl").write_text(json.dumps(row) + "\n")
    return str(folder)


def test_a_run_that_keeps_the_time(tmp_path, capsys):
    real = run_of(tmp_path / "real", [1000, 4000])
    skipped = run_of(tmp_path / "skipped", [500, 2000, 3450])
    assert main([real, skipped]) == 0
    assert "1 transcripts: 3 s in real time, 3 s by the clock; 0 differ" in capsys.readouterr().out


@pytest.mark.parametrize("last", [2000, 5500])
def test_a_run_that_does_not(tmp_path, capsys, last):
    real = run_of(tmp_path / "real", [1000, 4000])
    assert main([real, run_of(tmp_path / "skipped", [500, last])]) == 1
    assert "TP-1.1.jsonl: 3.000 s in real time" in capsys.readouterr().out


def test_what_the_parties_computed_while_the_clock_stood_is_added(tmp_path):
    real = run_of(tmp_path / "real", [1000, 4000])
    # From 100 to 1100 of real time the clock stood at 1000; then it jumped to 3000.
    stood = [(100, 1000, False), (1100, 3000, False)]
    assert main([real, run_of(tmp_path / "skipped", [1000, 3000], stood)]) == 0
    assert main([real, run_of(tmp_path / "other", [1000, 3000])]) == 1


def test_what_ran_as_real_time_does_may_be_late_and_is_told(tmp_path, capsys):
    real = run_of(tmp_path / "real", [1000, 4000])
    # From 1000 to 1700 the clock ran, for a kernel; the other stood then.
    late = [1000, 1000, True], [1700, 1700, False], [1800, 4700, False]
    assert main([real, run_of(tmp_path / "skipped", [1000, 4700], late)]) == 0
    assert "0 differ by more than 0.2 s, 1 more were late in real time" in capsys.readouterr().out
    for each in late:
        each[2] = False
    assert main([real, run_of(tmp_path / "other", [1000, 4700], late)]) == 1


def test_a_transcript_that_goes_back_is_told(tmp_path):
    real = run_of(tmp_path / "real", [1000, 4000])
    assert main([real, run_of(tmp_path / "skipped", [500, 4000, 3500])]) == 1


def test_runs_without_anything_in_common(tmp_path, capsys):
    real = run_of(tmp_path / "real", [1000, 4000])
    other = run_of(tmp_path / "skipped", [])
    assert main([real, other]) == 2
    assert "no transcript in common" in capsys.readouterr().err


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_a_run_that_skips_and_one_in_real_time(tmp_path):
    """Every verdict and every span of some chapters."""
    out = tmp_path / "both"
    chapters = ("--req=2", "--req=3.2.4", "--req=4.1.4", "--req=5.2.9")
    ways = ["--times", "2", "--ways", "real", "one", "--out", str(out)]
    assert repeated([*ways, "--", *chapters]) == 0
    assert main([str(out / "01-real"), str(out / "02-one")]) == 0
