"""A stream socket that carries one JSON object a line, both ways.

Law: framing and bounds; what an object means is the owner's business.  What is no JSON object is
passed over.  Nothing ever blocks.
"""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Callable, Mapping
from typing import Any

from ..error import EmulatorError
from ..loop import Loop
from ..serial.endpoint import READ_SIZE

LINE_BOUND = 1 << 18
"""Bytes of one line, and of what waits for an other end that does not read: more is the end."""

Object = Mapping[str, Any]


class JsonLines:
    """`descriptor`: an inherited socket.  `heard` is called with every object, `ended` once."""

    def __init__(
        self,
        loop: Loop,
        descriptor: int,
        heard: Callable[[Object], None],
        ended: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._heard = heard
        self._ended = ended
        self._socket: socket.socket | None = _inherited(descriptor)
        self._coming = bytearray()
        self._going = bytearray()
        loop.watch(descriptor, self.drain)

    def send(self, **says: Any) -> None:
        """Send an object, now or as the other end reads."""
        self._going += json.dumps(says).encode("ascii") + b"\n"
        if len(self._going) > LINE_BOUND:
            self.close()
        else:
            self._flush()

    def drain(self) -> None:
        """Take everything that has arrived, without waiting."""
        while self._socket:
            try:
                chunk = self._socket.recv(READ_SIZE)
            except BlockingIOError:
                return
            except OSError:
                chunk = b""
            self._coming += chunk
            if not chunk or not self._take_lines():
                self.close()

    def close(self) -> None:
        """End it from this side; the owner hears of that as of any end."""
        if self._socket:
            self._loop.forget(self._socket.fileno())
            self._socket.close()
            self._socket = None
            self._ended()

    def _take_lines(self) -> bool:
        """Hand over what is complete; whether the rest is within bounds."""
        *lines, self._coming = self._coming.split(b"\n")
        for line in lines:
            told: object = None
            with contextlib.suppress(ValueError, RecursionError):
                told = json.loads(line)
            if isinstance(told, dict):
                self._heard(told)
        return len(self._coming) <= LINE_BOUND

    def _flush(self) -> None:
        if not self._socket:
            return
        try:
            while self._going:
                del self._going[: self._socket.send(self._going)]
        except BlockingIOError:
            pass
        except OSError:
            self.close()
            return
        self._loop.watch(self._socket.fileno(), self.drain, self._flush if self._going else None)


def _inherited(descriptor: int) -> socket.socket:
    try:
        found = socket.socket(fileno=descriptor)
    except OSError as error:
        raise EmulatorError(
            f"cannot use descriptor {descriptor}: {error.strerror}; give --air the number of an "
            "inherited stream socket"
        ) from error
    found.setblocking(False)
    return found
