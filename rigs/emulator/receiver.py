"""The receiving side of the firmware: bytes -> echo -> lines, and the busy answers.

Law: what happens between the UART and a complete command line, the faults of line ends and of
odd bytes among it.  Nothing here knows a command, except the reset that breaks through (field
guide 2, Busy).
"""

from __future__ import annotations

import re
from typing import Protocol

from .echo import Echo
from .faults import Faults
from .reader import CR, LF, Event, Line, Overflow, Reader, Refusal

NUL = 0x00
_FORCED_RESTART = b"AT+RST\r\n"
_QUEUE_LIMIT = 4
_BUSY_LINE_LIMIT = 128

_LONG, _SHORT_BUFFER = 64, 128
_QUOTED = re.compile(rb'"[^"]*"')
_ENDLESS = {
    "line.many-commas-hang": re.compile(rb"(?:[^,]*,){8}"),
    "line.doubled-mark-hangs": re.compile(rb"==|\?\?"),
    "line.long-number-hangs": re.compile(rb"[0-9]{33}"),
}
"""Faults of parsers that never come to the end of such a line, and what such lines have outside of
quotes."""


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

    def crash(self) -> None:
        """Restart as after a watchdog."""

    def runs_at_once(self, body: bytes) -> bool:
        """Whether a body is the whole name of a command with an execute form and a plus."""

    def longest_command(self, body: bytes) -> bytes | None:
        """The longest executable command name that a body begins with."""

    def after_gap(self, check: object) -> None:
        """Call `gap` with this token once the line has been quiet for a moment."""


class Sink(Protocol):
    """Something that takes the bytes instead of the parser: a data phase, a transparent link."""

    def byte(self, byte: int) -> None:
        """Take one byte."""

    def paused(self) -> None:
        """The bytes that were there have been taken."""


