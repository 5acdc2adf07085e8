"""A device that is a program: started, watched and ended through its keeper.

Law of this file: the keeper (`keeper.py`) is met through its socket alone. Nothing here waits
without a deadline, and what the program said last is part of whatever is said of its end.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.testbed import PortError

_KEEPER = Path(__file__).with_name("keeper.py")

#: How long the keeper may take to do what it is told, in seconds: to end a stubborn device, too.
_ORDER_S = 15.0
#: How much is kept of what all its devices said beside their line, in characters.
_KEPT = 1 << 20
#: The longest line of a device that is told.
_LONGEST_LINE = 200

_CHUNK = 65536

#: What a device that announced no port is to do instead.
ANNOUNCE = (
    'let it print one line such as {"port": "socket://127.0.0.1:1234"}, or say where it speaks: '
    "exec[port=stdio]:... or exec[port=PLACE]:..."
)


class Program:
    """One command, which may be started again and again; at most one runs at a time."""

    def __init__(self, command: Sequence[str], folder: str = "") -> None:
        """`folder` is the program's own, and goes with it. Raises `PortError`."""
        if sys.platform != "linux":
            raise PortError("--rig=exec: wants Linux; start the device yourself and name its port")
        self.name = command[0]
        #: What the keeper said and nobody has read yet, and how far its last line has come.
        self._events: list[Mapping[str, Any]] = []
        self._pending = b""
        self._words: list[str] = []
        #: How it ended, in a sentence; empty while it runs.
        self._ended = "it was not started yet"
        #: What it said last, as the end of a sentence.
        self._last = ""
        #: How often it was started.
        self.starts = 0
        self._channel, theirs = socket.socketpair()
        with theirs:
            try:
                self._keeper = subprocess.Popen(
                    [sys.executable, "-I", "-S", str(_KEEPER), str(theirs.fileno()),
                     folder, *command],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,  # Ctrl-C is for the harness, which ends the device
                )  # fmt: skip
            except OSError as error:
                self._channel.close()
                raise PortError(f"cannot start a keeper for {self.name}: {error}") from error

    def start(
        self, streams: bool, handed: Mapping[str, int] | None = None
    ) -> tuple[int, int] | None:
        """Start it; with `streams` the descriptors of its standard output and input are returned.

        `handed` are descriptors that it inherits, by the environment variables that name them.
        Raises `PortError`.
        """
        self.stop()
        handed = handed or {}
        pipes = [*os.pipe(), *os.pipe()] if streams else []
        theirs = [pipes[0], pipes[3]] if streams else []
        order = {"do": "start", "streams": streams, "handed": list(handed)}
        try:
            self._order(order, [*theirs, *handed.values()])
            event = self._awaited("started", "failed")
            if event["event"] == "failed":
                raise PortError(
                    f"cannot start {self.name}: {event['why']}; correct the command of --rig=exec:"
                )
        except PortError:
            for descriptor in pipes:
                os.close(descriptor)
            raise
        for descriptor in theirs:
            os.close(descriptor)
        self._ended = ""
        self.starts += 1
        return (pipes[2], pipes[1]) if streams else None

    def announcement(self, within_s: float) -> str:
        """The line with which it announces its port; raises `PortError` if there comes none."""
        deadline = time.monotonic() + within_s
        while (event := self._next(deadline)) is not None:
            if event["event"] == "said":
                return str(event["line"])
            if event["event"] == "silent":
                raise PortError(f"{self.name} said much, but announced no port: {ANNOUNCE}")
            if self._note(event):
                raise PortError(f"{self._ended}; it had announced no port: {ANNOUNCE}")
        self.stop()
        raise PortError(
            f"{self.name} announced no port within {within_s:g} s{self._last}: {ANNOUNCE}"
        )

    def ended(self, within_s: float = 0.0) -> str:
        """How it ended, now or before the time is over, in a sentence; empty while it runs."""
        deadline = time.monotonic() + within_s
        while not self._ended and (event := self._next(deadline)) is not None:
            self._note(event)
        return self._ended

    def stop(self) -> None:
        """End it and all that it started; nothing happens if it has ended. Raises `PortError`."""
        if not self.ended():
            self._order({"do": "stop"})
            self._awaited("stopped")
            self._ended = f"{self.name} was switched off"

    def words(self) -> str:
        """What its devices that have ended said beside their line, bounded."""
        return "".join(self._words)

    def close(self) -> None:
        """End it, and its keeper."""
        with contextlib.suppress(PortError):
            self.stop()
        self._channel.close()
        try:
            self._keeper.wait(_ORDER_S)
        except subprocess.TimeoutExpired:
            self._keeper.kill()
            self._keeper.wait()

    # The keeper

    def _order(self, order: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
        try:
            socket.send_fds(self._channel, [json.dumps(order).encode()], descriptors)
        except OSError as error:
            raise PortError(f"the keeper of {self.name} is gone; run again") from error

    def _awaited(self, *wanted: str) -> Mapping[str, Any]:
        """What answers an order; what else is told meanwhile is noted."""
        deadline = time.monotonic() + _ORDER_S
        while (event := self._next(deadline)) is not None:
            if event["event"] in wanted:
                return event
            self._note(event)
        raise PortError(f"the keeper of {self.name} said nothing within {_ORDER_S:g} s; run again")

    def _next(self, deadline: float) -> Mapping[str, Any] | None:
        """What the keeper said next; None if it says nothing until the deadline."""
        while not self._events:
            left = max(0.0, deadline - time.monotonic())
            if not select.select([self._channel], [], [], left)[0]:
                return None
            try:
                data = self._channel.recv(_CHUNK)
            except OSError:
                data = b""
            if not data:
                raise PortError(f"the keeper of {self.name} is gone; run again")
            *lines, self._pending = (self._pending + data).split(b"\n")
            self._events += [json.loads(line) for line in lines]
        return self._events.pop(0)

    def _note(self, event: Mapping[str, Any]) -> bool:
        """Keep what an event says of the program's end; whether it does."""
        if event["event"] != "ended":
            return False
        words = str(event["words"])
        room = _KEPT - sum(map(len, self._words))
        self._words.append(words[:room] if room > 0 else "")
        lines = [line.strip() for line in words.splitlines() if line.strip()]
        self._last = f", and said last: {lines[-1][:_LONGEST_LINE]}" if lines else ""
        self._ended = f"{self.name} {_how(event['status'])}{self._last}"
        return True


def _how(status: int | None) -> str:
    """How a process ended."""
    if status is None:
        return "could not be ended"
    if status >= 0:
        return f"ended with {status}"
    with contextlib.suppress(ValueError):
        return f"was ended by {signal.Signals(-status).name}"
    return f"was ended by signal {-status}"
