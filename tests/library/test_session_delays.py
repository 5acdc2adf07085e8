"""An answer belongs to what it answers, whatever the delay and whatever reads it comes in."""

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conformance.commandline import execute, query, raw
from conformance.dialogue import Until
from conformance.marker import learn
from conformance.session import Session
from conformance.testbed import LineSettings
from conformance.verdict import NonConformity
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
from tests.library.scripted_session import AT, GMR, ScriptedPort, seconds

EACH_DELAY = pytest.mark.parametrize("delay", list(DELAYS.values()), ids=list(DELAYS))
EACH_READ = pytest.mark.parametrize("reads", READS)
NONSENSE = raw(b"hello")
#: Also the time of a silence to the nanosecond: then the marker comes while the answer does.
MOMENT = st.floats(0, 2.85) | st.just(TIMING.quiet_s)
DELAY = st.tuples(MOMENT, MOMENT).map(lambda both: tuple(sorted(both)))
#: What a device may be like apart from its delay.
KINDS = st.fixed_dictionaries(
    {
        "delay": DELAY,
        "reads": st.sampled_from(READS),
        "echo": st.booleans(),
        "busy": st.booleans(),
        "seed": st.integers(0, 99),
    }
)
#: A device whose answer and the marker of a silence meet.
TIE = {"delay": (TIMING.quiet_s,) * 2, "reads": "lines", "echo": True, "busy": True, "seed": 0}


# What a wait for silence heard


@EACH_DELAY
@EACH_READ
@pytest.mark.parametrize("echo", [True, False], ids=["echo", "no-echo"])
def test_a_late_answer_is_heard_by_the_wait_for_silence(delay, reads, echo):
    at = session_on(LateDevice({b"hello": OK}, delay, reads, echo))

    exchange = at.provoke(NONSENSE)

    assert (exchange.final, exchange.information) == (b"OK", ())
    assert exchange.echo == (b"hello" if echo else b"")
    assert at.send(GMR).succeeds().information == tuple(VERSION.splitlines())


@EACH_DELAY
@EACH_READ
def test_what_is_not_answered_is_silent_at_any_delay(delay, reads):
    device = LateDevice({b"hello": b""}, delay, reads)
    at = session_on(device)

    assert at.provoke(NONSENSE).final is None
    assert at.send(raw(b"AT+XYZZY")).is_refused()
    assert device.wrote == [b"hello\r\n", b"AT+GMR\r\n", b"AT+XYZZY\r\n"]


@settings(deadline=None, max_examples=200)
@example(kind=TIE, answers=[OK, OK])
@example(kind=TIE | {"reads": "bytes"}, answers=[OK, b""])
@given(
    kind=KINDS, answers=st.lists(st.sampled_from([OK, ERROR, b"", b"no\r\n" + ERROR]), max_size=4)
)
def test_every_answer_belongs_to_its_line(kind, answers):
    device = LateDevice({b"L%d" % at: answer for at, answer in enumerate(answers)}, **kind)
    at = session_on(device)
    for number, answer in enumerate(answers):
        provoked = at.provoke(raw(b"L%d" % number))
        assert provoked.final == (answer.split()[-1] if answer else None)
        assert provoked.information == ((b"no",) if answer.startswith(b"no") else ())
        assert at.send(GMR).succeeds().information == tuple(VERSION.splitlines())
    at.conclude()


@EACH_DELAY
def test_a_line_that_is_the_marker_itself_is_followed_by_another_marker(delay):
    device = LateDevice({b"AT+GMR X": VERSION + OK}, delay)
    at = session_on(device)

    exchange = at.provoke(raw(b"AT+GMR X"))

    assert exchange.information == tuple(VERSION.splitlines())
    assert at.provoke(raw(b"AT+GMR\x00")).final == b"ERROR"
    assert b"AT+GMR\r\n" not in device.wrote
    at.send(AT).succeeds()


@EACH_DELAY
@pytest.mark.parametrize("end", [b"\n", b"\r", b""], ids=["LF", "CR", "nothing"])
def test_a_line_that_is_not_closed_has_the_time_of_an_answer(delay, end):
    executing = session_on(LateDevice(delay=delay, ends=b"\n"))
    holding = session_on(LateDevice(delay=delay))
    for at in (executing, holding):
        provoked = at.provoke(execute("GMR").ended_by(end))
        is_executed = at is executing and end == b"\n"
        assert provoked.final == (b"OK" if is_executed else None)
        at.close_line()
        at.send(raw(b"AT+XYZZY")).is_refused()


