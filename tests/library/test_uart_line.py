"""The line that the purposes of AT+UART change: back at home before anything is judged."""

from __future__ import annotations

import pytest

from conformance.session import Session
from conformance.testbed import LineSettings, Timing
from conformance.verdict import NonConformity
from suites.basic.line import BAUDRATE, DATABITS, FLOW, PARITY_CODE, STOP, Line, could_strand
from suites.basic.line import taken_for as taken
from tests.rigs.scripted import ERROR, GARBAGE, OK, ScriptedPort

HOME = LineSettings()


class Chip:
    """An IUT whose UART is set by AT+UART_CUR; `made` says what it makes of a rate."""

    def __init__(self, made=lambda rate: rate):
        self.port = ScriptedPort(on_write=self._hear)
        self.session = Session(self.port, Timing(), line=HOME)
        self.line = Line(self.session, "UART_CUR", HOME)
        self._made = made

    def answer(self):
        """OK, before the UART switches."""
        self.port.say(OK)

    def _hear(self, data):
        if not data.startswith(b"AT+UART_CUR="):
            return None
        rate, databits, stopbits, parity, _ = map(int, data.split(b"=")[1].split(b","))
        self.answer()
        self.port.rate = self._made(rate)
        self.port.framing = (databits, {1: 1, 2: 1.5, 3: 2}[stopbits], "NOE"[parity])
        return b""

    @property
    def is_home(self):
        at = (self.port.rate, *self.port.framing)
        return at == (115200, 8, 1, "N") and self.port.settings == HOME


@pytest.mark.parametrize("rate", [9600, 110, 4_608_000])
def test_both_sides_are_home_when_the_answer_is_judged(rate):
    chip = Chip()
    assert chip.line.answer_at(LineSettings(rate)).final == b"OK"
    assert chip.is_home


def test_what_is_refused_by_an_iut_that_answers_where_it_was_is_not_undone():
    chip = Chip()
    chip.port.on_write = lambda data: None
    chip.port.answers[b"AT+UART_CUR=9600,8,1,0,0"] = ERROR
    assert chip.line.ask(LineSettings(9600)).final == b"ERROR"
    chip.line.back()
    assert chip.port.wrote == [b"AT+UART_CUR=9600,8,1,0,0\r\n", b"AT\r\n"]
    assert list(chip.session.undo()) == []


@pytest.mark.parametrize("rate", [110, 300, 1200])
def test_an_iut_that_went_where_16_bits_of_its_divisor_lead_is_led_home(rate):
    chip = Chip(lambda told: {110: 12547, 300: 17691, 1200: 70796}.get(told, told))
    assert chip.line.answer_at(LineSettings(rate)).final is None
    assert chip.is_home


def test_an_iut_that_stayed_where_it_was_is_led_home():
    chip = Chip(lambda told: 115200)
    chip.line.answer_at(LineSettings(9600))
    assert chip.is_home


def test_what_is_back_is_not_led_back_again():
    chip = Chip()
    chip.line.answer_at(LineSettings(9600))
    chip.port.wrote.clear()
    chip.session.undo()
    assert chip.port.wrote == []


def test_an_iut_that_is_found_by_the_rig_alone_is_led_home_from_there():
    chip = Chip(lambda told: 31250 if told == 9600 else told)
    chip.line.answer_at(LineSettings(9600))
    assert not chip.is_home
    chip.port.configure(LineSettings(31250))  # as the ladder does
    chip.session.undo()
    assert chip.is_home


def test_what_went_wrong_in_between_is_undone():
    chip = Chip()
    chip.line.change(LineSettings(9600))
    chip.session.undo()
    assert chip.is_home


@pytest.mark.parametrize("value", [4_294_967_406, 2**64 + 110])
def test_a_number_is_taken_for_what_so_many_bits_of_it_say(value):
    assert taken(HOME, BAUDRATE, value) == LineSettings(110)
    assert taken(HOME, DATABITS, 2**32 + 5) == LineSettings(databits=5)
    assert taken(HOME, STOP, 259) == LineSettings(stopbits=2)
    assert taken(HOME, PARITY_CODE, 65538) == LineSettings(parity="E")
    assert taken(HOME, PARITY_CODE, 3) == HOME


@pytest.mark.parametrize(
    ("index", "value"),
    [(BAUDRATE, 0), (BAUDRATE, -4_608_000), (DATABITS, 9), (DATABITS, 2**32 + 5), (FLOW, 259)],
)
def test_what_no_command_could_take_back_could_strand_a_board(index, value):
    assert could_strand(index, value)


@pytest.mark.parametrize(
    ("index", "value"), [(BAUDRATE, 109), (STOP, 259), (PARITY_CODE, 258), (FLOW, 4)]
)
def test_what_the_host_can_follow_strands_nobody(index, value):
    assert not could_strand(index, value)


# OK at the setting that was set (ruling R-17)


class LaterPort(ScriptedPort):
    """What says OK when the UART has switched; whoever listens elsewhere hears garbage."""

    LATER = b"OK when it is read"

    def read(self, deadline):
        data, now = super().read(deadline)
        if data == self.LATER:
            heard = self.settings.baudrate == self.rate
            data = OK if heard else GARBAGE
        return data, now


class LaterChip(Chip):
    """An IUT that answers at the new setting, or at none."""

    def __init__(self, is_legible=True):
        super().__init__()
        self.port = LaterPort(on_write=self._hear)
        self.session = Session(self.port, Timing(), line=HOME)
        self.line = Line(self.session, "UART_CUR", HOME)
        self._is_legible = is_legible

    def answer(self):
        self.port.say(LaterPort.LATER if self._is_legible else GARBAGE, 0.02)


def test_an_ok_at_the_new_setting_is_an_answer():
    chip = LaterChip()

    chip.line.answered(LineSettings(9600)).succeeds()
    assert chip.is_home


def test_an_ok_that_can_be_read_at_neither_setting_is_none():
    chip = LaterChip(is_legible=False)

    with pytest.raises(NonConformity):
        chip.line.answered(LineSettings(9600)).succeeds()
    assert chip.is_home


def test_an_iut_that_answers_at_the_new_setting_is_followed_and_led_home():
    chip = LaterChip()

    assert chip.line.answer_at(LineSettings(9600)).final == b"OK"
    assert chip.is_home
