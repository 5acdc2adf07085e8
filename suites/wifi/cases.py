"""What the purposes of commands with siblings share: a case for each name and each value.

Law of this file: it knows how the names of siblings differ, `X`, `X_CUR` and `X_DEF`, and nothing
of what they do. What writes to the flash is `destructive` (clause 6 lists the commands).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import pytest

from conformance.catalogue import load_edition

COMMANDS = load_edition().commands

#: The ends of a triple's names.
SUFFIXES = ("", "_CUR", "_DEF")


def siblings(name: str) -> tuple[str, ...]:
    """The three names that begin with `name`."""
    return tuple(name + suffix for suffix in SUFFIXES)


def suffix(name: str) -> str:
    """`_CUR`, `_DEF` or nothing."""
    return next((end for end in SUFFIXES[1:] if name.endswith(end)), "")


def stem(name: str) -> str:
    """The name without its end."""
    return name.removesuffix(suffix(name))


def saving(names: Iterable[str]) -> tuple[str, ...]:
    """Those of `names` that write to the flash: all but _CUR."""
    return tuple(name for name in names if not name.endswith("_CUR"))


def current(names: Iterable[str]) -> tuple[str, ...]:
    """Those of `names` that do not."""
    return tuple(name for name in names if name.endswith("_CUR"))


def cases(
    requirement: str,
    names: Sequence[str],
    values: Callable[[str], Iterable[tuple[object, object]]],
    code: str = "BV",
    heading: str = "",
    about: str = "",
) -> Iterator[object]:
    """A `pytest.param` for each name and each pair of key and value that `values` gives for it.

    It verifies `requirement`, for example `set/03`, of that command. The purpose's id is made of
    the heading, else of the name's stem, of `code`, form and number, and of `about` if two
    purposes verify one requirement.
    """
    form, _, number = requirement.partition("/")
    kind = "" if form == "set" else f"{form.upper()}-"
    tail = f"-{about}" if about else ""
    for name in names:
        writes = form == "set" and not name.endswith("_CUR")
        mark = pytest.mark.purpose(
            f"TP/WIFI/{heading or stem(name)}/{kind}{code}-{number}{tail}",
            verifies=[f"{COMMANDS[name].clause}/{name}/{requirement}"],
            hazards=["destructive"] if writes else [],
        )
        for key, value in values(name):
            yield pytest.param(name, value, marks=mark, id=f"{name}-{key}")


def each(*values: object) -> Callable[[str], Iterable[tuple[object, object]]]:
    """`values`, the same for every name; each is its own key."""
    return lambda _: [(_key(value), value) for value in values]


def keyed(table: dict[str, object]) -> Callable[[str], Iterable[tuple[object, object]]]:
    """The items of `table`, the same for every name."""
    return lambda _: table.items()


def _key(value: object) -> str:
    if isinstance(value, tuple):
        return "-".join(_key(part) for part in value)
    return str(value) or "empty"