def test_a_quick_refusal_needs_no_marker():
    device = LateDevice()
    at = session_on(device)

    at.provoke(NONSENSE)

    assert device.wrote == [b"hello\r\n"]


@pytest.mark.parametrize("size", [65, 4096])
def test_a_line_that_may_be_taken_for_several_needs_one(size):
    device = LateDevice()
    at = session_on(device)

    at.provoke(raw(b"A" * size))

    assert device.wrote[1:] == [b"AT+GMR\r\n"]


def test_the_marker_stands_in_the_trace_and_not_in_the_answer():
    at = session_on(LateDevice({b"hello": b""}))

    exchange = at.provoke(NONSENSE)

    assert exchange.raw == b"hello\r\r\n"
    assert any(line.endswith("> AT+GMR\\r\\n  [marker]") for line in at.trace())
    assert b"".join(data for data, _ in at.recorder.heard) == exchange.raw + b"".join(
        event.raw for event in exchange.proof.events
    )


# Without a marker


@EACH_DELAY
@pytest.mark.parametrize(
    "gmr", [ERROR, OK, b"", b"AT version\r\n"], ids=["ERROR", "OK", "", "no OK"]
)
def test_an_iut_that_offers_no_marker_has_the_time_of_an_answer(delay, gmr):
    broken = {b"AT+GMR": gmr, b"AT+CWMODE_CUR?": ERROR, b"AT+CIPMUX?": OK}
    device = LateDevice({b"hello": b"", b"late": OK, **broken}, delay)
    at = session_on(device)

    assert at._markers == ()
    assert at.provoke(NONSENSE).final is None
    assert at.provoke(raw(b"late")).final == b"OK"
    at.send(raw(b"AT+XYZZY")).is_refused()
    assert device.wrote == [b"hello\r\n", b"late\r\n", b"AT+XYZZY\r\n"]


def test_a_broken_gmr_leaves_other_markers():
    markers = learn(Session(LateDevice({b"AT+GMR": ERROR}), TIMING).observe)

    assert [marker.line for marker in markers] == [query("CWMODE_CUR"), query("CIPMUX")]


@pytest.mark.parametrize("told", [b"+CWMODE:1\r\n", b"hello\r\n"])
def test_an_answer_that_could_be_anothers_teaches_no_marker(told):
    queries = {b"AT+CWMODE_CUR?": told + OK, b"AT+CIPMUX?": told + OK}
    device = LateDevice({b"AT+GMR": b"hello\r\n" + OK, **queries})

    assert learn(Session(device, TIMING).observe) == ()


@EACH_DELAY
def test_chatter_beside_the_answer_of_a_query_keeps_nobody_from_being_asked(delay):
    lengths = itertools.cycle([0, 1, 2])

    def answer(_):
        ticks = b"[tick]\r\n" * next(lengths)
        return ticks + b"+CWMODE_CUR:2\r\n" + ticks + OK

    answers = {b"AT+GMR": ERROR, b"AT+CIPMUX?": ERROR, b"AT+CWMODE_CUR?": answer}
    device = LateDevice(answers | {b"hello": OK}, delay)
    markers = learn(Session(device, TIMING).observe)
    at = session_on(device, markers=markers)

    assert [marker.line for marker in markers] == [query("CWMODE_CUR")]
    assert at.provoke(NONSENSE).final == b"OK"
    assert at.send(AT).succeeds()


def test_an_echo_that_is_not_the_line_is_no_part_of_a_marker():
    """It is gone when there is no echo any more; the answer is the marker's all the same."""
    echo = iter([b"AATT++GGMMRR\r\n"] * 2)
    device = LateDevice({b"AT+GMR": lambda _: next(echo, b"") + VERSION + OK}, echo=False)
    markers = learn(Session(device, TIMING).observe)
    at = session_on(device, markers=markers)

    assert markers[0].line == GMR
    assert next(echo, None) is None
    at.send(AT).succeeds()
    at.conclude()


