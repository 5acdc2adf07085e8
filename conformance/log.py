"""The exchanges of a purpose, as its report will show them.

Law of this file: it is bounded, whatever an IUT says: what was first and what was last is kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from conformance.exchange import Exchange
from conformance.testbed import NANOSECONDS

#: The most exchanges and trace lines that are kept for a purpose's report.
MAX_LOG = 100
MAX_TRACE = 400
#: The most that all of these exchanges may hold together, in bytes; each event counts as so many
#: more. The latest exchange has its own bound.
MAX_LOGGED = 1 << 23
_EVENT = 128


class ExchangeLog:
    """The latest exchanges."""

    def __init__(self) -> None:
        self._exchanges: deque[Exchange] = deque()
        #: How much each of them holds, and all together.
        self._sizes: deque[int] = deque()
        self._size = 0
        #: What is told beside exchanges and questions to the lab, and when.
        self._remarks: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._exchanges)

    def __getitem__(self, index: int) -> Exchange:
        return self._exchanges[index]

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self._exchanges)

    def append(self, exchange: Exchange) -> None:
        size = _size(exchange)
        self._exchanges.append(exchange)
        self._sizes.append(size)
        self._size += size
        while len(self._exchanges) > MAX_LOG or (
            self._size > MAX_LOGGED and len(self._exchanges) > 1
        ):
            self._exchanges.popleft()
            self._size -= self._sizes.popleft()

    def replace_last(self, exchange: Exchange) -> None:
        """`exchange` instead of the latest one."""
        self._exchanges.pop()
        self._size -= self._sizes.pop()
        self.append(exchange)

    def remark(self, at: int, text: str) -> None:
        """Have `text` stand in the trace, at the place of the moment `at`."""
        self._remarks.append((at, text))

    @property
    def last(self) -> Exchange | None:
        return self._exchanges[-1] if self._exchanges else None

    @property
    def origin(self) -> int:
        """When the first stimulus was sent; 0 if there was none."""
        return self._exchanges[0].sent_at if self._exchanges else 0

    def trace(self, questions: Iterable[tuple[int, str]]) -> list[str]:
        """Exchanges, questions to the lab and remarks, one line an event.

        Times are from the first stimulus.
        """
        if not self._exchanges:
            return []
        asked = [(at, f"lab: {line}") for at, line in questions]
        beside = sorted([*asked, *self._remarks], key=lambda each: each[0])
        lines = list(self._lines(deque(beside)))
        left_out = len(lines) - MAX_TRACE
        if left_out <= 0:
            return lines
        # What went wrong stands at the end, how it came to that at the beginning.
        half = MAX_TRACE // 2
        return [*lines[:half], f"({left_out} more lines)", *lines[-half:]]

    def _lines(self, beside: deque[tuple[int, str]]) -> Iterator[str]:
        """In the order in which they began."""
        origin = self.origin
        for exchange in self._exchanges:
            while beside and beside[0][0] < exchange.sent_at:
                yield _aside(*beside.popleft(), origin)
            yield from exchange.trace(origin)
        yield from (_aside(*each, origin) for each in beside)


def _size(exchange: Exchange) -> int:
    return sum([_EVENT + len(event.raw) for event in exchange.before + exchange.events])


def _aside(at: int, line: str, origin: int) -> str:
    """A question to the lab, or a remark, as a line of a trace."""
    return f"{(at - origin) / NANOSECONDS:+.3f} ! {line}"
