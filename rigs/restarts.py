"""Restarts that nobody asked for, counted from what an IUT said.

Law of this file: a start counts once, however many lines it prints and in whichever exchanges they
come; what was asked to restart the IUT accounts for one start.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from conformance.events import BootText, Event, Ready
from conformance.exchange import Exchange
from conformance.grammar import ERROR

#: The lines that restart an IUT (clauses 3.2.2, 3.2.4 and 3.2.6).
_ASKS = re.compile(rb"AT\+(?:RST|RESTORE|GSLP=.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Restarts:
    """How often an IUT started unasked, and how often of these while nothing was asked at all."""

    total: int = 0
    idle: int = 0


def unasked(exchanges: Iterable[Exchange]) -> Restarts:
    """The restarts in `exchanges`, and between them, that nobody asked for."""
    starts = _Starts()
    total = idle = 0
    for exchange in exchanges:
        if exchange.proof and exchange.only_waits:
            continue  # a start that shows there stands in front of the next exchange, too
        before = starts.count(exchange.before)
        if _asks(exchange):
            starts.expect()
        total += before + starts.count(exchange.events)
        idle += before
    return Restarts(total, idle)


def _asks(exchange: Exchange) -> bool:
    """Whether the IUT was told to restart, or made to; a line may also restart it and need not."""
    if exchange.did:
        return exchange.restart_asked and not exchange.only_waits
    return bool(_ASKS.fullmatch(exchange.line.text)) and exchange.final != ERROR


class _Starts:
    """Counts starts over exchanges: boot text and the `ready` after it are one."""

    def __init__(self) -> None:
        self._is_starting = False
        self._is_expected = False

    def expect(self) -> None:
        self._is_expected = True

    def count(self, events: Iterable[Event]) -> int:
        """The unasked starts that begin in `events`."""
        return sum(self._is_unasked(event) for event in events)

    def _is_unasked(self, event: Event) -> bool:
        boots = isinstance(event, BootText) and b"rst cause" in event.raw
        if not boots and not isinstance(event, Ready):
            return False
        begins = boots or not self._is_starting
        self._is_starting = boots
        expected, self._is_expected = self._is_expected, self._is_expected and not begins
        return begins and not expected