def test_answers_that_change_teach_no_marker():
    versions = map(b"version %s 1.0\r\n\r\nOK\r\n".__mod__, itertools.cycle([b"a", b"b"]))
    device = LateDevice({b"AT+GMR": lambda _: next(versions)})

    assert GMR not in [marker.line for marker in learn(Session(device, TIMING).observe)]


def test_who_looks_for_an_iut_waits_for_nothing():
    device = LateDevice({b"hello": b""})
    at = session_on(device, markers=None)

    at.provoke(NONSENSE)

    assert (device.wrote, device.time - 1_000) == ([b"hello\r\n"], seconds(TIMING.quiet_s))


# Overdue


@pytest.mark.parametrize("late_s", [3.1, 4.0, 5.5])
def test_a_result_that_was_owed_is_not_taken_for_that_of_the_next_line(late_s):
    answer = VERSION + OK
    port = ScriptedPort([(ERROR, late_s)], [(answer, max(late_s - 3.0, 0) + 0.01)], [OK])
    at = Session(port, TIMING, markers=learn(Session(LateDevice(), TIMING).observe))

    assert at.send(raw(b"AT+SLOW")).final is None
    assert at.send(AT).final == b"OK"
    assert port.written == [b"AT+SLOW\r\n", b"AT+GMR\r\n", b"AT\r\n"]


def test_a_dead_iut_is_asked_once_more_and_then_left_alone():
    port = ScriptedPort()
    at = Session(port, TIMING, markers=learn(Session(LateDevice(), TIMING).observe))

    at.send(AT)
    at.send(AT)

    assert port.written == [b"AT\r\n", b"AT+GMR\r\n", b"AT\r\n"]


def test_a_marker_that_is_lost_while_the_iut_starts_is_sent_again():
    boot = b"\r\n ets Jan  8 2013,rst cause:4, boot mode:(3,7)\r\n\r\nready\r\n"
    port = ScriptedPort([], [(boot, 1.0)], [b"+CWMODE_CUR:1\r\n" + OK], [OK])
    at = Session(port, TIMING, markers=learn(Session(LateDevice(), TIMING).observe))

    with pytest.raises(NonConformity, match="restart"):
        at.provoke(NONSENSE)
    assert at.send(AT).succeeds()


def test_an_unknown_answer_of_the_marker_is_held_against_nobody():
    port = ScriptedPort(*([] if at == 0 else [b"what?\r\n" + OK] for at in range(4)))
    at = Session(port, TIMING, markers=learn(Session(LateDevice(), TIMING).observe))

    assert at.provoke(NONSENSE).is_not_executed().information == ()


# Data


@pytest.mark.parametrize(
    ("until", "delay_s"), [(Until.PROMPT, 2.85), (Until.PROMPT, 0.0), (Until.SILENCE, 0.1)]
)
def test_where_data_is_expected_no_marker_is_sent(until, delay_s):
    prompted = {b"AT+CIPSEND=9": OK + b"> "}
    device = LateDevice(prompted, (delay_s, delay_s))
    at = session_on(device)

    at.send(raw(b"AT+CIPSEND=9"), until)
    at.give_part(b"abc")
    at.conclude()

    assert device.wrote == [b"AT+CIPSEND=9\r\n", b"abc"]


@EACH_DELAY
def test_data_that_owes_no_answer_has_the_time_of_one(delay):
    device = LateDevice({b"abc": b"\r\nSEND OK\r\n"}, delay)
    at = session_on(device)

    with pytest.raises(NonConformity):
        at.give_part(b"abc\r\n").gives_no_result()


def test_the_silence_around_an_escape_is_as_long_as_asked():
    device = LateDevice()
    at = session_on(device)
    begun = device.time

    at.give_part(b"+++", silence_s=1.0)

    assert device.time - begun == seconds(1.0)


# Where the line cannot carry a question


def test_an_iut_that_may_be_at_another_rate_is_not_asked():
    device = LateDevice()
    at = session_on(device)
    at.suspect(LineSettings(9600))
    at.send(AT)

    at.conclude()
    assert device.wrote == [b"AT\r\n"]

    at.configure(LineSettings(9600))
    at.conclude()
    assert device.wrote == [b"AT\r\n", b"AT+GMR\r\n"]


def test_five_bits_carry_no_question():
    device = LateDevice()
    at = session_on(device)
    at.configure(LineSettings(databits=5))
    at.send(AT)

    at.conclude()

    assert device.wrote == [b"AT\r\n"]
