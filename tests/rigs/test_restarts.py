"""Restarts that nobody asked for, counted."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from conformance.commandline import execute, raw, set_
from conformance.marker import learn
from conformance.session import Session
from conformance.testbed import Controls, Timing
from rigs.restarts import Restarts, unasked
from tests.rigs.scripted import ERROR, OK, ScriptedPort

BOOT = b"\r\n ets Jan  8 2013,rst cause:4, boot mode:(3,7)\r\n\r\n"
READY = b"\r\nready\r\n"


class Purpose:
    """The exchanges of a purpose, and what comes between them."""

    def __init__(self, answers=None):
        self.port = ScriptedPort(answers)
        self.session = Session(self.port, Timing())

    def ask(self, line):
        self.session.observe(line)
        return self

    def says(self, data):
        self.port.say(data, 0)
        return self

    @property
    def restarts(self):
        return unasked(self.session.exchanges)


AT = execute("AT")


def test_without_a_restart_there_is_none():
    assert Purpose().ask(AT).restarts == Restarts()


def test_a_restart_while_nothing_is_asked_is_counted_as_such():
    assert Purpose().ask(AT).says(BOOT + READY).ask(AT).restarts == Restarts(1, 1)


def test_a_restart_before_the_first_question_is_counted():
    assert Purpose().says(READY).ask(AT).restarts == Restarts(1, 1)


def test_a_restart_instead_of_an_answer_is_counted():
    assert Purpose({b"AT+X": BOOT + READY}).ask(execute("X")).restarts == Restarts(1, 0)


def test_boot_text_and_ready_in_different_exchanges_are_one_start():
    purpose = Purpose({b"AT+X": BOOT}).ask(execute("X")).says(READY).ask(AT)
    assert purpose.restarts == Restarts(1, 0)


def test_each_start_counts():
    assert Purpose().says(BOOT + BOOT + READY + READY).ask(AT).restarts == Restarts(3, 3)


@pytest.mark.parametrize("line", [execute("RST"), execute("RESTORE"), set_("GSLP", 10)])
def test_the_start_that_was_asked_for_does_not_count_and_the_next_one_does(line):
    purpose = Purpose({line.text: OK}).ask(line).says(BOOT + READY).ask(AT)
    assert purpose.restarts == Restarts()
    assert purpose.says(BOOT + READY).ask(AT).restarts == Restarts(1, 1)


def test_what_was_refused_asks_for_no_start():
    purpose = Purpose({b"AT+RST": ERROR}).ask(execute("RST")).says(READY).ask(AT)
    assert purpose.restarts == Restarts(1, 1)


def test_a_restart_that_is_only_watched_for_is_asked_for_by_nobody():
    purpose = Purpose().ask(AT)
    purpose.port.say(BOOT + READY, 0.5)
    purpose.session.await_restart(1.0)
    assert purpose.restarts == Restarts(1, 0)


def test_a_watch_in_which_none_comes_does_not_excuse_the_next_one():
    purpose = Purpose().ask(AT)
    purpose.session.await_restart(1.0)
    assert purpose.says(BOOT + READY).ask(AT).restarts == Restarts(1, 1)


def test_the_restart_from_deep_sleep_is_watched_for_and_asked_for():
    sleep = set_("GSLP", 10)
    purpose = Purpose({sleep.text: OK}).ask(sleep)
    purpose.port.say(BOOT + READY, 0.5)
    purpose.session.await_restart(1.0)
    assert purpose.restarts == Restarts()


@pytest.mark.parametrize("while_asked", [True, False])
def test_a_restart_beside_a_marker_counts_once_and_excuses_none(while_asked):
    purpose = Purpose()
    markers = learn(purpose.session.observe)
    purpose.session = Session(purpose.port, Timing(), markers=markers, owing=True)
    if while_asked:
        purpose.says(BOOT + READY)
    purpose.ask(AT)
    assert purpose.session.exchanges[0].proof is not None
    seen = int(while_asked)
    assert purpose.restarts == Restarts(seen, seen)
    purpose.says(BOOT + READY).ask(AT)
    assert purpose.restarts == Restarts(seen + 1, seen + 1)


def test_what_may_restart_and_was_not_told_to_does_so_unasked():
    purpose = Purpose({b"AT?": ERROR})
    purpose.session.send(raw(b"AT?"), restarts=True)
    assert purpose.says(BOOT + READY).ask(AT).restarts == Restarts(1, 1)


def test_a_reset_asks_for_one_start():
    purpose = Purpose()
    reset = SimpleNamespace(pulse=lambda: purpose.says(BOOT + READY) and None)
    purpose.session = Session(purpose.port, Timing(), controls=Controls(reset=reset))
    purpose.session.reset_board()
    assert purpose.restarts == Restarts()
    assert purpose.says(BOOT + READY).ask(AT).restarts == Restarts(1, 1)
