"""What the tests of the emulator hold it with: a board in memory, and a process.

Law: no assertion lives here.  Every wait has a deadline, and nothing sleeps.
"""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any

from village import Village

from rigs.emulator.flash import Flash
from rigs.emulator.mutants.active import no_faults
from rigs.emulator.personalities import PERSONALITIES
from rigs.emulator.process.cli import main
from rigs.emulator.process.switching import SwitchedBoard
from rigs.emulator.serial.uart import UartFormat
from rigs.emulator.timing import TIMINGS
from rigs.emulator.variants.catalogue import no_variants
from rigs.emulator.wifi.air import Air
from tests.forked import Process, fork

ROOT = Path(__file__).parents[2]
#: For what comes within a moment; on a busy machine a moment is long.
DEADLINE_S = 60.0
SILENT_MOMENTS = 1000
READY = b"\r\nready\r\n"
OK, ERROR, BUSY = b"\r\nOK\r\n", b"\r\nERROR\r\n", b"\r\nbusy p...\r\n"


class Bench:
    """A board in memory with a clock that jumps to whatever is due next."""

    def __init__(
        self,
        firmware: str = "document",
        faults: Iterable[str] = (),
        timing: str = "fast",
        variants: Iterable[str] = (),
        flash: Flash | None = None,
        wake_wire: bool = True,
        air: Air | None = None,
        village: Village | None = None,
    ) -> None:
        self.now_ns = 0
        self.sent = bytearray()
        self.formats: list[UartFormat] = []
        self.faults = no_faults()
        self.faults.set(faults)
        self.variants = no_variants()
        self.variants.set(variants)
        self.board = SwitchedBoard(
            PERSONALITIES[firmware],
            TIMINGS[timing],
            self.faults,
            self._clock,
            self._transmit,
            flash=flash,
            variants=self.variants,
            wake_wire=wake_wire,
            air=air,
            network=village,
        )
        if village:
            village.later = self.board.later

    def booted(self) -> Bench:
        """Power up and forget what was said."""
        self.board.power_on()
        self.settle()
        return self

    def settle(self) -> bytes:
        """Let everything that is under way happen; what was said since last time.

        What goes on for ever without a word, such as opening a link again and again, is left.
        """
        silent = 0
        while (due := self.board.next_due_ns()) is not None and silent < SILENT_MOMENTS:
            heard = len(self.sent)
            self.now_ns = max(self.now_ns, due)
            self.board.run_due()
            silent = silent + 1 if heard == len(self.sent) else 0
        said = bytes(self.sent)
        self.sent.clear()
        return said

    def settle_for(self, duration_ns: int) -> bytes:
        """Let happen what happens in this time; what was said since last time."""
        until = self.now_ns + duration_ns
        while (due := self.board.next_due_ns()) is not None and due <= until:
            self.now_ns = max(self.now_ns, due)
            self.board.run_due()
        self.now_ns = until
        said = bytes(self.sent)
        self.sent.clear()
        return said

    def say(self, data: bytes) -> bytes:
        """Send a burst; the answer."""
        self.board.receive(data)
        return self.settle()

    def dribble(self, data: bytes) -> bytes:
        """Send byte by byte, with all the time in the world between; the answer."""
        return b"".join(self.say(data[at : at + 1]) for at in range(len(data)))

    def mute(self) -> Bench:
        """Switch the echo off."""
        self.say(b"ATE0\r\n")
        return self

    def _clock(self) -> int:
        return self.now_ns

    @property
    def rates(self) -> list[int]:
        """The rates (baud) of what was sent since `formats` was last cleared."""
        return [each.baud for each in self.formats]

    def _transmit(self, data: bytes, sent: UartFormat) -> None:
        self.sent += data
        self.formats.append(sent)


class Emulator:
    """A process; its first line of output is `about`.

    `program`: it is started as a program, with a standard input that we hold; else it is forked,
    which takes a tenth of the time.
    """

    def __init__(
        self, arguments: Sequence[str], control: Path | None, program: bool = False
    ) -> None:
        told = ["--announce", "json", *arguments]
        if control:
            told += ["--control", str(control)]
        self.process, self._said = _program(told) if program else _forked(told)
        self._control: socket.socket | None = None
        try:
            self.about = self._announcement()
            if control:
                self._control = connected(socket.AF_UNIX, str(control))
        except BaseException:  # it is late, or says nothing that makes sense: leave nothing behind
            self.end()
            raise

    def _announcement(self) -> dict[str, Any]:
        wait_readable(self._said.fileno())
        announced: dict[str, Any] = json.loads(self._said.readline())
        return announced

    @property
    def port(self) -> str:
        return str(self.about["port"])

    @property
    def tcp_address(self) -> tuple[str, int]:
        host, _colon, port = self.port.partition("://")[2].rpartition(":")
        return host, int(port)

    def ask(self, **request: object) -> dict[str, Any]:
        return self.ask_raw(json.dumps(request).encode())

    def ask_raw(self, line: bytes) -> dict[str, Any]:
        assert self._control is not None
        self._control.sendall(line + b"\n")
        reply: dict[str, Any] = json.loads(read_until(self._control, b"\n"))
        return reply

    def wait(self) -> int:
        """The exit status."""
        return self.process.wait(DEADLINE_S)

    def end(self) -> None:
        """Kill it if it still runs, and close everything."""
        if self._control:
            self._control.close()
        self.process.kill()
        self.process.wait(DEADLINE_S)
        self._said.close()
        if isinstance(self.process, subprocess.Popen) and self.process.stdin:
            self.process.stdin.close()


def _program(told: Sequence[str]) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "rigs.emulator", *told],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    return process, process.stdout


def _forked(told: Sequence[str]) -> tuple[Process, IO[bytes]]:
    said, says = os.pipe()
    process = fork(lambda: main(told), (), says)
    os.close(says)
    return process, os.fdopen(said, "rb")


def connected(family: socket.AddressFamily, address: str | tuple[str, int]) -> socket.socket:
    """A connected socket with a deadline on every call."""
    link = socket.socket(family)
    link.settimeout(DEADLINE_S)
    link.connect(address)
    return link


def wait_readable(fd: int) -> None:
    """Return when there is something to read; TimeoutError at the deadline."""
    if not select.select([fd], [], [], DEADLINE_S)[0]:
        raise TimeoutError("nothing to read")


def read_until(source: socket.socket | int, end: bytes) -> bytes:
    """Read up to and including `end`; TimeoutError at the deadline."""
    heard = b""
    deadline = time.monotonic() + DEADLINE_S
    while end not in heard:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{end!r} did not come, but {heard!r}")
        chunk = _read(source)
        if not chunk:
            raise ConnectionError(f"closed after {heard!r}")
        heard += chunk
    return heard


def reset(emulator: Emulator, source: socket.socket | int) -> bytes:
    """Reset the board and read on until it is ready; what was heard.

    The boot that an emulator begins with may still be going on, and its `ready` be on its way.
    """
    assert emulator.ask(do="reset")["ok"]
    heard = read_until(source, READY)
    while not emulator.ask(do="status")["ready"]:
        heard += read_until(source, READY)
    return heard


def _read(source: socket.socket | int) -> bytes:
    if isinstance(source, int):
        wait_readable(source)
        return os.read(source, 4096)
    return source.recv(4096)
