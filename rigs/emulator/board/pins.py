"""The pins EN and GPIO0: who pulls them low, and how an adapter's DTR and RTS reach them.

Law: levels and their times; what the chip makes of them is for the board.  True is high.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..timers import MILLISECOND


class Levels(NamedTuple):
    """The levels of the two pins; both have a pull-up."""

    en: bool = True
    gpio0: bool = True


RELEASED = Levels()


@dataclass(frozen=True)
class Wiring:
    """An adapter's circuit.  `levels`: DTR and RTS (True: asserted) -> the pins.

    `rise_ns`: how long a capacitor keeps EN low after it has been let go.
    """

    name: str
    says: str
    levels: Callable[[bool, bool], Levels]
    rise_ns: int = 0


def _direct(dtr: bool, rts: bool) -> Levels:
    return Levels(en=not rts, gpio0=not dtr)


def _nodemcu(dtr: bool, rts: bool) -> Levels:
    """Two transistors, each with its base on one line and its emitter on the other."""
    return Levels(en=dtr or not rts, gpio0=rts or not dtr)


def _none(_dtr: bool, _rts: bool) -> Levels:
    return RELEASED


_CAPACITOR_MS = 10
_CAPACITOR_MAX_MS = 10_000

WIRINGS: Mapping[str, Wiring] = {
    each.name: each
    for each in (
        Wiring("direct", "RTS asserted holds EN low, DTR asserted holds GPIO0 low", _direct),
        Wiring(
            "nodemcu",
            "the two-transistor circuit, where both asserted pull nothing, and a capacitor that "
            f"delays EN's rise by {_CAPACITOR_MS} ms, or by the MS of nodemcu:MS",
            _nodemcu,
            _CAPACITOR_MS * MILLISECOND,
        ),
        Wiring("none", "the lines are not connected", _none),
    )
}


def wiring(text: str) -> Wiring:
    """What `--wiring` names; ValueError says what it should have been."""
    name, colon, delay = text.partition(":")
    found = WIRINGS.get(name)
    if found and not colon:
        return found
    if found and found.rise_ns and delay.isascii() and delay.isdigit():
        milliseconds = int(delay[:9])
        if milliseconds <= _CAPACITOR_MAX_MS:
            return replace(found, rise_ns=milliseconds * MILLISECOND)
    raise ValueError(f"{text!r} is none of {', '.join(WIRINGS)}, nodemcu:0..{_CAPACITOR_MAX_MS}")


class Pins:
    """The two nets.  A pin is high if nobody pulls it low.

    `apply` gets the levels of EN and GPIO0 whenever one of them changes.  Call `run_due` whenever
    `next_due_ns` (of the clock `now_ns`) has come.
    """

    def __init__(
        self, apply: Callable[[bool, bool], None], circuit: Wiring, now_ns: Callable[[], int]
    ) -> None:
        self._apply = apply
        self._circuit = circuit
        self._now_ns = now_ns
        self._line = self._hand = self._levels = RELEASED
        self._rises_at: int | None = None

    @property
    def levels(self) -> Levels:
        """The levels now."""
        return self._levels

    def lines(self, dtr: bool, rts: bool) -> None:
        """The adapter's lines; True is asserted."""
        self._line = self._circuit.levels(dtr, rts)
        self._settle()

    def hand(self, en: bool | None = None, gpio0: bool | None = None) -> None:
        """A jumper or button: False pulls a pin low, True lets it go, None leaves it alone."""
        self._hand = Levels(
            self._hand.en if en is None else en, self._hand.gpio0 if gpio0 is None else gpio0
        )
        self._settle()

    def next_due_ns(self) -> int | None:
        """When EN's capacitor is charged, or None."""
        return self._rises_at

    def run_due(self) -> None:
        """EN rises if it is time."""
        if self._rises_at is not None and self._now_ns() >= self._rises_at:
            self._rises_at = None
            self._set(self._levels._replace(en=True))

    def _settle(self) -> None:
        pulled = Levels(self._line.en and self._hand.en, self._line.gpio0 and self._hand.gpio0)
        if not pulled.en:
            self._rises_at = None
        elif not self._levels.en and self._circuit.rise_ns:
            pulled = pulled._replace(en=False)
            self._rises_at = self._rises_at or self._now_ns() + self._circuit.rise_ns
        self._set(pulled)

    def _set(self, levels: Levels) -> None:
        if levels != self._levels:
            self._levels = levels
            self._apply(*levels)
