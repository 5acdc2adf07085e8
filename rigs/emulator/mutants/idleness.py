"""The mutants of a firmware to which nobody has spoken for half an hour.

Law: each is a receiver that notes when it was spoken to, and does something about it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..ip.passthrough import Passthrough
from ..ip.tcpip import SERVER_TIMEOUT_S
from ..line.reader import LF, LineReader
from ..line.receiver import Receiver
from ..timers import MINUTE
from .boot import BOOTED, booted
from .memory import memory
from .mutant import Mutant, Mutation, mutant
from .operators import mixed
from .passthrough import PASSTHROUGH
from .receiving import RECEIVER

HALF_HOUR = 30 * MINUTE
_MODEM_SLEEP = 2


class _Idle(Receiver):
    heard_ns: int | None = None

    def __init__(self, processor: Any, reader: LineReader, echo: Any) -> None:
        super().__init__(processor, reader, echo)
        self.heard_ns = processor.now_ns()

    def byte(self, byte: int) -> None:
        """See Receiver."""
        chip: Any = self._processor
        now = chip.now_ns()
        idle = self.heard_ns is not None and now - self.heard_ns > HALF_HOUR
        self.heard_ns = now
        if idle:
            self._spoken_to(chip)
        super().byte(byte)

    def _spoken_to(self, chip: Any) -> None:
        """Somebody speaks again."""


class _FirstLineLost(_Idle):
    def _spoken_to(self, chip: Any) -> None:
        chip.divert(_UntilLineEnd(chip))


class _UntilLineEnd:
    """A sink that takes the rest of a line, and nothing comes of it."""

    def __init__(self, chip: Any) -> None:
        self._chip, self._before = chip, chip.sink

    def byte(self, byte: int) -> None:
        """See receiver.Sink."""
        if byte == LF:
            self._chip.divert(self._before)

    def paused(self) -> None:
        """See receiver.Sink."""
        if self._before:
            self._before.paused()


class _TransmissionEnds(_Idle):
    def _spoken_to(self, chip: Any) -> None:
        if chip.passing_through:
            chip.divert(None)


class _PlusUnheard(_Idle):
    def _spoken_to(self, chip: Any) -> None:
        memory(chip)["endless"] = chip.sink


class _Endless(Passthrough):
    def _ends(self) -> bool:
        return super()._ends() and memory(self._chip).get("endless") is not self


class _Forgets(_Idle):
    def _spoken_to(self, chip: Any) -> None:
        chip.tcpip.multiple = chip.tcpip.transparent = False
        chip.tcpip.server_timeout_s = SERVER_TIMEOUT_S
        chip.echo.on = True
        chip.sleep_mode = _MODEM_SLEEP
        chip.current = replace(chip.current, mode=booted(chip, chip.store.read()).mode)


class _Restarts(Receiver):
    def __init__(self, processor: Any, reader: LineReader, echo: Any) -> None:
        super().__init__(processor, reader, echo)
        processor.later(HALF_HOUR, processor.crash)


def _receives(step: type[Receiver]) -> Mutation:
    return Mutation(RECEIVER, mixed(step))


MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "idle.restarts",
        "half an hour after a boot the watchdog restarts the chip",
        _receives(_Restarts),
    ),
    mutant(
        "idle.first-line-lost",
        "the first line after half an hour of silence is lost",
        _receives(_FirstLineLost),
    ),
    mutant(
        "idle.forgets",
        "half an hour of silence takes back all that is set in RAM",
        _receives(_Forgets),
        BOOTED,
    ),
    mutant(
        "idle.transmission-ends",
        "half an hour of silence ends a transparent transmission",
        _receives(_TransmissionEnds),
    ),
    mutant(
        "idle.plus-unheard",
        "half an hour of silence makes +++ plain data",
        _receives(_PlusUnheard),
        Mutation(PASSTHROUGH, mixed(_Endless)),
    ),
)
