"""What a receiver hears that is set otherwise than the sender."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rigs.emulator.serial.uart import ROM_RATE, UartFormat, carry, in_registers

RATES = st.sampled_from([1, 110, 9600, 57600, 74880, 115200, 921600, 4608000, 5000000])
FORMATS = st.builds(
    UartFormat, RATES, st.integers(5, 8), st.integers(1, 3), st.integers(0, 2), st.integers(0, 3)
)
TEXT = b"AT+GMR\r\n"
PLAIN = UartFormat()


@given(st.binary(max_size=200), FORMATS)
def test_the_right_format_passes_the_data_bits(data: bytes, form: UartFormat) -> None:
    mask = (1 << form.databits) - 1
    assert carry(data, form, form) == bytes(each & mask for each in data)


@given(st.binary(max_size=200), FORMATS, FORMATS)
def test_anything_else_gives_bounded_deterministic_garbage(
    data: bytes, sent: UartFormat, heard: UartFormat
) -> None:
    got = carry(data, sent, heard)
    assert got == carry(data, sent, heard)
    assert len(got) <= 5 * len(data)
    if (sent.baud, sent.databits, sent.parity) != (heard.baud, heard.databits, heard.parity):
        assert all(byte >= 0x80 for byte in got)


@given(st.integers(), st.integers(), st.integers(), st.integers())
def test_registers_hold_no_other_format(size: int, stop: int, parity: int, flow: int) -> None:
    kept = in_registers(UartFormat(9600, size, stop, parity, flow))
    assert (kept.databits, kept.stopbits) in itertools.product(range(5, 9), range(1, 4))
    assert (kept.parity, kept.flow) in itertools.product(range(3), range(4))


@given(FORMATS)
def test_registers_hold_each_format_that_there_is(form: UartFormat) -> None:
    assert in_registers(form) == form


@pytest.mark.parametrize("baud", [9600, 74880, 230400])
def test_garbage_is_heard_not_silence(baud: int) -> None:
    assert carry(TEXT, PLAIN, UartFormat(baud))


@pytest.mark.parametrize("databits", [5, 6, 7])
def test_another_size_is_garbage_both_ways(databits: int) -> None:
    other = UartFormat(databits=databits)
    for got in (carry(TEXT, PLAIN, other), carry(TEXT, other, PLAIN)):
        assert got
        assert all(byte >= 0x80 for byte in got)


@pytest.mark.parametrize(("sent", "heard"), [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)])
def test_another_parity_is_garbage(sent: int, heard: int) -> None:
    got = carry(TEXT, UartFormat(parity=sent), UartFormat(parity=heard))
    assert got
    assert all(byte >= 0x80 for byte in got)


@pytest.mark.parametrize(("sent", "heard"), [(1, 1), (2, 1), (3, 1), (3, 2), (2, 2)])
def test_surplus_stop_bits_do_no_harm(sent: int, heard: int) -> None:
    assert carry(TEXT, UartFormat(stopbits=sent), UartFormat(stopbits=heard)) == TEXT


@pytest.mark.parametrize(("sent", "heard"), [(1, 2), (1, 3), (2, 3)])
def test_missing_stop_bits_break_all_but_the_last_byte(sent: int, heard: int) -> None:
    got = carry(TEXT, UartFormat(stopbits=sent), UartFormat(stopbits=heard))
    assert got == bytes(byte | 0x80 for byte in TEXT[:-1]) + b"\n"
    assert carry(b"A", UartFormat(stopbits=sent), UartFormat(stopbits=heard)) == b"A"


def test_two_percent_are_the_same_rate() -> None:
    assert carry(TEXT, PLAIN, UartFormat(117000)) == TEXT
    assert carry(TEXT, UartFormat(113500), PLAIN) == TEXT
    assert carry(TEXT, PLAIN, UartFormat(119000)) != TEXT


def test_flow_control_is_not_on_the_line() -> None:
    assert carry(TEXT, replace(PLAIN, flow=3), PLAIN) == TEXT


def test_seven_bits_lose_the_top_bit_and_five_are_no_text() -> None:
    seven, five = UartFormat(databits=7), UartFormat(databits=5)
    assert carry(b"A\xc1", seven, seven) == b"AA"
    assert carry(b"AT\r\n", five, five) == bytes((0x01, 0x14, 0x0D, 0x0A))


@pytest.mark.parametrize("baud", [0, -1])
def test_without_a_clock_nothing_is_heard(baud: int) -> None:
    assert carry(TEXT, UartFormat(baud), PLAIN) == carry(TEXT, PLAIN, UartFormat(baud)) == b""


def test_the_rom_speaks_8n1() -> None:
    assert ROM_RATE == 74880
