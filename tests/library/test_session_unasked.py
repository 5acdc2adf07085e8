"""A result that nobody asked for fails the command before it, however it is delivered."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.blame import obstacle
from conformance.commandline import raw, set_
from conformance.dialogue import Until
from conformance.session import Session
from conformance.verdict import Inconclusive, NonConformity, Reason
from tests.library.late_device import (
    DELAYS,
    ERROR,
    OK,
    READS,
    TIMING,
    VERSION,
    LateDevice,
    session_on,
)
from tests.library.scripted_session import AT, GMR, ScriptedPort, seconds, session

X = raw(b"AT+X")
EACH_GAP = pytest.mark.parametrize("gap_s", [0.0, 0.002, 0.1])


def unasked_of(judge):
    """The sentence that says what nobody asked for."""
    with pytest.raises(NonConformity) as caught:
        judge()
    assert caught.value.reason is Reason.UNASKED_RESULT
    assert caught.value.expected == "one final result code for `AT+X`"
    return caught.value.actual


def twice(gap_s, first=OK, second=ERROR, **more):
    """A device that answers AT+X with `first` and `gap_s` later with `second`."""
    return LateDevice({b"AT+X": first}, unasked={b"AT+X": second}, unasked_s=gap_s, **more)


def test_in_one_read_it_is_found_at_once():
    at, _ = session([OK + ERROR])

    assert unasked_of(lambda: at.send(X)) == "a second result `ERROR` 0 ms after `OK`"


def test_what_comes_between_two_exchanges_is_found_by_the_next():
    at, port = session([OK], [OK])
    at.send(X)
    port.comes(ERROR, 0.003)
    port.time += seconds(0.003)

    assert unasked_of(lambda: at.send(AT)) == "a second result `ERROR` 3 ms after `OK`"
    assert port.written == [b"AT+X\r\n"]
    assert at.send(AT).succeeds()


@pytest.mark.parametrize("wait", ["pause", "settle", "await_line"])
def test_what_comes_in_a_wait_is_found_by_the_next(wait):
    at, port = session([OK], [OK])
    at.send(X)
    port.comes(ERROR, 0.1)
    {
        "pause": lambda: at.pause(1.0),
        "settle": at.settle,
        "await_line": lambda: at.await_line(b"WIFI GOT IP", 1.0),
    }[wait]()

    assert unasked_of(lambda: at.send(AT)) == "a second result `ERROR` 100 ms after `OK`"


@EACH_GAP
@pytest.mark.parametrize("reads", READS)
@pytest.mark.parametrize("delay", [DELAYS["0s"], DELAYS["0.35s"], DELAYS["2.85s"]])
@pytest.mark.parametrize("second", [OK, ERROR])
def test_behind_the_echo_of_the_next_line_its_own_result_is_found(gap_s, reads, delay, second):
    at = session_on(twice(gap_s, second=second, reads=reads, delay=delay))
    at.send(AT).succeeds()

    def go_on():
        assert at.send(X).results[0].text == b"OK"
        assert at.send(GMR).succeeds()

    unasked_of(go_on)
    at.send(GMR).succeeds()


@EACH_GAP
@pytest.mark.parametrize("reads", READS)
@pytest.mark.parametrize("echo", [True, False])
@pytest.mark.parametrize("second", [OK, ERROR])
def test_the_last_exchange_of_a_purpose_has_its_turn(gap_s, reads, echo, second):
    at = session_on(twice(gap_s, second=second, reads=reads, echo=echo))

    def judge():
        at.send(X)
        at.conclude()

    unasked_of(judge)


def test_without_a_marker_the_last_exchange_has_what_is_there_already():
    at, port = session([OK])
    at.send(X)
    port.comes(ERROR)

    unasked_of(at.conclude)


@settings(deadline=None)
@given(
    gap_s=st.floats(0, 2.0),
    reads=st.sampled_from(READS),
    echo=st.booleans(),
    second=st.sampled_from([OK, ERROR]),
)
def test_no_delivery_hides_it(gap_s, reads, echo, second):
    at = session_on(twice(gap_s, second=second, reads=reads, echo=echo))

    def judge():
        at.send(X)
        at.send(AT)
        at.conclude()

    with pytest.raises(NonConformity) as caught:
        judge()
    assert caught.value.reason is Reason.UNASKED_RESULT


@EACH_GAP
def test_what_a_preamble_brings_fails_nothing(gap_s):
    at = session_on(twice(gap_s))
    at.send(AT)

    def prepare():
        at.prepare(X)
        at.send(AT)

    with pytest.raises(Inconclusive, match=r"the preamble AT.X .*`ERROR`") as caught:
        prepare()
    assert caught.value.reason is Reason.IN_THE_WAY
    assert caught.value.met is not None
    assert (caught.value.met.reason, caught.value.met.about) == (Reason.UNASKED_RESULT, X)


@EACH_GAP
def test_what_a_question_brings_fails_nothing(gap_s):
    at = session_on(twice(gap_s))
    at.send(AT)

    def ask():
        at.ask(X)
        at.send(AT)

    with pytest.raises(Inconclusive, match=r"the preamble AT.X .*`ERROR`"):
        ask()


@EACH_GAP
def test_a_result_too_many_names_the_line_that_had_it(gap_s):
    at = session_on(twice(gap_s))

    def judge():
        at.send(X)
        at.send(AT)

    with pytest.raises(NonConformity) as caught:
        judge()
    assert caught.value.about == X


# Without an echo


@EACH_GAP
@pytest.mark.parametrize("first", [OK, ERROR])
@pytest.mark.parametrize("lean", [Session.observe, Session.ask, Session.prepare])
def test_without_an_echo_a_result_too_many_is_not_taken_for_that_of_the_line_under_test(
    gap_s, first, lean
):
    at = session_on(twice(gap_s, first=first, echo=False))
    at.send(AT)

    with contextlib.suppress(Inconclusive):
        lean(at, X)
        at.send(AT).succeeds()
        at.conclude()


@EACH_GAP
def test_without_an_echo_nobody_is_named_for_what_either_of_two_preambles_brings(gap_s):
    at = session_on(twice(gap_s, echo=False))

    with pytest.raises(Inconclusive) as caught:
        at.prepare(X, AT, GMR)
    told = obstacle(caught.value.met, "preamble")
    assert (told.command, told.form) == ("-", "general")
    assert caught.value.met.expected == "one final result code for each of `AT+X` and `AT`"


@EACH_GAP
def test_without_an_echo_what_the_line_under_test_brings_is_its_own(gap_s):
    at = session_on(twice(gap_s, echo=False))

    def judge():
        at.prepare(AT)
        at.send(X)
        at.conclude()

    unasked_of(judge)


def test_with_an_echo_no_marker_parts_preamble_and_stimulus():
    device = LateDevice()
    at = session_on(device)

    at.prepare(AT)
    at.send(AT)

    assert device.wrote == [b"AT\r\n"] * 2


@EACH_GAP
@pytest.mark.parametrize("echo", [True, False])
@pytest.mark.parametrize("later", [[], [AT]])
def test_what_an_undo_brings_fails_nothing_and_is_kept(gap_s, echo, later):
    at = session_on(twice(gap_s, echo=echo))

    def undo():
        for line in (X, *later):
            at.send(line)

    at.afterwards(undo)

    assert at.undo() == []

    assert at.send(AT).final is not None
    at.conclude()
    (met,) = at.surplus
    either = "each of `AT+X` and `AT`" if later and not echo else "`AT+X`"
    assert met.expected == f"one final result code for {either}"
    assert met.actual.startswith("a second result")


def test_what_is_only_observed_is_kept_and_not_judged():
    at, port = session([OK], [OK])
    at.observe(X)
    port.comes(ERROR)

    exchange = at.send(AT).succeeds()
    assert [event.text for event in exchange.before if event.text] == [b"ERROR"]


# Sending


def test_a_second_ok_in_front_of_a_prompt_is_one_too_many():
    at, _ = session([OK, (OK, 0.01), (b"> ", 0.02)])

    assert "`OK` 10 ms after `OK`" in unasked_of(lambda: at.send(X, Until.PROMPT))


@pytest.mark.parametrize("gap_s", [0.0, 0.01])
def test_send_fail_after_send_ok_is_one_too_many(gap_s):
    at, port = session([OK + b"> "], [b"\r\nSEND OK\r\n", (b"\r\nSEND FAIL\r\n", gap_s)])
    at.send(set_("CIPSEND", 1), Until.PROMPT).asks_for_data()

    def judge():
        at.give(b"x").is_sent()
        port.time += seconds(gap_s)
        at.conclude()

    with pytest.raises(NonConformity, match=r"second result `SEND FAIL` .* after `SEND OK`"):
        judge()


def test_ok_behind_the_prompt_is_a_first_result():
    at, port = session([b"> "], [b"\r\nSEND OK\r\n"])
    at.send(set_("CIPSEND", 1), Until.PROMPT)
    port.comes(OK)

    at.give(b"x").is_sent()


# What is none


@pytest.mark.parametrize(
    "harmless",
    [
        b"WIFI GOT IP\r\n",
        b"0,CLOSED\r\n",
        b"\r\nbusy p...\r\n",
        b"AT+X\r\r\n",
        b"\r\n\r\n",
        b"load 0x40100000, len 1396, room 16\r\n",
        b"+IPD,4:\r\nOK\r\n"[:12],
        b"chatter OK\r\n",
    ],
)
def test_what_is_no_result_hurts_nobody(harmless):
    at, port = session([OK], [OK])
    at.send(X)
    port.comes(harmless)

    at.send(AT).succeeds()
    at.conclude()


def test_an_echo_that_comes_behind_its_result_hurts_nobody():
    echo = b"AT\r\r\n"
    at, _ = session([echo + OK], [OK, (echo, 0.01)], [echo + OK])

    for _ in range(3):
        assert at.send(AT).succeeds()


def test_an_echo_that_is_switched_off_costs_no_wait():
    at, port = session([b"ATE0\r\r\n" + OK], [OK], [OK])
    begun = port.time

    for line in (set_("ATE", 0), AT, AT):
        at.send(line).succeeds()
    assert port.time == begun


def test_an_echo_that_vanishes_costs_the_time_of_an_answer_once():
    at, port = session([b"AT\r\r\n" + OK], [OK], [OK])
    begun = port.time

    for _ in range(3):
        at.send(AT).succeeds()
    assert port.time - begun == seconds(TIMING.answer_s)


def test_several_lines_in_one_stimulus_may_have_as_many_results():
    at, _ = session([OK + OK])

    at.send(raw(b"AT\r\nAT"))
    at.conclude()


def test_a_result_that_was_owed_is_none():
    at = session_on(LateDevice())
    at._port = ScriptedPort([(OK, 4.0)], [(VERSION + OK, 2.0)], [OK])
    at.send(X)

    at.send(AT).succeeds()


def test_behind_a_wait_a_purpose_ends_without_a_marker():
    device = LateDevice({b"AT+X": OK})
    at = session_on(device)
    at.send(X)
    at.await_restart(1.4)

    at.conclude()

    assert device.wrote == [b"AT+X\r\n"]


def test_the_result_of_a_marker_whose_answer_was_damaged_is_its_own():
    damaged = VERSION.replace(b"SDK version", b"SDK vers\xe9on") + OK
    mode = b"+CWMODE_CUR:1\r\n" + OK
    at = session_on(LateDevice({b"AT+X": OK}))
    answers = iter([damaged, mode])
    at._port = LateDevice({b"AT+X": OK, b"AT+GMR": lambda _: next(answers)})
    at._port.answers[b"AT+CWMODE_CUR?"] = b"+CWMODE_CUR:1\r\n" + OK

    at.send(X).succeeds()
    at.conclude()

    assert at._port.wrote == [b"AT+X\r\n", b"AT+GMR\r\n", b"AT+CWMODE_CUR?\r\n"]


@pytest.mark.parametrize(
    "damaged",
    [
        b"+cWMODE_CUR:1\r\n",
        b"+CWMODE_CUR:1\x1d\n",
        b"+CWMODE_CUR:1\r\x0e",
        b"kCWMODE_CUR:q\r\n",
        b"AT+CWMODE_CUR?\r\r\x0e+CWMODE_CUR:1\r\n",
    ],
)
def test_so_it_is_with_an_answer_of_one_line_wherever_it_was_damaged(damaged):
    at = session_on(LateDevice({b"AT+GMR": ERROR}))
    at._port = LateDevice({b"AT+X": OK, b"AT+CWMODE_CUR?": damaged + OK})

    at.send(X).succeeds()
    at.conclude()

    assert at._port.wrote == [b"AT+X\r\n", b"AT+CWMODE_CUR?\r\n", b"AT+CIPMUX?\r\n"]


def test_the_result_of_another_line_is_not_taken_for_a_damaged_answer():
    at = session_on(LateDevice({b"AT+X": OK}))
    at._port = LateDevice({b"AT+X": OK, b"AT+GMR": b"hello\r\nworld\r\n" + OK + VERSION + OK})

    def judge():
        at.send(X)
        at.conclude()

    unasked_of(judge)