class Receiver:
    """Takes bytes as they come; the firmware sets `processing` while a command runs."""

    def __init__(self, processor: Processor, reader: Reader, echo: Echo, faults: Faults) -> None:
        self.processing = False
        self.sink: Sink | None = None
        self._processor = processor
        self._reader = reader
        self._echo = echo
        self._faults = faults
        self._hung = False
        self._last = 0
        self._first = 0  # byte of the current line
        self._length = 0  # of the current line, its end not counted
        self._cut: bytes | None = None
        self._skip_to_line_end = False
        self._swallow: frozenset[int] = frozenset()
        self._busy_line = bytearray()
        self._queue: list[bytes] = []
        self._token = object()

    def byte(self, byte: int) -> None:
        """Take one byte from the UART."""
        if self.sink and not self._hung:
            self.sink.byte(byte)
            return
        if self._hung or self._breaks_parser(byte):
            return
        if byte == NUL:  # dropped, not echoed (observed 1.3, item 2)
            self._skip_to_line_end = self._faults.active("byte.nul-ends-line")
            return
        self._echo.repeat(byte)
        if not self._length:
            self._first = byte
        if not self._swallowed(byte):
            self._accept(byte)
        self._last = byte
        self._length = 0 if byte == LF else self._length + (byte != CR)

    def paused(self) -> None:
        """The bytes that were there have been taken."""
        if self.sink and not self._hung:
            self.sink.paused()

    def finished(self) -> None:
        """The running command is over: the parser is idle and takes lines again."""
        self.processing = False
        self._reader.reset()
        self._busy_line.clear()
        if self._queue:
            line = self._queue.pop(0).removesuffix(b"\n")
            self._line(line[2:] if line.startswith(b"AT") else None)

    def hang(self) -> None:
        """Stop listening until the next boot."""
        self._hung = True

    def revive(self) -> None:
        """Listen again."""
        self._hung = False

    def gap(self, token: object) -> None:
        """The line has been quiet since the byte that set this token."""
        body = self._reader.body
        if token is self._token and body is not None and not self.processing:
            self._reader.reset()
            self._line(body.rstrip(b"\r") + b"\r")

    def _accept(self, byte: int) -> None:
        if self.processing:
            self._while_busy(byte)
            return
        if byte == LF:
            if self._never_ends():
                return
            self._skip_to_line_end = False
            if self._last != CR and self._faults.active("line.lf-suffices"):
                self._take(self._reader.feed(CR))
        if byte in (CR, LF) or not self._skip_to_line_end:
            self._take(self._reader.feed(byte))
            self._without_line_end(byte)

    def _take(self, event: Event) -> None:
        match event:
            case Overflow(kept):
                self._overflow(kept)
            case Line(body):
                self._line(body if self._cut is None else self._cut)
            case Refusal() if self._cut is not None:
                self._line(self._cut)
            case Refusal():
                self._processor.refuse()

    def _line(self, body: bytes | None) -> None:
        self._cut = None
        self._echo.close_line()
        self.processing = True
        self._processor.submit(body)

    def _overflow(self, kept: bytes | None) -> None:
        if self._faults.active("long.hangs"):
            self.hang()
        if self._faults.active("long.reboots"):
            self._processor.crash()
        if kept is not None and self._faults.active("long.truncated-executed"):
            name = self._processor.longest_command(kept)
            self._cut = None if name is None else name + b"\r"

    def _while_busy(self, byte: int) -> None:
        if len(self._busy_line) < _BUSY_LINE_LIMIT:
            self._busy_line.append(byte)
        if byte != LF:
            return
        line = bytes(self._busy_line)
        self._busy_line.clear()
        if line == _FORCED_RESTART and not self._faults.active("busy.rst-refused"):
            self._processor.force_restart()
        elif self._faults.active("busy.executes-later") and len(self._queue) < _QUEUE_LIMIT:
            self._queue.append(line)
        else:
            self._processor.busy()

    def _breaks_parser(self, byte: int) -> bool:
        if byte >= 0x80 and self._faults.active("byte.8-bit-hangs"):
            self.hang()
        if byte == NUL and self._faults.active("byte.nul-hangs"):
            self.hang()
        return self._hung

    def _never_ends(self) -> bool:
        """Under their faults: lines whose end the parser never finds, nor that of any later one."""
        body = self._reader.body
        unescaped = (body or b"").replace(b'\\"', b"")
        if unescaped.count(b'"') % 2 and self._faults.active("quote.unbalanced-hangs"):
            self.hang()
        if not self._length and self._faults.active("line.empty-hangs"):
            self.hang()
        if self._length and self._first not in b"Aa" and self._faults.active("line.foreign-hangs"):
            self.hang()
        if self._length >= _LONG and body is None and self._faults.active("long.foreign-hangs"):
            self.hang()
        if self._length > _SHORT_BUFFER and self._faults.active("long.128-hangs"):
            self.hang()
        outside_quotes = _QUOTED.sub(b"", unescaped)
        for fault, shape in _ENDLESS.items():
            if self._faults.active(fault) and shape.search(outside_quotes):
                self.hang()
        return self._hung

    def _swallowed(self, byte: int) -> bool:
        """The line end of a command that a fault executed before its line end came."""
        swallowed = byte in self._swallow
        if byte == LF or not swallowed:
            self._swallow = frozenset()
        return swallowed

    def _without_line_end(self, byte: int) -> None:
        """Under their faults: lines that are executed before their end has come."""
        if byte == CR and self._faults.active("line.cr-suffices"):
            self._end_early(b"", frozenset((LF,)))
        if self._faults.active("line.match-suffices"):
            body = self._reader.body
            if body is not None and self._processor.runs_at_once(body):
                self._end_early(b"\r", frozenset((CR, LF)))
        if self._faults.active("line.gap-suffices"):
            self._token = object()
            self._processor.after_gap(self._token)

    def _end_early(self, end: bytes, swallow: frozenset[int]) -> None:
        body = self._reader.body
        if body is None or self.processing:
            return
        self._reader.reset()
        self._swallow = swallow
        self._line(body + end)
