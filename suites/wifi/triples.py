"""Cases for a command and its siblings with _CUR and _DEF, which share their purposes.

Law of this file: it makes `pytest.param`s and knows no command's meaning. The command without a
suffix and the one with _DEF save what they set, so theirs are `destructive`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pytest

from conformance.catalogue import load_edition

COMMANDS = load_edition().commands


def saves(command: str) -> bool:
    """Whether `command`, one of a triple, saves what it sets."""
    return not command.endswith("_CUR")


def savers(command: str) -> tuple[str, ...]:
    """Who gives back what `command` saved: itself, because it did save, and its _DEF sibling."""
    return tuple(dict.fromkeys((command, command.removesuffix("_DEF") + "_DEF")))


def cases(
    code: str,
    commands: Iterable[str],
    ids: str,
    values: Mapping[str, Any] | Iterable[Any],
    harmless: bool = False,
    needs: Iterable[str] = (),
    waits_s: float = 0,
    also: Callable[[str], str] | None = None,
) -> Iterator[Any]:
    """A `pytest.param(command, value)` for each command and each of `values`, which have names.

    `code` is the end of the purpose's id, `ids` the form and number of the requirement. What is
    `harmless` writes nothing that is saved, whatever the command. `needs` stand beside those of
    the requirement. `waits_s`: how long each waits. `also` makes another requirement that it
    verifies of the command's name.
    """
    named = values if isinstance(values, Mapping) else {str(value): value for value in values}
    for name in commands:
        heading = name.split("_")[0]
        mark = pytest.mark.purpose(
            f"TP/WIFI/{heading}/{code}",
            verifies=[f"{COMMANDS[name].clause}/{name}/{ids}", *([also(name)] if also else [])],
            hazards=["destructive"] if saves(name) and not harmless else [],
            needs=tuple(needs),
            waits_s=waits_s,
        )
        for key, value in named.items():
            yield pytest.param(name, value, marks=mark, id=f"{name}-{key}")


def alone(
    code: str,
    commands: Iterable[str],
    ids: str,
    harmless: bool = False,
    needs: Iterable[str] = (),
) -> Iterator[Any]:
    """A `pytest.param(command)` for each command; for what has no further value."""
    for case in cases(code, commands, ids, [""], harmless, needs):
        yield pytest.param(case.values[0], marks=case.marks, id=case.values[0])
