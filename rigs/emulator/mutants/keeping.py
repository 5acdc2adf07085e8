"""The mutants of where and how the flash keeps what is saved (clause 6), whatever command saves it.

Law: each is a store that differs from the healthy one in one step.  Copies are what some mutants
take for the flash, and what they remember of them; what they outlive is said by `Lifetime`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from enum import IntEnum
from typing import Any, Unpack, cast

from ..flash import Area
from ..flash.flashmap import KILOBYTE
from ..flash.store import Store
from ..resetcause import ResetCause
from ..settings.settings import Changes, Settings
from .memory import memory
from .mutant import Mutant, Mutation, Operator, Seam, mutant
from .operators import instead, mixed

STORE = Seam(("store",))
"""From settings to the flash, and back."""

NAMES = tuple(each.name for each in fields(Settings))
"""What can be set, by name."""

_ASTRAY = 32 * KILOBYTE  # where nothing else of either map lies
_POWERED = (ResetCause.SOFTWARE, ResetCause.WATCHDOG, ResetCause.DEEP_SLEEP)


# Copies.


class Lifetime(IntEnum):
    """What a copy outlives: nothing, one restart, every restart."""

    UNTIL_BOOT = 0
    UNTIL_SECOND_BOOT = 1
    UNTIL_POWER_LOSS = 2


class _Copies(Store):
    """A store that takes copies for the flash."""

    def read(self) -> Settings:
        """See Store; what lives for the shortest time hides the others."""
        seen = super().read()
        for lifetime in sorted(Lifetime, reverse=True):
            seen = replace(seen, **self._copy(lifetime))
        return seen

    def write(self, **changes: Unpack[Changes]) -> None:
        """See Store; copies of the same settings are forgotten."""
        self._forget(list(Lifetime), changes)
        super().write(**changes)

    def restore(self) -> None:
        """See Store."""
        self._copies.clear()
        super().restore()

    def outlive(self, cause: ResetCause | None) -> None:
        """A run of the firmware has ended, by a loss of power if there is no cause."""
        once_more = self._copy(Lifetime.UNTIL_SECOND_BOOT)
        lasting = self._copy(Lifetime.UNTIL_POWER_LOSS)
        self._copies.clear()
        if cause in _POWERED:
            self._copy(Lifetime.UNTIL_BOOT).update(once_more)
            self._copy(Lifetime.UNTIL_POWER_LOSS).update(lasting)

    def copy(self, lifetime: Lifetime, changes: Changes) -> None:
        """Keep new values in a copy; those that live shorter are forgotten."""
        self._forget([each for each in Lifetime if each < lifetime], changes)
        self._copy(lifetime).update(changes)

    def _copy(self, lifetime: Lifetime) -> Changes:
        return self._copies.setdefault(lifetime, Changes())

    def _forget(self, lifetimes: Collection[Lifetime], names: Collection[str]) -> None:
        for lifetime in lifetimes:
            kept = {name: new for name, new in self._copy(lifetime).items() if name not in names}
            self._copies[lifetime] = cast("Changes", kept)

    @property
    def _copies(self) -> dict[Lifetime, Changes]:
        """Those of this firmware: another one knows nothing of them."""
        made_by, copies = memory(self).get("copies", (None, {}))
        if made_by is not type(self):
            copies = {}
            memory(self)["copies"] = type(self), copies
        kept: dict[Lifetime, Changes] = copies
        return kept


def outlived(store: Store, cause: ResetCause | None) -> None:
    """A run of the firmware has ended: some copies have, too."""
    if isinstance(store, _Copies):
        store.outlive(cause)


COPIES = Mutation(STORE, mixed(_Copies))
"""What a mutant needs that keeps something in a copy."""


def copied(lifetime: Lifetime) -> Operator:
    """New values are kept in a copy alone; needs COPIES."""
    return instead(
        f"kept {lifetime.name}", lambda chip, changes: chip.store.copy(lifetime, changes)
    )


# Writing where nothing changes.


def write_again(chip: Any, changes: Changes) -> None:
    """Save new values, and write the flash even if they are there."""
    chip.store.put(replace(chip.store.read(), **changes), changes)


SAVED_AGAIN = instead("written again", write_again)


def write_user_area(chip: Any, _wanted: object) -> None:
    """Write the user parameter area as it is."""
    write_again(chip, {"uart": chip.store.read().uart})


class _RewritesEqual(Store):
    def write(self, **changes: Unpack[Changes]) -> None:
        """See Store."""
        self.put(replace(self._saved(), **changes), changes)


class _BothAreas(Store):
    def put(self, settings: Settings, names: Collection[str]) -> None:
        """See Store."""
        super().put(settings, NAMES if names else ())


# Where the areas lie.


def _below(area: Area) -> Area:
    return Area(area.start - _ASTRAY, area.end - _ASTRAY)


class _UserElsewhere(Store):
    def _user_area(self) -> Area:
        return _below(super()._user_area())


class _SystemElsewhere(Store):
    def _system_area(self) -> Area:
        return _below(super()._system_area())


def _row(word: str, says: str, step: type[Store]) -> Mutant:
    return mutant(f"flash.{word}", says, Mutation(STORE, mixed(step)))


MUTANTS: tuple[Mutant, ...] = (
    _row("user-elsewhere", "user parameters are kept 32 KB below their area", _UserElsewhere),
    _row("system-elsewhere", "system parameters are kept 32 KB below their area", _SystemElsewhere),
    _row("both-areas", "whatever is saved, both parameter areas are written", _BothAreas),
    _row(
        "rewrites-equal",
        "what is saved is written although it is there already",
        _RewritesEqual,
    ),
)
