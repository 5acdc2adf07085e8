"""The line check: what is held against the line, and what is the IUT's own way."""

from __future__ import annotations

import random

import pytest

from conformance.commandline import execute, raw, set_
from conformance.session import Session
from conformance.statement import load_pixit
from conformance.testbed import NANOSECONDS, Controls, LineSettings, Timing
from conformance.transcript import NullRecorder
from rigs.emulated import EmulatorOptions, EmulatorRig
from rigs.linecheck import (
    BINARY,
    KNOWN,
    Yardstick,
    damage,
    line_problem,
    taken,
    with_debt,
    with_markers,
)
from rigs.recovery import sign_of_life
from tests.library.late_device import ERROR as LATE_ERROR
from tests.library.late_device import LateDevice
from tests.rigs.scripted import ERROR, OK, VERSION, ScriptedPort
from tests.rigs.whole_runs import PIXIT

TIMING = Timing()
QUICK = load_pixit(PIXIT)


def found(port):
    """How the IUT at `port` answers when it is found; what was sent for that is forgotten."""
    session = Session(port, TIMING)
    yardstick = taken(session, sign_of_life(session))
    port.wrote.clear()
    return yardstick


def check(port, yardstick, **more):
    return line_problem(Session(port, TIMING), yardstick, **more)


@pytest.fixture(params=[True, False], ids=["echo", "no echo"])
def echoing(request):
    return request.param


@pytest.fixture
def port(echoing):
    port = ScriptedPort()
    port.echoing = echoing
    return port


def test_a_line_whose_probes_come_through_is_healthy(port):
    yardstick = found(port)
    assert yardstick.answers.keys() == {*KNOWN, *BINARY}
    assert check(port, yardstick) == ""


def test_the_probes_hold_every_byte_value_but_those_that_end_a_line():
    sent = {byte for line in BINARY for byte in line.text[3:]}
    assert sent == set(range(256)) - {0x00, 0x0A, 0x0D}


@pytest.mark.parametrize("settings", [LineSettings(300), LineSettings(115200, 7, 1, "E")], ids=str)
def test_on_a_slow_line_or_one_of_seven_bits_the_long_lines_are_left_out(port, settings):
    yardstick = found(port)
    assert check(port, yardstick, settings=settings) == ""
    assert max(map(len, port.wrote)) < 16


# The line


class Wire:
    """A port whose answers go through `harm`; it does no harm until it is switched on."""

    def __init__(self, harm, echoing=True):
        self.port = ScriptedPort(on_write=self._hear)
        self.port.echoing = echoing
        self._harm = harm
        self.harmful = False

    def _hear(self, data):
        answer = self.port._read(data)
        return self._harm(answer) if self.harmful else answer


def losing(seed):
    """Loses one byte in fifty."""
    dice = random.Random(seed)
    return lambda data: bytes(byte for byte in data if dice.random() > 0.02)


def flipping(seed):
    """Turns one bit in one byte of fifty."""
    dice = random.Random(seed)
    return lambda data: bytes(
        byte ^ (1 << dice.randrange(8)) if dice.random() < 0.02 else byte for byte in data
    )


@pytest.mark.parametrize("harm", [losing, flipping])
@pytest.mark.parametrize("seed", range(10))
def test_a_line_that_loses_or_turns_bytes_is_unhealthy(harm, seed):
    wire = Wire(harm(seed))
    yardstick = found(wire.port)
    wire.harmful = True
    assert check(wire.port, yardstick)


def test_a_line_that_became_seven_bits_wide_is_unhealthy():
    wire = Wire(lambda data: bytes(byte & 0x7F for byte in data))
    yardstick = found(wire.port)
    wire.harmful = True
    said = check(wire.port, yardstick)
    assert said == (
        "the line with the byte values from 0x43 to 0x82 came back otherwise than when the IUT "
        "was found"
    )


