"""An asyncio loop whose time is that of a clock.

Law of this file: the loop of a party; everything that waits in it waits by the clock.
"""

from __future__ import annotations

import asyncio

from .party import Clock

_NANOSECONDS = 1_000_000_000


class ClockLoop(asyncio.SelectorEventLoop):
    """See the law."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock.selector())
        self._clock = clock

    def time(self) -> float:
        """What the clock shows, in seconds."""
        return self._clock.now() / _NANOSECONDS
