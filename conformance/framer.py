"""Bytes to pieces: lines, data frames, prompts, and what is left over.

Law of this file: it cuts and never changes, drops or judges. The pieces do not depend on how the
bytes were delivered, memory is bounded by `MAX_LINE`, and no byte is looked at twice except within
one unfinished line.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

from conformance.grammar import DATA_HEADER, DATA_MARK, MAX_LINE, PROMPT


class Piece(enum.Enum):
    """What the framer cuts."""

    # Members are single, and Enum's own hash of the name costs a tenth of an exchange.
    __hash__ = object.__hash__

    #: A line with its LF; or a part of an echo that a data frame interrupted.
    LINE = enum.auto()
    #: A part of a line that is too long, or that never ended.
    FRAGMENT = enum.auto()
    #: The head of a data frame.
    HEADER = enum.auto()
    #: Bytes out of a data frame.
    PAYLOAD = enum.auto()
    #: The prompt for data.
    PROMPT = enum.auto()


#: Members by another name, because Python takes longer to look one up than to cut a line.
_LINE, _FRAGMENT = Piece.LINE, Piece.FRAGMENT


class Framer:
    """Cuts a stream; one for the life of a session, because lines outlive exchanges."""

    def __init__(self) -> None:
        self._buffer = b""
        #: Bytes of the current data frame that are still to come.
        self._payload = 0
        #: Whether the beginning of the current line was already handed out.
        self._broken = False
        #: Whether a `>` at the start of a line is a prompt.
        self.prompt_expected = False
        #: The echo still to come: a data frame may interrupt it without a line end.
        self.echo_expected = b""

    @property
    def pending(self) -> int:
        """The number of bytes held back because their line is not over."""
        return len(self._buffer)

    def feed(self, data: bytes) -> Iterator[tuple[Piece, bytes]]:
        """Cut `data` and what was pending before it."""
        # What is pending is short: to join bytes and cut them takes fewer copies than an array.
        self._buffer = self._buffer + data if self._buffer else data
        return self._lines() if self._has_lines_alone else self._pieces()

    @property
    def _has_lines_alone(self) -> bool:
        """Whether nothing in the buffer can be anything else, whatever the lines mean."""
        buffer, is_within = self._buffer, self._payload or self._broken
        return not (is_within or DATA_MARK in buffer or PROMPT in buffer or len(buffer) >= MAX_LINE)

    def _lines(self) -> Iterator[tuple[Piece, bytes]]:
        """The usual answer, cut at once."""
        position = 0
        try:
            for line in self._buffer.split(b"\n")[:-1]:
                raw = line + b"\n"
                position += len(raw)
                yield _LINE, raw
        finally:
            self._buffer = self._buffer[position:]

    def _pieces(self) -> Iterator[tuple[Piece, bytes]]:
        """Whatever there is, one piece after the other."""
        position, size = 0, len(self._buffer)
        try:
            while position < size:
                cut = self._cut_at(position)
                if cut is None:
                    break
                position += len(cut[1])
                yield cut
        finally:
            self._buffer = self._buffer[position:]

    def flush(self) -> Iterator[tuple[Piece, bytes]]:
        """Hand out an unfinished line now; what still comes of it will be fragments too."""
        if self._buffer:
            fragment, self._buffer = self._buffer, b""
            self._broken = True
            yield Piece.FRAGMENT, fragment

    def _cut_at(self, position: int) -> tuple[Piece, bytes] | None:
        """The piece that begins there, as far as it has come; None: not all of it has."""
        if self._payload:
            return self._payload_at(position)
        if not self._broken and (start := self._start_at(position)):
            return start
        return self._line_at(position)

    def _payload_at(self, position: int) -> tuple[Piece, bytes]:
        chunk = self._buffer[position : position + self._payload]
        self._payload -= len(chunk)
        return Piece.PAYLOAD, chunk

    def _start_at(self, position: int) -> tuple[Piece, bytes] | None:
        """What can only stand at the start of a line: a frame's head or a prompt."""
        if self.prompt_expected and self._buffer.startswith(PROMPT, position):
            return Piece.PROMPT, PROMPT
        if self._buffer.startswith(DATA_MARK, position) and (
            header := DATA_HEADER.match(self._buffer, position)
        ):
            self._payload = int(header["length"])
            return Piece.HEADER, header[0]
        return self._torn_echo_at(position) if self.echo_expected else None

    def _torn_echo_at(self, position: int) -> tuple[Piece, bytes] | None:
        """The part of an echo that a data frame interrupts without a line end before it."""
        limit = position + MAX_LINE
        reach = min(limit, position + len(self.echo_expected) + len(DATA_MARK))
        mark = self._buffer.find(DATA_MARK, position + 1, reach)
        before = mark - position
        if mark < 0 or not self.echo_expected.startswith(self._buffer[position:mark]):
            return None
        is_our_own = self.echo_expected.startswith(DATA_MARK, before)
        if is_our_own or not DATA_HEADER.match(self._buffer, mark, limit):
            return None
        return Piece.LINE, self._buffer[position:mark]

    def _line_at(self, position: int) -> tuple[Piece, bytes] | None:
        limit = position + MAX_LINE
        end = self._buffer.find(b"\n", position, limit) + 1
        if not end and len(self._buffer) < limit:
            return None
        raw = self._buffer[position : end or limit]
        kind = _FRAGMENT if self._broken or not end else _LINE
        self._broken = not end
        return kind, raw


def common_prefix(one: bytes, other: bytes) -> int:
    """The number of bytes with which both begin."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
