"""The mutants of what waits while SmartConfig runs (clause 4.1.32).

Law: rows.  What SmartConfig itself does is asked for in `commands/smartconfig.py` still.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ..command import OK, Answer, BadParameter, Call, Form, Handler
from ..commands.join import BASE
from ..commands.scope import SCOPES
from ..commands.smartconfig import LOCKED
from ..dispatch import existing, waits
from .forms import DISPATCH, intercepted
from .mutant import Mutant, Mutation, Seam, mutant
from .operators import constant, wrapped

LOCK = Seam(("station", "locked_by_smartconfig"))
"""From a command's name to whether it has to wait."""

_START_TWICE = wrapped(
    "starts twice", lambda locked, name: name != "+CWSTARTSMART" and locked(name)
)


def _while_locked(act: Callable[[Any, Call], Answer]) -> Callable[[Handler], Handler]:
    def case(before: Handler) -> Handler:
        def answered(chip: Any, call: Call) -> Answer:
            locked = existing(chip.personality.commands, call) and waits(chip, call)
            return act(chip, call) if locked else before(chip, call)

        return answered

    return case


def _swallowed(_chip: Any, _call: Call) -> Answer:
    return OK


def _made(chip: Any, call: Call) -> Answer:
    handler = existing(chip.personality.commands, call)
    with suppress(BadParameter):
        return replace(LOCKED, effect=handler(chip, call).effect if handler else None)
    return LOCKED


def _joins(word: str, act: Callable[[Any, Call], Answer]) -> tuple[Mutation, ...]:
    return tuple(
        Mutation(DISPATCH, intercepted(word, scope.name(BASE), Form.SET, _while_locked(act)))
        for scope in SCOPES
    )


LOCKS: tuple[Mutant, ...] = (
    mutant(
        "cwstartsmart.locks-nothing",
        "SmartConfig runs, and every other command works",
        Mutation(LOCK, constant(False)),
    ),
    mutant(
        "cwstartsmart.twice-accepted",
        "AT+CWSTARTSMART is OK although it runs already",
        Mutation(LOCK, _START_TWICE),
    ),
)
JOINS: tuple[Mutant, ...] = (
    mutant(
        "cwstartsmart.join-swallowed",
        "AT+CWJAP= during SmartConfig is OK, and joins nobody",
        *_joins("swallowed", _swallowed),
    ),
    mutant(
        "cwstartsmart.join-refused-made",
        "AT+CWJAP= during SmartConfig is an ERROR, and joins",
        *_joins("made though refused", _made),
    ),
)
