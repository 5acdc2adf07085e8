"""The recovery ladder against scripted IUTs, on a clock that jumps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance.session import Session
from conformance.statement import load_pixit
from conformance.testbed import NANOSECONDS, LineSettings, NotRecovered, PortError, Timing
from rigs.recovery import (
    FRAMINGS,
    KNOWN_RATES,
    LIKELY_RATES,
    SLOW_RATES,
    STANDARD_RATES,
    Ladder,
    sign_of_life,
)
from tests.rigs.scripted import ERROR, ScriptedPort, ScriptedRig, Written

TIMING = Timing()
QUICK = load_pixit(Path(__file__).parents[1] / "data" / "quick.pixit.toml").timing

#: How far one rung, once begun, may go beyond the time for the whole ladder, in seconds.
ONE_RUNG_S = 6.0


def climb(port, timing=TIMING, reset=None, settings=None, recorder=None, power=None, suspects=()):
    rig = ScriptedRig(port, settings, reset, power)
    return Ladder(rig, timing, recorder or Written(), suspects).climb()


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
    assert climb(port, settings=wanted) == LineSettings(baudrate=9600)


def test_garbage_is_not_taken_for_an_answer():
    port = ScriptedPort(rate=1234)
    with pytest.raises(NotRecovered):
        climb(port)
    rates = {*KNOWN_RATES, *STANDARD_RATES, *SLOW_RATES}
    assert {each.baudrate for each in port.configured} == rates


def test_the_rates_are_within_what_a_uart_can_be_set_to_and_each_is_tried_once():
    rates = [*KNOWN_RATES, *STANDARD_RATES, *SLOW_RATES]
    assert (min(rates), max(rates)) == (110, 4608000)
    assert len(set(rates)) == len(rates)


@pytest.mark.parametrize("rate", [110, 300, 1200, 250000, 4608000])
def test_an_iut_at_an_unlikely_rate_is_found(rate):
    port = ScriptedPort(rate=rate)
    assert climb(port) == LineSettings(baudrate=rate)
    assert seconds(port) < TIMING.recovery_s


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
    assert [each.baudrate for each in port.configured] == [1000, 2000, 115200]


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


def test_a_suspect_so_slow_that_asking_takes_seconds_does_not_keep_others_waiting():
    port = ScriptedPort()
    assert climb(port, suspects=(LineSettings(109), LineSettings(110))) == LineSettings()
    assert {each.baudrate for each in port.configured} == {115200}


def test_a_slow_suspect_is_found_in_the_end():
    port = ScriptedPort(rate=109)
    assert climb(port, suspects=(LineSettings(109),)) == LineSettings(109)


class Supply(Pin):
    """A power supply, whose switching on does what the pin's pulse does."""

    def __init__(self, cures):
        super().__init__(cures)
        self.switched = []

    def off(self):
        self.switched.append("off")

    def on(self):
        self.switched.append("on")
        self.pulse()


def test_without_a_reset_the_power_is_cycled_as_the_last_rung():
    supply = Supply(cures=1)
    recorder = Written()
    assert climb(supply.port, power=supply, recorder=recorder) == LineSettings()
    assert supply.switched == ["off", "on"]
    off = recorder.actions.index(("power-off", ""))
    assert recorder.actions[off + 1] == ("power-on", "")


def test_where_the_reset_does_not_help_the_power_is_cycled():
    supply = Supply(cures=1)
    pin = Pin(cures=1)
    assert climb(supply.port, reset=pin, power=supply) == LineSettings()
    assert pin.pulses == 1


def test_where_the_reset_helps_the_power_stays_on():
    pin, supply = Pin(cures=1), Supply(cures=1)
    climb(pin.port, reset=pin, power=supply)
    assert supply.switched == []


def test_after_a_reset_an_iut_that_saved_a_suspected_setting_is_found_there():
    pin = Pin(cures=1)
    pin.port.rate = 31250
    left = LineSettings(31250)
    assert climb(pin.port, reset=pin, suspects=(left,)) == left


def test_a_dead_iut_is_reset_while_the_likely_rates_alone_were_tried():
    pin = Pin(cures=1)
    climb(pin.port, reset=pin)
    tried = {each.baudrate for each in pin.port.configured}
    assert not tried & set(SLOW_RATES)
    assert seconds(pin.port) < TIMING.recovery_s / 2


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
