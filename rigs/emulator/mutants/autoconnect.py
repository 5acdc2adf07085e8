"""The mutants of AT+CWAUTOCONN (clause 4.1.19).

Law: rows, and what they need.
"""

from __future__ import annotations

from typing import Any

from ..commands.autoconnect import NAME, SWITCH
from ..line.command import Form
from . import numbers
from .keeping import SAVED_AGAIN
from .mutant import Mutant, Mutation, Operator, mutant, stage
from .numbers import Range
from .operators import dropped, given
from .refusing import does, late


def _set(step: str, operator: Operator) -> Mutation:
    return Mutation(stage(NAME, Form.SET, step), operator)


def _toggle(chip: Any, _on: int) -> None:
    chip.store.write(auto_connect=not chip.store.read().auto_connect)


NUMBER = tuple(numbers.of_all(NAME, (Range(SWITCH, 0, "", lambda on: on, 1, (0, 1), (2,)),)))
MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "cwautoconn.not-saved",
        "AT+CWAUTOCONN= answers OK and saves nothing",
        _set("save", dropped),
    ),
    mutant(
        "cwautoconn.rewrites-same",
        "AT+CWAUTOCONN= writes the flash if nothing changes",
        _set("save", SAVED_AGAIN),
    ),
    mutant(
        "cwautoconn.refused-takes-effect",
        "AT+CWAUTOCONN= answers ERROR and saves the other",
        _set("refuse", does(_toggle)),
        late(NAME, NUMBER),
    ),
    mutant(
        "cwautoconn.inverted",
        "AT+CWAUTOCONN= saves 0 for 1 and 1 for 0",
        _set("change", given("inverted", lambda _chip, on: not on)),
    ),
    *NUMBER,
)
