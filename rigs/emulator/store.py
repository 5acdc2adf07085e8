"""What a board keeps over a restart: the flash, and what a faulty firmware mistakes for it.

Law: values and their lifetimes (field guide 6).  What lives FOREVER is in the flash and nowhere
else, so that an image that was edited takes effect; the flash is written only if a value changes
(clause 6).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Unpack, cast

from .flash import Flash
from .flash.areas import SYSTEM, USER, Areas, never, part
from .settings import Changes, Lifetime, Settings


class Store:
    """The saved settings of one flash.  `factory`: what is read where nothing is saved.

    While it is held, what is written can be read, but does not reach the flash.
    """

    def __init__(
        self, flash: Flash, factory: Settings, active: Callable[[str], bool] = never
    ) -> None:
        self.factory = factory
        self._active = active
        self._areas = Areas(flash, active)
        self._layers = _nothing()
        self._held: Settings | None = None
        self._holding = False

    def read(self) -> Settings:
        """The saved settings as the firmware sees them now."""
        seen = self._saved()
        for lifetime in sorted(self._layers, reverse=True):
            seen = replace(seen, **self._layers[lifetime])
        return seen

    def write(
        self,
        lifetime: Lifetime = Lifetime.FOREVER,
        even_if_equal: bool = False,
        **changes: Unpack[Changes],
    ) -> None:
        """Save some settings; shorter-lived copies of the same ones are forgotten.

        `even_if_equal` writes the flash although nothing changed (a fault's doing).
        """
        for each in self._layers:
            if each < lifetime:
                self._layers[each] = _without(self._layers[each], changes)
        if lifetime in self._layers:
            self._layers[lifetime].update(changes)
            return
        settings = replace(self._saved(), **changes)
        if self._holding:
            self._held = settings
        else:
            again = even_if_equal or self._active("flash.rewrites-equal")
            self._write(settings, changes if again else ())

    def restore(self) -> None:
        """Back to the factory: both parameter areas are erased, whatever they held."""
        self._layers = _nothing()
        self._held = None
        self._areas.clear()

    def survive(self, lifetime: Lifetime) -> None:
        """Drop everything that does not outlive this event; what is held reaches the flash."""
        self.release()
        for each in self._layers:
            if each < lifetime:
                self._layers[each] = Changes()

    def hold(self) -> None:
        """From now on keep back what is to be written to the flash."""
        self._holding = True

    def release(self) -> None:
        """Write what was kept back, and keep nothing back any more."""
        held, self._held, self._holding = self._held, None, False
        if held is not None:
            self._write(held, ())

    def _saved(self) -> Settings:
        return self._areas.read(self.factory) if self._held is None else self._held

    def _write(self, settings: Settings, regardless: Collection[str]) -> None:
        """Write the areas whose part differs from what they hold, or is named in `regardless`."""
        old = self._areas.read(self.factory)
        user = _differs(settings, old, USER, regardless)
        system = _differs(settings, old, SYSTEM, regardless)
        if self._active("flash.both-areas"):
            user = system = user or system
        if user:
            self._areas.write_user(settings)
        if system:
            self._areas.write_system(settings)


def _nothing() -> dict[Lifetime, Changes]:
    """The short-lived layers, empty; FOREVER is the flash."""
    return {each: Changes() for each in Lifetime if each is not Lifetime.FOREVER}


def _differs(
    new: Settings, old: Settings, names: tuple[str, ...], regardless: Collection[str]
) -> bool:
    return part(new, names) != part(old, names) or any(name in regardless for name in names)


def _without(layer: Changes, names: Collection[str]) -> Changes:
    kept = {name: value for name, value in layer.items() if name not in names}
    return cast("Changes", kept)
