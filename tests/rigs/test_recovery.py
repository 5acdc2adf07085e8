"""The recovery ladder against scripted IUTs, on a clock that jumps."""

from __future__ import annotations

import dataclasses

import pytest

from conformance.commandline import execute
from conformance.session import Session
from conformance.testbed import NANOSECONDS, LineSettings, NotRecovered
from conformance.whereabouts import rate_in_force
from rigs.recovery import (
    FRAMINGS,
    KNOWN_RATES,
    LIKELY_RATES,
    SLOW_RATES,
    STANDARD_RATES,
    Ladder,
    sign_of_life,
)
from tests.rigs.climbs import TIMING, Pin, climb, seconds, silent
from tests.rigs.scripted import ERROR, ScriptedPort, ScriptedRig, Written


def test_an_iut_that_answers_is_left_as_it_is(port):
    assert climb(port) == LineSettings()
    assert port.wrote == [b"AT\r\n"]
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
    assert port.wrote == [b"AT\r\n", b"AT\r\n"]
    assert port.held == b""


def test_an_iut_whose_at_is_broken_answers_the_second_probe():
    port = ScriptedPort({b"AT": b""})
    assert climb(port) == LineSettings()
    assert port.wrote[-1] == b"AT+GMR\r\n"


@pytest.mark.parametrize("answer", [ERROR, b"\r\nFAIL\r\n", b"\r\nok\r\n", b"what?\r\n"])
def test_any_result_code_is_a_sign_of_life_and_so_is_a_version(answer):
    port = ScriptedPort({b"AT": answer})
    assert climb(port) == LineSettings()


@pytest.mark.parametrize("answer", [b"busy p...\r\n", b"busy s...\r\n", b"what?\r\n"])
def test_other_text_is_no_sign_of_life(answer):
    port = ScriptedPort(on_write=lambda data: answer)
    with pytest.raises(NotRecovered):
        climb(port)


@pytest.mark.parametrize("delay_s", [0.35, 1.5, 2.8])
def test_an_iut_that_is_slow_is_found_and_owes_no_answer_afterwards(delay_s):
    port = ScriptedPort()
    port.slow_s = delay_s
    assert climb(port) == LineSettings()
    assert port.queue == []
    assert port.configured == []


NOISE = b"\xf0\x8f\x9c\xd4\xf3\x9d"


class Starting(ScriptedPort):
    """An IUT that is deaf while it starts, for a quarter of a second; all it says comes late."""

    def __init__(self, slow_s):
        super().__init__()
        self.slow_s, self.deaf_until = slow_s, 0
        self.start()

    def start(self):
        self.queue.clear()
        self.say(NOISE, self.slow_s)
        self.say(b"\r\nready\r\n", self.slow_s + 0.25)
        self.deaf_until = self.time + NANOSECONDS // 4

    def write(self, data):
        if self.time < self.deaf_until:
            self.wrote.append(data)
            return self.time
        return super().write(data)


@pytest.mark.parametrize("delay_s", [0.0, 0.35, 1.5, 2.5])
def test_an_iut_that_is_slow_and_starts_is_found(delay_s):
    port = Starting(delay_s)
    assert climb(port) == LineSettings()
    assert port.configured == []


@pytest.mark.parametrize("delay_s", [0.0, 0.35, 1.5, 2.8, 3.1])
def test_an_iut_that_is_slow_is_found_after_a_reset(delay_s):
    port = Starting(delay_s)
    port.queue.clear()
    on_write, port.on_write = port.on_write, lambda data: b""  # until it is reset

    class Reset:
        def pulse(self):
            port.on_write = on_write
            port.start()

    patient = dataclasses.replace(TIMING, answer_s=3.3)
    assert climb(port, patient, reset=Reset()) == LineSettings()
    assert port.configured == []


@pytest.mark.parametrize("delay_s", [0.35, 1.5, 2.8])
def test_what_it_owes_to_questions_with_other_stop_bits_is_waited_for_too(delay_s):
    port = ScriptedPort()
    port.slow_s, port.minds_stopbits = delay_s, False
    climb(port, suspects=(LineSettings(115200, 8, 2, "N"), LineSettings(115200, 8, 1.5, "N")))
    assert port.queue == []


@pytest.mark.parametrize("rate", [110, 300, 115200])
def test_an_iut_that_answers_an_empty_line_owes_no_answer_afterwards(rate):
    port = ScriptedPort({b"": ERROR}, rate=rate)
    climb(port, suspects=(LineSettings(rate),))
    session = Session(port, TIMING, line=LineSettings(rate))
    assert session.observe(execute("GMR")).information


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
    assert iut.port.wrote[escape + 1 :] == [b"AT\r\n"]


@pytest.mark.parametrize("rate", [9600, 57600, 74880, 921600])
def test_an_iut_at_another_rate_is_found_at_that_rate(rate):
    port = ScriptedPort(rate=rate)
    assert climb(port) == LineSettings(baudrate=rate)
    assert port.settings == LineSettings(baudrate=rate)


