"""How far a run is: what is told, when, and how long things take."""

from __future__ import annotations

import itertools

import pytest

from reports.progress import Progress, Writing, about


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def lines(total, each_s):
    """What is told of `total` purposes that take `each_s` seconds each, by the time it is told."""
    clock = Clock()
    progress = Progress(clock)
    told = {}
    for _ in range(total):
        progress.begin()
        clock.now += each_s
        if line := progress.ended(total):
            told[clock.now - 100.0] = line
    return told


def test_a_short_run_tells_nothing():
    assert lines(9, 1.0) == {}


def test_a_run_tells_now_and_then_how_far_it_is_and_what_is_left():
    assert lines(100, 1.0) == {
        10.0: "10 of 100 purposes, about 1 min 30 s left",
        20.0: "20 of 100 purposes, about 1 min 20 s left",
        30.0: "30 of 100 purposes, about 1 min 10 s left",
        40.0: "40 of 100 purposes, about 1 min 0 s left",
        50.0: "50 of 100 purposes, about 50 s left",
        63.0: "63 of 100 purposes, about 35 s left",
        79.0: "79 of 100 purposes, about 20 s left",
        99.0: "99 of 100 purposes, about 1 s left",
    }


def test_a_long_run_tells_once_a_minute():
    times = sorted(lines(7200, 1.0))
    assert times[-1] - times[-2] == 60.0
    assert max(late - early for early, late in itertools.pairwise(times)) <= 60.0


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.2, "about 1 s"), (7.4, "about 7 s"), (13, "about 15 s"), (58, "about 1 min 0 s"),
        (61, "about 1 min 0 s"), (92, "about 1 min 30 s"), (780, "about 13 min"),
    ],
)  # fmt: skip
def test_times_are_rounded(seconds, told):
    assert about(seconds) == told


def test_a_report_that_is_long_in_writing_says_once_how_long():
    clock, said = Clock(), []
    writing = Writing(said.append, clock)
    clock.now += 3
    writing.reached(0.25)
    clock.now += 3
    writing.reached(0.5)
    assert said == ["the report takes about 9 s more"]


def test_a_report_that_is_written_in_a_moment_says_nothing():
    clock, said = Clock(), []
    writing = Writing(said.append, clock)
    clock.now += 0.1
    writing.reached(0.5)
    assert said == []
