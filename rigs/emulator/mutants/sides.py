"""What becomes of what is in force on an interface: it is not as the commands tell it.

Law: operators, and what refused commands and earlier runs leave in the air; rows stand in
`inforce.py` and `firstkept.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..net.inforce import SoftApSide
from .memory import memory
from .mutant import Mutant, Mutation, Operator, Seam, mutant
from .operators import made, wrapped

STATION_SIDE, SOFTAP_SIDE = Seam(("station_side",)), Seam(("softap_side",))
"""From the chip to what is in force on an interface; None: it is not there."""

GROUNDS = Seam(("grounds",))
"""From the chip to what that follows from."""

Misleads = Callable[[Any, Any], Any]
"""(side, chip) -> another side, or None."""


def misled(change: Misleads) -> Operator:
    """A side that is there is another one, or none."""
    return made("misled", lambda chip, side: None if side is None else change(side, chip))


def station(id_: str, says: str, change: Misleads, until: str = "") -> Mutant:
    """A row about the station.  `until`: the setting that ends it, if it is set anew."""
    operator = _until_set(until, change) if until else misled(change)
    return mutant(id_, says, Mutation(STATION_SIDE, operator))


def softap(id_: str, says: str, change: Misleads, until: str = "") -> Mutant:
    """A row about the softAP, in the same way."""
    operator = _until_set(until, change) if until else misled(change)
    return mutant(id_, says, Mutation(SOFTAP_SIDE, operator))


def _until_set(setting: str, change: Misleads) -> Operator:
    """Misled as long as a setting is what RAM began with."""

    def either(healthy: Any, chip: Any) -> Any:
        began = memory(chip).setdefault("began", chip.current)
        side = healthy(chip)
        new = getattr(chip.current, setting) != getattr(began, setting)
        return side if side is None or new else change(side, chip)

    return wrapped(f"until {setting} is set", either)


class _InMode:
    """The chip, as if its Wi-Fi mode were another one."""

    def __init__(self, chip: Any, mode: int) -> None:
        self._chip = chip
        self.current = replace(chip.current, mode=mode)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chip, name)


def stays(mode: int) -> Operator:
    """An interface that is not there is so all the same, as in this mode."""

    def stay(healthy: Any, chip: Any) -> Any:
        side = healthy(chip)
        return healthy(_InMode(chip, mode)) if side is None else side

    return wrapped(f"as in mode {mode}", stay)


# What is in the air, and not in RAM.


def leave_in_the_air(chip: Any, **left: Any) -> None:
    """From now on the softAP has this `softap`, or these `leases`."""
    memory(chip).setdefault("in the air", {}).update(left)


def _left(chip: Any) -> dict[str, Any]:
    left: dict[str, Any] = memory(chip).get("in the air", {})
    return left


def _with_what_is_left(chip: Any, side: SoftApSide | None) -> SoftApSide | None:
    left = _left(chip)
    if side and left.get("softap"):
        side = replace(side, settings=left["softap"])
    if side and side.leases and left.get("leases"):
        side = replace(side, leases=left["leases"])
    return side


LEFT_IN_THE_AIR = (
    Mutation(SOFTAP_SIDE, made("what is left", _with_what_is_left)),
    Mutation(GROUNDS, made("and what is left", lambda chip, why: (why, {**_left(chip)}))),
)
"""The part of a mutant that leaves something there."""
