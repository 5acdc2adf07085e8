"""Variants of when: late answers, and bytes that come one by one.

Law: nothing is lost, nothing overtakes anything; times in nanoseconds.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from itertools import cycle
from typing import Any

from ..firmware.personality import Personality
from ..line.command import Answer, Call
from ..line.receiver import Receiver
from ..mutants.memory import memory
from ..serial.outlet import Outlet
from ..serial.uart import UartFormat
from ..timers import MILLISECOND
from ..timing import Timing
from .active import Variants

_RADIO_EXTRA = 4  # a quarter more than usual: a join that fails takes 19 s then

_DELAYS = tuple(each * MILLISECOND for each in (50, 200, 125, 75, 175, 100))
_GAP = MILLISECOND // 4
_QUEUED = 8192  # bytes; what comes beyond goes out at once

_Queue = deque[tuple[int, UartFormat]]


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


class _Dribbling(Outlet):
    """Bytes go out one by one, with a timer for the next one."""

    def put(self, data: bytes, form: UartFormat) -> None:
        """See Outlet."""
        queue = self._queue
        if len(data) >= _QUEUED or len(queue) > _QUEUED:
            self.flush()
            self.send(data, form)
            return
        queue.extend((byte, form) for byte in data)
        if not memory(self).get("drips"):
            self._drip(queue)

    def flush(self) -> None:
        """See Outlet."""
        while self._queue:
            self._send_one(self._queue)

    def drop(self) -> None:
        """See Outlet; the timers are about to be cleared."""
        memory(self).clear()

    @property
    def _queue(self) -> _Queue:
        queue: _Queue = memory(self).setdefault("queue", deque())
        return queue

    def _send_one(self, queue: _Queue) -> None:
        byte, form = queue.popleft()
        self.send(bytes((byte,)), form)

    def _drip(self, queue: _Queue) -> None:
        memory(self)["drips"] = bool(queue)
        if queue:
            _Dribbling._send_one(self, queue)
            self._later(_GAP, lambda: _Dribbling._drip(self, queue))


def paced(personality: Personality, variants: Variants) -> Personality:
    """The personality as the active variants have it."""
    if variants.active("pace.slow"):
        slow = type("Slow", (_SlowReceiver, personality.receiver), {})
        personality = replace(personality, receiver=slow)
    if variants.active("pace.slow-final"):
        personality = _with_late_finals(personality)
    if variants.active("pace.dribble"):
        personality = replace(personality, outlet=_Dribbling)
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
