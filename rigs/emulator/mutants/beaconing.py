"""The mutants of being found by WeChat (clauses 4.1.34, 4.1.35): which packets are sent, and when.

Law: each differs from the healthy machine in one step.
"""

from __future__ import annotations

from collections.abc import Callable

from ..ip.beaconing import Beaconing
from ..timers import MINUTE
from .memory import memory
from .mutant import Mutant, Mutation, Operator, Seam, mutant
from .operators import mixed

BEACONING = Seam(("beaconing",))
"""What sends the packets."""

_MINUTE_S = 60


def _every(name: str, change: Callable[[int], int]) -> Operator:
    """Another time between the packets."""

    class Other(Beaconing):
        def start(self, number: bytes, kind: bytes, every_s: int) -> None:
            super().start(number, kind, change(every_s))

    Other.__name__ = name
    return mixed(Other)


class FirstInterval(Beaconing):
    """It keeps the time that it was told first."""

    def start(self, number: bytes, kind: bytes, every_s: int) -> None:
        """See Beaconing."""
        if every_s:
            every_s = memory(self).setdefault("interval", every_s)
        super().start(number, kind, every_s)


class NotAfterStop(Beaconing):
    """What was stopped does not start again."""

    def start(self, number: bytes, kind: bytes, every_s: int) -> None:
        """See Beaconing."""
        super().start(number, kind, 0 if memory(self).get("stopped") else every_s)

    def stop(self) -> None:
        """See Beaconing."""
        memory(self)["stopped"] = True
        super().stop()


class GoesOnAt0(Beaconing):
    """A time of 0 changes nothing."""

    def start(self, number: bytes, kind: bytes, every_s: int) -> None:
        """See Beaconing."""
        if every_s:
            super().start(number, kind, every_s)


class GoesOn(Beaconing):
    """It does not stop."""

    def stop(self) -> None:
        """See Beaconing."""


class StopsForMinutes(Beaconing):
    """It starts again by itself."""

    def _send_later(self, turn: object, packet: bytes, every_s: int) -> None:
        memory(self)["sent"] = packet, every_s
        super()._send_later(turn, packet, every_s)

    def stop(self) -> None:
        """See Beaconing."""
        super().stop()
        if "sent" in memory(self):
            self._chip.later(10 * MINUTE, self._sender(self._turn, *memory(self)["sent"]))


class Once(Beaconing):
    """The first packet is the last one."""

    def _send_later(self, turn: object, packet: bytes, every_s: int) -> None:
        if memory(self).get("turn") is not turn:
            super()._send_later(turn, packet, every_s)
        memory(self)["turn"] = turn


def _row(word: str, says: str, operator: Operator) -> Mutant:
    return mutant(f"discover.{word}", says, Mutation(BEACONING, operator))


_START, _STOP = "AT+CWSTARTDISCOVER=", "AT+CWSTOPDISCOVER"

FOUND: tuple[Mutant, ...] = (
    _row(
        "sends-nothing",
        f"{_START} answers OK, and nothing is sent",
        _every("Never", lambda _every_s: 0),
    ),
    _row(
        "four-times-as-often",
        f"{_START} sends four packets where one is due",
        _every("Fourfold", lambda every_s: every_s and max(1, every_s // 4)),
    ),
    _row(
        "sends-at-0",
        f"{_START} sends packets although its time is 0",
        _every("At0", lambda every_s: every_s or 1),
    ),
    _row("once", f"{_START} sends one packet and no more", mixed(Once)),
    _row(
        "other-interval",
        f"{_START} takes 5 times as long between packets",
        _every("FiveTimes", lambda every_s: every_s * 5),
    ),
    _row(
        "every-second",
        f"{_START} sends every second whatever its time",
        _every("EverySecond", lambda every_s: every_s and 1),
    ),
    _row("goes-on", f"{_STOP} answers OK, and packets are sent all the same", mixed(GoesOn)),
)
"""What shows where somebody looks for the station."""

SELDOM: tuple[Mutant, ...] = (
    _row("not-after-stop", f"after {_STOP} no more packets are sent", mixed(NotAfterStop)),
    _row("0-goes-on", f"{_START} with a time of 0 stops no packets", mixed(GoesOnAt0)),
    _row("first-interval", f"{_START} keeps the interval that it had first", mixed(FirstInterval)),
)

AFTER_MINUTES: tuple[Mutant, ...] = (
    _row(
        "16-bits",
        f"{_START} keeps the seconds of its interval in 16 bits",
        _every("In16Bits", lambda every_s: every_s % 2**16),
    ),
    _row(
        "minute-at-most",
        f"{_START} sends once a minute at least",
        _every("MinuteAtMost", lambda every_s: min(every_s, _MINUTE_S)),
    ),
    _row(
        "0-ten-minutes",
        f"{_START} sends every ten minutes at 0, too",
        _every("TenMinutesAt0", lambda every_s: every_s or 10 * _MINUTE_S),
    ),
    _row(
        "stops-for-minutes",
        f"{_STOP} stops the packets for ten minutes",
        mixed(StopsForMinutes),
    ),
)
