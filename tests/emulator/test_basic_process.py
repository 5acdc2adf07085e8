"""AT+UART and AT+GSLP as somebody at the other end of the line meets them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

import pytest
import serial
from emulator_bench import DEADLINE_S, ERROR, OK, READY, Emulator

Start = Callable[..., Emulator]

pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")


@contextlib.contextmanager
def opened(emulator: Emulator) -> Iterator[serial.SerialBase]:
    """pyserial's client, echo off, the first boot over."""
    port = serial.serial_for_url(emulator.port, do_not_open=True, baudrate=115200)
    port.timeout = DEADLINE_S
    port.dtr = port.rts = False
    port.open()
    try:
        _reset(emulator, port)
        port.write(b"ATE0\r\n")
        assert port.read_until(OK).endswith(OK)
        yield port
    finally:
        port.close()


def _reset(emulator: Emulator, port: serial.SerialBase) -> None:
    assert emulator.ask(do="reset")["ok"]
    assert port.read_until(READY).endswith(READY)
    while not emulator.ask(do="status")["ready"]:  # that was the boot before
        assert port.read_until(READY).endswith(READY)


def _asked(port: serial.SerialBase, line: bytes, end: bytes = OK) -> bytes:
    port.write(line)
    heard = port.read_until(end)
    assert isinstance(heard, bytes)
    return heard


def test_over_a_pty_the_rate_counts_and_the_rest_never_garbles(start: Start) -> None:
    emulator = start("--pty")
    with opened(emulator) as port:
        assert _asked(port, b"AT+UART_CUR=9600,7,2,1,0\r\n") == OK
        port.write(b"AT\r\n")  # still at 115200: garbage without a line end
        assert emulator.ask(do="status")["uart"]["baud"] == 9600
        port.baudrate = 9600
        assert _asked(port, b"\r\n", ERROR) == ERROR
        assert _asked(port, b"AT\r\n") == OK


@pytest.mark.parametrize(
    ("parameters", "settings"),
    [
        (b"57600,8,1,0,0", {"baudrate": 57600}),
        (b"115200,7,1,0,0", {"bytesize": 7}),
        (b"115200,8,1,2,0", {"parity": "E"}),
        (b"115200,8,1,1,0", {"parity": "O"}),
        (b"115200,8,3,0,0", {"stopbits": 2}),
        (b"9600,7,3,1,3", {"baudrate": 9600, "bytesize": 7, "parity": "O", "stopbits": 2}),
    ],
)
def test_over_rfc_2217_all_of_it_counts(
    start: Start, parameters: bytes, settings: dict[str, object]
) -> None:
    emulator = start("--rfc2217", "127.0.0.1:0")
    with opened(emulator) as port:
        assert _asked(port, b"AT+UART_CUR=" + parameters + b"\r\n") == OK
        port.timeout = 0.1
        assert OK not in _asked(port, b"AT\r\n")
        port.timeout = DEADLINE_S
        port.apply_settings(settings)
        port.reset_input_buffer()
        assert _asked(port, b"\n", ERROR).endswith(ERROR)
        assert _asked(port, b"AT\r\n") == OK


def test_sleep_takes_real_milliseconds(start: Start) -> None:
    emulator = start("--pty")
    with opened(emulator) as port:
        began = time.monotonic()
        assert _asked(port, b"AT+GSLP=300\r\n") == b"300\r\n" + OK
        heard = _asked(port, b"AT\r\n", READY)
        assert time.monotonic() - began >= 0.3
        assert heard.endswith(READY)
        assert OK not in heard


def test_without_the_wire_it_stays_asleep(start: Start) -> None:
    emulator = start("--pty", "--no-wake-wire")
    with opened(emulator) as port:
        assert _asked(port, b"AT+GSLP=1\r\n").endswith(OK)
        assert emulator.ask(do="status")["asleep"]
        _reset(emulator, port)
        assert not emulator.ask(do="status")["asleep"]
