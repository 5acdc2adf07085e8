"""AT+GSLP, AT+RESTORE, AT+SLEEP, AT+RFPOWER, AT+RFVDD in health."""

from __future__ import annotations

import pytest
from emulator_bench import ERROR, OK, READY, Bench

from rigs.emulator.serial.uart import BOOT_FORMAT, ROM_RATE, UartFormat
from rigs.emulator.timers import MILLISECOND

NO_NUMBERS = (
    b"",
    b"abc",
    b'"1"',
    b"+1",
    b"1.0",
    b"0x1",
    b" 1",
    b"1 ",
    b"1,",
    b"1,1",
    b",1",
)


@pytest.mark.parametrize("command", [b"AT+GSLP", b"AT+SLEEP", b"AT+RFPOWER", b"AT+RFVDD"])
@pytest.mark.parametrize("parameter", NO_NUMBERS)
def test_what_is_no_number_is_refused(bench: Bench, command: bytes, parameter: bytes) -> None:
    bench.mute().say(b"AT+CWMODE_CUR=1\r\n")
    assert bench.say(command + b"=" + parameter + b"\r\n") == ERROR
    assert bench.board.status().ready


@pytest.mark.parametrize("command", [b"AT+GSLP", b"AT+SLEEP", b"AT+RFPOWER", b"AT+UART_CUR"])
@pytest.mark.parametrize("parameter", [b"--1", b"00000000001", b"12884901889", b"-0000000001"])
def test_what_is_too_much_for_a_number_is_refused(
    nonos: Bench, command: bytes, parameter: bytes
) -> None:
    assert nonos.mute().say(command + b"=" + parameter + b"\r\n") == ERROR


@pytest.mark.parametrize(
    ("parameter", "mode"),
    [(b"8589934593", b"1"), (b"0000000001", b"1"), (b"-", b"0"), (b"--", b"0")],
)
def test_ten_characters_are_a_number_and_so_is_a_minus(
    document: Bench, nonos: Bench, parameter: bytes, mode: bytes
) -> None:
    assert nonos.mute().say(b"AT+SLEEP=" + parameter + b"\r\n") == OK
    assert nonos.say(b"AT+SLEEP?\r\n") == b"+SLEEP:" + mode + b"\r\n" + OK
    if parameter.strip(b"0") != b"1":
        document.mute().say(b"AT+CWMODE_CUR=1\r\n")
        assert document.say(b"AT+SLEEP=" + parameter + b"\r\n") == ERROR


@pytest.mark.parametrize("parity", [b"", b"-"])
def test_uart_wants_digits(bench: Bench, parity: bytes) -> None:
    assert bench.mute().say(b"AT+UART_CUR=115200,8,1,%s,0\r\n" % parity) == ERROR


@pytest.mark.parametrize(
    ("parameter", "complaint"),
    [(b"--1", b"range:1900~3300\r\n"), (b"-", b"range:1900~3300\r\n"), (b"00000002000", b"")],
)
def test_the_range_is_told_of_what_is_a_number(
    nonos: Bench, parameter: bytes, complaint: bytes
) -> None:
    assert nonos.mute().say(b"AT+RFVDD=%s\r\n" % parameter) == complaint + ERROR


@pytest.mark.parametrize(
    "line",
    [
        b"AT+GSLP", b"AT+GSLP?", b"AT+GSLP=?", b"AT+RESTORE?", b"AT+RESTORE=?", b"AT+RESTORE=1",
        b"AT+SLEEP", b"AT+SLEEP=?", b"AT+RFPOWER", b"AT+RFPOWER?", b"AT+RFPOWER=?", b"AT+RFVDD=?",
        b"AT+SLEEP1", b"AT+RFPOWER1", b"AT+GSLP1",
    ],
)  # fmt: skip
def test_forms_that_do_not_exist(bench: Bench, line: bytes) -> None:
    boots = bench.board.status().boots
    assert bench.mute().say(line + b"\r\n") == ERROR
    assert bench.board.status().boots == boots


# AT+GSLP


def _asleep(bench: Bench, line: bytes) -> bytes:
    bench.mute().formats.clear()
    bench.board.receive(line)
    said = b""
    while not bench.board.status().asleep:
        due = bench.board.next_due_ns()
        assert due is not None
        said += bench.settle_for(max(0, due - bench.now_ns))
    return said


