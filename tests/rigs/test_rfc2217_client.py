"""The client of RFC 2217: its test-bed, what it asks of a server, and servers that misbehave."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from conformance.testbed import LineSettings, PortError, SettingRefused
from rigs.rfc2217 import COM_PORT, DO, DONT, IAC, SB, SE, WILL, WONT, Telnet
from rigs.serialport import SerialPort
from tests.rigs.port_checks import LIMIT_S, Bed, PortChecks, error_of
from tests.rigs.test_serialport import SocketBed


def command(code, value):
    escaped = value.replace(b"\xff", b"\xff\xff")
    return bytes([IAC, SB, COM_PORT, code]) + escaped + bytes([IAC, SE])


class Server(threading.Thread):
    """The other end: speaks RFC 2217 outside, plain bytes on `inside`."""

    def __init__(self, obeys=lambda code, value: value, agrees=True) -> None:
        super().__init__(daemon=True)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(LIMIT_S)
        self.url = f"rfc2217://127.0.0.1:{self._listener.getsockname()[1]}"
        self.inside, self._inner = socket.socketpair()
        self._obeys = obeys
        self._agrees = agrees
        #: The commands that came: (code, value).
        self.asked: list[tuple[int, bytes]] = []

    def run(self) -> None:
        with contextlib.suppress(OSError), self._listener, self._inner:
            connection, _ = self._listener.accept()
            with connection:
                self._serve(connection)

    def _serve(self, outer: socket.socket) -> None:
        outer.sendall(bytes([IAC, WILL, 1, IAC, DO, 24]) + b"")
        rest = b""
        while True:
            ready, _, _ = select.select([outer, self._inner], [], [], LIMIT_S)
            if not ready:
                return
            if self._inner in ready:
                said = self._inner.recv(4096)
                if not said:
                    return
                outer.sendall(said.replace(b"\xff", b"\xff\xff"))
            if outer in ready:
                heard = outer.recv(4096)
                if not heard:
                    return
                rest = self._take(rest + heard, outer)

    def _take(self, data: bytes, outer: socket.socket) -> bytes:
        """Do what is complete in `data`; the rest."""
        while data:
            plain, mark, _ = data.partition(b"\xff")
            self._inner.sendall(plain)
            data = data[len(plain) :]
            if not mark or len(data) < 2:
                return data
            if data[1] == IAC:
                self._inner.sendall(b"\xff")
                data = data[2:]
            elif data[1] == SB:
                end = data.find(bytes([IAC, SE]))
                if end < 0:
                    return data
                code, value = data[3], data[4:end].replace(b"\xff\xff", b"\xff")
                self.asked.append((code, value))
                if (answer := self._obeys(code, value)) is not None:
                    outer.sendall(command(code + 100, answer))
                data = data[end + 2 :]
            else:
                if len(data) < 3:
                    return data
                if self._agrees and data[2] == COM_PORT:
                    outer.sendall(bytes([IAC, {WILL: DO, DO: WILL}[data[1]], COM_PORT]))
                data = data[3:]
        return b""


class Rfc2217Bed(SocketBed):
    def __init__(self) -> None:
        super().__init__()
        self._rfc2217 = Server()
        self._rfc2217.start()
        self.where = self._rfc2217.url

    def _descriptor(self) -> int:
        return self._rfc2217.inside.detach()

    def tidy(self) -> None:
        super().tidy()
        self._rfc2217.join(LIMIT_S)


class TestRfc2217(PortChecks):
    @pytest.fixture
    def bed(self) -> Iterator[Bed]:
        bed = Rfc2217Bed()
        yield bed
        bed.tidy()


@pytest.fixture
def serve():
    """Starts servers; each ends when its client does."""
    started = []

    def start(**more):
        server = Server(**more)
        server.start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.inside.close()
        server.join(LIMIT_S)


RATE, SIZE, PARITY, STOP, CONTROL = 1, 2, 3, 4, 5


def test_opening_sets_the_line_and_leaves_the_reset_lines_alone_rts_first(serve):
    server = serve()
    SerialPort(server.url, LineSettings(74880, 7, 1.5, "E")).close()
    assert server.asked == [
        (RATE, (74880).to_bytes(4, "big")),
        (SIZE, b"\x07"),
        (PARITY, b"\x03"),
        (STOP, b"\x03"),
        (CONTROL, b"\x0c"),
        (CONTROL, b"\x09"),
    ]


def test_the_lines_can_rest_at_other_levels_and_be_driven(serve):
    server = serve()
    port = SerialPort(server.url, idle=(True, True))
    port.set_rts(False)
    port.set_dtr(False)
    port.close()
    assert [value[0] for code, value in server.asked if code == CONTROL] == [11, 8, 12, 9]


def test_a_rate_with_bytes_of_ff_in_it_is_escaped(serve):
    server = serve()
    port = SerialPort(server.url)
    port.configure(LineSettings(0xFF00))
    port.close()
    assert (RATE, b"\x00\x00\xff\x00") in server.asked


def test_a_setting_takes_no_pause(serve):
    port, took = SerialPort(serve().url), []
    for rate in range(1000, 1050):
        began = time.monotonic()
        port.configure(LineSettings(rate))
        took.append(time.monotonic() - began)
    # pyserial's client takes 50 ms for each; on a busy machine some take long here, too.
    assert min(took) < 0.025
    port.close()


def test_a_setting_that_the_server_does_not_make_is_refused_and_the_old_one_stays(serve):
    def obeys(code, value):
        return b"\x08" if code == SIZE else value

    server = serve(obeys=obeys)
    port = SerialPort(server.url)
    with pytest.raises(SettingRefused, match="cannot set 9600 7N1 on"):
        port.configure(LineSettings(9600, 7))
    rates = [int.from_bytes(value, "big") for code, value in server.asked if code == RATE]
    assert rates == [115200, 9600, 115200]
    port.close()


def test_a_server_that_answers_no_command_is_told_in_one_line(serve):
    server = serve(obeys=lambda code, value: None)
    with pytest.raises(PortError) as raised:
        SerialPort(f"{server.url}?timeout=0.2")
    said = str(raised.value)
    assert (
        "did not acknowledge the rate, the data bits, the parity and the stop bits within 0.2 s; "
        "let the server take settings on this port"
    ) in said
    assert "ign_set_control" not in said


def test_a_server_that_does_not_acknowledge_one_setting_is_told_which(serve):
    server = serve(obeys=lambda code, value: None if code == RATE else value)
    with pytest.raises(PortError, match=r"not acknowledge the rate within 0\.2 s; let the server"):
        SerialPort(f"{server.url}?timeout=0.2")


def test_a_server_that_does_not_acknowledge_the_lines_is_told_with_what_helps(serve):
    server = serve(obeys=lambda code, value: None if code == CONTROL else value)
    with pytest.raises(PortError, match=r"acknowledge DTR or RTS .* add \?ign_set_control"):
        SerialPort(f"{server.url}?timeout=0.2")


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({1: (9600).to_bytes(4, "big")}, "set the rate to 9600 instead of 115200; let it take"),
        ({3: b"\x03"}, "set the parity to E instead of N;"),
        (
            {2: b"\x07", 4: b"\x02"},
            "the data bits to 7 instead of 8 and the stop bits to 2 instead",
        ),
    ],
)
def test_a_server_that_sets_something_else_is_told_with_what_it_set(serve, other, said):
    server = serve(obeys=lambda code, value: other.get(code, value))
    with pytest.raises(PortError) as raised:
        SerialPort(server.url)
    assert said in str(raised.value)
    assert "[line]" in str(raised.value)


def test_a_server_that_tells_the_rate_that_its_divisor_makes_is_believed(serve):
    told = (115385).to_bytes(4, "big")
    server = serve(obeys=lambda code, value: told if code == RATE else value)
    port = SerialPort(server.url)
    assert port.where == server.url
    port.close()


def test_a_server_that_never_answers_about_the_lines_can_be_borne_with(serve):
    server = serve(obeys=lambda code, value: None if code == CONTROL else value)
    SerialPort(f"{server.url}?timeout=0.5&ign_set_control").close()


def test_a_server_that_speaks_no_rfc_2217_is_told_with_what_to_try(serve):
    server = serve(agrees=False)
    with pytest.raises(PortError, match="does not speak RFC 2217; try socket://"):
        SerialPort(f"{server.url}?timeout=0.2")


@pytest.mark.parametrize(
    "rest", ["", "host", "host:", "host:x", "host:1?speed=3", "host:1?timeout=x", "host:99999"]
)
def test_an_address_that_is_none_is_told(rest):
    with pytest.raises(PortError) as raised:
        SerialPort(f"rfc2217://{rest}")
    assert str(raised.value).startswith(f"cannot open rfc2217://{rest}: ")


def test_a_server_that_goes_is_told_after_what_it_said_last(serve):
    server = serve()
    port = SerialPort(server.url)
    server.inside.sendall(b"bye")
    server.inside.shutdown(socket.SHUT_WR)
    assert port.read(port.now() + 10**9)[0] == b"bye"
    assert "vanished" in error_of(lambda: port.read(port.now() + 10**9))
    port.close()


# TELNET


def telnet():
    kept = bytearray()
    machine = Telnet(kept.extend)
    machine.opening()
    return machine, kept


STREAM = (
    b"a\xff\xffb" + command(101, b"\x00\xff\x00\x01") + b"c" + bytes([IAC, 241]) + b"d"
    + bytes([IAC, WILL, COM_PORT, IAC, DO, COM_PORT]) + b"\xff\xff\xff\xff" + command(107, b"\x30")
)  # fmt: skip


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_however_the_stream_is_cut_data_and_commands_are_told_apart(size):
    machine, kept = telnet()
    for start in range(0, len(STREAM), size):
        machine.feed(STREAM[start : start + size])
    assert kept == b"a\xffbcd\xff\xff"
    assert machine.answers == {1: b"\x00\xff\x00\x01", 7: b"\x30"}
    assert machine.ours_agreed == machine.theirs_agreed == {COM_PORT}


@pytest.mark.parametrize(
    ("heard", "answered"),
    [
        ((DO, COM_PORT), None),  # we offered it
        ((WILL, COM_PORT), None),
        ((WILL, 1), (DO, 1)),
        ((DO, 24), (WONT, 24)),
        ((WILL, 24), (DONT, 24)),
        ((DONT, 0), None),
        ((WONT, 24), None),
    ],
)
def test_what_a_server_proposes_is_answered_once(heard, answered):
    machine, _ = telnet()
    reply = b"" if answered is None else bytes([IAC, *answered])
    assert machine.feed(bytes([IAC, *heard])) == reply
    if answered and answered[0] == DO:
        assert machine.feed(bytes([IAC, *heard])) == b""


def test_what_was_agreed_can_be_withdrawn():
    machine, _ = telnet()
    machine.feed(bytes([IAC, DO, 0]))
    assert machine.feed(bytes([IAC, DONT, 0])) == bytes([IAC, WONT, 0])
    assert machine.feed(bytes([IAC, DONT, 0])) == b""


def test_a_subnegotiation_without_end_is_not_kept_for_ever():
    machine, _ = telnet()
    with pytest.raises(ConnectionResetError):
        machine.feed(bytes([IAC, SB]) + bytes(10_000))
