"""What mutants of SmartConfig and WPS have in common: both can be told whom to join.

Law: shorthand and operators; no mutant is named here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..settings.accesspoint import AccessPoint
from .memory import memory
from .mutant import ALWAYS, Condition, Mutation, Operator
from .operators import given, wrapped
from .rows import Rows


def started(
    names: Rows, step: str, operator: Operator, when: Condition = ALWAYS
) -> tuple[Mutation, ...]:
    """A stage of what starts it, with a parameter and without one."""
    return names.set(step, operator, when), names.execute(step, operator, when)


def cut(field: str, length: int) -> Operator:
    """What is heard of whom to join ends after so many bytes."""

    def shorten(_chip: object, wish: AccessPoint) -> AccessPoint:
        return replace(wish, **{field: getattr(wish, field)[:length]})

    return given(f"{field} cut", shorten)


def another(name: str, change: Callable[[int], int]) -> Operator:
    """It listens as if something else had been wanted."""

    def switch(healthy: Any, chip: Any, wanted: int, told: Any) -> None:
        healthy(chip, change(wanted), told)

    return wrapped(name, switch)


def from_the_second(what: str, act: Callable[[Any], None]) -> Operator:
    """Something else is done where it is started for the second time in a run, and later."""
    begun = f"{what} begun"

    def switch(healthy: Any, chip: Any, wanted: int, told: Any) -> None:
        again = begun in memory(chip)
        if wanted:
            memory(chip)[begun] = True
        if wanted and again:
            act(chip)
        else:
            healthy(chip, wanted, told)

    return wrapped(f"the second {what}", switch)


class Wear:
    """What does not start any more, once it was used in some way."""

    REASON = "worn out"

    def __init__(self, what: str) -> None:
        self._word = f"{what} worn out"
        self.out = Condition(self._word, lambda chip: memory(chip).get(self._word, False))

    def wears(self, chip: Any, _value: object = None) -> None:
        """From now on it does not start."""
        memory(chip)[self._word] = True

    def recovers(self, chip: Any, _value: object = None) -> None:
        """It starts again."""
        memory(chip)[self._word] = False
