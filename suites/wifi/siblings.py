"""The names of a triple, and cases for each of them and each value that it has.

Law of this file: it knows how the names of siblings differ, `X`, `X_CUR` and `X_DEF`, and nothing
of what they do. The code of a purpose is made of what it verifies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from conformance.commandline import CommandLine, set_
from suites.wifi import triples

COMMANDS = triples.COMMANDS

#: The ends of a triple's names.
_ENDS = ("", "_CUR", "_DEF")

#: From a command's name to its values, each with its key.
Values = Callable[[str], Iterable[tuple[Any, Any]]]


def siblings(name: str) -> tuple[str, ...]:
    """The three names that begin with `name`."""
    return tuple(name + end for end in _ENDS)


def suffix(name: str) -> str:
    """`_CUR`, `_DEF` or nothing."""
    return next((end for end in _ENDS[1:] if name.endswith(end)), "")


def stem(name: str) -> str:
    """The name without its end."""
    return name.removesuffix(suffix(name))


def saving(names: Iterable[str]) -> tuple[str, ...]:
    """Those of `names` that write to the flash."""
    return tuple(filter(triples.saves, names))


def current(names: Iterable[str]) -> tuple[str, ...]:
    """Those of `names` that do not."""
    return tuple(name for name in names if not triples.saves(name))


def cases(
    requirement: str,
    names: Iterable[str],
    values: Values,
    code: str = "BV",
    about: str = "",
    needs: Iterable[str] = (),
    waits_s: float = 0,
    also: Callable[[str], str] | None = None,
) -> Iterator[Any]:
    """A `pytest.param` for each name and each of its values; verifies `requirement`, `form/NN`.

    `about` tells the purposes of one requirement apart. `needs` stand beside those of the
    requirement. `waits_s`: how long each waits. `also`: see `triples.cases`.
    """
    form, _, number = requirement.partition("/")
    head = "" if form == "set" else f"{form.upper()}-"
    tail = f"-{about}" if about else ""
    for name in names:
        named = {str(key): value for key, value in values(name)}
        yield from triples.cases(
            f"{head}{code}-{number}{tail}",
            [name],
            requirement,
            named,
            harmless=form != "set",
            needs=needs,
            waits_s=waits_s,
            also=also,
        )


#: The mode that has the interface of a command alone.
_ALONE = {"CIPSTAMAC": 1, "CIPSTA": 1, "CIPAPMAC": 2, "CIPAP": 2}


def its_own_mode(name: str) -> CommandLine:
    """The line for the mode that has only the interface of the command."""
    return set_("CWMODE_CUR", _ALONE[stem(name)])


def each(*values: Any) -> Values:
    """`values`, the same for every name; each is its own key."""
    return lambda _: [(_key(value), value) for value in values]


def keyed(table: Mapping[str, Any]) -> Values:
    """The items of `table`, the same for every name."""
    return lambda _: table.items()


def _key(value: Any) -> str:
    if isinstance(value, tuple):
        return "-".join(_key(part) for part in value)
    return str(value) or "empty"
