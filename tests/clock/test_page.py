"""The page: what a clock shows follows from three numbers, and the log keeps them."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rigs.clock.page import CREEP, LOG_ROOM, PATIENCE, Page, Reading, new_page


@pytest.fixture
def empty():
    descriptor = new_page()
    made = Page(descriptor)
    os.close(descriptor)
    yield made
    made.close()


def test_it_runs_as_real_time_does():
    assert Reading(1000, 5000, True).at(1234) == 5234


def test_it_creeps_while_it_stands():
    assert Reading(0, 5000, False).at(64_000) == 5000 + (64_000 >> CREEP)


def test_after_its_patience_it_runs():
    reading = Reading(0, 0, False)
    assert reading.at(PATIENCE + 77) == (PATIENCE >> CREEP) + 77


@given(st.booleans(), st.lists(st.integers(0, 3 * PATIENCE), min_size=2))
def test_what_is_later_is_not_shown_sooner(runs, reals):
    shown = [Reading(0, 0, runs).at(real) for real in sorted(reals)]
    assert shown == sorted(shown)


def test_the_log_is_asked_for_the_past(empty):
    empty.set(Reading(100, 1000, True))
    empty.set(Reading(200, 9000, False))
    empty.set(Reading(300, 20_000, True))
    assert empty.shown_at(150) == 1050
    assert empty.shown_at(200) == 9000
    assert empty.shown_at(264) == 9001
    assert empty.shown_at(310) == 20_010


def test_what_the_log_has_forgotten_is_an_error(empty):
    for number in range(LOG_ROOM + 5):
        empty.set(Reading(number * 10, number * 10, True))
    assert empty.shown_at(LOG_ROOM * 10 + 3) == LOG_ROOM * 10 + 3
    with pytest.raises(LookupError, match="does not remember"):
        empty.shown_at(2)


def test_whether_it_ran(empty):
    empty.set(Reading(100, 100, True))
    empty.set(Reading(200, 200, False))
    empty.set(Reading(300, 900, False))
    assert not empty.ran_since(250)
    assert empty.ran_since(150)


def test_holds_are_counted(empty):
    empty.hold(1, "air", 1)
    empty.hold(1, "air", 1)
    empty.hold(1, "air", -1)
    assert empty.is_held(1)
    assert empty.holds(1) == ["air"]
    assert not empty.is_held(0)
    empty.forget(1)
    assert not empty.is_held(1)
