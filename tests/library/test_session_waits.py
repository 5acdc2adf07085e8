"""The Session waits for an IUT that restarts on its own, and asks until it answers."""

import pytest

from conformance.commandline import execute, query
from conformance.exchange import Outcome
from conformance.grammar import OK
from conformance.marker import Marker
from conformance.session import Session
from conformance.verdict import NonConformity
from tests.library.made_exchange import exchange
from tests.library.scripted_session import (
    AT,
    BOOT,
    TIMING,
    Babbler,
    Notes,
    ScriptedBoard,
    ScriptedPort,
    seconds,
    session,
    took,
)

OK_LINE = b"\r\nOK\r\n"
#: What the ROM of a chip that was reset prints; nothing of it is an answer.
ROM = b"\r\n ets Jan  8 2013,rst cause:2, boot mode:(3,7)\r\n\r\n"
LOADER = b"load 0x40100000, len 2592, room 16 \r\ntail 0\r\nchksum 0xf3\r\ncsum 0xf3\r\n"


# A restart that the IUT makes on its own


def test_a_restart_of_its_own_is_waited_for_as_long_as_asked_and_no_longer():
    at, port = session()
    port.comes(BOOT, 25.0)

    exchange = at.await_restart(30.0)

    assert (exchange.outcome, exchange.restarted, took(exchange)) == (Outcome.COMPLETE, True, 25.0)
    assert exchange.restart_at == exchange.ended_at
    assert not exchange.restarted_unasked
    assert (port.written, at.recorder.actions) == ([], [])


@pytest.mark.parametrize("within_s", [0.0, 0.5, 60.0])
def test_a_restart_of_its_own_that_does_not_come_is_given_up_then(within_s):
    at, _ = session()

    exchange = at.await_restart(within_s)

    assert (exchange.outcome, exchange.restart_at) == (Outcome.OVERDUE, None)
    assert took(exchange) == within_s


def test_the_patience_with_one_restart_is_not_that_with_the_next():
    port = ScriptedPort()
    at, _ = session(port=port, controls=ScriptedBoard(port).controls)
    at.await_restart(0.5)

    assert took(at.reset_board()) == TIMING.restart_s


def test_a_restart_that_has_come_when_it_is_waited_for_is_not_waited_for_again():
    at, port = session()
    port.comes(BOOT)

    exchange = at.await_restart(10.0)

    assert exchange.restarted
    assert took(exchange) == 0.0


# A line that the IUT tells unasked

URC_LINE = b"WIFI GOT IP\r\n"


def test_a_line_is_waited_for_until_it_comes_and_no_longer():
    at, port = session()
    port.comes(b"WIFI CONNECTED\r\n", 1.0)
    port.comes(URC_LINE, 2.0)
    port.comes(b"0,CLOSED\r\n", 3.0)

    exchange = at.await_line(rb"WIFI GOT IP", 10.0)

    assert (exchange.outcome, took(exchange)) == (Outcome.COMPLETE, 2.0)
    assert exchange.urcs == (b"WIFI CONNECTED", b"WIFI GOT IP")
    assert port.written == []
    assert at.last is exchange


def test_a_line_that_does_not_come_is_given_up_in_time():
    at, port = session()
    port.comes(b"WIFI CONNECTED\r\nWIFI GOT IP or", 1.0)

    exchange = at.await_line(rb"WIFI GOT IP", 5.0)

    assert (exchange.outcome, took(exchange)) == (Outcome.OVERDUE, 5.0)


def test_a_line_that_has_come_already_is_not_waited_for():
    at, port = session([OK_LINE, URC_LINE])
    at.send(AT)
    port.comes(URC_LINE)

    exchange = at.await_line(rb"(?i)wifi got ip", 5.0)

    assert (exchange.outcome, took(exchange)) == (Outcome.COMPLETE, 0.0)


def test_a_line_of_text_counts_like_one_of_status():
    at, port = session()
    port.comes(b"Smart get WiFi info\r\n", 1.0)

    assert at.await_line(rb"Smart get .*", 5.0).information == (b"Smart get WiFi info",)


def test_a_restart_instead_of_a_line_is_a_fault():
    at, port = session()
    port.comes(BOOT, 1.0)

    with pytest.raises(NonConformity):
        at.await_line(rb"WIFI GOT IP", 5.0)