def test_a_line_that_eats_flow_control_characters_is_unhealthy():
    wire = Wire(lambda data: data.replace(b"\x11", b"").replace(b"\x13", b""))
    yardstick = found(wire.port)
    wire.harmful = True
    assert "0x01 to 0x42" in check(wire.port, yardstick)


def test_a_line_that_adds_bytes_is_unhealthy(port):
    yardstick = found(port)
    port.on_write = lambda data: b"\x00\xff\x13" + OK if data == b"AT\r\n" else VERSION
    said = check(port, yardstick)
    assert said == "unclassified bytes came with probe number 1 of the line check"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_line_check_says_which_probe_was_not_answered(port, number):
    yardstick = found(port)
    counted = []

    def hear(data):
        counted.extend([data] if data == b"AT\r\n" else [])
        return None if len(counted) <= number else b""

    port.on_write = hear
    said = check(port, yardstick)
    assert said == f"probe number {number} of the line check was not answered"


def test_an_answer_that_comes_and_goes_is_held_against_the_line(port):
    yardstick = found(port)
    counted = []

    def hear(data):
        counted.extend([data] if data == b"AT+GMR\r\n" else [])
        return b"" if data == b"AT+GMR\r\n" and len(counted) == 2 else None

    port.on_write = hear
    assert check(port, yardstick) == "AT+GMR had 2 different answers in 3 probes"


# The IUT


def test_an_iut_that_added_bytes_when_it_was_found_is_not_taken_for_a_bad_line(port):
    port.on_write = lambda data: b"\x00\xff\x13" + OK if data == b"AT\r\n" else None
    assert check(port, found(port)) == ""


