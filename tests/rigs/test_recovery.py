"""The recovery ladder against scripted IUTs, on a clock that jumps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance.commandline import execute
from conformance.session import Session
from conformance.statement import load_pixit
from conformance.testbed import NANOSECONDS, LineSettings, NotRecovered, PortError, Timing
from rigs.recovery import KNOWN_RATES, Ladder, line_problem, sign_of_life
from tests.rigs.scripted import ERROR, OK, VERSION, ScriptedPort, Written

TIMING = Timing()
QUICK = load_pixit(Path(__file__).parents[1] / "faults" / "pixit.toml").timing

#: How far one rung, once begun, may go beyond the time for the whole ladder, in seconds.
ONE_RUNG_S = 6.0


def climb(port, timing=TIMING, reset=None, settings=None, recorder=None):
    return Ladder(
        port, settings or LineSettings(), timing, recorder or Written(), reset
    ).climb()  # fmt: skip


def seconds(port, began=NANOSECONDS):
    return (port.now() - began) / NANOSECONDS


def silent(data):
    return b""


def test_an_iut_that_answers_is_left_as_it_is(port):
    assert climb(port) == LineSettings()
    assert port.wrote == [b"\r\n", b"AT\r\n"]
    assert port.configured == []


def test_an_iut_that_answers_is_found_in_less_than_two_seconds(port):
    climb(port)
    assert seconds(port) < 2


def test_the_climb_is_written_down(port):
    recorder = Written()
    climb(port, recorder=recorder)
    assert recorder.actions[0] == ("recover", "115200 8N1")


def test_an_iut_that_is_still_speaking_is_let_finish():
    port = ScriptedPort()
    for _ in range(5):
        port.say(b"+IPD,3:abc\r\n", 0.2)
        port.time += NANOSECONDS // 100
    assert climb(port) == LineSettings()
    assert port.queue == []


def test_a_line_that_is_held_open_is_closed_first():
    port = ScriptedPort()
    port.held = b'AT+CWJAP="'
    climb(port)
    assert port.wrote == [b"\r\n", b"AT\r\n"]
    assert port.held == b""


def test_an_iut_whose_at_is_broken_answers_the_second_probe():
    port = ScriptedPort({b"AT": b""})
    assert climb(port) == LineSettings()
    assert port.wrote[-1] == b"AT+GMR\r\n"


@pytest.mark.parametrize("answer", [ERROR, b"\r\nFAIL\r\n", b"busy p...\r\n", b"what?\r\n"])
def test_any_legible_answer_is_a_sign_of_life(answer):
    port = ScriptedPort({b"AT": answer})
    assert climb(port) == LineSettings()


class Passthrough:
    """An IUT in transparent transmission: only `+++`, alone between silences, ends it."""

    def __init__(self, silence_s=0.02):
        self.port = ScriptedPort(on_write=self._hear)
        self._silence = silence_s * NANOSECONDS
        self._last = 0
        self.left = False

    def _hear(self, data):
        if self.left:
            return None
        before, self._last = self.port.time - self._last, self.port.time
        self.left = data == b"+++" and before >= self._silence
        return b""


def test_passthrough_is_left():
    iut = Passthrough()
    assert climb(iut.port) == LineSettings()
    assert iut.left


def test_after_passthrough_was_left_the_line_is_closed_before_anything_is_asked():
    iut = Passthrough()
    climb(iut.port)
    escape = iut.port.wrote.index(b"+++")
    assert iut.port.wrote[escape + 1 :] == [b"\r\n", b"AT\r\n"]


@pytest.mark.parametrize("rate", [9600, 57600, 74880, 921600])
def test_an_iut_at_another_rate_is_found_at_that_rate(rate):
    port = ScriptedPort(rate=rate)
    assert climb(port) == LineSettings(baudrate=rate)
    assert port.settings == LineSettings(baudrate=rate)


def test_an_iut_that_answers_only_at_9600_is_found_though_the_pixit_says_otherwise():
    port = ScriptedPort(rate=9600)
    port.settings = wanted = LineSettings(baudrate=921600, databits=7, parity="E")
    assert climb(port, settings=wanted) == LineSettings(baudrate=9600, databits=7, parity="E")


def test_garbage_is_not_taken_for_an_answer():
    port = ScriptedPort(rate=1234)
    with pytest.raises(NotRecovered):
        climb(port)
    assert {each.baudrate for each in port.configured} == set(KNOWN_RATES)


class Pin:
    """A reset pin."""

    def __init__(self, cures):
        self.port = ScriptedPort(on_write=silent)
        self._cures = cures
        self.pulses = 0

    def pulse(self):
        self.pulses += 1
        if self.pulses >= self._cures:
            self.port.on_write = lambda data: None
            self.port.say(b"\r\n\r\nready\r\n", 0.2)


def test_an_iut_that_only_a_reset_helps_is_reset():
    pin = Pin(cures=1)
    recorder = Written()
    assert climb(pin.port, reset=pin, recorder=recorder) == LineSettings()
    assert pin.pulses == 1
    assert ("reset", "") in recorder.actions


def test_after_a_reset_the_iut_is_asked_at_the_rate_that_was_asked_for():
    pin = Pin(cures=1)
    pin.port.rate = 57600
    pin.port.settings = asked = LineSettings(baudrate=57600)
    assert climb(pin.port, reset=pin, settings=asked) == asked
    assert pin.pulses == 1


def test_an_iut_that_answers_is_not_reset():
    pin = Pin(cures=1)
    pin.port.on_write = lambda data: None
    climb(pin.port, reset=pin)
    assert pin.pulses == 0


def test_an_iut_that_needs_two_resets_is_reset_twice():
    pin = Pin(cures=2)
    assert climb(pin.port, reset=pin) == LineSettings()
    assert pin.pulses == 2


def test_a_quick_bench_gets_as_far_as_the_reset():
    pin = Pin(cures=1)
    assert climb(pin.port, timing=QUICK, reset=pin) == LineSettings()


def test_an_iut_that_babbles_until_it_is_reset_is_reset():
    pin = Pin(cures=1)
    pin.port.babble = b"\xfe\x80\x98"
    pulse, pin.pulse = pin.pulse, lambda: (setattr(pin.port, "babble", b""), pulse())
    assert climb(pin.port, reset=pin) == LineSettings()


def test_a_silent_iut_is_given_up_when_the_time_is_over():
    port = ScriptedPort(on_write=silent)
    with pytest.raises(NotRecovered) as raised:
        climb(port)
    assert TIMING.recovery_s <= seconds(port) <= TIMING.recovery_s + ONE_RUNG_S
    assert re.fullmatch(
        r"the IUT did not answer AT within 30 s, neither at 115200 8N1 nor at another known rate; "
        r"check its power, wiring and rate",
        str(raised.value),
    )


@pytest.mark.parametrize("babble", [b"\xfe\x80\x98", b"\x00"])
def test_an_iut_that_babbles_garbage_is_given_up_when_the_time_is_over(babble):
    port = ScriptedPort(on_write=silent)
    port.babble = babble
    with pytest.raises(NotRecovered):
        climb(port)
    assert seconds(port) <= TIMING.recovery_s + ONE_RUNG_S


def test_a_given_up_iut_leaves_the_line_at_the_rate_that_was_asked_for():
    port = ScriptedPort(on_write=silent)
    with pytest.raises(NotRecovered):
        climb(port, settings=LineSettings(baudrate=57600))
    assert port.settings == LineSettings(baudrate=57600)


def test_a_line_that_is_gone_ends_the_climb_at_once(port):
    port.gone = PortError("it vanished")
    with pytest.raises(PortError, match="it vanished"):
        climb(port)
    assert seconds(port) == 0


# The sign of life and the line check


@pytest.mark.parametrize(
    ("answers", "line"),
    [({}, b"AT"), ({b"AT": b""}, b"AT+GMR"), ({b"AT": b"\xfe\r\n"}, b"AT+GMR")],
    ids=["healthy", "AT silent", "AT garbled"],
)
def test_the_sign_of_life_is_the_first_probe_with_a_legible_answer(answers, line):
    alive = sign_of_life(Session(ScriptedPort(answers), TIMING))
    assert alive.line.text == line


def test_an_iut_that_answers_neither_probe_shows_no_life():
    assert sign_of_life(Session(ScriptedPort(on_write=silent), TIMING)) is None


def healthy():
    """The sign of life of a healthy IUT."""
    return Session(ScriptedPort(), TIMING).observe(execute("AT"))


def check(port, found=None):
    return line_problem(Session(port, TIMING), found or healthy())


def test_a_line_whose_three_probes_come_through_is_healthy(port):
    assert check(port) == ""
    assert port.wrote == [b"AT\r\n"] * 3


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_line_check_says_which_probe_was_not_answered(number):
    counted = []

    def hear(data):
        counted.append(data)
        return None if len(counted) < number else b""

    said = check(ScriptedPort(on_write=hear))
    assert said == f"probe number {number} of the line check was not answered"


def junk(data):
    return b"\x00\xff\x13" + OK if data == b"AT\r\n" else VERSION


def test_a_line_that_adds_bytes_is_unhealthy():
    said = check(ScriptedPort(on_write=junk))
    assert said == "unclassified bytes came with probe number 1 of the line check"


def test_an_iut_that_added_bytes_when_it_was_found_is_not_taken_for_a_bad_line():
    found = Session(ScriptedPort(on_write=junk), TIMING).observe(execute("AT"))
    assert check(ScriptedPort(on_write=junk), found) == ""
