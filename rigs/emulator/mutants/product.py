"""The mutants that nobody wrote by hand: each operator on each seam where it applies, with and
without each condition.

Law: whether an operator applies follows from the type of what passes, and from nothing else.  Their
ids begin with `product:`; no list of faults has them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache
from typing import Any

from ..chip.rules import Identity
from ..commands import stages
from ..firmware.boot import Ram
from ..ip.interfaces import has_softap, has_station
from ..line.command import OK, Answer, Final, Form
from ..personalities import PERSONALITIES
from ..serial.uart import UartFormat
from ..settings.accesspoint import AccessPoint
from ..settings.addresses import DhcpSwitches, IpConfig, Leases
from ..settings.settings import SoftAp
from ..timers import SECOND
from .conditions import JOINED, WITH_GUESTS
from .memory import memory
from .mutant import ALWAYS, Condition, Mutant, Mutation, Operator, Seam, mutant
from .operators import dropped, given, made, wrapped

PREFIX = "product:"
"""What the ids begin with."""

FIRMWARE = "document"
"""Whose seams these are."""

_VALUES = {
    each.__name__: each
    for each in (AccessPoint, DhcpSwitches, Identity, IpConfig, Leases, Ram, SoftAp, UartFormat)
}
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
    "Answer": {"wrong-code": lambda _answer: OK},
}


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


def _changes(kind: str) -> dict[str, Change]:
    """What can become of a value of this type; None stays None."""
    bare = kind.removesuffix(" | None")
    value = _VALUES.get(bare)
    found = dict(_field_changes(value)) if value else dict(_CHANGES.get(bare, {}))
    return {word: _unless_none(change) for word, change in found.items()}


def _unless_none(change: Change) -> Change:
    return lambda value: None if value is None else change(value)


# Operators, by what a function takes and makes.

_NO_OPS = (stages.nothing, stages.nothing_follows)
"""Nothing can become of what does nothing."""

_FIXED: Mapping[Any, Any] = {
    stages.at_any_time: (), stages.at_once: 0, stages.silent: b"", stages.no_head: b"",
}  # fmt: skip
"""What these always make; an operator that leaves it as it is does not apply."""

_CHIPLESS = ("label", "typed")
"""What these make depends on no chip: the first is as good as any."""

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


def _stale(seam: Seam) -> Operator:
    """What it made first in a run, it makes ever after."""

    def keep(chip: Any, value: Any) -> Any:
        return memory(chip).setdefault(f"first of {_spelled(seam)}", value)

    return made("stale", keep)


def _operators(seam: Seam, function: Any, declared: str) -> Iterator[tuple[str, Operator]]:
    if function in _NO_OPS:
        return
    annotations = getattr(function, "__annotations__", {})
    kind = _LAST.fullmatch(declared)
    makes = str(annotations.get("return", kind[1] if kind else ""))
    if makes == "None":
        yield from _ACTS.items()
    for word, change in _changes(makes).items():
        if function not in _FIXED or change(_FIXED[function]) != _FIXED[function]:
            yield word, made(word, lambda _chip, value, change=change: change(value))  # type: ignore[misc]
    if makes not in _TIMELESS and function not in _FIXED and seam.path[-1] not in _CHIPLESS:
        yield "stale", _stale(seam)
    *_others, taken = [None, *(v for k, v in annotations.items() if k != "return")]
    if taken and len(annotations) > 2 and makes in ("None", "Changes"):
        for word, change in _changes(str(taken)).items():
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


_CODES = {
    "error": _code(Final.ERROR),
    "fail": _code(Final.FAIL),
    "silent": _code(None),
    "ok": _code(Final.OK),
}
_WHOLE = {
    **_CODES,
    "information-twice": _information(lambda text: text * 2),
    "information-lost": _information(lambda _text: b""),
}
_FLAG = {"inverted": Operator("inverted", lambda flag: not flag)}


# Conditions.


def _second_time(seam: Seam) -> Condition:
    """From the second call of a run on."""
    key = f"calls of {_spelled(seam)}"

    def holds(chip: Any) -> bool:
        kept = memory(chip)
        kept[key] = kept.get(key, 0) + 1
        return bool(kept[key] > 1)

    return Condition("second-time", holds)


def _conditions(seam: Seam) -> Iterator[tuple[str, Condition]]:
    yield "always", ALWAYS
    yield "second-time", _second_time(seam)
    if seam.path[0] == "commands":
        yield "joined", JOINED
        yield "with-guests", WITH_GUESTS
        yield "in-mode-3", IN_MODE_3


IN_MODE_3 = Condition(
    "in mode 3", lambda chip: has_station(chip.current) and has_softap(chip.current)
)


# Seams.


def _spelled(seam: Seam) -> str:
    steps = [each.value if isinstance(each, Form) else each for each in seam.path]
    named = [each or "AT" for each in steps if each not in ("commands", "forms")]
    return "/".join(named)


@dataclass(frozen=True)
class _Place:
    """A seam, and which operators apply there."""

    seam: Seam
    operators: Mapping[str, Operator]
    conditional: bool = True


def _unasked(row: Any) -> set[str]:
    """Stages that a form never comes to, and those that are about time alone, which is free."""
    unasked = {"lasts_ns"}
    if isinstance(row, stages.QueryForm):
        unasked.add("show" if row.saved and row.show_saved else "show_saved")
    if isinstance(row, stages.SettingForm) and not row.saves:
        unasked.add("save")
    return unasked


def _stages(path: tuple[str | Form, ...], row: Any) -> Iterator[_Place]:
    for each in fields(row):
        if each.name in _unasked(row):
            continue
        function, seam = getattr(row, each.name), Seam((*path, each.name))
        if isinstance(function, bool):
            yield _Place(seam, _FLAG, conditional=False)
        elif callable(function):
            operators = dict(_operators(seam, function, str(each.type)))
            yield _Place(seam, operators, conditional=each.name != "typed")  # it takes no chip


def _informs(handler: Any) -> bool:
    """Whether a form can say anything but its final code."""
    if isinstance(handler, stages.SetForm):
        return handler.tell is not stages.silent
    return not isinstance(handler, stages.ExecuteForm)


def _places() -> Iterator[_Place]:
    personality = PERSONALITIES[FIRMWARE]
    for name, registered in personality.commands.items():
        for kind, handler in registered.forms.items():
            path = ("commands", name, "forms", kind)
            yield _Place(Seam(path), _WHOLE if _informs(handler) else _CODES)
            if is_dataclass(handler):
                yield from _stages(path, handler)
    for place in _stages(("start",), personality.start):
        yield replace(place, conditional=place.seam.path[-1] in ("link", "wish", "join"))


def _mutants() -> Iterator[Mutant]:
    for place in _places():
        where = _spelled(place.seam)
        for word, operator in place.operators.items():
            for when, condition in _conditions(place.seam):
                if condition is ALWAYS or place.conditional:
                    yield mutant(
                        f"{PREFIX}{where}/{word}/{when}",
                        f"{where} is {word}, {when}",
                        Mutation(place.seam, operator, condition),
                    )


@lru_cache(maxsize=1)
def product() -> Mapping[str, Mutant]:
    """Every one of them, by id."""
    return {each.id: each for each in _mutants()}
