"""The three names of a setting: bare, `_CUR`, `_DEF` (clauses 3.2.7 and 4; errata 13; field
guide 6).

Law: which value a name reads and which it writes; what the setting is, its own file knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Unpack

from ..interfaces import has_softap, has_station
from ..mutants.keeping import COPIES, Lifetime, write_again
from ..settings import Changes, Settings, taken

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
            other = base if self.suffix == "_CUR" else f"{base}_CUR"
            return other.encode("ascii")
        return self.name(base).encode("ascii")

    def label(self, firmware: Firmware, base: str) -> bytes:
        """What stands in front of the value in an answer."""
        if firmware.faults.active(f"{self.slug(base)}.query-no-prefix"):
            return b""
        return self.printed_name(firmware, base) + b":"

    def shows_saved(self, firmware: Firmware, base: str) -> bool:
        """Whether the query form shows what is saved, and not what RAM holds."""
        other = "current" if self.queries_saved else "saved"
        swapped = firmware.faults.active(f"{self.slug(base)}.query-shows-{other}")
        return self.queries_saved is not swapped

    def read(self, firmware: Firmware, base: str) -> Settings:
        """What the query form shows."""
        saved = self.shows_saved(firmware, base)
        return firmware.store.read() if saved else firmware.current

    def write(self, firmware: Firmware, base: str, **changes: Unpack[Changes]) -> None:
        """What the set form does."""
        self.change(firmware, base, lambda _settings: changes)

    def change(self, firmware: Firmware, base: str, changed: Callable[[Settings], Changes]) -> None:
        """What the set form does, if the new values depend on the old ones of the same store."""
        active, slug = firmware.faults.active, self.slug(base)
        late = active(f"{slug}.not-current") if self.saves else False
        if not (late or self._is_same(firmware, slug, changed)):
            firmware.current = replace(firmware.current, **changed(firmware.current))
        alone = not _has_both(firmware)
        listed = firmware.faults.listed_and_active
        loses = alone and listed(f"{slug}.saves-in-both-only")
        loses |= firmware.station.joined and listed(f"{slug}.not-saved-while-joined")
        loses |= bool(firmware.air.guests) and listed(f"{slug}.not-saved-with-guests")
        if self.saves and not loses and not active(f"{slug}.not-saved"):
            again = active(f"{slug}.rewrites-same")
            save(firmware, self._lifetime(firmware, slug), again, changed(firmware.store.read()))
        if not self.saves and (active(f"{slug}.saved-too") or active("flash.current-saved")):
            firmware.store.write(**changed(firmware.store.read()))

    def misses_other(self, firmware: Firmware, base: str) -> bool:
        """Whether the set form fails for want of an interface that it is not for."""
        return not _has_both(firmware) and firmware.faults.active(f"{self.slug(base)}.needs-both")

    def _is_same(
        self, firmware: Firmware, slug: str, changed: Callable[[Settings], Changes]
    ) -> bool:
        """Whether a fault looks at what is saved, and the values are there already."""
        saved = firmware.store.read()
        fault = firmware.faults.listed_and_active(f"{slug}.same-not-current")
        return fault and replace(saved, **changed(saved)) == saved

    def _lifetime(self, firmware: Firmware, slug: str) -> Lifetime | None:
        if firmware.faults.active(f"{slug}.lost-over-rst"):
            return Lifetime.UNTIL_BOOT
        if firmware.faults.active(f"{slug}.lost-over-power-cycle"):
            return Lifetime.UNTIL_POWER_LOSS
        return None


def save(firmware: Firmware, lifetime: Lifetime | None, again: bool, changes: Changes) -> None:
    """In the flash, in a copy, or in the flash even if it is there."""
    if lifetime is not None:
        store: Any = firmware.store
        store.__class__ = COPIES.operator.mutates(type(store))
        store.copy(lifetime, changes)
    elif again:
        write_again(firmware, changes)
    else:
        firmware.store.write(**changes)


def _has_both(firmware: Firmware) -> bool:
    return has_station(firmware.current) and has_softap(firmware.current)


SCOPES = (
    Scope("", saves=True, queries_saved=False),
    Scope("_CUR", saves=False, queries_saved=False),
    Scope("_DEF", saves=True, queries_saved=True),
)


def _carried(*names: str) -> Callable[[Settings, Settings], Settings]:
    return lambda saved, before: replace(saved, **taken(before, *names))


SURVIVORS: Mapping[str, Callable[[Settings, Settings], Settings]] = {
    "cwjap_cur.survives-rst": _carried("access_point"),
}
"""Faults that carry what a `_CUR` name set over AT+RST -> what is saved, and what RAM held, to
what a boot begins with."""
