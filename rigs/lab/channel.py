"""JSON lines over a stream socket: to the harness, and to the board.

Law of this file: a line is bounded, and a line that is no JSON object is told as such; it never
ends the process. Writing never waits: who does not read is cut off when too much has piled up.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from typing import Any, Self

#: The most that waits for somebody who does not read.
_MAX_WAITING = 32 << 20


class NoMessage(Exception):
    """A line that is no message."""


class Channel:
    """One end of it."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, longest: int
    ) -> None:
        self._reader, self._writer = reader, writer
        self._longest = longest

    @classmethod
    async def on(cls, end: socket.socket, longest: int = 1 << 20) -> Self:
        """Over `end`; no line is longer than `longest` bytes."""
        reader, writer = await asyncio.open_connection(sock=end, limit=longest)
        return cls(reader, writer, longest)

    def say(self, message: Mapping[str, Any]) -> None:
        """Send it; nothing happens if the other end is gone."""
        if self._writer.is_closing():
            return
        self._writer.write(json.dumps(message).encode() + b"\n")
        if self._writer.transport.get_write_buffer_size() > _MAX_WAITING:
            self._writer.transport.abort()

    async def messages(self) -> AsyncIterator[dict[str, Any] | NoMessage]:
        """What comes, until the other end is gone."""
        while True:
            try:
                line = await self._reader.readuntil(b"\n")
            except asyncio.IncompleteReadError:
                return
            except asyncio.LimitOverrunError as error:
                await self._skip(error.consumed)
                yield NoMessage(f"a line of more than {self._longest} bytes")
                continue
            except OSError:
                return
            yield _message(line)

    async def _skip(self, size: int) -> None:
        """Read to the end of a line that is too long."""
        while True:
            try:
                await self._reader.readexactly(size)
                await self._reader.readuntil(b"\n")
            except asyncio.LimitOverrunError as error:
                size = error.consumed
            except asyncio.IncompleteReadError:
                return
            else:
                return

    def close(self) -> None:
        """Say and hear no more."""
        self._writer.close()


def _message(line: bytes) -> dict[str, Any] | NoMessage:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        return NoMessage(f"a line that is no JSON: {error}")
    if not isinstance(message, dict):
        return NoMessage("a line that is no JSON object")
    return message