def test_whoever_floods_is_not_waited_for():
    at, _ = session(port=Babbler())

    assert at.await_line(rb"WIFI GOT IP", 1e6).outcome is Outcome.FLOOD


# An answer after a restart


def test_the_first_question_comes_when_the_iut_is_ready_and_not_before():
    at, port = session([OK_LINE])
    port.comes(BOOT, 0.2)

    exchange = at.await_answer(10.0)

    assert (exchange.final, port.written) == (OK, [b"AT\r\n"])
    assert exchange.sent_at == 1_000 + seconds(0.2)


def test_an_iut_whose_ready_was_missed_is_asked_all_the_same():
    at, port = session([(OK_LINE, 0.1)])

    exchange = at.await_answer(10.0)

    assert (exchange.final, port.written) == (OK, [b"AT\r\n"])
    assert exchange.sent_at == 1_000 + seconds(TIMING.quiet_s)


def test_what_is_lost_before_the_iut_is_ready_is_asked_again():
    at, port = session([], [], [OK_LINE])

    exchange = at.await_answer(10.0)

    assert (exchange.final, port.written) == (OK, [b"AT\r\n"] * 3)
    assert at.last is exchange


def test_the_answer_may_be_a_refusal():
    at, port = session([b"\r\nERROR\r\n"])

    assert at.await_answer(10.0).final == b"ERROR"
    assert port.written == [b"AT\r\n"]


def test_garbage_is_no_answer():
    at, port = session([b"\xfe\x80\xf8"], [b"\x00\xff\r\n"], [OK_LINE])

    assert at.await_answer(10.0).final == OK
    assert len(port.written) == 3


@pytest.mark.parametrize("within_s", [0.0, 0.2, 1.0, 10.0])
def test_an_iut_that_stays_silent_is_given_up_in_time_and_was_asked_at_least_once(within_s):
    at, port = session()
    begun = port.time

    exchange = at.await_answer(within_s)

    assert not exchange.legible
    assert len(port.written) >= 1
    assert seconds(within_s) <= port.time - begun <= seconds(within_s + 0.5 + TIMING.quiet_s)


def test_late_answers_to_the_earlier_questions_do_not_answer_the_next_line():
    at, port = session([(OK_LINE, 0.6)], [(OK_LINE, 0.3)], [(b"\r\nERROR\r\n", 0.5)])

    at.await_answer(10.0)
    following = at.send(execute("GMR"))

    assert len(port.written) == 3
    assert (following.final, following.before) == (b"ERROR", ())


def test_a_start_that_shows_in_the_answer_is_the_one_that_was_waited_for():
    at, _ = session([(ROM + b"\r\nready\r\n", 0.2), (OK_LINE, 0.4)])

    exchange = at.await_answer(10.0)

    assert exchange.restarted
    at.responds(exchange)


def test_what_was_asked_while_a_start_showed_may_still_be_answered():
    told = b"+CWMODE_CUR:2\r\n"
    marker = Marker.of(exchange(told + OK_LINE, query("CWMODE_CUR")))
    port = ScriptedPort([(ROM + b"\r\nready\r\n", 0.1), (OK_LINE, 1.2)], [(OK_LINE, 0.2)],
                        [(told + OK_LINE, 0.9)], [b"\r\nERROR\r\n"])  # fmt: skip
    at = Session(port, TIMING, Notes(), markers=[marker])

    assert at.await_answer(10.0).final == OK
    assert at.send(execute("GMR")).final == b"ERROR"
    assert port.written[2] == b"AT+CWMODE_CUR?\r\n"


def test_a_restart_while_the_iut_is_asked_is_none_that_nobody_asked_for():
    at, _ = session([(ROM + b"\r\nready\r\n", 0.2)], [OK_LINE], [OK_LINE])

    assert at.await_answer(10.0).final == OK
    assert at.send(AT).succeeds()


@pytest.mark.parametrize("text", [LOADER, b"wdt reset\r\n"], ids=["loader", "watchdog"])
def test_the_boot_text_is_no_answer(text):
    at, port = session([], [OK_LINE], [OK_LINE])
    port.comes(ROM + text, 0.5)
    port.comes(b"\r\nready\r\n", 0.9)

    assert at.await_answer(10.0).final == OK
