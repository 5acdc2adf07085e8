"""The RFC 2217 endpoint, met by pyserial's client and by a socket that speaks raw telnet."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
from collections.abc import Callable, Iterator

import pytest
import serial
from emulator_bench import DEADLINE_S, OK, READY, Emulator, connected, read_until, reset

Start = Callable[..., Emulator]
ANYWHERE = "127.0.0.1:0"

IAC, SB, SE = b"\xff", b"\xff\xfa\x2c", b"\xff\xf0"
SET_BAUD, SET_CONTROL, PURGE = b"\x01", b"\x05", b"\x0c"
DTR_ON, DTR_OFF, RTS_ON, RTS_OFF = b"\x08", b"\x09", b"\x0b", b"\x0c"

pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")


@contextlib.contextmanager
def opened(emulator: Emulator, **settings: object) -> Iterator[serial.SerialBase]:
    """pyserial's client; DTR and RTS are released unless told otherwise."""
    port = serial.serial_for_url(emulator.port, do_not_open=True, baudrate=115200)
    port.timeout = DEADLINE_S
    port.dtr = port.rts = False
    for name, value in settings.items():
        setattr(port, name, value)
    port.open()
    try:
        yield port
    finally:
        port.close()


@contextlib.contextmanager
def telnet(emulator: Emulator) -> Iterator[socket.socket]:
    with connected(socket.AF_INET, emulator.tcp_address) as link:
        yield link


def request(option: bytes, value: bytes = b"") -> bytes:
    return SB + option + value.replace(IAC, IAC + IAC) + SE


def baud(rate: int) -> bytes:
    return request(SET_BAUD, struct.pack("!I", rate))


def answer(option: bytes, value: bytes = b"") -> bytes:
    return request(bytes((option[0] + 100,)), value)


def plain(heard: bytes) -> bytes:
    """What is left of the bytes from the server without the protocol."""
    without = re.sub(rb"\xff\xfa.*?\xff\xf0|\xff[\xfb-\xfe].", b"", heard, flags=re.DOTALL)
    return without.replace(IAC + IAC, IAC)


def booted(start: Start, *arguments: str) -> Emulator:
    """An emulator that has said ready: the first boot is over."""
    emulator = start("--rfc2217", ANYWHERE, *arguments)
    with telnet(emulator) as link:
        reset(emulator, link)
    return emulator


def test_it_boots_and_answers(start: Start) -> None:
    emulator = booted(start)
    assert emulator.port.startswith("rfc2217://127.0.0.1:")
    with opened(emulator) as port:
        emulator.ask(do="reset")
        assert port.read_until(READY).endswith(READY)
        port.write(b"AT\r\n")
        assert port.read_until(OK) == b"AT\r\r\n" + OK


def test_a_client_with_released_lines_resets_nothing(start: Start) -> None:
    emulator = booted(start)
    boots = emulator.ask(do="status")["boots"]
    with opened(emulator) as port:
        port.write(b"AT\r\n")
        assert port.read_until(OK).endswith(OK)
    with opened(emulator):
        assert emulator.ask(do="status")["boots"] == boots


def test_asserted_lines_hold_the_chip_in_reset(start: Start) -> None:
    """pyserial's client asserts both unless told otherwise."""
    emulator = booted(start)
    boots = emulator.ask(do="status")["boots"]
    with opened(emulator, dtr=True, rts=True) as port:
        assert emulator.ask(do="status")["pins"] == {"en": False, "gpio0": False}
        port.dtr = False
        port.rts = False
        assert port.read_until(READY).endswith(READY)
    assert emulator.ask(do="status")["boots"] == boots + 1


def test_lines_without_wires_do_nothing(start: Start) -> None:
    emulator = booted(start, "--wiring", "none")
    with opened(emulator, dtr=True, rts=True) as port:
        port.write(b"AT\r\n")
        assert port.read_until(OK).endswith(OK)


