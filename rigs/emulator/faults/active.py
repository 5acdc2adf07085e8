"""The set of active faults, and the one question the firmware asks.

Law: no fault is named here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
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


_LENIENT = re.compile(r".*-accepted|set-(in|without)-.*")
"""How the ids end of faults that take what has to be refused."""


@dataclass(frozen=True)
class _Lenient:
    """The active faults, and all of one command that take what has to be refused."""

    active: frozenset[str]
    slug: str

    def __contains__(self, fault_id: object) -> bool:
        if fault_id in self.active:
            return True
        slug, _dot, word = str(fault_id).partition(".")
        return slug == self.slug and _LENIENT.fullmatch(word) is not None


def nobody(_id: str) -> Fault | None:
    """There are no others."""
    return None


class Faults:
    """Which of the known faults are active; the whole set is replaced at once.

    `others`: those that no list has, by id.
    """

    def __init__(
        self, known: Iterable[Fault], others: Callable[[str], Fault | None] = nobody
    ) -> None:
        self.known = {each.id: each for each in known}
        self._others = others
        self._found: list[Fault] = []
        #: Called whenever another set is active.
        self.changed: Callable[[], None] = lambda: None
        self._set: frozenset[str] = frozenset()
        self._active: Container[str] = self._set

    @property
    def ids(self) -> list[str]:
        """The active faults, sorted."""
        return sorted(self._set)

    @property
    def active_ones(self) -> list[Fault]:
        """The active faults themselves, in the order of the list."""
        return [*(each for id_, each in self.known.items() if id_ in self._set), *self._found]

    def set(self, ids: Iterable[str]) -> None:
        """Make exactly these active; UnknownFault changes nothing."""
        wanted = frozenset(ids)
        others = {id_: self._others(id_) for id_ in sorted(wanted - self.known.keys())}
        if unknown := [id_ for id_, found in others.items() if found is None]:
            raise UnknownFault(unknown)
        self._found = [found for found in others.values() if found]
        self._set = self._active = wanted
        self.changed()

    @contextmanager
    def lenient(self, slug: str) -> Iterator[None]:
        """Meanwhile one command takes everything that any fault could have it take."""
        self._active = _Lenient(self._set, slug)
        try:
            yield
        finally:
            self._active = self._set

    def active(self, fault_id: str) -> bool:
        """Whether a fault is active; an id that is not in the list is a bug in the firmware."""
        if fault_id not in self.known:
            raise UnknownFault([fault_id])
        return fault_id in self._active

    def listed_and_active(self, fault_id: str) -> bool:
        """The same for ids made from data, which need not be in the list."""
        return fault_id in self._active
