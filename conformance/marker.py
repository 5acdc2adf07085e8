"""Markers: harmless commands whose answer cannot be mistaken for that of another line.

Law of this file: a marker is learnt from the IUT itself, by asking twice. An IUT answers its lines
in turn, so whatever it owed to earlier ones has been said when the marker's answer comes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from conformance.commandline import CommandLine, execute, query
from conformance.events import (
    Blank,
    Busy,
    Event,
    FinalResult,
    Information,
    MarkerEcho,
    Unclassified,
)
from conformance.exchange import Exchange
from conformance.framer import common_prefix

#: What may serve as a marker, the likeliest first: all of them tell something and change nothing.
CANDIDATES = (
    execute("GMR"),
    query("CWMODE_CUR"),
    query("CWMODE"),
    query("CIPMUX"),
    query("UART_CUR"),
    query("UART"),
)
#: So many are enough: one for a line that is itself the other one.
_WANTED = 2

#: So many bytes of a line of an answer may be damaged.
_TURNED = 2

_NUMBER = re.compile(rb"\d+")


@dataclass(frozen=True, slots=True)
class Marker:
    """A command line, and the answer that this IUT gives to it."""

    line: CommandLine
    #: Its own lines in the answer; numbers may change, so each stands as 0.
    told: tuple[bytes, ...]
    final: bytes

    @classmethod
    def of(cls, exchange: Exchange) -> Marker | None:
        """What `exchange` teaches; None if such an answer could be that of another line."""
        line = exchange.line
        own = [_shape(each) for each in exchange.information if _is_own(line, each)]
        if not own or len(exchange.results) != 1:
            return None
        return cls(line, tuple(own), exchange.results[0].text)

    def suits(self, sent: bytes) -> bool:
        """Whether nothing that was `sent` can be answered as this is."""
        return self.line.name.encode("ascii") not in sent.upper()

    def answer_in(self, events: Sequence[Event], taken: Collection[int] = ()) -> range | None:
        """Where in `events` its answer stands, from its first line to the final result code.

        `taken` are places that belong to other answers.
        """
        return self._answer_in(events, taken, self._is_own, self.told.__eq__)

    def damaged_answer_in(
        self, events: Sequence[Event], taken: Collection[int] = ()
    ) -> range | None:
        """The same for an answer of which at least one line is told as it was learnt, or nearly.

        It proves nothing, but the result at its end is nobody else's.
        """

        def is_like(shapes: tuple[bytes, ...]) -> bool:
            return len(shapes) == len(self.told) and any(map(_nearly, shapes, self.told))

        return self._answer_in(events, taken, self._is_nearly_own, is_like)

    def _is_own(self, event: Event) -> bool:
        return isinstance(event, Information) and _is_own(self.line, event.text)

    def _is_nearly_own(self, event: Event) -> bool:
        """Whether it is a line of the answer, or was one before the line turned some of it."""
        if not isinstance(event, (Information, Unclassified)):
            return False
        shape = _shape(event.text)
        return _is_own(self.line, event.text) or any(_nearly(shape, each) for each in self.told)

    def _answer_in(
        self,
        events: Sequence[Event],
        taken: Collection[int],
        is_own: Callable[[Event], bool],
        is_it: Callable[[tuple[bytes, ...]], bool],
    ) -> range | None:
        told: list[int] = []
        for index, event in enumerate(events):
            if index in taken:
                continue
            if is_own(event):
                told.append(index)
            elif isinstance(event, FinalResult):
                own = told[-len(self.told) :]
                shapes = tuple(_shape(events[each].text) for each in own)
                if event.text == self.final and is_it(shapes):
                    return range(own[0], index + 1)
                told.clear()
        return None


def learn(ask: Callable[[CommandLine], Exchange]) -> tuple[Marker, ...]:
    """The markers that an IUT offers: each is asked for twice and must be answered alike."""
    learnt: list[Marker] = []
    for line in CANDIDATES:
        first, second = (Marker.of(ask(line)) for _ in range(2))
        if first is not None and first == second:
            learnt.append(first)
        if len(learnt) == _WANTED:
            break
    return tuple(learnt)


def parted(events: Sequence[Event], markers: Sequence[Marker]) -> tuple[list[Event], list[Event]]:
    """What was said beside the answers to `markers`, and those answers.

    `events` came after the first of them was sent: that the IUT is busy is said of a marker, too,
    and so are the blank lines behind the last thing that was said beside them.
    """
    own = {at for at, event in enumerate(events) if isinstance(event, (MarkerEcho, Busy))}
    for marker in markers:
        if where := marker.answer_in(events, own) or marker.damaged_answer_in(events, own):
            own.update(where)
    for at in range(len(events) - 1, -1, -1):
        if at not in own and not isinstance(events[at], Blank):
            break
        own.add(at)
    said = [event for at, event in enumerate(events) if at not in own]
    return said, [event for at, event in enumerate(events) if at in own]


def _is_own(line: CommandLine, told: bytes) -> bool:
    """Whether what was `told` belongs to an answer to `line`.

    Under a query's name nobody else tells anything, and what stands beside it is chatter. Versions
    and times have digits; what has none may be an echo that is not quite the line, which is gone
    as soon as there is no echo.
    """
    if line.form == "query":
        return told.startswith(line.text.rstrip(b"?").removeprefix(b"AT"))
    return _NUMBER.search(told) is not None


def _shape(line: bytes) -> bytes:
    return _NUMBER.sub(b"0", line)


def _nearly(one: bytes, other: bytes) -> bool:
    """Whether they are alike, but for a byte or two that a line turned, lost or added."""
    differing = sum(a != b for a, b in zip(one, other, strict=False))
    if len(one) == len(other) and differing <= _TURNED:
        return True
    head = common_prefix(one, other)
    tail = common_prefix(one[head:][::-1], other[head:][::-1])
    return max(len(one), len(other)) - head - tail <= _TURNED
