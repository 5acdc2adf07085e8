"""AT+UART, AT+UART_CUR, AT+UART_DEF: what is taken, when it applies, how long it lasts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from emulator_bench import ERROR, OK, Bench

from rigs.emulator.serial.uart import BOOT_FORMAT, ROM_RATE, UartFormat

NAMES = (b"AT+UART", b"AT+UART_CUR", b"AT+UART_DEF")
SAVING = (b"AT+UART", b"AT+UART_DEF")
OTHER = UartFormat(57600, 7, 2, 1, 3)
SET_OTHER = b"=57600,7,2,1,3\r\n"

LEGAL = (
    b"1300,8,1,0,0",
    b"4608000,8,1,0,0",
    *(b"115200,%d,1,0,0" % bits for bits in range(5, 9)),
    *(b"115200,8,%d,0,0" % stop for stop in range(1, 4)),
    *(b"115200,8,1,%d,0" % parity for parity in range(3)),
    *(b"115200,8,1,0,%d" % flow for flow in range(4)),
    b"0115200,08,01,00,00",
)
ILLEGAL = (
    *(b"115200,%d,1,0,0" % bits for bits in (-1, 0, 4, 9)),
    *(b"115200,8,%d,0,0" % stop for stop in (-1, 0, 4)),
    *(b"115200,8,1,%d,0" % parity for parity in (-1, 3)),
    *(b"115200,8,1,0,%d" % flow for flow in (-1, 4)),
    b"0,8,1,0,0",
    b"",
    b"9600",
    b"9600,8,1,0",
    b"9600,8,1,0,",
    b"9600,8,1,0,0,",
    b"9600,8,1,0,0,0",
    b",8,1,0,0",
    b"9600;8;1;0;0",
    b'"9600",8,1,0,0',
    b"+9600,8,1,0,0",
    b"9600.0,8,1,0,0",
    b"0x2580,8,1,0,0",
    b" 9600,8,1,0,0",
    b"9600 ,8,1,0,0",
    b"9600,8,1,0,0 ",
    b"fast,8,1,0,0",
    b"9600,abc,1,0,0",
)
OUT_OF_RANGE = (
    b"109,8,1,0,0",
    b"4608001,8,1,0,0",
    b"-1,8,1,0,0",
    b"2147483648,8,1,0,0",
    b"4295082496,8,1,0,0",
    b"12345678901234567890,8,1,0,0",
    b"9600,4294967304,1,0,0",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("parameters", LEGAL)
def test_legal_settings_apply(bench: Bench, name: bytes, parameters: bytes) -> None:
    assert bench.mute().say(name + b"=" + parameters + b"\r\n") == OK
    assert bench.board.uart == UartFormat(*(int(each) for each in parameters.split(b",")))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("parameters", ILLEGAL)
def test_illegal_settings_change_nothing(bench: Bench, name: bytes, parameters: bytes) -> None:
    bench.mute()
    before = bench.board.flash.programs
    assert bench.say(name + b"=" + parameters + b"\r\n") == ERROR
    assert bench.board.uart == BOOT_FORMAT
    assert bench.board.flash.programs == before


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("parameters", OUT_OF_RANGE)
def test_the_document_has_its_range(document: Bench, name: bytes, parameters: bytes) -> None:
    assert document.mute().say(name + b"=" + parameters + b"\r\n") == ERROR
    assert document.board.uart == BOOT_FORMAT


#: Rate -> what a divisor of 16 bits makes of it (observed 1.3 second, deviations).
CUT = {110: 12547, 300: 17691, 600: 35382, 1200: 70796}


@pytest.mark.parametrize("baud", [1300, 9600, 4608000, 4608001, 5000000])
def test_nonos_has_rates_whose_divisor_has_16_bits(nonos: Bench, baud: int) -> None:
    assert nonos.mute().say(b"AT+UART_CUR=%d,8,1,0,0\r\n" % baud) == OK
    assert nonos.board.uart.baud == baud


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("baud", CUT)
def test_nonos_cuts_the_divisor_of_low_rates(nonos: Bench, name: bytes, baud: int) -> None:
    assert nonos.mute().say(name + b"=%d,8,1,0,0\r\n" % baud) == OK
    assert nonos.board.uart == UartFormat(CUT[baud])
    nonos.say(b"AT+RST\r\n")
    assert nonos.board.uart.baud == (BOOT_FORMAT.baud if name == b"AT+UART_CUR" else CUT[baud])


@pytest.mark.parametrize("baud", [b"-1", b"4290359296"])
def test_nonos_has_no_clock_with_a_divisor_of_zero(nonos: Bench, baud: bytes) -> None:
    assert nonos.mute().say(b"AT+UART_CUR=%b,8,1,0,0\r\n" % baud) == OK
    assert nonos.board.uart.baud == 0


@pytest.mark.parametrize("baud", [110, 1200])
def test_the_document_has_every_rate_of_its_range(document: Bench, baud: int) -> None:
    assert document.mute().say(b"AT+UART=%d,8,1,0,0\r\n" % baud) == OK
    assert document.board.uart.baud == baud


def test_nonos_numbers_wrap(nonos: Bench) -> None:
    assert nonos.mute().say(b"AT+UART_CUR=115200,8,1,0,4294967297\r\n") == OK
    assert nonos.board.uart.flow == 1
    assert nonos.say(b"AT+UART_CUR=5000001,8,1,0,0\r\n") == ERROR
    assert nonos.say(b"AT+UART_CUR=0,8,1,0,0\r\n") == ERROR


@pytest.mark.parametrize("name", NAMES)
def test_there_are_no_other_forms(bench: Bench, name: bytes) -> None:
    bench.mute()
    for form in (b"", b"?", b"=?", b"1"):
        assert bench.say(name + form + b"\r\n") == ERROR


@pytest.mark.parametrize("name", NAMES)
def test_ok_leaves_in_the_old_format(bench: Bench, name: bytes) -> None:
    bench.mute().formats.clear()
    bench.say(name + SET_OTHER)
    assert set(bench.formats) == {BOOT_FORMAT}
    bench.formats.clear()
    assert bench.say(b"AT\r\n") == OK
    assert set(bench.formats) == {OTHER}


@pytest.mark.parametrize("name", SAVING)
def test_what_is_saved_survives_everything_but_restore(bench: Bench, name: bytes) -> None:
    bench.say(name + SET_OTHER)
    boots: tuple[Callable[[], object], ...] = (
        lambda: bench.say(b"AT+RST\r\n"),
        bench.board.reset,
        bench.board.power_cycle,
        lambda: bench.say(b"AT+GSLP=5\r\n"),
    )
    for boot in boots:
        boot()
        bench.settle()
        assert bench.board.uart == OTHER
    bench.say(b"AT+RESTORE\r\n")
    assert bench.board.uart == BOOT_FORMAT


def test_cur_lasts_until_the_next_boot(bench: Bench) -> None:
    bench.say(b"AT+UART_DEF=9600,8,1,0,0\r\n")
    programs = bench.board.flash.programs
    bench.say(b"AT+UART_CUR" + SET_OTHER)
    assert bench.board.uart == OTHER
    assert bench.board.flash.programs == programs
    bench.formats.clear()
    bench.say(b"AT+RST\r\n")
    assert bench.board.uart == UartFormat(9600)
    assert OTHER in bench.formats  # the ROM's text, whose format a restart leaves alone
    assert bench.formats[-1] == UartFormat(9600)


def test_only_a_change_is_written(bench: Bench) -> None:
    bench.say(b"AT+UART_DEF" + SET_OTHER)
    programs = bench.board.flash.programs
    for name in SAVING:
        bench.say(name + SET_OTHER)
    assert bench.board.flash.programs == programs
    bench.say(b"AT+UART_DEF=57600,7,2,1,0\r\n")
    assert bench.board.flash.programs > programs


def test_after_a_reset_the_rom_speaks_first_in_its_own_format(bench: Bench) -> None:
    bench.say(b"AT+UART_DEF" + SET_OTHER)
    bench.formats.clear()
    bench.board.reset()
    bench.settle()
    assert bench.formats[0] == UartFormat(ROM_RATE)
    assert bench.formats[-1] == OTHER