def test_lines_are_released_when_the_client_leaves(start: Start) -> None:
    emulator = booted(start)
    with telnet(emulator) as link:
        link.sendall(request(SET_CONTROL, RTS_ON))
        read_until(link, answer(SET_CONTROL, RTS_ON))
        assert not emulator.ask(do="status")["pins"]["en"]
    with telnet(emulator) as link:
        link.sendall(request(PURGE, b"\x01"))
        read_until(link, answer(PURGE, b"\x01"))
        assert emulator.ask(do="status")["pins"]["en"]


@pytest.mark.parametrize(
    "settings",
    [
        {"baudrate": 9600},
        {"bytesize": serial.SEVENBITS},
        {"parity": serial.PARITY_EVEN},
        {"parity": serial.PARITY_ODD, "bytesize": serial.SEVENBITS},
    ],
    ids=str,
)
def test_another_format_is_garbage_both_ways(start: Start, settings: dict[str, object]) -> None:
    emulator = booted(start)
    with opened(emulator, **settings) as port:
        port.write(b"AT\r\n")
        heard = port.read(1)
        assert heard[0] >= 0x80
        emulator.ask(do="reset")
        while port.read(1)[0] < 0x80:  # the boot text, too
            pass
        port.baudrate, port.bytesize, port.parity = 115200, 8, serial.PARITY_NONE
        emulator.ask(do="reset")
        assert port.read_until(READY).endswith(READY)


def test_two_stop_bits_are_heard_as_one(start: Start) -> None:
    emulator = booted(start)
    with opened(emulator, stopbits=serial.STOPBITS_TWO) as port:
        port.write(b"ATE0\r\n")
        port.stopbits = serial.STOPBITS_ONE
        port.write(b"AT\r\n")
        assert port.read_until(b"\r\n" + OK).endswith(OK)


def test_the_firmware_changes_its_format_after_ok(start: Start) -> None:
    emulator = booted(start)
    with opened(emulator) as port:
        port.write(b"AT+UART_CUR=57600,8,3,2,0\r\n")
        assert port.read_until(OK).endswith(OK)
        port.write(b"AT\r\n")
        assert port.read(1)[0] >= 0x80
        port.stopbits, port.parity = serial.STOPBITS_TWO, serial.PARITY_EVEN
        port.baudrate = 57600
        port.reset_input_buffer()
        for line, end in ((b"\r\n", b"ERROR\r\n"), (b"AT\r\n", OK)):
            port.write(line)
            assert port.read_until(end).endswith(end)


def test_the_rom_text_is_legible_at_its_own_rate(start: Start) -> None:
    emulator = booted(start)
    with opened(emulator, baudrate=74880) as port:
        emulator.ask(do="reset")
        assert b"rst cause:2" in port.read_until(b"boot mode:(3,")


def test_settings_take_effect_in_order_with_the_bytes_around_them(start: Start) -> None:
    emulator = booted(start)
    with telnet(emulator) as link:
        link.sendall(b"ATE0\r\n" + baud(9600))
        read_until(link, answer(SET_BAUD, struct.pack("!I", 9600)))
        link.sendall(baud(115200) + b"AT\r\n")
        assert b"AT\r" not in plain(read_until(link, OK))


def test_a_setting_that_no_uart_has_is_answered_with_the_one_in_force(start: Start) -> None:
    emulator = booted(start)
    with telnet(emulator) as link:
        set_size, set_parity = b"\x02", b"\x03"
        link.sendall(request(set_size, b"\x09") + request(set_parity, b"\x04"))
        heard = read_until(link, answer(set_parity, b"\x01"))
        assert answer(set_size, b"\x08") in heard