BROKEN = {
    "AT refused": {b"AT": ERROR},
    "AT silent": {b"AT": b""},
    "GMR silent": {b"AT+GMR": b""},
    "GMR garbled": {b"AT+GMR": b"\xfe\x80\r\n"},
    "GMR other": {b"AT+GMR": b"another" + OK},
    "unknown commands silent": {line.text: b"" for line in BINARY},
    "unknown commands executed": {line.text: OK for line in BINARY},
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_fault_that_was_there_when_the_iut_was_found_is_the_iut_s(port, what):
    port.answers.update(BROKEN[what])
    assert check(port, found(port)) == ""


@pytest.mark.parametrize("what", BROKEN)
def test_a_fault_that_came_and_stays_is_the_iut_s(port, what):
    yardstick = found(port)
    port.answers.update(BROKEN[what])
    assert check(port, yardstick) == ""


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_iut_that_restarts_in_the_middle_is_not_taken_for_a_bad_line(port, number):
    yardstick = found(port)
    asked = []

    def hear(data):
        asked.extend([data] if data == b"AT+GMR\r\n" else [])
        restarts = data == b"AT+GMR\r\n" and len(asked) == number
        return b"\xfe\x80\x00\r\n ets Jan,rst cause:4\r\nready\r\n" if restarts else None

    port.on_write = hear
    assert check(port, yardstick) == ""


def test_an_echo_that_cannot_be_had_back_is_the_iut_s():
    port = ScriptedPort({b"ATE1": ERROR})
    port.echoing = True
    yardstick = found(port)
    port.echoing = False
    port.on_write = lambda data: ERROR if data == b"ATE1\r\n" else None
    assert check(port, yardstick) == ""


def test_an_echo_that_loses_the_same_byte_each_time_is_the_iut_s():
    wire = Wire(lambda data: data.removeprefix(b"A"))
    yardstick = found(wire.port)
    wire.harmful = True
    assert check(wire.port, yardstick) == ""


def test_the_echo_is_set_as_it_was_found_and_only_then(port, echoing):
    yardstick = found(port)
    port.echoing = not echoing
    assert check(port, yardstick) == ""
    wanted = b"ATE1\r\n" if echoing else b"ATE0\r\n"
    assert [line for line in port.wrote if line.startswith(b"ATE")] == [wanted]
    port.wrote.clear()
    assert check(port, yardstick) == ""
    assert not [line for line in port.wrote if line.startswith(b"ATE")]


def test_an_iut_that_such_bytes_kill_is_asked_for_no_more_of_them():
    port = ScriptedPort()

    def die(data):
        if data == BINARY[0].encoded:
            port.on_write = lambda data: b""
            return b""
        return None

    port.on_write = die
    yardstick = found(port)
    assert yardstick.answers.keys() == set(KNOWN)


# Against an emulator, through a relay that is a bad cable


class Relay:
    """A `testbed.Port` in front of another, that loses bytes while it is told to."""

    def __init__(self, port):
        self._port = port
        self.harm = None

    def read(self, deadline):
        data, at = self._port.read(deadline)
        return (self.harm(data) if self.harm else data), at

    def __getattr__(self, name):
        return getattr(self._port, name)


@pytest.mark.parametrize("faults", [(), ("ate.1-refused",)], ids=str)
def test_a_bad_cable_to_an_emulator_is_found_out_and_a_good_one_is_not(faults):
    rig = EmulatorRig("emulator", EmulatorOptions(faults=faults), QUICK)
    try:
        rig.recover(NullRecorder())
        relay = Relay(rig.port)
        session = Session(relay, QUICK.timing)
        yardstick = taken(session, sign_of_life(session))
        assert yardstick.answers.keys() == {*KNOWN, *BINARY}
        assert line_problem(session, yardstick) == ""
        relay.harm = losing(1)
        assert line_problem(session, yardstick)
        relay.harm = None
        assert line_problem(session, yardstick) == ""
    finally:
        rig.close()


# Diagnostic lines of the IUT


def chattering(echoing=True):
    port = ScriptedPort()
    port.echoing = echoing
    port.babble, port.babble_s = b"heap 31416\r\n", 0.2
    return port


def test_lines_that_can_be_read_do_not_speak_against_the_line():
    port = chattering()
    port.slow_s = 0.07  # so that they come into some answers and not into others
    yardstick = found(port)
    assert yardstick.answers.keys() == {*KNOWN, *BINARY}
    assert check(port, yardstick) == ""


def test_lines_that_can_be_read_cost_no_time():
    port = chattering()
    yardstick = found(port)
    began = port.time
    assert check(port, yardstick) == ""
    assert port.time - began < NANOSECONDS


def test_a_line_that_turns_bits_is_unhealthy_for_all_that_the_iut_chatters():
    wire = Wire(flipping(3))
    wire.port.babble, wire.port.babble_s = b"heap 31416\r\n", 0.2
    yardstick = found(wire.port)
    wire.harmful = True
    assert check(wire.port, yardstick)


# What the IUT offers for a marker


def test_a_marker_has_one_result_however_late_a_second_one_comes():
    more = {b"AT+GMR": LATE_ERROR}
    session = Session(LateDevice(unasked=more, unasked_s=0.1), TIMING)
    yardstick = with_markers(session, Yardstick(session.observe(execute("AT"))))
    assert execute("GMR") not in [marker.line for marker in yardstick.markers]
    assert yardstick.markers
    assert not with_debt(session, yardstick).owes


def test_a_sign_of_life_with_a_second_result_leaves_something_owed():
    session = Session(LateDevice(unasked={b"AT": LATE_ERROR}, unasked_s=0.1), TIMING)
    yardstick = with_debt(session, Yardstick(session.observe(execute("AT"))))
    assert yardstick.owes
    yardstick = with_markers(session, yardstick)
    assert execute("GMR") in [marker.line for marker in yardstick.markers]


# Damage in what was judged


def damaged(stimulus, *answer, echoing=True, harm=None):
    """What of `answer` to `stimulus` is held against the line; `harm` was there from the first."""
    wire = Wire(harm or (lambda data: data), echoing)
    wire.harmful = True
    yardstick = found(wire.port)
    wire.port.on_write = lambda data: b"".join(answer)
    session = Session(wire.port, TIMING)
    exchange = session.observe(stimulus)
    return damage(session.exchanges, exchange.describe(), yardstick)


CWMODE = set_("CWMODE_CUR", 1)
ECHO = b"AT+CWMODE_CUR=1\r\r\n"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((ECHO, b"\r\nE\x12ROR\r\n"), r"E\x12ROR is ERROR with one bit turned"),
        ((ECHO, b"\r\nGK\r\n"), "GK is OK with one bit turned"),
        ((ECHO, b"\r*OK\r\n"), "*OK is OK with one bit turned"),
        ((ECHO, b"\r\nOK\r*"), r"OK\r* is OK with one bit turned"),
        ((ECHO, b"\r\nE\xd2ROR\r\n"), r"E\xd2ROR is ERROR with one bit turned"),
        ((b"AT+CUMODE_CUR=1\r\r\n", ERROR), "the echo of AT+CWMODE_CUR=1 came back as AT+CUMODE"),
        ((b"AT+CMODE_CUR=1\r\r\n", ERROR), "the echo of AT+CWMODE_CUR=1 came back as AT+CMODE"),
        ((b"AT+CWW\xffMODE_CUR=1\r\r\n", ERROR), "the echo of AT+CWMODE_CUR=1 came back as AT+CWW"),
        ((ECHO, b"+CW\x13: 1\r\n", OK), r"no firmware sends +CW\x13: 1"),
    ],
)
def test_damage_in_what_was_judged_is_the_line_s(answer, said):
    assert damaged(CWMODE, *answer).startswith(said)