def test_the_document_prints_the_time_then_ok(document: Bench) -> None:
    assert _asleep(document, b"AT+GSLP=0500\r\n") == b"500\r\n" + OK


def test_nonos_prints_ok_only(nonos: Bench) -> None:
    assert _asleep(nonos, b"AT+GSLP=500\r\n") == OK


@pytest.mark.parametrize("timing", ["fast", "real"])
@pytest.mark.parametrize("milliseconds", [1, 100, 60_000])
def test_it_sleeps_its_time_and_boots(timing: str, milliseconds: int) -> None:
    bench = Bench(timing=timing).booted()
    _asleep(bench, b"AT+GSLP=%d\r\n" % milliseconds)
    assert bench.board.uart == BOOT_FORMAT
    bench.board.receive(b"AT\r\n")
    assert bench.settle_for(milliseconds * MILLISECOND - 1) == b""
    assert bench.board.status().asleep
    bench.formats.clear()
    said = bench.settle()
    assert said.startswith(b"\r\n ets Jan  8 2013,rst cause:5, boot mode:(3,7)")
    assert said.endswith(READY)
    assert bench.formats[0] == UartFormat(ROM_RATE)
    assert bench.formats[-1] == BOOT_FORMAT
    assert bench.say(b"AT\r\n") == b"AT\r\r\n" + OK


def test_sleep_loses_what_only_ram_holds(bench: Bench) -> None:
    bench.say(b"AT+CWMODE_DEF=3\r\n")
    bench.say(b"AT+CWMODE_CUR=1\r\n")
    bench.say(b"AT+SLEEP=0\r\n")
    bench.say(b"AT+GSLP=10\r\n")
    bench.mute()
    assert bench.say(b"AT+CWMODE?\r\n") == b"+CWMODE:3\r\n" + OK
    assert bench.say(b"AT+SLEEP?\r\n") == b"+SLEEP:2\r\n" + OK


@pytest.mark.parametrize("wake", ["reset", "power"])
def test_without_the_wire_only_reset_and_power_wake_it(wake: str) -> None:
    bench = Bench(wake_wire=False).booted()
    _asleep(bench, b"AT+GSLP=10\r\n")
    assert bench.settle_for(10**15) == b""
    assert bench.board.status().asleep
    (bench.board.reset if wake == "reset" else bench.board.power_cycle)()
    assert bench.settle().endswith(READY)
    assert not bench.board.status().asleep


def test_zero_wakes_at_once_in_the_document_and_never_on_real_chips() -> None:
    assert Bench("document").booted().say(b"AT+GSLP=0\r\n").endswith(READY)
    assert not Bench("nonos-1.3").booted().say(b"AT+GSLP=0\r\n").endswith(READY)


@pytest.mark.parametrize("time_", [b"-1", b"-2147483648"])
def test_negative_times_are_refused(bench: Bench, time_: bytes) -> None:
    assert bench.mute().say(b"AT+GSLP=" + time_ + b"\r\n") == ERROR


def test_the_document_takes_31_bits_and_sleeps_them(document: Bench) -> None:
    for refused in (b"2147483648", b"4294967396", b"12345678901234567890"):
        assert document.mute().say(b"AT+GSLP=" + refused + b"\r\n") == ERROR
    before = document.now_ns
    assert document.say(b"AT+GSLP=2147483647\r\n").endswith(READY)
    assert document.now_ns - before > 2147483647 * MILLISECOND


def test_real_chips_count_microseconds_in_32_bits(nonos: Bench) -> None:
    assert nonos.mute().say(b"AT+GSLP=2147483648\r\n") == ERROR  # negative, once wrapped
    before = nonos.now_ns
    assert nonos.say(b"AT+GSLP=4294968\r\n").endswith(READY)
    assert nonos.now_ns - before < 200 * MILLISECOND


# AT+RESTORE


