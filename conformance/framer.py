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


class Framer:
    """Cuts a stream; one for the life of a session, because lines outlive exchanges."""

    def __init__(self) -> None:
        self._buffer = bytearray()
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
        self._buffer += data
        position = 0
        try:
            while position < len(self._buffer):
                cut = self._payload_at(position) or self._start_at(position)
                cut = cut or self._line_at(position)
                if cut is None:
                    break
                position += len(cut[1])
                yield cut
        finally:
            del self._buffer[:position]

    def flush(self) -> Iterator[tuple[Piece, bytes]]:
        """Hand out an unfinished line now; what still comes of it will be fragments too."""
        if self._buffer:
            fragment = bytes(self._buffer)
            self._buffer.clear()
            self._broken = True
            yield Piece.FRAGMENT, fragment

    def _payload_at(self, position: int) -> tuple[Piece, bytes] | None:
        if not self._payload:
            return None
        chunk = bytes(self._buffer[position : position + self._payload])
        self._payload -= len(chunk)
        return Piece.PAYLOAD, chunk

    def _start_at(self, position: int) -> tuple[Piece, bytes] | None:
        """What can only stand at the start of a line: a frame's head or a prompt."""
        if self._broken:
            return None
        if self.prompt_expected and self._buffer.startswith(PROMPT, position):
            return Piece.PROMPT, PROMPT
        if header := DATA_HEADER.match(self._buffer, position):
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
        return Piece.LINE, bytes(self._buffer[position:mark])

    def _line_at(self, position: int) -> tuple[Piece, bytes] | None:
        limit = position + MAX_LINE
        end = self._buffer.find(b"\n", position, limit) + 1
        if not end and len(self._buffer) < limit:
            return None
        raw = bytes(self._buffer[position : end or limit])
        kind = Piece.FRAGMENT if self._broken or not end else Piece.LINE
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
