"""What a board keeps over a restart: the settings in its flash.

Law: values and their lifetimes (field guide 6).  What is saved is in the flash and nowhere else, so
that an image that was edited takes effect; the flash is written only if a value changes (clause 6).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Unpack

from ..settings.settings import Changes, Settings
from . import Area, Flash
from .areas import SYSTEM, USER, Areas


class Store:
    """The saved settings of one flash.  `factory`: what is read where nothing is saved."""

    def __init__(self, flash: Flash, factory: Settings) -> None:
        self.factory = factory
        self._flash = flash

    def read(self) -> Settings:
        """The saved settings as the firmware sees them now."""
        return self._saved()

    def write(self, **changes: Unpack[Changes]) -> None:
        """Save some settings."""
        saved = self._saved()
        new = replace(saved, **changes)
        self.put(new, [name for name in changes if getattr(new, name) != getattr(saved, name)])

    def put(self, settings: Settings, names: Collection[str]) -> None:
        """Write each area in which one of these settings lies."""
        if any(name in USER for name in names):
            self._areas.write_user(settings)
        if any(name in SYSTEM for name in names):
            self._areas.write_system(settings)

    def restore(self) -> None:
        """Back to the factory: both parameter areas are erased, whatever they held."""
        self._areas.clear()

    def _saved(self) -> Settings:
        return self._areas.read(self.factory)

    @property
    def _areas(self) -> Areas:
        return Areas(self._flash, self._user_area(), self._system_area())

    def _user_area(self) -> Area:
        return self._flash.map.user_area

    def _system_area(self) -> Area:
        return self._flash.map.system_area
