"""The Session stimulates: restarts, data, preambles, the line, and what is undone afterwards."""

import pytest

from conformance.commandline import raw, set_
from conformance.dialogue import Until
from conformance.events import Ready
from conformance.exchange import Outcome
from conformance.grammar import OK
from conformance.testbed import SettingRefused
from conformance.verdict import Inconclusive, NonConformity, Reason
from tests.library.scripted_session import (
    AT,
    BOOT,
    GMR,
    RST,
    TIMING,
    kinds,
    session,
    took,
)

# Restarts


def test_a_restart_that_was_asked_for_is_over_when_the_iut_is_ready():
    at, _ = session([(b"AT+RST\r\r\n\r\nOK\r\n", 0.1), (BOOT, 5.0)])

    exchange = at.send_restart()

    assert exchange.outcome is Outcome.COMPLETE
    assert (exchange.final, exchange.restarted) == (OK, True)
    assert not exchange.restarted_unasked
    assert took(exchange) == 5.0


def test_a_restart_that_does_not_come_is_overdue_after_its_own_time():
    at, _ = session([(b"\r\nOK\r\n", 1.0)])

    exchange = at.send_restart()

    assert (exchange.outcome, exchange.restarted) == (Outcome.OVERDUE, False)
    assert took(exchange) == 1.0 + TIMING.restart_s


def test_a_refused_restart_is_complete_after_a_short_silence():
    at, _ = session([(b"\r\nERROR\r\n", 0.1)])

    exchange = at.send_restart()

    assert (exchange.outcome, exchange.final) == (Outcome.COMPLETE, b"ERROR")
    assert took(exchange) == pytest.approx(0.1 + TIMING.quiet_s)


def test_a_refused_restart_that_comes_all_the_same_is_seen():
    at, _ = session([(b"\r\nERROR\r\n", 0.1), (BOOT, 0.3)])

    exchange = at.send_restart()

    assert (exchange.final, exchange.restarted) == (b"ERROR", True)


def test_a_restart_that_nobody_asked_for_is_a_nonconformity():
    at, _ = session([(BOOT, 0.5)])

    with pytest.raises(NonConformity) as caught:
        at.send(AT)

    assert caught.value.reason is Reason.UNASKED_RESTART
    assert at.last.restarted_unasked
    assert took(at.last) == pytest.approx(0.5 + TIMING.quiet_s)


def test_a_late_answer_after_an_unasked_restart_is_kept():
    at, _ = session([(BOOT, 0.5), (b"\r\nOK\r\n", 0.7)])

    assert at.observe(AT).final == OK


def test_a_restart_between_two_exchanges_is_a_nonconformity_of_the_next():
    at, port = session([b"\r\nOK\r\n"], [b"\r\nOK\r\n"], [b"\r\nOK\r\n"])
    at.send(AT)
    port.comes(BOOT)

    with pytest.raises(NonConformity) as caught:
        at.send(AT)

    assert caught.value.reason is Reason.UNASKED_RESTART
    assert Ready in kinds(at.last.before)
    assert at.send(AT).before == ()


def test_whoever_only_observes_is_not_told_of_an_unasked_restart_by_an_exception():
    at, _ = session([BOOT])

    assert at.observe(AT).restarted_unasked


def test_a_restart_is_also_seen_by_a_provocation():
    at, _ = session([BOOT])

    with pytest.raises(NonConformity) as caught:
        at.provoke(raw(b"nonsense"))

    assert caught.value.reason is Reason.UNASKED_RESTART


# Data


def test_a_prompt_and_the_data_behind_it_are_two_exchanges():
    at, port = session(
        [(b"AT+CIPSEND=2\r\r\n\r\nOK\r\n", 0.1), (b"> ", 0.2)],
        [(b"\r\nRecv 2 bytes\r\n", 0.1), (b"\r\nSEND OK\r\n", 0.4)],
    )

    asked = at.send(set_("CIPSEND", 2), Until.PROMPT)
    sent = at.send(raw(b"hi", end=b""), Until.SENT)

    assert (asked.outcome, asked.final, took(asked)) == (Outcome.COMPLETE, OK, 0.2)
    assert (sent.outcome, sent.final, took(sent)) == (Outcome.COMPLETE, b"SEND OK", 0.4)
    assert port.written == [b"AT+CIPSEND=2\r\n", b"hi"]


def test_a_prompt_that_does_not_come_is_overdue():
    at, _ = session([(b"\r\nOK\r\n", 0.1)])

    exchange = at.send(set_("CIPSEND", 2), Until.PROMPT)

    assert (exchange.outcome, exchange.final) == (Outcome.OVERDUE, OK)


# Preamble and postamble


def test_a_preamble_that_is_answered_ok_says_nothing():
    at, port = session([b"\r\nOK\r\n"], [b"\r\nOK\r\n"])

    at.prepare(set_("ATE", 0), AT)

    assert port.written == [b"ATE0\r\n", b"AT\r\n"]


@pytest.mark.parametrize("answer", [b"\r\nERROR\r\n", b"", b"\r\nbusy p...\r\n", b"\xff\r\n"])
def test_a_preamble_that_is_not_answered_ok_is_inconclusive_and_goes_no_further(answer):
    at, port = session([answer] if answer else [], [b"\r\nOK\r\n"])

    with pytest.raises(Inconclusive, match="ATE0") as caught:
        at.prepare(set_("ATE", 0), AT)

    assert caught.value.reason is Reason.PREAMBLE_REFUSED
    assert port.written == [b"ATE0\r\n"]