def test_damage_is_found_though_the_board_was_reset_afterwards():
    wire = Wire(lambda data: data)
    wire.harmful = True
    yardstick = found(wire.port)
    wire.port.on_write = lambda data: ECHO + b"\r\nERROR\r\x02"
    session = Session(wire.port, TIMING, controls=Controls(reset=Resets(wire.port)))
    exchange = session.observe(CWMODE)
    session.reset_board()
    said = damage(session.exchanges, exchange.describe(), yardstick)
    assert said == r"ERROR\r\x02 is ERROR with one bit turned"


class Resets:
    """A reset line to a chip that prints what nobody can read, and is ready."""

    def __init__(self, port):
        self.port = port

    def pulse(self):
        self.port.say(b"\x00\xfe\x81\r\n ets Jan  8 2013,rst cause:2\r\nready\r\n", 0)


@pytest.mark.parametrize(
    "answer",
    [
        (ECHO, ERROR),
        (ECHO, b"\r\nok\r\n"),
        (ECHO, b"\r\nOK"),
        (ECHO, b"\r\nEROR\r\n"),
        (ECHO, b"+CWMODE_CUR:1\r\n", OK),
        (b"at+cwmode_cur=1\r\r\n", OK),
        (ECHO, b"\x00\xfe\x81\r\n ets Jan  8 2013,rst cause:4\r\nready\r\n"),
        (),
    ],
)
def test_what_firmware_can_do_is_not_held_against_the_line(answer):
    assert damaged(CWMODE, *answer) == ""


def test_an_echo_that_was_damaged_when_the_iut_was_found_is_the_iut_s():
    harm = lambda data: data.replace(b"AT+", b"AT ")  # noqa: E731
    assert damaged(CWMODE, b"AT CWMODE_CUR=1\r\r\n", OK, harm=harm) == ""


def test_what_comes_of_bytes_that_are_no_text_is_the_iut_s():
    assert damaged(raw(b"AT\x01+GMR"), b"AT+GMR\r\r\n\x01\r\n", ERROR) == ""


def test_what_stands_in_an_earlier_exchange_counts_where_the_fail_tells_it():
    port = ScriptedPort({b"AT+CWMODE_CUR=1": b"x\x01y\r\n" + OK})
    yardstick = found(port)
    session = Session(port, TIMING)
    session.observe(CWMODE)
    session.observe(KNOWN[0])
    assert damage(session.exchanges, "line `another`", yardstick) == ""
    assert damage(session.exchanges, r"line `x\x01y`", yardstick) == r"no firmware sends x\x01y"
