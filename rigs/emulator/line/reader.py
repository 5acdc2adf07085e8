"""From bytes to command lines: the two line disciplines.

Law: a reader knows bytes and line ends; it neither echoes nor answers, and its memory is bounded.
"""

from __future__ import annotations

from dataclasses import dataclass

CR, LF = 0x0D, 0x0A
PREFIX = b"AT"


@dataclass(frozen=True)
class Line:
    """A line has ended.  `body` is what follows `AT`, its CR included; None is no command."""

    body: bytes | None


@dataclass(frozen=True)
class Refusal:
    """A line end outside any command line: ERROR at once, with no task behind it."""


Event = Line | Refusal | None


class LineReader:
    """A line discipline: one byte in, at most one event out.

    `prefixes`: what a command begins with.
    """

    prefixes: tuple[bytes, ...] = (PREFIX,)

    @property
    def body(self) -> bytes | None:
        """What follows `AT` in the line begun so far; None before there is an `AT`."""
        raise NotImplementedError

    def feed(self, byte: int) -> Event:
        """Take one byte."""
        raise NotImplementedError

    def reset(self) -> None:
        """Forget the line begun so far."""
        raise NotImplementedError

    def _is_prefix(self, head: bytes) -> bool:
        return head in self.prefixes


class WholeLineReader(LineReader):
    """Personality `document`: a line runs from LF to LF and is a command if it begins with `AT`.

    The document bounds no line; this buffer takes the longest legal one, a CWSAP whose SSID (32
    bytes) and password (64 bytes) consist of escaped characters.
    """

    limit = 256

    def __init__(self) -> None:
        self._line = bytearray()
        self._overflowed = False

    @property
    def body(self) -> bytes | None:
        """See LineReader."""
        return bytes(self._line[2:]) if self._is_prefix(bytes(self._line[:2])) else None

    def feed(self, byte: int) -> Event:
        """See LineReader."""
        if byte == LF:
            line = Line(None if self._overflowed else self.body)
            self.reset()
            return line
        if len(self._line) < self.limit:
            self._line.append(byte)
        else:
            self._overflowed = True
        return None

    def reset(self) -> None:
        """See LineReader."""
        self._line.clear()
        self._overflowed = False


class WindowReader(LineReader):
    """NONOS firmware: a two-byte window finds `AT` or `at` anywhere (field guide 2, Parser).

    The buffer behind it takes 128 bytes, LF included; one more and the parser is idle again.
    """

    limit = 128
    prefixes = (PREFIX, PREFIX.lower())

    def __init__(self) -> None:
        self._window = b""
        self._line: bytearray | None = None

    @property
    def body(self) -> bytes | None:
        """See LineReader."""
        return None if self._line is None else bytes(self._line)

    def feed(self, byte: int) -> Event:
        """See LineReader."""
        return self._seek(byte) if self._line is None else self._collect(self._line, byte)

    def reset(self) -> None:
        """See LineReader."""
        self._window, self._line = b"", None

    def _seek(self, byte: int) -> Event:
        self._window = self._window[-1:] + bytes((byte,))
        if self._is_prefix(self._window):
            self._window, self._line = b"", bytearray()
            return None
        return Refusal() if byte == LF else None

    def _collect(self, line: bytearray, byte: int) -> Event:
        if byte == LF:
            self.reset()
            return Line(bytes(line))
        line.append(byte)
        if len(line) == self.limit:
            self.reset()
        return None
