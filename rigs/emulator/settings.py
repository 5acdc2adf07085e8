"""What a board can be set to, and the store that keeps it over a restart.

Law: values and their lifetimes; no command, no parsing, no printing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TypedDict, Unpack


@dataclass(frozen=True)
class SoftAp:
    """The softAP's configuration (clause 4.1.10).

    `ecn`: 0 open, 2 WPA, 3 WPA2, 4 both.  `hidden`: 1 does not broadcast the SSID.
    """

    ssid: bytes
    password: bytes
    channel: int
    ecn: int
    max_connections: int
    hidden: int


@dataclass(frozen=True)
class Settings:
    """Everything that has a value in RAM and one in the store.  `mode`: 1, 2, 3 (clause 4.1.1)."""

    mode: int
    softap: SoftAp


class Changes(TypedDict, total=False):
    """New values for some of the settings."""

    mode: int
    softap: SoftAp


class Lifetime(IntEnum):
    """What a written value outlives.  Healthy firmware writes FOREVER only."""

    UNTIL_BOOT = 0
    UNTIL_POWER_LOSS = 1
    FOREVER = 2


class Store:
    """The saved settings (field guide 6): flash, and what a faulty firmware mistakes for it."""

    def __init__(self, factory: Settings) -> None:
        self._layers = {each: Changes() for each in Lifetime}
        self._factory = factory

    def read(self) -> Settings:
        """The saved settings as the firmware sees them now."""
        seen = self._factory
        for lifetime in sorted(Lifetime, reverse=True):
            seen = replace(seen, **self._layers[lifetime])
        return seen

    def write(self, lifetime: Lifetime = Lifetime.FOREVER, **changes: Unpack[Changes]) -> None:
        """Save some settings; shorter-lived copies of the same ones are forgotten."""
        for each in Lifetime:
            if each < lifetime:
                _forget(self._layers[each], changes)
        self._layers[lifetime].update(changes)

    def survive(self, lifetime: Lifetime) -> None:
        """Drop everything that does not outlive this event."""
        for each in Lifetime:
            if each < lifetime:
                self._layers[each] = Changes()


def _forget(layer: Changes, names: Changes) -> None:
    if "mode" in names:
        layer.pop("mode", None)
    if "softap" in names:
        layer.pop("softap", None)
