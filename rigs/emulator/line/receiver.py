"""The receiving side of the firmware: bytes -> echo -> lines, and the busy answers.

Law: what happens between the UART and a complete command line.  Nothing here knows a command,
except the reset that breaks through (field guide 2, Busy).
"""

from __future__ import annotations

from typing import Protocol

from .echo import Echo
from .reader import LF, Event, Line, LineReader, Refusal

NUL = 0x00
_FORCED_RESTART = b"AT+RST\r\n"
_BUSY_LINE_LIMIT = 128


class Processor(Protocol):
    """The firmware, as the receiver sees it."""

    def submit(self, body: bytes | None) -> None:
        """Post the task that executes a line."""

    def refuse(self) -> None:
        """Answer ERROR at once."""

    def busy(self) -> None:
        """Say that a line was discarded because a command runs."""

    def force_restart(self) -> None:
        """Restart although a command runs."""


class Sink(Protocol):
    """Something that takes the bytes instead of the parser: a data phase, a transparent link."""

    def byte(self, byte: int) -> None:
        """Take one byte."""

    def paused(self) -> None:
        """The bytes that were there have been taken."""


class Receiver:
    """Takes bytes as they come; the firmware sets `processing` while a command runs."""

    def __init__(self, processor: Processor, reader: LineReader, echo: Echo) -> None:
        self.processing = False
        self.sink: Sink | None = None
        self.reader = reader
        self._processor = processor
        self._echo = echo
        self._busy_line = bytearray()

    def byte(self, byte: int) -> None:
        """Take one byte from the UART; a NUL is dropped, not echoed (observed 1.3, item 2)."""
        if self.sink:
            self.sink.byte(byte)
        elif byte != NUL:
            self._echo.repeat(byte)
            if self.processing:
                self._while_busy(byte)
            else:
                self._feed(byte)

    def paused(self) -> None:
        """The bytes that were there have been taken."""
        if self.sink:
            self.sink.paused()

    def finished(self) -> None:
        """The running command is over: the parser is idle and takes lines again."""
        self.processing = False
        self.reader.reset()
        self._busy_line.clear()

    def _feed(self, byte: int) -> None:
        event = self.reader.feed(byte)
        if event is not None:
            self._take(event)

    def _take(self, event: Event) -> None:
        match event:
            case Line(body):
                self._line(body)
            case Refusal():
                self._processor.refuse()

    def _line(self, body: bytes | None) -> None:
        self._echo.close_line()
        self.processing = True
        self._processor.submit(body)

    def _while_busy(self, byte: int) -> None:
        if len(self._busy_line) < _BUSY_LINE_LIMIT:
            self._busy_line.append(byte)
        if byte == LF:
            line = bytes(self._busy_line)
            self._busy_line.clear()
            self._busy(line)

    def _busy(self, line: bytes) -> None:
        if line == _FORCED_RESTART:
            self._processor.force_restart()
        else:
            self._processor.busy()
