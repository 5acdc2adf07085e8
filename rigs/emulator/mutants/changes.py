"""What can become of a value, by its type, and of a function, by what it takes and makes.

Law: whether an operator applies follows from the type of what passes, and from nothing else.  No
seam is named here.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from ..chip.rules import Identity
from ..commands import stages
from ..firmware.boot import Ram
from ..line.command import OK, Answer, Final
from ..net.clientrules import Lease
from ..net.inforce import SoftApSide, StationSide
from ..net.mdnsrecords import Service
from ..net.serverrules import Given, Terms
from ..serial.uart import UartFormat
from ..settings.accesspoint import AccessPoint
from ..settings.addresses import DhcpSwitches, IpConfig, Leases
from ..settings.settings import SoftAp
from ..timers import SECOND
from .memory import memory
from .mutant import Operator
from .operators import constant, dropped, given, made, wrapped

_VALUES = {
    each.__name__: each
    for each in (
        AccessPoint, DhcpSwitches, Given, Identity, IpConfig, Lease, Leases, Ram, Service, SoftAp,
        SoftApSide, StationSide, Terms, UartFormat,
    )
}  # fmt: skip
"""Frozen values whose fields are changed one by one."""

_LAST = re.compile(r".*\], (.+?)\]( \| None)?", re.DOTALL)
"""The type that a function makes, in the annotation of a stage."""

Change = Callable[[Any], Any]


# Changes of a value, by its type.


def _cut(text: bytes) -> bytes:
    """Without its last character; a line keeps its end."""
    line = text.rstrip(b"\r\n")
    return line[:-1] + text[len(line) :]


_CHANGES: Mapping[str, Mapping[str, Change]] = {
    "int": {"off-by-one": lambda number: number + 1, "zero": lambda _number: 0},
    "bool": {"inverted": lambda flag: not flag},
    "bytes": {"empty": lambda _text: b"", "cut": _cut, "doubled": lambda text: text * 2},
    "Fields": {
        "without-first": lambda row: tuple(row)[1:],
        "without-last": lambda row: tuple(row)[:-1],
        "swapped": lambda row: (*row[1::-1], *row[2:]),
        "last-empty": lambda row: (*row[:-1], b"") if row else row,
    },
    "Changes": {"unchanged": lambda _changes: {}},
    "Reasons": {"never-refused": lambda _why: (), "always-refused": lambda why: (*why, "refused")},
    "rows": {
        "empty": lambda _rows: (),
        "without-first": lambda rows: tuple(rows)[1:],
        "doubled": lambda rows: tuple(rows) * 2,
    },
}

_ROWS = ("tuple[", "Sequence[", "list[")
"""How the types of rows begin."""


def _field_changes(value: type[Any]) -> Iterator[tuple[str, Change]]:
    """Changes of one field, and swaps of two neighbours of one type."""
    row = fields(value)
    for each in row:
        kind = str(each.type).removesuffix(" | None")
        for word, change in _CHANGES.get(kind, {}).items():
            yield f"{each.name}-{word}", _of_field(each.name, change)
    for one, other in itertools.pairwise(row):
        if one.type == other.type:
            yield f"{one.name}-{other.name}-swapped", _swap(one.name, other.name)


def _of_field(name: str, change: Change) -> Change:
    def changed(value: Any) -> Any:
        old = getattr(value, name)
        return value if old is None else replace(value, **{name: change(old)})

    return changed


def _swap(one: str, other: str) -> Change:
    return lambda value: replace(value, **{one: getattr(value, other), other: getattr(value, one)})


def changes(kind: str) -> dict[str, Change]:
    """What can become of a value of this type; None stays None."""
    bare = kind.removesuffix(" | None")
    value = _VALUES.get(bare)
    named = "rows" if bare.startswith(_ROWS) else bare
    found = dict(_field_changes(value)) if value else dict(_CHANGES.get(named, {}))
    kept = {word: _unless_none(change) for word, change in found.items()}
    return kept if bare == kind else {**kept, "none": lambda _value: None}


def _unless_none(change: Change) -> Change:
    return lambda value: None if value is None else change(value)


# Operators, by what a function takes and makes.

_NO_OPS = (stages.nothing, stages.nothing_follows)
"""Nothing can become of what does nothing."""

_FIXED: Mapping[Any, Any] = {
    stages.at_any_time: (), stages.at_once: 0, stages.silent: b"", stages.no_head: b"",
    stages.no_news: (),
}  # fmt: skip
"""What these always make; an operator that leaves it as it is does not apply."""

_TIMELESS = ("None", "Reasons", "Answer")
"""Of these the first is not kept."""


def _twice(healthy: Any, *arguments: Any) -> Any:
    healthy(*arguments)
    return healthy(*arguments)


def _late(healthy: Any, chip: Any, *rest: Any) -> None:
    chip.later(SECOND, lambda: healthy(chip, *rest))


_ACTS = {
    "dropped": dropped,
    "twice": wrapped("twice", _twice),
    "late": wrapped("late", _late),
}


def _stale(where: str) -> Operator:
    """What it made first in a run, it makes ever after."""

    def keep(chip: Any, value: Any) -> Any:
        return memory(chip).setdefault(f"first of {where}", value)

    return made("stale", keep)


def operators(
    where: str, function: Any, declared: str, keeps: bool
) -> Iterator[tuple[str, Operator]]:
    """What can become of a function.

    `where`: as the seam is spelled.  `declared`: the type of the function, where it stands.
    `keeps`: whether its first value can be wrong later.
    """
    if function in _NO_OPS:
        return
    annotations = getattr(function, "__annotations__", {})
    kind = _LAST.fullmatch(declared)
    makes = str(annotations.get("return", kind[1] if kind else ""))
    if makes == "None":
        yield from _ACTS.items()
    if makes == "Answer":
        yield "wrong-code", constant(OK)  # also where the healthy one raises
    for word, change in changes(makes).items():
        if function not in _FIXED or change(_FIXED[function]) != _FIXED[function]:
            yield word, made(word, lambda _chip, value, change=change: change(value))  # type: ignore[misc]
    if keeps and makes not in _TIMELESS and function not in _FIXED:
        yield "stale", _stale(where)
    yield from _given(annotations, makes)


def _given(annotations: Mapping[str, Any], makes: str) -> Iterator[tuple[str, Operator]]:
    """It is given another value than the stage before it has made."""
    *_others, taken = [None, *(v for k, v in annotations.items() if k != "return")]
    if taken and len(annotations) > 2 and makes in ("None", "Changes"):
        for word, change in changes(str(taken)).items():
            yield (
                f"given-{word}",
                given(word, lambda _chip, value, change=change: change(value)),  # type: ignore[misc]
            )


def _code(final: Final | None) -> Operator:
    """Another final code, whatever was done."""

    def mutate(handler: Any) -> Any:
        return lambda chip, call: handler(chip, call).then(
            lambda told: replace(told, final=final) if told.final else told
        )

    return Operator(f"code {final}", mutate)


def _information(change: Change) -> Operator:
    def changed(told: Answer) -> Answer:
        return replace(told, information=change(told.information))

    def mutate(handler: Any) -> Any:
        return lambda chip, call: handler(chip, call).then(changed)

    return Operator("information", mutate)


CODES: Mapping[str, Operator] = {
    "error": _code(Final.ERROR),
    "fail": _code(Final.FAIL),
    "silent": _code(None),
    "ok": _code(Final.OK),
}
WHOLE: Mapping[str, Operator] = {
    **CODES,
    "information-twice": _information(lambda text: text * 2),
    "information-lost": _information(lambda _text: b""),
}
FLAG = {"inverted": Operator("inverted", lambda flag: not flag)}
