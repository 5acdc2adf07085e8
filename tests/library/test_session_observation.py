"""The Session observes: how an exchange ends, and what bounds the wait for it."""

import pytest

from conformance.commandline import raw
from conformance.events import Blank, Busy, FinalResult, Unclassified, Urc
from conformance.exchange import Outcome
from conformance.grammar import OK
from conformance.listening import MAX_EXCHANGE
from conformance.log import MAX_TRACE
from conformance.testbed import PortError
from tests.library.scripted_session import (
    AT,
    CAP_S,
    TIMING,
    Babbler,
    BrokenPort,
    Dribbler,
    kinds,
    seconds,
    session,
    took,
)

# How an exchange ends


def test_an_exchange_is_complete_when_its_final_result_has_come():
    at, port = session([(b"AT\r\r\n", 0.1), (b"\r\nO", 0.2), (b"K\r\n", 2.5), (b"late", 2.6)])

    exchange = at.send(AT)

    assert exchange.outcome is Outcome.COMPLETE
    assert (exchange.final, exchange.echo, exchange.before) == (OK, b"AT", ())
    assert took(exchange) == 2.5
    assert at.last is exchange
    assert port.written == [b"AT\r\n"]


def test_an_event_has_the_time_at_which_its_last_byte_came():
    at, _ = session([(b"\r\nO", 0.2), (b"K\r\n", 2.5)])

    exchange = at.send(AT)

    assert [event.at - exchange.sent_at for event in exchange.events] == [
        seconds(0.2),
        seconds(2.5),
    ]


def test_silence_is_overdue_after_the_time_for_an_answer_and_the_line_is_sent_once():
    at, port = session([])

    exchange = at.send(AT)

    assert (exchange.outcome, exchange.final, exchange.silent) == (Outcome.OVERDUE, None, True)
    assert took(exchange) == TIMING.answer_s
    assert port.written == [b"AT\r\n"]


def test_lines_without_a_final_result_do_not_lengthen_the_time_for_an_answer():
    at, _ = session([(b"+X:%d\r\n" % n, n * 0.5) for n in range(1, 20)])

    exchange = at.send(AT)

    assert exchange.outcome is Outcome.OVERDUE
    assert took(exchange) == TIMING.answer_s
    assert len(exchange.information) == 6


def test_a_partial_line_at_the_deadline_is_kept_and_its_rest_is_no_answer_to_the_next_line():
    at, port = session([(b"\r\nO", 1.0)], [(b"AT\r\r\n\r\nOK\r\n", 0.5)])

    overdue = at.send(AT)
    port.comes(b"K\r\n", 0.1)
    following = at.send(AT)

    assert overdue.outcome is Outcome.OVERDUE
    assert kinds(overdue.events) == [Blank, Unclassified]
    assert overdue.raw == b"\r\nO"
    assert overdue.final is None
    assert [event.raw for event in following.events if type(event) is Unclassified] == [b"K\r\n"]
    assert (following.final, took(following)) == (OK, 0.5)


def test_an_answer_after_the_deadline_stands_before_the_next_exchange_and_does_not_answer_it():
    at, port = session([(b"\r\nERROR\r\n", 3.1)], [(b"\r\nOK\r\n", 0.2)])

    overdue = at.send(AT)
    port.time += seconds(0.5)
    following = at.send(AT)

    assert overdue.silent
    assert [event.text for event in following.before if type(event) is FinalResult] == [b"ERROR"]
    assert (following.final, following.raw) == (OK, b"\r\nOK\r\n")


def test_what_came_unasked_stands_before_the_next_exchange():
    at, port = session([b"\r\nOK\r\n"], [b"\r\nOK\r\n"])
    at.send(AT)

    port.comes(b"WIFI DISCONNECT\r\n+X:1\r\n")
    exchange = at.send(AT)

    assert kinds(exchange.before) == [Urc, Unclassified]
    assert exchange.information == ()
    assert at.send(AT).before == ()


def test_a_flood_ends_the_exchange_and_keeps_little_more_than_its_bound():
    chunk = b"+X:" + b"x" * 65_531 + b"\r\n"
    at, _ = session([chunk] * 40)

    exchange = at.send(AT)

    assert exchange.outcome is Outcome.FLOOD
    assert MAX_EXCHANGE - len(chunk) < len(exchange.raw) <= MAX_EXCHANGE + len(chunk)


def test_an_answer_of_exactly_the_bound_is_no_flood():
    end = b"\r\nOK\r\n"
    at, _ = session([b"x" * (MAX_EXCHANGE - len(end)), end])

    exchange = at.send(AT)

    assert (exchange.outcome, exchange.final) == (Outcome.COMPLETE, OK)
    assert len(exchange.raw) == MAX_EXCHANGE


