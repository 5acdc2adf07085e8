"""Variants of when: late answers, and bytes that come one by one.

Law: nothing is lost, nothing overtakes anything; times in nanoseconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle
from typing import Any

from ..firmware.personality import Personality
from ..line.command import Answer, Call
from ..line.receiver import Receiver
from ..mutants.memory import memory
from ..serial.uart import UartFormat
from ..timers import MILLISECOND
from ..timing import Timing
from .active import Variants

_RADIO_EXTRA = 4  # a quarter more than usual: a join that fails takes 19 s then

_DELAYS = tuple(each * MILLISECOND for each in (50, 200, 125, 75, 175, 100))
_GAP = MILLISECOND // 4
_QUEUED = 8192  # bytes; what comes beyond goes out at once

_Queue = deque[tuple[int, UartFormat]]
Send = Callable[[bytes, UartFormat], None]
Later = Callable[[int, Callable[[], None]], None]


def _delay(chip: Any) -> int:
    """How late the next command or final code is."""
    delay: int = next(memory(chip).setdefault("delays", cycle(_DELAYS)))
    return delay


class _SlowReceiver(Receiver):
    """Every command begins late."""

    def _line(self, body: bytes | None) -> None:
        self._echo.close_line()
        self.processing = True
        chip: Any = self._processor
        chip.later(_delay(chip), lambda: chip.submit(body))


class Dribble:
    """Bytes go out of the UART one by one, with a timer for the next one.

    `send`: to whatever the UART leads to.  `later` runs something after a time in ns, unless a
    reset comes first.
    """

    def __init__(self, send: Send, later: Later) -> None:
        self.send = send
        self._later = later
        self._queue = _Queue()
        self._drips = False

    def put(self, data: bytes, form: UartFormat) -> None:
        """Send bytes in a format."""
        if len(data) >= _QUEUED or len(self._queue) > _QUEUED:
            self.flush()
            self.send(data, form)
            return
        self._queue.extend((byte, form) for byte in data)
        if not self._drips:
            self._drip(self._queue)

    def flush(self) -> None:
        """Send all that waits."""
        while self._queue:
            self._send_one()

    def drop(self) -> None:
        """Forget all that waits; the timers are about to be cleared."""
        self._queue, self._drips = _Queue(), False

    def _send_one(self) -> None:
        byte, form = self._queue.popleft()
        self.send(bytes((byte,)), form)

    def _drip(self, queue: _Queue) -> None:
        if queue is not self._queue:
            return
        self._drips = bool(queue)
        if queue:
            self._send_one()
            self._later(_GAP, lambda: self._drip(queue))


def paced(personality: Personality, variants: Variants) -> Personality:
    """The personality as the active variants have it."""
    if variants.active("pace.slow"):
        slow = type("Slow", (_SlowReceiver, personality.receiver), {})
        personality = replace(personality, receiver=slow)
    if variants.active("pace.slow-final"):
        personality = _with_late_finals(personality)
    return personality


def _with_late_finals(personality: Personality) -> Personality:
    dispatch = personality.dispatch

    def answer(chip: Any, call: Call | None) -> Answer:
        return dispatch(chip, call).then(
            lambda told: replace(told, lasts_ns=told.lasts_ns + _delay(chip))
        )

    return replace(personality, dispatch=answer)


def slowed(timing: Timing, variants: Variants) -> Timing:
    """The times as the active variants have them."""
    if not variants.active("pace.slow-radio"):
        return timing
    return replace(
        timing,
        scan=_slower(timing.scan),
        join_first=_slower(timing.join_first),
        join_poll=_slower(timing.join_poll),
    )


def _slower(usual: int) -> int:
    return usual + usual // _RADIO_EXTRA
