"""The two hosts: what a line does to bytes, and a stranger as a process behind a socket."""

from __future__ import annotations

import json
import os
import selectors
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import serial

from rigs.clock.party import RealTime
from tests.strangers.device import MS, SECOND, Uart
from tests.strangers.host import Board, Delay, Loop, RawPeer, SimulatedHost, carried
from tests.strangers.quiet import Quiet
from tests.strangers.roster import STRANGERS

ROOT = Path(__file__).parents[2]
#: A process on a busy machine is waited for this long, in seconds.
PATIENCE_S = 60.0


def test_ends_that_are_set_alike_understand_each_other() -> None:
    every = bytes(range(256))
    assert carried(every, Uart(), Uart(115273)) == every
    assert carried(every, Uart(), Uart(stopbits=2)) == every
    assert carried(b"\xc1T", Uart(databits=7), Uart(databits=7)) == b"AT"


@pytest.mark.parametrize(
    "other",
    [Uart(9600), Uart(74880), Uart(120000), Uart(databits=7), Uart(parity="E")],
    ids=str,
)
def test_ends_that_are_set_differently_hear_noise(other: Uart) -> None:
    heard = carried(b"AT+GMR\r\n", Uart(), other)
    assert heard
    assert not heard.isascii()
    assert b"\r" not in heard


def test_nothing_is_carried_as_nothing() -> None:
    assert carried(b"", Uart(), Uart(9600)) == b""


def test_time_passes_only_when_it_is_let() -> None:
    host = SimulatedHost(Quiet)
    assert b"ready" not in host.run(179 * MS)
    assert host.run(1 * MS) == b"ready\r\n"
    assert host.now() == 180 * MS


def test_boot_text_is_noise_at_another_rate_and_legible_at_its_own() -> None:
    host = SimulatedHost(Quiet)
    assert b"rst cause" not in host.run(0)
    host.line = Uart(74880)
    host.reset()
    assert b"rst cause:2" in host.run(0)


def test_a_reset_forgets_timers_and_keeps_the_flash() -> None:
    host = SimulatedHost(Quiet)
    host.run(SECOND)
    host.ask("AT+CWMODE=3")
    host.reset()
    assert host.run(SECOND).count(b"ready") == 1
    assert b"+CWMODE:3" in host.ask("AT+CWMODE?")
    assert host.flash == {"CWMODE": 3}


def test_the_same_seed_gives_the_same_delays() -> None:
    def delays(seed: int) -> list[int]:
        host = SimulatedHost(STRANGERS["pieces"].make, seed=seed)
        host.run(SECOND)
        for _ in range(5):
            host.ask("AT")
        return [when for when, _ in host.sent]

    assert delays(3) == delays(3)
    assert delays(3) != delays(4)


def test_late_answers_350_ms_behind_the_line() -> None:
    host = SimulatedHost(STRANGERS["late"].make)
    host.run(SECOND)
    assert host.ask("AT", 349 * MS) == b"AT\r\n"
    assert host.run(1 * MS) == b"\r\nOK\r\n"


def test_late_is_busy_while_it_joins() -> None:
    host = SimulatedHost(STRANGERS["late"].make)
    host.run(SECOND)
    host.ask("ATE0")
    host.ask('AT+CWJAP_CUR="abc","0123456789"', SECOND)
    assert host.ask("AT", 0) == b"\r\nbusy p...\r\n"
    assert host.run(3 * SECOND) == b"+CWJAP:3\r\n\r\nFAIL\r\n"


def test_late_lets_lines_wait_their_turn() -> None:
    host = SimulatedHost(STRANGERS["late"].make)
    host.run(SECOND)
    host.ask("ATE0")
    host.write(b"NONSENSE\r\nAT\r\n")
    assert host.run(SECOND) == b"\r\nERROR\r\n\r\nOK\r\n"


def test_pieces_parts_ok() -> None:
    host = SimulatedHost(STRANGERS["pieces"].make)
    host.run(SECOND)
    host.ask("ATE0")
    host.sent.clear()
    host.ask("AT")
    assert [data for _, data in host.sent] == [b"O", b"K\r\n\n"]