def test_after_a_flood_the_next_exchange_is_judged_by_its_own_bytes():
    at, _ = session([b"x" * MAX_EXCHANGE, b"y\r\n"], [b"\r\nOK\r\n"])
    assert at.send(AT).outcome is Outcome.FLOOD

    assert at.send(AT).succeeds().raw == b"\r\nOK\r\n"


def test_a_broken_port_is_no_silence():
    at, _ = session(port=BrokenPort())

    with pytest.raises(PortError, match="pulled out"):
        at.send(AT)


# Until silence


def test_a_provocation_is_complete_when_the_iut_falls_silent():
    at, _ = session([])

    exchange = at.provoke(raw(b"nonsense"))

    assert (exchange.outcome, exchange.events) == (Outcome.COMPLETE, ())
    assert took(exchange) == pytest.approx(TIMING.quiet_s)


def test_each_chunk_makes_the_wait_for_silence_begin_anew():
    at, _ = session([(b"\r\nERROR\r\n", 0.25), (b"more\r\n", 0.5), (b"and more\r\n", 0.75)])

    exchange = at.provoke(raw(b"nonsense"))

    assert exchange.outcome is Outcome.COMPLETE
    assert exchange.information == (b"more", b"and more")
    assert took(exchange) == pytest.approx(0.75 + TIMING.quiet_s)


def test_an_unfinished_line_before_the_silence_is_kept():
    at, _ = session([(b"hal", 0.1)])

    exchange = at.provoke(raw(b"nonsense"))

    assert (kinds(exchange.events), exchange.raw) == ([Unclassified], b"hal")
    assert exchange.outcome is Outcome.COMPLETE


def test_an_iut_that_never_falls_silent_is_given_up_at_the_cap():
    at, _ = session(port=Dribbler(b"z", every_s=0.2))

    exchange = at.provoke(raw(b"nonsense"))

    assert exchange.outcome is Outcome.OVERDUE
    assert took(exchange) == pytest.approx(CAP_S)
    assert exchange.raw == b"z" * 70


# Busy


def test_busy_and_then_nothing_is_given_up_soon():
    at, _ = session([(b"\r\nbusy p...\r\n", 0.5)])

    exchange = at.send(AT)

    assert exchange.outcome is Outcome.OVERDUE
    assert exchange.final is None
    assert Busy in kinds(exchange.events)
    assert took(exchange) == pytest.approx(0.5 + TIMING.after_busy_s)


@pytest.mark.parametrize("code", [b"OK", b"ERROR", b"FAIL"])
def test_busy_and_then_a_result_is_complete(code):
    at, _ = session([(b"\r\nbusy p...\r\n", 2.9), (b"\r\n" + code + b"\r\n", 3.8)])

    exchange = at.send(AT)

    assert (exchange.outcome, exchange.final) == (Outcome.COMPLETE, code)
    assert took(exchange) == pytest.approx(3.8)


# Settling


def test_settling_gives_what_came_until_the_iut_is_silent():
    at, port = session()
    port.comes(b"WIFI GOT IP\r\n", 0.2)
    port.comes(b"hal", 0.4)
    port.comes(b"too late", 0.8)
    begun = port.time

    events = at.settle()

    assert [(type(event), event.raw) for event in events] == [
        (Urc, b"WIFI GOT IP\r\n"),
        (Unclassified, b"hal"),
    ]
    assert port.time - begun == seconds(0.7)


def test_what_is_as_late_as_an_answer_may_be_is_heard_out():
    at, port = session()
    port.comes(b"WIFI GOT IP\r\n", 2.9)
    port.comes(b"too late", 6.0)
    begun = port.time

    events = at.hear_out()

    assert [event.raw for event in events] == [b"WIFI GOT IP\r\n"]
    assert port.time - begun == seconds(2.9 + TIMING.answer_s)


@pytest.mark.parametrize("port", [Dribbler(b"z\r\n", 0.2), Babbler(b"z\r\n" * 300, 0.01)])
def test_settling_ends_though_the_iut_never_falls_silent_and_keeps_little(port):
    at, _ = session(port=port)
    begun = port.time

    events = at.settle()

    assert 0 < len(events) <= MAX_TRACE
    assert port.time - begun <= seconds(TIMING.answer_s + 0.2)


# Bounds


def test_an_iut_that_babbles_holds_up_nobody():
    at, port = session(port=Babbler())

    exchange = at.send(AT)

    assert exchange.outcome is Outcome.FLOOD
    assert sum(len(data) for data, _ in port.delivered) <= 2 * (MAX_EXCHANGE + len(port.chunk))
    assert sum(len(event.raw) for event in exchange.before) <= MAX_EXCHANGE + len(port.chunk)


def test_draining_asks_only_for_what_is_there():
    at, port = session([b"\r\nOK\r\n"])
    port.comes(b"too early\r\n", 0.001)

    exchange = at.send(AT)

    assert exchange.before == ()
    assert exchange.sent_at == 1_000