def test_an_iut_that_answers_only_at_9600_is_found_though_the_pixit_says_otherwise():
    port = ScriptedPort(rate=9600)
    port.settings = wanted = LineSettings(baudrate=921600, databits=7, parity="E")
    assert climb(port, settings=wanted) == LineSettings(baudrate=9600)


def test_an_iut_that_refuses_what_it_mishears_is_looked_for_elsewhere():
    port = ScriptedPort(rate=57600)
    write = port.write

    def refusing(data):
        at = write(data)
        if port.settings == LineSettings():
            port.say(b"\xc1\xd4\x8d\r\n" + ERROR)
        return at

    port.write = refusing
    assert climb(port) == LineSettings(57600)


def test_an_iut_that_refuses_what_its_other_framing_garbles_is_found_at_that_framing():
    port = ScriptedPort()
    port.framing = (8, 2, "N")
    write = port.write

    def refusing(data):
        at = write(data)
        if port.settings == LineSettings():
            port.queue.clear()
            port.say(b"\xc1\xd4\x8d\r\n" + ERROR)
        return at

    port.write = refusing
    pin = Pin(cures=99)
    assert climb(port, reset=pin) == LineSettings(115200, 8, 2)
    assert pin.pulses == 0


def test_garbage_is_not_taken_for_an_answer():
    port = ScriptedPort(rate=1234)
    with pytest.raises(NotRecovered):
        climb(port)
    rates = {*KNOWN_RATES, *STANDARD_RATES, *SLOW_RATES}
    cut = {rate_in_force(rate) for rate in rates}
    assert {each.baudrate for each in port.configured} == rates | cut


def test_the_rates_are_within_what_a_uart_can_be_set_to_and_each_is_tried_once():
    rates = [*KNOWN_RATES, *STANDARD_RATES, *SLOW_RATES]
    assert (min(rates), max(rates)) == (110, 4608000)
    assert len(set(rates)) == len(rates)


@pytest.mark.parametrize("rate", [110, 300, 1200, 250000, 4608000])
def test_an_iut_at_an_unlikely_rate_is_found(rate):
    port = ScriptedPort(rate=rate)
    assert climb(port) == LineSettings(baudrate=rate)
    assert seconds(port) < TIMING.recovery_s


@pytest.mark.parametrize(
    ("told", "is_at"), [(110, 12547), (300, 17691), (600, 35382), (1200, 70796), (109, 6131)]
)
def test_an_iut_that_cuts_its_divisor_is_found_where_it_is(told, is_at):
    port = ScriptedPort(rate=is_at)
    assert climb(port, suspects=(LineSettings(told),)) == LineSettings(is_at)
    assert seconds(port) < 10


@pytest.mark.parametrize("rate", [110, 300, 1200])
def test_an_iut_that_cuts_its_divisor_is_found_though_nobody_knows_what_it_was_told(rate):
    port = ScriptedPort(rate=rate_in_force(rate))
    assert climb(port) == LineSettings(rate_in_force(rate))


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("told", [110, 31250])
def test_other_framings_are_tried_at_every_rate_that_was_tried(told, framing):
    rate = rate_in_force(told)
    port = ScriptedPort(rate=rate)
    port.framing = framing
    assert climb(port, suspects=(LineSettings(told),)) == LineSettings(rate, *framing)


@pytest.mark.parametrize("rate", LIKELY_RATES)
@pytest.mark.parametrize("framing", FRAMINGS)
def test_an_iut_with_another_framing_is_found(rate, framing):
    port = ScriptedPort(rate=rate)
    port.framing = framing
    assert climb(port) == LineSettings(rate, *framing)


def test_a_suspect_is_tried_before_anything_else_with_all_its_fields():
    port = ScriptedPort(rate=31250)
    port.framing = (7, 2, "O")
    left = LineSettings(31250, 7, 2, "O")
    assert climb(port, suspects=(left,)) == left
    assert port.configured == [left]


def test_suspects_are_tried_in_their_order_and_the_rig_s_own_settings_after_them():
    port = ScriptedPort()
    suspects = (LineSettings(1000), LineSettings(2000), LineSettings(1000))
    assert climb(port, suspects=suspects) == LineSettings()
    # Where a divisor of 16 bits leaves one that was told 1000 comes before its own.
    assert [each.baudrate for each in port.configured] == [1000, 2000, 5530, 115200]


def test_what_the_port_cannot_be_set_to_is_passed_over():
    port = ScriptedPort(rate=4800)
    port.refuses = lambda settings: settings.parity != "N" or settings.baudrate == 9600
    recorder = Written()
    found = climb(port, suspects=(LineSettings(9600, 7, 1, "E"),), recorder=recorder)
    assert found == LineSettings(4800)
    assert ("refused", "no 9600 7E1 here") in recorder.actions


def test_a_port_that_carries_no_framing_is_not_asked_for_any():
    port = ScriptedPort(on_write=silent)
    rig = ScriptedRig(port)
    rig.capabilities = frozenset()
    with pytest.raises(NotRecovered):
        Ladder(rig, TIMING, Written()).climb()
    assert {each.parity for each in port.configured} == {"N"}


# The sign of life


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