@pytest.mark.parametrize("pieces", [1, 2, 100])
def test_255_is_doubled_both_ways_however_it_is_cut(start: Start, pieces: int) -> None:
    emulator = booted(start)
    sent = b"A\xff\xff" + b"\xff\xffB" + baud(115200) + b"\r\n"
    size = max(1, len(sent) // pieces)
    with telnet(emulator) as link:
        for at in range(0, len(sent), size):
            link.sendall(sent[at : at + size])
        heard = plain(read_until(link, b"ERROR\r\n"))
        assert heard.startswith(b"A\xff\xffB")


def test_purge_is_answered_after_what_was_said_before(start: Start) -> None:
    emulator = booted(start)
    with telnet(emulator) as link:
        for what in (b"\x01", b"\x02", b"\x03"):
            link.sendall(request(PURGE, what))
            read_until(link, answer(PURGE, what))


def test_a_second_client_is_turned_away_until_the_first_has_left(start: Start) -> None:
    emulator = booted(start)
    with telnet(emulator) as first:
        with telnet(emulator) as second:
            assert second.recv(1) == b""
        first.sendall(b"AT\r\n")
        read_until(first, OK)
    with telnet(emulator) as third:
        third.sendall(b"AT\r\n")
        read_until(third, OK)


NONSENSE = (
    SE,
    SB + SET_BAUD + b"\x00" + SE,
    SB + b"\x03\x63" + SE,
    SB + b"\x04\x63" + SE,
    SB + b"\x0a" + SE,
    SB + b"x" * 1000,
)


def test_whoever_breaks_the_protocol_is_hung_up_on(start: Start) -> None:
    emulator = booted(start)
    for nonsense in NONSENSE:
        with telnet(emulator) as link, contextlib.suppress(ConnectionResetError):
            link.sendall(nonsense)
            while link.recv(4096):
                pass
        with telnet(emulator) as link:
            link.sendall(b"AT\r\n")
            read_until(link, OK)


def test_odd_telnet_is_survived(start: Start) -> None:
    emulator = booted(start)
    with telnet(emulator) as link:
        link.sendall(b"".join(IAC + bytes((verb, 99)) for verb in range(0xFB, 0xFF)) * 50)
        link.sendall(b"\xff\xf1\xff\xf6\xff\xfa\x18\x00\xff\xf0" + request(b"\x63") + b"AT\r\n")
        read_until(link, OK)


def test_a_client_that_does_not_read_loses_bytes_only(start: Start) -> None:
    emulator = booted(start)
    with telnet(emulator) as link:
        link.setblocking(False)
        with contextlib.suppress(BlockingIOError, ConnectionError):
            for _ in range(2000):
                link.send(b"x" * 4096)
        assert emulator.ask(do="status")["ok"]
        assert emulator.ask(do="reset")["ok"]


def test_dtr_and_rts_lead_into_download_mode_and_out_of_it(start: Start) -> None:
    emulator = booted(start)
    with opened(emulator) as port:
        port.rts = True
        port.dtr = True
        port.rts = False
        port.dtr = False
        port.baudrate = 74880
        assert emulator.ask(do="status")["downloads"]
        port.rts = True
        port.rts = False
        assert b"boot mode:(3," in port.read_until(b"boot mode:(3,")
        assert not emulator.ask(do="status")["downloads"]


def test_both_transistors_of_a_nodemcu_cut_each_other_off(start: Start) -> None:
    emulator = booted(start, "--wiring", "nodemcu")
    with opened(emulator, dtr=True, rts=True) as port:
        port.write(b"AT\r\n")
        assert port.read_until(OK).endswith(OK)


def test_the_classic_sequence_works_on_a_nodemcu_that_gets_it_at_once(start: Start) -> None:
    emulator = booted(start, "--wiring", "nodemcu:1000")
    with telnet(emulator) as link:
        link.sendall(baud(74880) + request(SET_CONTROL, RTS_ON))
        link.sendall(request(SET_CONTROL, DTR_ON) + request(SET_CONTROL, RTS_OFF))
        assert b"boot mode:(1," in read_until(link, b"boot mode:(1,")


@pytest.mark.parametrize("endpoint", ["--rfc2217", "--tcp"])
def test_opening_resets_if_asked_to(start: Start, endpoint: str) -> None:
    emulator = start(endpoint, ANYWHERE, "--reset-on-open")
    for _ in range(2):
        with telnet(emulator) as link:
            read_until(link, READY)
    assert emulator.ask(do="status")["boots"] == 3
