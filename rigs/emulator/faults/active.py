"""The set of active faults, and the one question the firmware asks.

Law: no fault is named here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """A named fault and the sentence that says what it does."""

    id: str
    says: str


class UnknownFault(Exception):
    """Somebody asked for faults that are not in the list; `ids` are the unknown ones."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.ids = tuple(ids)
        super().__init__(
            f"no such fault: {', '.join(self.ids)}; --list-faults and the control request "
            '{"do": "faults"} show the known ones'
        )


class Faults:
    """Which of the known faults are active; the whole set is replaced at once."""

    def __init__(self, known: Iterable[Fault]) -> None:
        self.known = {each.id: each for each in known}
        #: Called whenever another set is active.
        self.changed: Callable[[], None] = lambda: None
        self._active: frozenset[str] = frozenset()

    @property
    def ids(self) -> list[str]:
        """The active faults, sorted."""
        return sorted(self._active)

    @property
    def active_ones(self) -> list[Fault]:
        """The active faults themselves, in the order of the list."""
        return [each for id_, each in self.known.items() if id_ in self._active]

    def set(self, ids: Iterable[str]) -> None:
        """Make exactly these active; UnknownFault changes nothing."""
        wanted = frozenset(ids)
        unknown = sorted(wanted - self.known.keys())
        if unknown:
            raise UnknownFault(unknown)
        self._active = wanted
        self.changed()

    def active(self, fault_id: str) -> bool:
        """Whether a fault is active; an id that is not in the list is a bug in the firmware."""
        if fault_id not in self.known:
            raise UnknownFault([fault_id])
        return fault_id in self._active

    def listed_and_active(self, fault_id: str) -> bool:
        """The same for ids made from data, which need not be in the list."""
        return fault_id in self._active
