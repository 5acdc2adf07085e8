"""The mutants of lines, their ends, odd bytes, and of what comes while a command runs.

Law: each is a reader or a receiver that differs from the healthy one in one step.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ..line.command import Form
from ..line.reader import (
    CR,
    LF,
    PREFIX,
    Event,
    Line,
    LineReader,
    Refusal,
    WholeLineReader,
)
from ..line.receiver import NUL, Receiver
from .lines import longest_beginning
from .mutant import Mutant, Mutation, Seam, mutant
from .operators import mixed

READER, RECEIVER = Seam(("reader",)), Seam(("receiver",))
"""From bytes to lines, and what happens on the way."""

_SPACE = 0x20
_QUEUE_LIMIT = 4
_LONG, _SHORT_BUFFER, _ROUND_BUFFER = 64, 128, 200
_QUOTED = re.compile(rb'"[^"]*"')


# Readers.


class _LowerCasePrefix(LineReader):
    def _is_prefix(self, head: bytes) -> bool:
        return head == PREFIX.lower() or super()._is_prefix(head)


class _MixedCasePrefix(LineReader):
    def _is_prefix(self, head: bytes) -> bool:
        mixed_case = head.upper() == PREFIX and head != PREFIX.lower()
        return mixed_case or super()._is_prefix(head)


@dataclass(frozen=True)
class Overflow:
    """The line buffer is full; `kept` is what it holds after `AT`, if that is how it began."""

    kept: bytes | None


class _TellsOverflow(LineReader):
    """A reader that tells when a line becomes too long."""

    full = False

    def feed(self, byte: int) -> Any:
        """See LineReader."""
        body = self.body
        event = super().feed(byte)
        whole = isinstance(self, WholeLineReader)
        full = self._overflowed if whole else self._fell_silent(body, event)  # type: ignore[attr-defined]
        first, self.full = full and not self.full, full
        if first:
            return Overflow(body if whole else (body or b"") + bytes((byte,)))
        return event

    def _fell_silent(self, body: bytes | None, event: Event) -> bool:
        """Whether what was collected is thrown away."""
        return body is not None and self.body is None and event is None


class _LeadingSpaces(LineReader):
    def feed(self, byte: int) -> Event:
        """See LineReader."""
        if byte == _SPACE and isinstance(self, WholeLineReader) and not self._line:
            return None
        return super().feed(byte)


class _BeginsAgain(LineReader):
    """A reader that clears its buffer when it is full, and goes on as at the start of a line."""

    taken = 0

    def feed(self, byte: int) -> Event:
        """See LineReader."""
        if self.taken == _ROUND_BUFFER:
            self.reset()
        event = super().feed(byte)
        self.taken = 0 if byte == LF else self.taken % _ROUND_BUFFER + 1
        return event


# Receivers.


def _runs_at_once(chip: Any, body: bytes) -> bool:
    """Whether a body is the whole name of a command with an execute form and a plus."""
    entry = chip.personality.commands.get(body.decode("latin-1"))
    return body.startswith(b"+") and entry is not None and bool(entry.handler(Form.EXECUTE))


def _longest_command(chip: Any, body: bytes) -> bytes | None:
    """The longest executable command name that a body begins with."""
    table = chip.personality.commands
    names = [name for name in table if table[name].handler(Form.EXECUTE)]
    found = longest_beginning(body.decode("latin-1"), names)
    return None if found is None else found.encode("ascii")


class Deaf:
    """A sink that takes everything, and nothing comes of it."""

    def byte(self, byte: int) -> None:
        """See receiver.Sink."""

    def paused(self) -> None:
        """See receiver.Sink."""


class _Hangs(Receiver):
    """A receiver that may stop listening until the next boot."""

    def hang(self) -> None:
        """From now on nothing is heard."""
        self.sink = Deaf()


class _NulEndsLine(Receiver):
    skips = False

    def byte(self, byte: int) -> None:
        """See Receiver."""
        if byte == NUL and not self.sink:
            self.skips = True
        super().byte(byte)

    def _feed(self, byte: int) -> None:
        if byte == LF:
            self.skips = False
        if byte in (CR, LF) or not self.skips:
            super()._feed(byte)


class _NulHangs(_Hangs):
    def byte(self, byte: int) -> None:
        """See Receiver."""
        if byte == NUL and not self.sink:
            self.hang()
        super().byte(byte)


class _EightBitHangs(_Hangs):
    def byte(self, byte: int) -> None:
        """See Receiver."""
        if byte >= 0x80 and not self.sink:
            self.hang()
        super().byte(byte)


class _QuoteHangs(_Hangs):
    def _feed(self, byte: int) -> None:
        quotes = (self.reader.body or b"").replace(b'\\"', b"").count(b'"')
        if byte == LF and quotes % 2:
            self.hang()
        else:
            super()._feed(byte)


class _Notices(Receiver):
    """A receiver that notices each byte of a line, after it has been taken."""

    def byte(self, byte: int) -> None:
        """See Receiver."""
        of_a_line = not self.sink and byte != NUL
        super().byte(byte)
        if of_a_line:
            self._notice(byte)

    def _notice(self, byte: int) -> None:
        """Remember something of it."""


class _LineHangs(_Notices, _Hangs):
    """A parser that never comes to the end of some lines, nor to that of any later one."""

    length = 0
    first = 0

    def _feed(self, byte: int) -> None:
        if byte == LF and self._never_ends():
            self.hang()
        else:
            super()._feed(byte)

    def _never_ends(self) -> bool:
        """Whether the line is one of those."""
        raise NotImplementedError

    def _notice(self, byte: int) -> None:
        super()._notice(byte)
        if not self.length:
            self.first = byte
        self.length = 0 if byte == LF else self.length + (byte != CR)


class _EmptyHangs(_LineHangs):
    def _never_ends(self) -> bool:
        return not self.length


class _ForeignHangs(_LineHangs):
    def _never_ends(self) -> bool:
        return bool(self.length) and self.first not in b"Aa"


class _LongForeignHangs(_LineHangs):
    def _never_ends(self) -> bool:
        return self.length >= _LONG and self.reader.body is None


class _ShortBufferHangs(_LineHangs):
    def _never_ends(self) -> bool:
        return self.length > _SHORT_BUFFER


class _ShapeHangs(_Hangs):
    """A parser that hangs on what stands somewhere outside of quotes."""

    shape = re.compile(rb"")

    def _feed(self, byte: int) -> None:
        unescaped = (self.reader.body or b"").replace(b'\\"', b"")
        if byte == LF and self.shape.search(_QUOTED.sub(b"", unescaped)):
            self.hang()
        else:
            super()._feed(byte)


class _CommasHang(_ShapeHangs):
    shape = re.compile(rb"(?:[^,]*,){8}")


class _MarkHangs(_ShapeHangs):
    shape = re.compile(rb"==|\?\?")


class _DigitsHang(_ShapeHangs):
    shape = re.compile(rb"[0-9]{33}")


class _LfSuffices(_Notices):
    last = 0

    def _feed(self, byte: int) -> None:
        if byte == LF and self.last != CR:
            super()._feed(CR)
        super()._feed(byte)

    def _notice(self, byte: int) -> None:
        super()._notice(byte)
        self.last = byte


class _Overflows(Receiver):
    """A receiver to which it matters that a line is too long."""

    def _take(self, event: Event | Overflow) -> None:
        if isinstance(event, Overflow):
            self._overflow(event.kept)
        else:
            super()._take(event)

    def _overflow(self, kept: bytes | None) -> None:
        """The line was too long; what follows is not kept."""
        raise NotImplementedError


class _LongHangs(_Overflows, _Hangs):
    def _overflow(self, kept: bytes | None) -> None:
        self.hang()


class _LongReboots(_Overflows):
    def _overflow(self, kept: bytes | None) -> None:
        self._processor.crash()  # type: ignore[attr-defined]


class _LongTruncated(_Overflows):
    cut: bytes | None = None

    def _overflow(self, kept: bytes | None) -> None:
        name = None if kept is None else _longest_command(self._processor, kept)
        self.cut = None if name is None else name + b"\r"

    def _take(self, event: Event | Overflow) -> None:
        if self.cut is not None and isinstance(event, Line | Refusal):
            event = Line(self.cut)
        super()._take(event)

    def _line(self, body: bytes | None) -> None:
        self.cut = None
        super()._line(body)


class _RstRefused(Receiver):
    def _busy(self, line: bytes) -> None:
        self._processor.busy()


class _ExecutesLater(Receiver):
    """Lines that come too early wait."""

    queue: tuple[bytes, ...] = ()

    def _busy(self, line: bytes) -> None:
        if line != b"AT+RST\r\n" and len(self.queue) < _QUEUE_LIMIT:
            self.queue = (*self.queue, line)
        else:
            super()._busy(line)

    def finished(self) -> None:
        """See Receiver."""
        super().finished()
        if self.queue:
            line, self.queue = self.queue[0].removesuffix(b"\n"), self.queue[1:]
            self._line(line[2:] if line.startswith(b"AT") else None)


class _EndsEarly(Receiver):
    """A receiver that executes lines before their end has come, and swallows that then."""

    swallows: frozenset[int] = frozenset()

    def _feed(self, byte: int) -> None:
        if not self._swallowed(byte):
            super()._feed(byte)
            self._heard(byte)

    def _while_busy(self, byte: int) -> None:
        if not self._swallowed(byte):
            super()._while_busy(byte)

    def _swallowed(self, byte: int) -> bool:
        swallowed = byte in self.swallows
        if byte == LF or not swallowed:
            self.swallows = frozenset()
        return swallowed

    def _heard(self, byte: int) -> None:
        """A byte of a line has been taken."""

    def _end_early(self, end: bytes, swallows: frozenset[int]) -> None:
        body = self.reader.body
        if body is None or self.processing:
            return
        self.reader.reset()
        self.swallows = swallows
        self._line(body + end)


class _CrSuffices(_EndsEarly):
    def _heard(self, byte: int) -> None:
        if byte == CR:
            self._end_early(b"", frozenset((LF,)))


class _MatchSuffices(_EndsEarly):
    def _heard(self, byte: int) -> None:
        body = self.reader.body
        if body is not None and _runs_at_once(self._processor, body):
            self._end_early(b"\r", frozenset((CR, LF)))


class _PrintedEndSuffices(_EndsEarly):
    """What the document prints at the end of a line ends one."""

    end = b"/r/n"

    def _heard(self, byte: int) -> None:
        body = self.reader.body
        if body is not None and body.endswith(self.end) and not self.processing:
            self.reader.reset()
            self.swallows = frozenset((CR, LF))
            self._line(body.removesuffix(self.end) + b"\r")


class _EscapedEndSuffices(_PrintedEndSuffices):
    """What a C programmer types for a line end ends one."""

    end = rb"\r\n"


class _GapSuffices(_EndsEarly):
    token: object = None

    def _heard(self, byte: int) -> None:
        self.token = token = object()
        chip: Any = self._processor
        chip.later(chip.timing.line_gap, lambda: self._gap(token))

    def _gap(self, token: object) -> None:
        """The line has been quiet since the byte that set this token."""
        body = self.reader.body
        if token is self.token and body is not None and not self.processing:
            self.reader.reset()
            self._line(body.rstrip(b"\r") + b"\r")


def _reads(id_: str, says: str, step: type[Any]) -> Mutant:
    return mutant(id_, says, Mutation(READER, mixed(step)))


def _receives(id_: str, says: str, step: type[Any]) -> Mutant:
    return mutant(id_, says, Mutation(RECEIVER, mixed(step)))


def _overflows(id_: str, says: str, step: type[Any]) -> Mutant:
    told = Mutation(READER, mixed(_TellsOverflow))
    return mutant(id_, says, told, Mutation(RECEIVER, mixed(step)))


MUTANTS: tuple[Mutant, ...] = (
    _reads(
        "name.lower-case-prefix",
        "the prefix in lower case (at+GMR) is accepted (nonos firmware does so in health)",
        _LowerCasePrefix,
    ),
    _reads(
        "name.mixed-case-prefix",
        "the prefix in mixed case (At+GMR, aT+GMR) is accepted",
        _MixedCasePrefix,
    ),
    _reads(
        "line.leading-space-accepted",
        "spaces before AT are ignored (nonos firmware does so in health)",
        _LeadingSpaces,
    ),
    _receives("line.lf-suffices", "a line that ends with LF alone is executed", _LfSuffices),
    _receives("line.cr-suffices", "a line that ends with CR alone is executed", _CrSuffices),
    _receives(
        "line.match-suffices",
        "AT+GMR and AT+RST run as soon as their last letter arrives",
        _MatchSuffices,
    ),
    _receives(
        "line.printed-end-suffices",
        "/r/n, as the document prints it, ends a line",
        _PrintedEndSuffices,
    ),
    _receives(
        "line.escaped-end-suffices",
        "a backslash and r, a backslash and n end a line",
        _EscapedEndSuffices,
    ),
    _receives("line.gap-suffices", "20 ms of silence end a line", _GapSuffices),
    _receives(
        "line.empty-hangs", "an empty line hangs the parser until the next boot", _EmptyHangs
    ),
    _receives(
        "line.foreign-hangs",
        "a line that begins with anything but an A hangs the parser",
        _ForeignHangs,
    ),
    _receives(
        "line.many-commas-hang",
        "a line with eight commas hangs the parser until the next boot",
        _CommasHang,
    ),
    _receives(
        "line.doubled-mark-hangs",
        "a line with == or ?? hangs the parser until the next boot",
        _MarkHangs,
    ),
    _receives(
        "line.long-number-hangs",
        "a number of 33 digits hangs the parser until the next boot",
        _DigitsHang,
    ),
    _overflows(
        "long.hangs",
        "a line longer than the buffer hangs the parser until the next boot",
        _LongHangs,
    ),
    _receives(
        "long.foreign-hangs",
        "64 bytes and more that do not begin with AT hang the parser",
        _LongForeignHangs,
    ),
    _receives(
        "long.128-hangs",
        "a line of more than 128 bytes hangs the parser until the next boot",
        _ShortBufferHangs,
    ),
    _overflows(
        "long.truncated-executed",
        "an overlong line runs the command that it begins with",
        _LongTruncated,
    ),
    _reads(
        "long.rest-executed",
        "what stands behind each 200 bytes of a line is a line of its own",
        _BeginsAgain,
    ),
    _overflows("long.reboots", "a line longer than the buffer restarts the board", _LongReboots),
    _receives(
        "byte.8-bit-hangs",
        "a byte above 127 hangs the parser until the next boot",
        _EightBitHangs,
    ),
    _receives("byte.nul-ends-line", "a NUL byte hides the rest of its line", _NulEndsLine),
    _receives("byte.nul-hangs", "a NUL byte hangs the parser until the next boot", _NulHangs),
    _receives(
        "quote.unbalanced-hangs",
        "a line that ends inside quotes hangs the parser until boot",
        _QuoteHangs,
    ),
    _receives(
        "busy.executes-later",
        "a line that comes while a command runs is executed afterwards",
        _ExecutesLater,
    ),
    _receives(
        "busy.rst-refused",
        "AT+RST while a command runs is answered busy like any other line",
        _RstRefused,
    ),
)
