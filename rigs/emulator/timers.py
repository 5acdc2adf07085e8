"""Things that happen later, on a monotonic clock that somebody else reads.

Law: no sleeping and no clock of its own; time is an integer number of nanoseconds handed in.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable

MICROSECOND = 1_000
MILLISECOND = 1_000_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND


class Timers:
    """A queue of actions by due time; equal times keep the order in which they were set."""

    def __init__(self, now_ns: Callable[[], int]) -> None:
        self.now_ns = now_ns
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._count = itertools.count()

    def after(self, delay_ns: int, action: Callable[[], None]) -> None:
        """Run `action` at the first `run_due` that is at least `delay_ns` from now."""
        heapq.heappush(self._queue, (self.now_ns() + delay_ns, next(self._count), action))

    def next_due_ns(self) -> int | None:
        """When the next action is due (monotonic ns), or None if nothing waits."""
        return self._queue[0][0] if self._queue else None

    def run_due(self) -> None:
        """Run what was due when called; what that sets in turn waits for the next call."""
        now, newest = self.now_ns(), next(self._count)
        while self._queue and self._queue[0][0] <= now and self._queue[0][1] < newest:
            heapq.heappop(self._queue)[2]()

    def clear(self) -> None:
        """Forget everything, as a reset does."""
        self._queue.clear()