def test_bytewise_sends_bytes() -> None:
    host = SimulatedHost(STRANGERS["bytewise"].make)
    host.run(SECOND)
    host.sent.clear()
    host.ask("AT+CWMODE?")
    assert all(len(data) == 1 for _, data in host.sent)
    times = [when for when, _ in host.sent]
    assert {after - before for before, after in pairwise(times)} == {MS // 5}


def test_old_is_busy_and_drops_what_comes_while_it_scans() -> None:
    host = SimulatedHost(STRANGERS["old"].make)
    host.run(SECOND)
    host.ask("ATE0")
    host.ask("AT+CWMODE=3")
    assert host.ask("AT+CWLAP", 0) == b""
    assert host.ask("AT", 0) == b"busy now ...\r\n"
    assert host.run(3 * SECOND) == b"\r\nOK\r\n"


def test_late_ends_its_echo_inside_a_long_line() -> None:
    host = SimulatedHost(STRANGERS["late"].make)
    host.run(SECOND)
    assert host.ask("x" * 400, 0) == b"x" * 300


class ScriptedTime(RealTime):
    """A time in which nobody waits: where nothing is ready, it is as late as it has to be."""

    def __init__(self, script: list[tuple[int, Callable[[], None]]]) -> None:
        self.shown = 0
        self.script = script

    def now(self) -> int:
        return self.shown

    def selector(self) -> selectors.BaseSelector:
        return ScriptedSelector(self)


class ScriptedSelector(selectors.SelectSelector):
    def __init__(self, clock: ScriptedTime) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            clock, (when, act) = self._clock, self._clock.script[0]
            due = when if timeout is None else clock.shown + int(timeout * SECOND)
            clock.shown = min(due, when)
            if clock.shown == when:
                del clock.script[0]
                act()
        return ready


def test_whoever_hands_in_a_clock_has_the_time() -> None:
    reads, writes = os.pipe()
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as listener,
        closing(socket.create_connection(listener.getsockname())) as client,
    ):
        clock = ScriptedTime(
            [
                (SECOND, lambda: client.sendall(b"ATE0\r\n")),
                (2 * SECOND, lambda: client.sendall(b"AT+GSLP=3600000\r\n")),
                (3604 * SECOND, lambda: client.sendall(b"AT\r\n")),
                (3606 * SECOND, lambda: os.close(writes)),
            ]
        )
        loop = Loop(clock)
        loop.stop_at_end_of(reads)
        loop.serve(listener, Board(STRANGERS["late"].make, loop, None, 1), RawPeer)
        os.close(reads)
        client.settimeout(PATIENCE_S)
        heard = client.recv(65536)
    assert heard.count(b"ready") == 2
    assert heard.index(b"3600000\r\n\r\nOK") < heard.rindex(b"ready") < heard.rindex(b"OK")


@pytest.mark.parametrize(("least", "most"), [(500, 500), (100, 2000)])
def test_what_is_delayed_comes_late_and_in_order(least: int, most: int) -> None:
    reads, writes = os.pipe()
    heard: list[tuple[int, bytes]] = []
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as listener,
        closing(socket.create_connection(listener.getsockname())) as client,
    ):
        client.setblocking(False)

        def look(at: int) -> tuple[int, Callable[[], None]]:
            def read() -> None:
                with suppress(BlockingIOError):
                    heard.append((at, client.recv(65536)))

            return at * MS, read

        script = [look(at) for at in range(0, 8000, 50)]
        script.insert(61, (3001 * MS, lambda: client.sendall(b"AT+SLEEP?\r\n")))
        clock = ScriptedTime([*script, (8000 * MS, lambda: os.close(writes))])
        loop = Loop(clock)
        loop.stop_at_end_of(reads)
        delay = Delay(least * MS, most * MS)
        loop.serve(listener, Board(Quiet, loop, None, 1, delay), RawPeer)
        os.close(reads)
    assert min(at for at, data in heard if b"ready" in data) >= 180 + least
    answers = [(at, data) for at, data in heard if at > 3000]
    assert b"".join(data for _, data in answers) == b"+SLEEP:2\r\nOK\r\n"
    assert all(3001 + least <= at <= 3001 + most + 100 for at, _ in answers)


# As a process

