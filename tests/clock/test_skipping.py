"""The clock keeps the order of events: skipping against real time, with random traffic and timers.

Law of this file: two processes and the harness act at random times, over a line, over a socket and
over frames. What comes when is known from the script.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rigs.clock.harness import RealClock, SkippingClock
from tests.clock.scenes import Deed, expected, played

#: All times are multiples of this, in ms, so that what happens first in real time is no chance.
STEP = 40
_UNTIL = 100_000


@contextlib.contextmanager
def skipping() -> Iterator[SkippingClock]:
    clock = SkippingClock()
    try:
        yield clock
    finally:
        clock.close()


@st.composite
def deeds(draw: st.DrawFn, furthest: int, step: int = 1, busy: int = 0) -> list[Deed]:
    """Up to eight, no two of which come to the harness at the same time."""
    made: list[Deed] = []
    for number in range(1, draw(st.integers(1, 8)) + 1):
        deed = Deed(
            number,
            at=step * draw(st.integers(1, furthest)),
            by_harness=draw(st.booleans()),
            way=draw(st.sampled_from(("line", "other", "datagram"))),
            delay=step * draw(st.integers(0, furthest)),
            busy=draw(st.integers(0, busy)),
        )
        if all(deed.comes_at != each.comes_at for each in made):
            made.append(deed)
    return made


ALONE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)


@ALONE
@given(deeds(20_000))
def test_what_is_due_comes_in_order_and_in_time(made: list[Deed]) -> None:
    with skipping() as clock:
        came = played(made, _UNTIL, clock)
    assert [number for number, _ in came] == expected(made, _UNTIL)
    due = {deed.number: deed.comes_at for deed in made}
    # A sixty-fourth of what the parties compute, on a machine that is busy.
    assert all(0 <= at - due[number] < 20 for number, at in came)


@settings(ALONE, max_examples=8)  # each computes in real time; many: the next test
@given(deeds(500, busy=30))
def test_nobody_is_late_because_somebody_computes(made: list[Deed]) -> None:
    nobody_is_late(made)


@pytest.mark.nightly
@settings(ALONE, max_examples=50)
@given(deeds(500, busy=30))
def test_nobody_is_late_because_somebody_computes_for_long(made: list[Deed]) -> None:
    nobody_is_late(made)


def nobody_is_late(made: list[Deed]) -> None:
    with skipping() as clock:
        came = played(made, _UNTIL, clock)
    due = {deed.number: deed.comes_at for deed in made}
    assert {number for number, _ in came} == due.keys()
    # Each computes for a quarter of a second at most in all; the clock shows a sixty-fourth of it.
    assert all(0 <= at - due[number] < 40 for number, at in came)


@ALONE
@given(deeds(20_000), st.integers(1, 60_000))
def test_what_comes_after_a_deadline_does_not_come(made: list[Deed], until: int) -> None:
    latest = max((deed.at for deed in made if deed.by_harness), default=0)
    # Not within a moment of it: that is what the parties may compute.
    near = min((abs(deed.comes_at - until) for deed in made), default=_UNTIL)
    if until <= latest or near < 25:
        until = _UNTIL
    with skipping() as clock:
        assert [number for number, _ in played(made, until, clock)] == expected(made, until)


@pytest.mark.nightly
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deeds(6, STEP))
def test_real_time_has_the_same_order(made: list[Deed]) -> None:
    until = 25 * STEP
    with skipping() as clock:
        skipped = [number for number, _ in played(made, until, clock)]
    real = [number for number, _ in played(made, until, RealClock())]
    assert skipped == real
