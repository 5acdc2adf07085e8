"""The three names of a setting: bare, `_CUR`, `_DEF` (clauses 3.2.7 and 4; errata 13; field
guide 6).

Law: which value a name reads and which it writes; what the setting is, its own file knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Unpack

from ..settings import Changes, Lifetime, Settings

if TYPE_CHECKING:
    from ..firmware import Firmware


@dataclass(frozen=True)
class Scope:
    """One of the names.  Every set form takes effect at once; `saves` writes the store as well."""

    suffix: str
    saves: bool
    queries_saved: bool

    def name(self, base: str) -> str:
        """The command's name, `+CWMODE` -> `+CWMODE_DEF`."""
        return base + self.suffix

    def slug(self, base: str) -> str:
        """The command's name as fault ids spell it."""
        return self.name(base)[1:].lower()

    def printed_name(self, firmware: Firmware, base: str) -> bytes:
        """The name in front of an answer: the one that was typed (field guide 4)."""
        if firmware.faults.active(f"{self.slug(base)}.query-other-name"):
            return (base if self.suffix else f"{base}_CUR").encode("ascii")
        return self.name(base).encode("ascii")

    def read(self, firmware: Firmware, base: str) -> Settings:
        """What the query form shows."""
        other = "current" if self.queries_saved else "saved"
        swapped = firmware.faults.active(f"{self.slug(base)}.query-shows-{other}")
        saved = self.queries_saved is not swapped
        return firmware.store.read() if saved else firmware.current

    def write(self, firmware: Firmware, base: str, **changes: Unpack[Changes]) -> None:
        """What the set form does."""
        active, slug = firmware.faults.active, self.slug(base)
        if not (self.saves and active(f"{slug}.not-current")):
            firmware.current = replace(firmware.current, **changes)
        if self.saves and not active(f"{slug}.not-saved"):
            firmware.store.write(self._lifetime(firmware, slug), **changes)
        if not self.saves and active(f"{slug}.saved-too"):
            firmware.store.write(**changes)

    def _lifetime(self, firmware: Firmware, slug: str) -> Lifetime:
        if firmware.faults.active(f"{slug}.lost-over-rst"):
            return Lifetime.UNTIL_BOOT
        if firmware.faults.active(f"{slug}.lost-over-power-cycle"):
            return Lifetime.UNTIL_POWER_LOSS
        return Lifetime.FOREVER


SCOPES = (
    Scope("", saves=True, queries_saved=False),
    Scope("_CUR", saves=False, queries_saved=False),
    Scope("_DEF", saves=True, queries_saved=True),
)

SURVIVORS: Mapping[str, tuple[str, ...]] = {
    "cwmode_cur.survives-rst": ("mode",),
    "cwsap_cur.survives-rst": ("softap",),
    "cwjap_cur.survives-rst": ("access_point",),
    "uart_cur.survives-rst": ("uart",),
}
"""Faults that carry what a `_CUR` name set over AT+RST -> the settings carried."""
