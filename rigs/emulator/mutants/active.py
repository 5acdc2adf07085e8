"""Which mutants are switched on.

Law: no mutant is named here.  There are thousands, and to make them takes as long as all the rest
of a start: that is done when the first is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from .mutant import Mutant


class UnknownFault(Exception):
    """Somebody asked for faults that are not in the list; `ids` are the unknown ones."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.ids = tuple(ids)
        super().__init__(
            f"no such fault: {', '.join(self.ids)}; --list-faults and the control request "
            '{"do": "faults"} show the known ones'
        )


def nobody(_id: str) -> Mutant | None:
    """There are no others."""
    return None


class Faults:
    """Which of the known mutants are active; the whole set is replaced at once.

    `listed`: the known ones.  `others`: those that no list has, by id.
    """

    def __init__(
        self,
        listed: Callable[[], Iterable[Mutant]],
        others: Callable[[str], Mutant | None] = nobody,
    ) -> None:
        self._listed = listed
        self._others = others
        self._found: list[Mutant] = []
        #: Called whenever another set is active.
        self.changed: Callable[[], None] = lambda: None
        self._active: frozenset[str] = frozenset()

    @cached_property
    def known(self) -> Mapping[str, Mutant]:
        """All of the list, by id."""
        return {each.id: each for each in self._listed()}

    @property
    def ids(self) -> list[str]:
        """The active ones, sorted."""
        return sorted(self._active)

    @property
    def active(self) -> tuple[Mutant, ...]:
        """The active ones themselves, in the order of the list."""
        if not self._active:
            return ()
        return (*(each for id_, each in self.known.items() if id_ in self._active), *self._found)

    def set(self, ids: Iterable[str]) -> None:
        """Make exactly these active; UnknownFault changes nothing."""
        wanted = frozenset(ids)
        unlisted = sorted(wanted - self.known.keys()) if wanted else ()
        others = {id_: self._others(id_) for id_ in unlisted}
        if unknown := [id_ for id_, found in others.items() if found is None]:
            raise UnknownFault(unknown)
        self._found = [found for found in others.values() if found]
        self._active = wanted
        self.changed()


def no_faults() -> Faults:
    """Healthy: all mutants known, none active."""
    return Faults(_of_the_catalogue, _of_the_product)


def _of_the_catalogue() -> Iterable[Mutant]:
    from .catalogue import MUTANTS

    return MUTANTS


def _of_the_product(id_: str) -> Mutant | None:
    if not id_.startswith("product:"):
        return None
    from .product import product  # thousands more

    return product().get(id_)
