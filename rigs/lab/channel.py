"""JSON lines over a stream socket: to the harness, and to the board.

Law of this file: a line is bounded, and a line that is no JSON object is told as such; it never
ends the process. Writing never waits: who does not read is cut off when too much has piled up.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import socket
import struct
import termios
from collections import deque
from collections.abc import AsyncIterator, Mapping
from typing import Any, Self, cast

#: The most that waits for somebody who does not read.
_MAX_WAITING = 32 << 20
#: How many lines are read ahead of whoever hears them.
_MAX_AHEAD = 64


class NoMessage(Exception):
    """A line that is no message."""


class Channel(asyncio.Protocol):
    """One end of it."""

    def __init__(self, end: socket.socket, longest: int) -> None:
        self._end, self._longest = end, longest
        self._transport: asyncio.Transport | None = None
        #: Lines that have come, without their ends; None: one was too long.
        self._lines: deque[bytes | None] = deque()
        self._begun = bytearray()
        self._too_long = self._over = False
        self._changed = asyncio.Event()

    @classmethod
    async def on(cls, end: socket.socket, longest: int = 1 << 20) -> Self:
        """Over `end`; no line is longer than `longest` bytes."""
        end.setblocking(False)
        loop = asyncio.get_running_loop()
        _, channel = await loop.create_connection(lambda: cls(end, longest), sock=end)
        return channel

    def say(self, message: Mapping[str, Any]) -> None:
        """Send it; nothing happens if the other end is gone."""
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(json.dumps(message).encode() + b"\n")
        if self._transport.get_write_buffer_size() > _MAX_WAITING:
            self._transport.abort()

    async def messages(self) -> AsyncIterator[dict[str, Any] | NoMessage]:
        """What comes, until the other end is gone."""
        while True:
            while not self._lines and not self._over:
                self._changed.clear()
                await self._changed.wait()
            if not self._lines:
                return
            line = self._lines.popleft()
            if self._transport is not None and len(self._lines) < _MAX_AHEAD:
                self._transport.resume_reading()
            yield _message(line, self._longest)

    @property
    def has_more(self) -> bool:
        """Whether something has come that nobody has heard yet."""
        if self._lines:
            return True
        if self._transport is None or self._transport.is_closing():
            return False
        unread = fcntl.ioctl(self._end, termios.FIONREAD, bytes(4))
        return bool(struct.unpack("i", unread)[0])

    def close(self) -> None:
        """Say and hear no more."""
        if self._transport is not None:
            self._transport.close()

    # What asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        *ended, rest = data.split(b"\n")
        for piece in ended:
            self._take(piece)
            self._lines.append(None if self._too_long else bytes(self._begun))
            self._begun.clear()
            self._too_long = False
        self._take(rest)
        if self._transport is not None and len(self._lines) >= _MAX_AHEAD:
            self._transport.pause_reading()
        self._changed.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._over = True
        self._changed.set()

    def _take(self, piece: bytes) -> None:
        """One more piece of the line that has begun, unless that is too long already."""
        if self._too_long or len(self._begun) + len(piece) > self._longest:
            self._too_long = True
            self._begun.clear()
        else:
            self._begun += piece


def _message(line: bytes | None, longest: int) -> dict[str, Any] | NoMessage:
    if line is None:
        return NoMessage(f"a line of more than {longest} bytes")
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        return NoMessage(f"a line that is no JSON: {str(error)[:200]}")
    if not isinstance(message, dict):
        return NoMessage("a line that is no JSON object")
    return message
