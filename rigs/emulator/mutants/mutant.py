"""Seam, operator, condition, mutant: how a firmware becomes one that is wrong in one place.

Law: no seam and no mutant is named here.  A personality is never changed; another one is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, is_dataclass, replace
from functools import lru_cache
from typing import Any

from ..firmware.personality import Personality
from ..line.command import Form

Function = Callable[..., Any]


@dataclass(frozen=True)
class Operator:
    """What becomes of a function.  `name`: the mutation, as the table of the product has it."""

    name: str
    mutates: Callable[[Any], Any]


@dataclass(frozen=True)
class Condition:
    """When: `holds` is asked of the chip, each time that the function is called."""

    name: str
    holds: Callable[[Any], bool]


ALWAYS = Condition("always", lambda _chip: True)


@dataclass(frozen=True)
class Seam:
    """Where a frozen value passes: the way to a function, from the personality on."""

    path: tuple[str | Form, ...]


def form(name: str, kind: Form) -> Seam:
    """What answers a form of a command; `name` is `+CWSAP`."""
    return Seam(("commands", name, "forms", kind))


def stage(name: str, kind: Form, stage_name: str) -> Seam:
    """One stage of a form of a command."""
    return Seam(("commands", name, "forms", kind, stage_name))


@dataclass(frozen=True)
class Mutation:
    """One seam's part in a mutant."""

    seam: Seam
    operator: Operator
    condition: Condition = ALWAYS


@dataclass(frozen=True, eq=False)
class Mutant:
    """A firmware that is wrong in one place: an id, a sentence, and what makes it so."""

    id: str
    says: str
    mutations: tuple[Mutation, ...] = ()
    # Two with one id and one sentence, as tests make them, are two; and a hash of all is slow.
    __eq__ = object.__eq__
    __hash__ = object.__hash__


def mutant(id_: str, says: str, *mutations: Mutation) -> Mutant:
    """A row of a table."""
    return Mutant(id_, says, mutations)


@lru_cache(maxsize=16)
def mutated(personality: Personality, mutants: tuple[Mutant, ...]) -> Personality:
    """The personality, wrong as these say; inner functions first, then what they are part of.

    The latest are kept: a fleet of devices that are wrong in the same way is made once.
    """
    changes = _Changes()
    for each in (mutation for mutant in mutants for mutation in mutant.mutations):
        changes.at(each.seam.path).here.append(conditional(each.operator, each.condition))
    made: Personality = changes.made(personality)
    return made


def mutated_at(seam: Seam, part: Any, mutations: Iterable[Mutation]) -> Any:
    """What stands at a seam, wrong as these say of the seams below it."""
    changes, depth = _Changes(), len(seam.path)
    for each in mutations:
        if each.seam.path[:depth] == seam.path:
            below = changes.at(each.seam.path[depth:])
            below.here.append(conditional(each.operator, each.condition))
    return changes.made(part)


def conditional(operator: Operator, condition: Condition) -> Callable[[Any], Any]:
    """The operator where the condition holds; elsewhere the function stays as it is."""
    if condition is ALWAYS:
        return operator.mutates

    def mutate(function: Function) -> Function:
        wrong = operator.mutates(function)

        def either(chip: Any, *rest: Any) -> Any:
            return (wrong if condition.holds(chip) else function)(chip, *rest)

        return either

    return mutate


class _Changes:
    """What becomes of a part of a personality: of the parts below it, and then of itself."""

    def __init__(self) -> None:
        self.here: list[Callable[[Any], Any]] = []
        self.below: dict[str | Form, _Changes] = {}

    def at(self, path: tuple[str | Form, ...]) -> _Changes:
        """The changes of a part below."""
        for step in path:
            below = self.below.get(step)
            if below is None:
                below = self.below[step] = _Changes()
            self = below
        return self

    def made(self, part: Any) -> Any:
        """The part as it is then; what it does not have stays away."""
        if isinstance(part, Mapping):
            there = {step: each for step, each in self.below.items() if step in part}
            part = {**part, **{step: each.made(part[step]) for step, each in there.items()}}
        elif self.below and is_dataclass(part):  # else another mutant has replaced it as a whole
            named = {str(step): each for step, each in self.below.items()}
            part = replace(
                part, **{name: each.made(getattr(part, name)) for name, each in named.items()}
            )
        for change in self.here:
            part = change(part)
        return part
