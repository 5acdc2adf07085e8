"""The process: a board, its line, its control socket, one loop.

Law: wiring and nothing else; the options come ready-made.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter

from .board import Board
from .control import ControlSocket, Requests
from .endpoint import READ_SIZE, EmulatorError, Endpoint
from .faults.catalogue import no_faults
from .loop import Loop
from .personality import Personality
from .pty_endpoint import PtyEndpoint
from .tcp_endpoint import TcpEndpoint
from .timing import Timing
from .uart import carry


@dataclass(frozen=True)
class Options:
    """What the command line said.  `tcp` is host and port, or None for a pty."""

    tcp: tuple[str, int] | None
    link: str | None
    control: str | None
    firmware: Personality
    faults: tuple[str, ...]
    timing: Timing
    announce_json: bool
    exit_with_stdin: bool


class Wire:
    """The serial line between the board and its endpoint: garbage if their rates differ.

    The board's bytes go out once a round, not one by one; this is why the loop's clock is here.
    """

    def __init__(self, board: Board) -> None:
        self.endpoint: Endpoint | None = None
        self._board = board
        self._outgoing: list[tuple[bytes, int]] = []

    def to_board(self, data: bytes) -> None:
        """Bytes from the endpoint."""
        if self.endpoint:
            self._board.receive(carry(data, self.endpoint.rate, self._board.uart_rate))

    def next_due_ns(self) -> int | None:
        """See loop.Clockwork."""
        return self._board.next_due_ns()

    def run_due(self) -> None:
        """See loop.Clockwork."""
        self._board.run_due()
        for rate, parts in groupby(self._outgoing, key=itemgetter(1)):
            if self.endpoint:
                data = b"".join(part for part, _rate in parts)
                self.endpoint.write(carry(data, rate, self.endpoint.rate))
        self._outgoing.clear()

    def from_board(self, data: bytes, rate: int) -> None:
        """Bytes from the board, sent at a rate in baud."""
        self._outgoing.append((data, rate))


def serve(options: Options) -> None:
    """Run until told to stop; raises EmulatorError if it cannot begin."""
    loop, faults = Loop(), no_faults()
    faults.set(options.faults)
    board = Board(options.firmware, options.timing, faults, time.monotonic_ns)
    wire = Wire(board)
    board.transmit = wire.from_board
    with ExitStack() as closing:
        wire.endpoint = endpoint = _endpoint(loop, wire, options)
        closing.callback(endpoint.close)
        if options.control:
            requests = Requests(board, endpoint, loop.stop)
            closing.callback(ControlSocket(loop, requests, options.control).close)
        loop.stop_on(signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        if options.exit_with_stdin:
            loop.watch(_stdin(), partial(_drain_stdin, loop))
        board.power_on()
        _announce(endpoint, options)
        loop.run(wire)


def _endpoint(loop: Loop, wire: Wire, options: Options) -> Endpoint:
    if options.tcp:
        return TcpEndpoint(loop, wire.to_board, *options.tcp)
    return PtyEndpoint(loop, wire.to_board, options.link)


def _announce(endpoint: Endpoint, options: Options) -> None:
    name = options.firmware.name
    if options.announce_json:
        line = json.dumps(
            {
                "port": endpoint.port,
                "control": options.control,
                "firmware": name,
                "pid": os.getpid(),
            }
        )
    else:
        line = f"emulator of ESP8266 AT (firmware {name}) on {endpoint.port}"
    print(line, flush=True)


def _stdin() -> int:
    if sys.stdin is None:
        raise EmulatorError("standard input is closed; leave out --exit-with-stdin or open it")
    return sys.stdin.fileno()


def _drain_stdin(loop: Loop) -> None:
    try:
        data = os.read(_stdin(), READ_SIZE)
    except OSError:
        data = b""
    if not data:
        loop.stop()