Start = Callable[..., tuple["subprocess.Popen[str]", dict[str, Any]]]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def begin(*options: str) -> tuple[subprocess.Popen[str], dict[str, Any]]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.strangers", *options],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        return process, json.loads(process.stdout.readline())

    yield begin
    for process in started:
        end(process)


def end(process: subprocess.Popen[str]) -> int:
    """Its standard input ends, and so does it."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    code = process.wait(PATIENCE_S)
    process.stdout.close()
    return code


def connected(url: str) -> socket.socket:
    host, _, port = url.partition("://")[2].partition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE_S)


def asked(connection: socket.socket, line: bytes, until: bytes = b"OK\r\n") -> bytes:
    """What is heard until `until`; a device that starts hears nothing, so the line is repeated."""
    heard = b""
    connection.settimeout(0.5)
    for _ in range(int(PATIENCE_S / 0.5)):
        connection.sendall(line + b"\r\n")
        try:
            while not heard.endswith(until):
                heard += connection.recv(4096)
        except TimeoutError:
            continue
        return heard
    raise AssertionError(f"{until!r} never came; heard {heard!r}")


def test_a_process_announces_its_port_and_ends_with_its_input(start: Start) -> None:
    process, said = start("quiet", "--tcp", "127.0.0.1:0", "--seed", "7")
    assert said["port"].startswith("socket://127.0.0.1:")
    assert (said["stranger"], said["seed"]) == ("quiet", 7)
    with closing(connected(said["port"])) as connection:
        assert asked(connection, b"AT").endswith(b"OK\r\n")
    assert end(process) == 0


def test_the_flash_is_kept_in_its_file(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "flash.json"
    options = ("quiet", "--tcp", "127.0.0.1:0", "--flash", str(path))
    process, said = start(*options)
    with closing(connected(said["port"])) as connection:
        asked(connection, b"AT+CWMODE=3")
    end(process)
    assert json.loads(path.read_text()) == {"CWMODE": 3}
    _, said = start(*options)
    with closing(connected(said["port"])) as connection:
        assert b"+CWMODE:3" in asked(connection, b"AT+CWMODE?")


def test_a_listening_socket_can_be_handed_down() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.strangers", "quiet", "--tcp", f"fd:{listener.fileno()}"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=[listener.fileno()],
        )
        with closing(socket.create_connection(listener.getsockname())) as connection:
            assert asked(connection, b"AT")
        assert end(process) == 0


def test_a_new_connection_takes_the_uart_over(start: Start) -> None:
    _, said = start("quiet", "--tcp", "127.0.0.1:0")
    with closing(connected(said["port"])) as first, closing(connected(said["port"])) as second:
        assert asked(second, b"AT")
        assert first.recv(16) == b""


def until(port: serial.SerialBase, end_: bytes) -> bytes:
    heard = b""
    while not heard.endswith(end_):
        piece = port.read(1)
        assert piece, f"{end_!r} never came; heard {heard!r}"
        heard += piece
    return heard


# pyserial's own client: its thread is made in a way that is deprecated.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_rfc_2217_carries_settings_and_the_reset_line(start: Start) -> None:
    _, said = start("divisor")
    assert said["port"].startswith("rfc2217://")
    port = serial.serial_for_url(said["port"], do_not_open=True)
    port.baudrate, port.timeout = 115200, PATIENCE_S
    port.dtr = port.rts = False
    port.open()
    with closing(port):
        reset(port)
        asked_there(port, b"ATE0")
        asked_there(port, b"AT+UART_CUR=9600,8,1,0,0")
        port.write(b"AT\r\n")  # noise for the device, and no line
        port.baudrate = 9600
        port.write(b"\r\n")
        until(port, b"ERROR\r\n")
        asked_there(port, b"AT")
        port.baudrate = 115200
        reset(port)
        asked_there(port, b"AT")


def reset(port: serial.SerialBase) -> None:
    port.rts = True
    port.rts = False
    until(port, b"ready\r\n")


def asked_there(port: serial.SerialBase, line: bytes) -> None:
    port.write(line + b"\r\n")
    until(port, b"OK\r\n")


def test_the_pics_is_printed() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.strangers", "quiet", "--pics"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "[claims.ATE]\nset = false\n" in told
