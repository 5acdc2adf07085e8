"""Variants of when: late answers, and bytes that come one by one.

Law: nothing is lost, nothing overtakes anything; times in nanoseconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import cycle

from ..timers import MILLISECOND
from ..uart import UartFormat
from .active import Variants

Send = Callable[[bytes, UartFormat], None]
Later = Callable[[int, Callable[[], None]], None]

BOOT_DELAY = 1000 * MILLISECOND
NEWS_DELAY = 5 * MILLISECOND
RADIO_EXTRA = 4  # a quarter more than usual: a join that fails takes 19 s then

_DELAYS = tuple(each * MILLISECOND for each in (50, 200, 125, 75, 175, 100))
_GAP = MILLISECOND // 4
_QUEUED = 8192  # bytes; what comes beyond goes out at once


class Delays:
    """How late the next command or final code is."""

    def __init__(self, variants: Variants) -> None:
        self._variants = variants
        self._delays = cycle(_DELAYS)

    def of(self, variant: str) -> int:
        """A delay in ns if a variant is active, else 0."""
        return next(self._delays) if self._variants.active(variant) else 0


class Outlet:
    """The way out of the UART: at once, or byte by byte while `pace.dribble` is active."""

    def __init__(self, send: Send, later: Later, variants: Variants) -> None:
        self._send = send
        self._later = later
        self._variants = variants
        self._queue: deque[tuple[int, UartFormat]] = deque()
        self._dripping = False  # whether a timer will call for the next byte

    def put(self, data: bytes, form: UartFormat) -> None:
        """Send bytes in a format."""
        dribbles = self._variants.active("pace.dribble") and len(data) < _QUEUED
        if not dribbles or len(self._queue) > _QUEUED:
            self.flush()
            self._send(data, form)
            return
        self._queue.extend((byte, form) for byte in data)
        if not self._dripping:
            self._drip()

    def flush(self) -> None:
        """Send all that waits."""
        while self._queue:
            self._send_one()

    def drop(self) -> None:
        """Forget all that waits; the timers are about to be cleared."""
        self._queue.clear()
        self._dripping = False

    def _send_one(self) -> None:
        byte, form = self._queue.popleft()
        self._send(bytes((byte,)), form)

    def _drip(self) -> None:
        self._dripping = bool(self._queue)
        if self._queue:
            self._send_one()
            self._later(_GAP, self._drip)
