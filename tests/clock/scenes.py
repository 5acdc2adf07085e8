"""A scene for the clock: what the harness and two parties do, and what comes to the harness when.

Law of this file: `expected` computes what must come from the script alone; `played` plays it with
two processes, by whatever clock.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rigs.clock.harness import RealClock, SkippingClock

_MS = 1_000_000
_ROOT = Path(__file__).resolve().parent.parent.parent
_START_S = 20

#: What came to the harness, and how many milliseconds after the start.
Came = tuple[int, float]


@dataclass(frozen=True)
class Deed:
    """Something that begins `at` ms after the start, at the harness or at the first party.

    It reaches the harness after it has gone to the second party and back, if `way` says so, each
    of whom lets `delay` ms pass; the one who sends it computes for `busy` ms before that.
    """

    number: int
    at: int
    by_harness: bool
    way: str  # line, other or datagram
    delay: int
    busy: int = 0

    @property
    def comes_at(self) -> int:
        """When it comes to the harness."""
        waits = self.by_harness + 2 * (self.way != "line")
        return self.at + waits * self.delay


def expected(deeds: list[Deed], until: int) -> list[int]:
    """The numbers of what comes to the harness, in order."""
    came = sorted((deed.comes_at, deed.number) for deed in deeds)
    return [number for at, number in came if at < until]


def played(deeds: list[Deed], until: int, clock: SkippingClock | RealClock) -> list[Came]:
    """What came to the harness until then."""
    with _parties(deeds, clock) as line:
        began = clock.now()
        _send(line, clock, b"start\n")
        came: list[Came] = []
        for deed in sorted((deed for deed in deeds if deed.by_harness), key=lambda each: each.at):
            came += _heard(line, clock, began, began + deed.at * _MS)
            _send(line, clock, b"%d\n" % deed.number)
        came += _heard(line, clock, began, began + until * _MS)
        return came


def _send(line: socket.socket, clock: SkippingClock | RealClock, data: bytes) -> None:
    line.sendall(data)
    clock.wrote(len(data))


def _heard(
    line: socket.socket, clock: SkippingClock | RealClock, began: int, deadline: int
) -> list[Came]:
    came: list[Came] = []
    while clock.wait(line.fileno(), deadline):
        data = line.recv(4096)
        clock.read(len(data))
        came += [(int(each), (clock.now() - began) / _MS) for each in data.split()]
    return came


@contextlib.contextmanager
def _parties(deeds: list[Deed], clock: SkippingClock | RealClock) -> Iterator[socket.socket]:
    """The two parties, ready; the line to the first of them."""
    with contextlib.ExitStack() as closing:
        # Over the loopback, as a serial line does.
        listener = closing.enter_context(socket.create_server(("127.0.0.1", 0)))
        line = closing.enter_context(socket.create_connection(listener.getsockname()))
        theirs = closing.enter_context(listener.accept()[0])
        for each in (line, theirs):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        others = [closing.enter_context(each) for each in socket.socketpair()]
        datagrams = [closing.enter_context(socket.socket(type=socket.SOCK_DGRAM)) for _ in "ab"]
        for each in datagrams:
            each.bind(("127.0.0.1", 0))
        for one, two in (datagrams, datagrams[::-1]):
            one.connect(two.getsockname())
        processes = [
            closing.enter_context(_party(_first(deeds), clock, theirs, others[0], datagrams[0])),
            closing.enter_context(_party(_second(deeds), clock, None, others[1], datagrams[1])),
        ]
        clock.line_opened(lambda: 0)
        line.settimeout(_START_S)
        clock.read(len(line.recv(1)))
        # Time is real until both are here; then it stands.
        while isinstance(clock, SkippingClock) and not clock.stands:
            clock.wait(line.fileno(), clock.now() + _MS)
        yield line
        for each in processes:
            each.kill()


def _first(deeds: list[Deed]) -> dict[str, Any]:
    """The script of the party that has the line."""
    at = [
        {"ms": deed.at, "id": deed.number, "to": deed.way, "busy_ms": deed.busy}
        for deed in deeds
        if not deed.by_harness
    ]
    return {"at": at, "after": {"line": _after(deeds, "way"), "other": _after(deeds, "line")}}


def _after(deeds: list[Deed], to: str) -> dict[int, Any]:
    """What is done with each, and where it is sent: the way that it takes, or the line."""
    return {
        deed.number: {
            "ms": deed.delay,
            "to": deed.way if to == "way" else to,
            "busy_ms": deed.busy,
        }
        for deed in deeds
    }


def _second(deeds: list[Deed]) -> dict[str, Any]:
    """The script of the other one, which sends back what it gets."""
    return {"at": [], "after": {"other": _after(deeds, "way")}}


@contextlib.contextmanager
def _party(
    script: dict[str, Any],
    clock: SkippingClock | RealClock,
    line: socket.socket | None,
    other: socket.socket,
    datagrams: socket.socket,
) -> Iterator[subprocess.Popen[bytes]]:
    with contextlib.ExitStack() as closing:
        clock_socket = None
        if isinstance(clock, SkippingClock):
            clock_socket = closing.enter_context(clock.add_party())
        handles = {"line": line, "other": other, "datagrams": datagrams, "clock": clock_socket}
        told = {**script, **{name: each and each.fileno() for name, each in handles.items()}}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.clock.partner", json.dumps(told)],
            cwd=_ROOT,
            pass_fds=[each.fileno() for each in handles.values() if each is not None],
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
