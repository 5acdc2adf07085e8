"""The recovery ladder: resets, power, and when it gives up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.testbed import LineSettings, NotRecovered, PortError
from rigs.recovery import SLOW_RATES
from tests.rigs.climbs import ONE_RUNG_S, QUICK, TIMING, Pin, Supply, climb, seconds, silent
from tests.rigs.scripted import ScriptedPort, Written


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


def test_an_iut_that_starts_and_is_slow_has_the_time_that_the_bench_gives_it():
    pin = Pin(cures=1)
    pin.port.slow_s = 5.0
    patient = replace(TIMING, answer_s=20.0)
    pin.port.on_write = lambda data: pin.port.say(b"\x8c\xe2\x92\xe0\x82") or b""  # it starts
    assert climb(pin.port, patient, reset=pin) == LineSettings()
    assert pin.pulses == 1


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


def test_the_power_is_switched_on_though_the_line_broke_meanwhile():
    supply = Supply(cures=1)

    def off():
        supply.switched.append("off")
        raise PortError("the line went with the power")

    supply.off = off
    with pytest.raises(PortError):
        climb(supply.port, power=supply)
    assert supply.switched == ["off", "on"]
