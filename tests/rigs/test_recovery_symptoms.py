"""The recovery ladder: what is at the other end instead of an IUT that answers, and its name."""

from __future__ import annotations

import re

import pytest

from conformance.testbed import NANOSECONDS, LineSettings, NotRecovered
from rigs.recovery import STANDARD_RATES
from tests.rigs.climbs import Pin, climb, seconds, silent
from tests.rigs.scripted import ScriptedPort, Written


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
    "data for ever": (
        answering(b"+IPD,2147483647:"),
        "it says `+IPD,2147483647:`, as AT firmware does, and answers nothing",
    ),
    "a link": (answering(b"0,CLOSED\r\n"), "it says `0,CLOSED`, as AT firmware does"),
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


def test_what_can_be_read_after_a_start_is_named_though_the_start_itself_was_no_text():
    port = starting()
    pin, recorder = Pin(cures=99), Written()
    pin.port = port
    pulse, pin.pulse = pin.pulse, lambda: (pulse(), port.say(ROM_AT_115200, 0.2))
    with pytest.raises(NotRecovered, match=r"it says `busy p\.\.\.` to everything"):
        climb(port, reset=pin, recorder=recorder)
    heard = [said.partition(":")[0] for action, said in recorder.actions if action == "heard"]
    assert [each[:20] for each in heard] == ["what comes at 115200", "it says `busy p...` "]
    assert STANDARD_RATES[0] not in [each.baudrate for each in port.configured]


#: What a chip that starts prints at 74880 baud, heard at 115200.
ROM_AT_115200 = b"\x8c\xe2\x92\xe0\x82"


def starting():
    """A chip that starts when it is asked first, and then is busy with something for ever."""
    port = ScriptedPort()
    answers = iter([ROM_AT_115200])
    port.on_write = lambda data: next(answers, b"busy p...\r\n")
    return port


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
