"""The Session gives an IUT the data that it asked for, and waits without asking anything."""

import pytest

from conformance.commandline import set_
from conformance.dialogue import Until
from conformance.exchange import Outcome
from conformance.verdict import NonConformity
from tests.library.scripted_session import BOOT, TIMING, ScriptedPort, session, took

SEND = set_("CIPSEND", 5)
SENT = b"\r\nRecv 5 bytes\r\n\r\nSEND OK\r\n"


def asked(*answers):
    """A session whose IUT has asked for data, and its port."""
    at, port = session(port=ScriptedPort([b"\r\nOK\r\n> "], *answers))
    at.send(SEND, Until.PROMPT).asks_for_data()
    return at, port


def test_data_is_sent_as_it_is_and_the_word_that_it_was_sent_ends_the_exchange():
    at, port = asked([SENT])

    exchange = at.give(b"he\r\n\x00").is_sent()

    assert port.written[-1] == b"he\r\n\x00"
    assert (exchange.outcome, exchange.information) == (Outcome.COMPLETE, (b"Recv 5 bytes",))


def test_data_that_is_echoed_does_not_hide_the_answer():
    at, _ = asked([b"hello", SENT])

    assert at.give(b"hello").is_sent().final == b"SEND OK"


@pytest.mark.parametrize("code", [b"ERROR", b"SEND FAIL"])
def test_another_word_is_no_success(code):
    at, _ = asked([b"\r\n" + code + b"\r\n"])

    with pytest.raises(NonConformity):
        at.give(b"hello").is_sent()


def test_an_ok_is_no_word_that_the_data_was_sent():
    at, _ = asked([b"\r\nOK\r\n"])

    with pytest.raises(NonConformity):
        at.give(b"AT\r\n").is_sent()


def test_a_part_of_the_data_is_over_when_the_iut_is_silent():
    at, port = asked([], [SENT])

    part = at.give_part(b"hel").gives_no_result()

    assert (port.written[-1], took(part)) == (b"hel", TIMING.quiet_s)
    at.give(b"lo").is_sent()


def test_a_part_that_is_answered_gives_a_result():
    at, _ = asked([SENT])

    with pytest.raises(NonConformity):
        at.give_part(b"hel").gives_no_result()


@pytest.mark.parametrize("length", [0.0, 1.0, 5.0, 100.0])
def test_a_pause_sends_nothing_and_lasts_as_long_as_asked(length):
    at, port = session()

    exchange = at.pause(length)

    assert (took(exchange), port.written, exchange.outcome) == (length, [], Outcome.COMPLETE)
    assert exchange.did == "pause"


def test_a_pause_begins_anew_when_the_iut_speaks():
    at, port = session()
    port.comes(b"0,CLOSED\r\n", 0.5)

    exchange = at.pause(1.0)

    assert (took(exchange), exchange.urcs) == (1.5, (b"0,CLOSED",))


def test_a_restart_in_a_pause_was_not_asked_for():
    at, port = session()
    port.comes(BOOT, 0.5)

    assert at.pause(1.0).restarted_unasked


def test_the_patience_of_a_pause_is_not_that_of_the_next_silence():
    at, _ = session()
    at.pause(2.0)

    assert took(at.give_part(b"x")) == TIMING.quiet_s