def test_restore_is_the_factory_again(bench: Bench) -> None:
    factory = bench.mute().say(b"AT+CWSAP?\r\n")
    bench.say(b"AT+CWMODE_DEF=3\r\n")
    bench.say(b'AT+CWSAP_DEF="net","12345678",6,3\r\n')
    bench.say(b"AT+UART_DEF=9600,8,1,0,0\r\n")
    bench.formats.clear()
    said = bench.say(b"AT+RESTORE\r\n")
    assert said.startswith(OK + b"\r\n ets Jan")
    assert said.endswith(READY)
    assert bench.formats[0] == UartFormat(9600)
    assert bench.formats[-1] == BOOT_FORMAT
    bench.board.power_cycle()
    bench.settle()
    assert bench.say(b"AT\r\n") == b"AT\r\r\n" + OK
    assert bench.mute().say(b"AT+CWMODE_DEF?\r\n") == b"+CWMODE_DEF:2\r\n" + OK
    assert bench.say(b"AT+CWSAP?\r\n") == factory


# AT+SLEEP


def test_sleep_mode(bench: Bench) -> None:
    bench.mute().say(b"AT+CWMODE_CUR=1\r\n")
    assert bench.say(b"AT+SLEEP?\r\n") == b"+SLEEP:2\r\n" + OK
    for mode in (0, 1, 2):
        assert bench.say(b"AT+SLEEP=%d\r\n" % mode) == OK
        assert bench.say(b"AT+SLEEP?\r\n") == b"+SLEEP:%d\r\n" % mode + OK
    for wrong in (b"-1", b"3", b"258", b"2147483648", b"12345678901234567890"):
        assert bench.say(b"AT+SLEEP=" + wrong + b"\r\n") == ERROR
        assert bench.say(b"AT+SLEEP?\r\n") == b"+SLEEP:2\r\n" + OK


@pytest.mark.parametrize("mode", [2, 3])
def test_outside_station_mode_only_the_query_works(document: Bench, mode: int) -> None:
    document.mute().say(b"AT+CWMODE_CUR=%d\r\n" % mode)
    assert document.say(b"AT+SLEEP=1\r\n") == ERROR
    assert document.say(b"AT+SLEEP?\r\n") == b"+SLEEP:2\r\n" + OK


@pytest.mark.parametrize("mode", [1, 2, 3])
def test_nonos_takes_it_everywhere_and_wraps(nonos: Bench, mode: int) -> None:
    nonos.mute().say(b"AT+CWMODE_CUR=%d\r\n" % mode)
    assert nonos.say(b"AT+SLEEP=4294967297\r\n") == OK
    assert nonos.say(b"AT+SLEEP?\r\n") == b"+SLEEP:1\r\n" + OK


@pytest.mark.parametrize("how", ["rst", "reset", "restore"])
def test_the_sleep_mode_is_forgotten(bench: Bench, how: str) -> None:
    bench.say(b"AT+CWMODE_CUR=1\r\n")
    bench.say(b"AT+SLEEP=0\r\n")
    if how == "reset":
        bench.board.reset()
        bench.settle()
    else:
        bench.say(b"AT+%s\r\n" % how.upper().encode())
    assert bench.mute().say(b"AT+SLEEP?\r\n") == b"+SLEEP:2\r\n" + OK


# AT+RFPOWER, AT+RFVDD


@pytest.mark.parametrize(("power", "answer"), [(0, OK), (82, OK), (-1, ERROR), (83, ERROR)])
def test_power_has_its_bounds(bench: Bench, power: int, answer: bytes) -> None:
    assert bench.mute().say(b"AT+RFPOWER=%d\r\n" % power) == answer


def test_voltage_is_measured_in_1024ths_of_a_volt(bench: Bench) -> None:
    bench.mute()
    assert bench.say(b"AT+RFVDD\r\n") == OK
    for voltage in (1900, 2500, 3300):
        assert bench.say(b"AT+RFVDD=%d\r\n" % voltage) == OK
    assert bench.say(b"AT+RFVDD?\r\n") == b"+RFVDD:3379\r\n" + OK


@pytest.mark.parametrize("voltage", [-1, 0, 1899, 3301, 65535])
def test_voltage_has_its_bounds(voltage: int) -> None:
    line = b"AT+RFVDD=%d\r\n" % voltage
    assert Bench("document").booted().mute().say(line) == ERROR
    assert Bench("nonos-1.3").booted().mute().say(line) == b"range:1900~3300\r\n" + ERROR
