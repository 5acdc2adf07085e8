"""The arithmetic of two clocks: whatever the ways are like, the truth is within the doubt."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rigs.lab.clock import Clock, HarnessClock
from rigs.shift import Shift
from suites.tcpip.pingtime import fits

TIMES = st.integers(0, 10**18)
OFFSETS = st.integers(-(10**18), 10**18)
WAYS = st.integers(0, 10**11)
MILLISECOND = 1_000_000


def seen(offset: int, at: int, there: int, back: int) -> Shift:
    """One measurement of a lab whose clock is behind ours by `offset`."""
    return Shift.seen(at, at + there - offset, at + there + back)


@given(OFFSETS, TIMES, WAYS, WAYS)
def test_the_truth_is_within_the_doubt(offset: int, at: int, there: int, back: int) -> None:
    shift = seen(offset, at, there, back)
    assert abs(shift.shift_ns - offset) <= shift.doubt_ns
    assert 0 <= shift.doubt_ns <= (there + back + 1) // 2


@given(OFFSETS, st.lists(st.tuples(TIMES, WAYS, WAYS), min_size=1))
def test_the_best_of_several_is_the_quickest(
    offset: int, rounds: list[tuple[int, int, int]]
) -> None:
    best = Shift.best(seen(offset, *each) for each in rounds)
    assert abs(best.shift_ns - offset) <= best.doubt_ns
    assert best.doubt_ns == min((there + back + 1) // 2 for _, there, back in rounds)


@given(
    OFFSETS,
    st.integers(-(10**8), 10**8),
    st.tuples(TIMES, WAYS, WAYS),
    st.tuples(TIMES, WAYS, WAYS),
    st.floats(0, 1),
)
def test_what_happened_between_two_measurements_is_within_the_doubt_of_the_second(
    offset: int, drift: int, first: tuple[int, int, int], second: tuple[int, int, int], when: float
) -> None:
    """The clocks move apart by `drift` meanwhile, and at `when` they had moved a part of it."""
    clock = HarnessClock()
    begun, later = seen(offset, *first), seen(offset + drift, *second)
    clock.set(begun.shift_ns, begun.doubt_ns)
    clock.check(later.shift_ns, later.doubt_ns)
    truth = offset + int(drift * when)
    assert abs(clock.shift_ns - truth) <= clock.doubt_ns
    assert clock.shift_ns == begun.shift_ns


@given(OFFSETS, st.integers(0, 10**9), OFFSETS, st.integers(0, 10**9), TIMES)
def test_real_time_to_ours_is_as_wrong_as_both_steps(
    shift: int, doubt: int, offset: int, uncertainty: int, real: int
) -> None:
    harness = HarnessClock()
    harness.set(shift, doubt)
    clock = Clock(offset, uncertainty).to(harness)
    assert clock.monotonic(real) == Clock(offset, uncertainty).monotonic(real) + shift
    assert clock.uncertainty_ns >= uncertainty + doubt


def test_on_one_host_nothing_is_added() -> None:
    clock = Clock(5, 7)
    assert clock.to(HarnessClock()) == clock
    before = time.monotonic_ns()
    assert before <= HarnessClock().now() <= time.monotonic_ns()
    rows = [{"at": 1}]
    assert HarnessClock().doubted(rows) is rows


@pytest.mark.parametrize(
    ("number", "plainly", "perhaps"), [(200, True, True), (252, False, True), (262, False, False)]
)
def test_a_time_that_only_the_doubt_explains_is_neither(
    number: int, plainly: bool, perhaps: bool
) -> None:
    """A ping took at least 200 and at most 250 ms, give or take 10."""
    bounds = (200 * MILLISECOND, 250 * MILLISECOND, 10 * MILLISECOND, MILLISECOND)
    assert fits(number, *bounds) is plainly
    assert fits(number, *bounds, doubted=True) is perhaps
