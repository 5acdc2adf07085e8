"""The recovery ladder against scripted IUTs, on a clock that jumps."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from conformance.commandline import execute
from conformance.session import Session
from conformance.statement import load_pixit
from conformance.testbed import NANOSECONDS, LineSettings, NotRecovered, PortError, Timing
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
    assert not {each.baudrate for each in port.configured} & {109, 110}
    assert seconds(port) < 3


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
    assert str(raised.value).startswith(
        "the IUT did not answer AT within 30 s, neither at 115200 8N1 nor at another known rate; "
        "nothing at all comes at 115200 8N1: check the board's power"
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


# What is there instead


def looping(line, again_s):
    """Says `line` for ever, every `again_s` seconds."""
    port = ScriptedPort(on_write=silent)
    port.babble, port.babble_s = line, again_s
    return port


BOOT = b"\r\n ets Jan  8 2013,rst cause:4, boot mode:(3,7)\r\n\r\nready\r\n"


def bash():
    return ScriptedPort(on_write=lambda data: data + b"bash: AT: command not found\r\nroot# ")


def at_another_rate(rate, line):
    port = looping(line, 0.2)
    port.rate = rate
    return port


def answering(answer):
    return lambda: ScriptedPort(on_write=lambda data: answer)


INSTEAD = {
    "silence": (lambda: ScriptedPort(on_write=silent), "nothing at all comes"),
    "echo": (lambda: ScriptedPort(on_write=lambda data: data), "what is sent comes back"),
    "noise": (lambda: looping(b"\xfe\x80\x98\x03", 0.01), "is no text"),
    "text at 9600": (
        lambda: at_another_rate(9600, b"temperature 21.5\r\n"),
        "at 9600 8N1 there is",
    ),
    "boot loop": (lambda: looping(BOOT, 0.9), "starts again and again"),
    "boot loop at 74880": (lambda: at_another_rate(74880, BOOT), "starts again and again"),
    "a shell": (bash, "`bash: AT: command not found`; check that this is the right port"),
    "busy": (answering(b"busy p...\r\n"), "it says `busy p...` to everything"),
    "chatter": (lambda: looping(b"tick\r\n", 0.05), "talks without being asked (`tick`)"),
}


@pytest.mark.parametrize("what", INSTEAD)
def test_what_is_there_instead_of_an_iut_is_named_within_five_seconds(what):
    make, words = INSTEAD[what]
    port, recorder = make(), Written()
    with pytest.raises(NotRecovered, match=re.escape(words)):
        climb(port, recorder=recorder)
    heard = [
        at
        for (action, said), at in zip(recorder.actions, recorder.times, strict=True)
        if action == "heard" and words in said
    ]
    assert heard[0] - NANOSECONDS <= 5 * NANOSECONDS


def test_what_is_no_at_firmware_is_given_up_at_once():
    port = bash()
    with pytest.raises(NotRecovered, match="within 5 s; what answers there is no AT firmware"):
        climb(port)
    assert {each.baudrate for each in port.configured} <= {115200}


@pytest.mark.parametrize("what", ["silence", "echo", "busy", "chatter", "a shell"])
def test_a_board_with_a_reset_is_reset_early(what):
    make, _ = INSTEAD[what]
    pin = Pin(cures=1)
    dead = make()
    pin.port.on_write, pin.port.babble, pin.port.babble_s = (
        dead.on_write, dead.babble, dead.babble_s,
    )  # fmt: skip
    pulse = pin.pulse
    pin.pulse = lambda: (setattr(pin.port, "babble", b""), pulse())
    recorder = Written()
    assert climb(pin.port, reset=pin, recorder=recorder) == LineSettings()
    assert recorder.times[recorder.actions.index(("reset", ""))] < 8 * NANOSECONDS
    assert pin.port.configured == []


def test_where_chatter_comes_every_200_ms_an_iut_that_answers_is_found_at_once():
    port = ScriptedPort()
    port.babble, port.babble_s = b"heap 31416\r\n", 0.2
    assert climb(port) == LineSettings()
    assert seconds(port) < 2


def test_results_that_nobody_asked_for_are_no_signs_of_life():
    with pytest.raises(NotRecovered):
        climb(looping(b"OK\r\n", 0.02))


def test_the_power_is_switched_on_though_the_line_broke_meanwhile():
    supply = Supply(cures=1)

    def off():
        supply.switched.append("off")
        raise PortError("the line went with the power")

    supply.off = off
    with pytest.raises(PortError):
        climb(supply.port, power=supply)
    assert supply.switched == ["off", "on"]


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