def test_a_line_is_repeated_as_often_as_asked_each_when_the_one_before_is_over():
    at, _ = session(*([(b"\r\nOK\r\n", 1.0)] for _ in range(3)))

    exchanges = at.repeat(AT, 3)

    assert [exchange.final for exchange in exchanges] == [OK] * 3
    assert [exchange.sent_at for exchange in exchanges[1:]] == [
        exchange.ended_at for exchange in exchanges[:-1]
    ]


def test_what_was_done_last_is_undone_first_and_once():
    at, _ = session()
    undone = []
    for name in ("first", "second", "third"):
        at.afterwards(lambda name=name: undone.append(name))

    at.undo()
    at.undo()

    assert undone == ["third", "second", "first"]


def test_what_only_holds_meanwhile_is_undone_last():
    at, _ = session()
    undone = []
    at.afterwards(lambda: undone.append("its own, before"))
    with at.undone_last():
        for name in ("meanwhile", "meanwhile, later"):
            at.afterwards(lambda name=name: undone.append(name))
    at.afterwards(lambda: undone.append("its own, behind"))

    at.undo()

    assert undone == ["its own, behind", "its own, before", "meanwhile, later", "meanwhile"]


def failing_with(error):
    """A step that cannot be undone."""

    def fail():
        raise error

    return fail


def test_an_undo_that_fails_keeps_no_other_from_being_undone_and_every_error_is_told():
    at, _ = session()
    undone = []
    at.afterwards(lambda: undone.append("first"))
    at.afterwards(failing_with(NonConformity("x", "y")))
    at.afterwards(lambda: undone.append("second"))
    at.afterwards(failing_with(Inconclusive("refused")))

    errors = at.undo()

    assert [type(each) for each in errors] == [Inconclusive, NonConformity]
    assert undone == ["second", "first"]
    assert at.undo() == []
    assert undone == ["second", "first"]


def test_what_could_not_be_undone_stands_in_the_trace():
    at, _ = session([b"\r\nOK\r\n"])
    at.send(AT)
    at.afterwards(failing_with(Inconclusive("the preamble AT+X was refused")))

    at.undo()

    assert at.trace()[-1].endswith("! not undone: the preamble AT+X was refused")


@pytest.mark.parametrize(
    "error",
    [SettingRefused("no such rate"), AssertionError("x"), LookupError("no reset")],
    ids=repr,
)
def test_whatever_an_undo_fails_with_the_others_are_tried(error):
    at, _ = session()
    undone = []
    at.afterwards(lambda: undone.append("first"))
    at.afterwards(failing_with(error))

    assert at.undo() == [error]
    assert undone == ["first"]


def test_an_undo_may_ask_for_another():
    at, _ = session()
    undone = []
    at.afterwards(lambda: at.afterwards(lambda: undone.append("inner")))

    at.undo()

    assert undone == ["inner"]


def test_closing_the_line_sends_a_line_end_and_waits_for_silence():
    at, port = session([(b"\r\nERROR\r\n", 0.1)])

    at.close_line()

    assert port.written == [b"\r\n"]
    assert at.last.final == b"ERROR"


# What a purpose stands on and does not judge


def test_an_exchange_that_ended_ok_is_agreed_with():
    at, _ = session([b"AT\r\r\nWIFI GOT IP\r\nOK\r\n"])

    assert at.agree(at.send(AT)) is None


@pytest.mark.parametrize("answer", [b"\r\nERROR\r\n", b"+X:OK\r\n", b"\r\nSEND OK\r\n"])
def test_an_exchange_that_ended_otherwise_is_inconclusive_and_says_what_was_asked(answer):
    at, _ = session([answer])
    exchange = at.observe(GMR)

    with pytest.raises(Inconclusive, match=r"AT\+GMR was answered") as caught:
        at.agree(exchange)

    assert caught.value.reason is Reason.PREAMBLE_REFUSED
    assert exchange.describe() in str(caught.value)


def test_to_agree_sends_nothing():
    at, port = session([b"OK\r\n"])
    exchange = at.send(AT)

    at.agree(exchange)

    assert port.written == [b"AT\r\n"]


def test_another_command_can_restart_too_and_is_not_taken_for_an_unasked_restart():
    at, port = session([(b"AT+RESTORE\r\r\n\r\nOK\r\n", 0.1), (BOOT, 5.0)])

    exchange = at.send_restart("RESTORE")

    assert port.written == [b"AT+RESTORE\r\n"]
    assert (exchange.outcome, exchange.final, took(exchange)) == (Outcome.COMPLETE, OK, 5.0)
    assert exchange.restarted
    assert not exchange.restarted_unasked


# Patience that is not the bench's own


@pytest.mark.parametrize("answer_s", [0.5, 7.0])
def test_an_observation_may_have_a_patience_of_its_own(answer_s):
    at, _ = session([], [])

    assert took(at.observe(AT, answer_s=answer_s)) == answer_s
    assert took(at.observe(AT)) == TIMING.answer_s


@pytest.mark.parametrize("until", [Until.RESTART, Until.PROMPT, Until.SENT])
def test_a_patience_of_its_own_holds_for_every_answer(until):
    at, _ = session([])

    assert took(at.observe(RST, until, answer_s=0.5)) == 0.5
