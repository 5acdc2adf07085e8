"""The set of active variants, and the one question that is asked of it.

Law: no variant is named here.  Several of one group exclude each other in a random mixture; if
somebody sets them all the same, the first in the list prevails.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

RANDOM = "random:"
"""`random:SEED` stands for a mixture that depends on the seed (any text) alone."""

_CHANCE = 0.3


@dataclass(frozen=True)
class Variant:
    """A way to differ and still conform.

    `says`: what is different.  `open`: the place of the document that leaves it open, and why.
    `group`: what it excludes, if not empty.
    """

    id: str
    says: str
    open: str
    group: str = ""


class UnknownVariant(Exception):
    """Somebody asked for variants that are not in the list; `ids` are the unknown ones."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.ids = tuple(ids)
        super().__init__(
            f"no such variant: {', '.join(self.ids)}; --list-variants and the control request "
            '{"do": "variants"} show the known ones'
        )


class Variants:
    """Which of the known variants are active; the whole set is replaced at once."""

    def __init__(
        self, known: Iterable[Variant], named: Mapping[str, frozenset[str]] | None = None
    ) -> None:
        self.known = {each.id: each for each in known}
        #: Mixtures that have a name.
        self.named = dict(named or {})
        #: Called whenever another set is active.
        self.changed: Callable[[], None] = lambda: None
        self._active: frozenset[str] = frozenset()

    @property
    def ids(self) -> list[str]:
        """The active variants, sorted; a random mixture shows as what it consists of."""
        return sorted(self._active)

    def set(self, ids: Iterable[str]) -> None:
        """Make exactly these active; UnknownVariant changes nothing."""
        wanted: set[str] = set()
        for each in ids:
            if each.startswith(RANDOM):
                wanted |= self.mixture(each.removeprefix(RANDOM))
            elif each in self.named:
                wanted |= self.named[each]
            else:
                wanted.add(each)
        unknown = sorted(wanted - self.known.keys())
        if unknown:
            raise UnknownVariant(unknown)
        self._active = frozenset(wanted)
        self.changed()

    def mixture(self, seed: str) -> frozenset[str]:
        """The mixture of a seed: at least one variant, at most one of each group."""
        dice = random.Random(seed)
        order = list(self.known.values())
        dice.shuffle(order)
        drawn: list[Variant] = []
        for each in order:
            taken = any(each.group and each.group == other.group for other in drawn)
            if not taken and (not drawn or dice.random() < _CHANCE):
                drawn.append(each)
        return frozenset(each.id for each in drawn)

    def active(self, variant_id: str) -> bool:
        """Whether a variant is active; an id that is not in the list is a bug in the firmware."""
        if variant_id not in self.known:
            raise UnknownVariant([variant_id])
        return variant_id in self._active
