"""The mutants that nobody wrote by hand: each operator on each seam where it applies, with and
without each condition.

Law: which seams there are, and which conditions each can have; what becomes of a function is said
in `changes`.  Their ids begin with `product:`; no list of faults has them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache
from typing import Any

from ..commands import stages
from ..line.command import Form
from ..personalities import PERSONALITIES
from .changes import CODES, FLAG, WHOLE, operators
from .conditions import BOTH, JOINED, WITH_GUESTS
from .memory import before, memory
from .mutant import ALWAYS, Condition, Mutant, Mutation, Operator, Seam, conditional, mutant
from .operators import wrapped

PREFIX = "product:"
"""What the ids begin with."""

FIRMWARE = "document"
"""Whose seams these are."""


# Conditions.


def _second_time(where: str) -> Condition:
    """From the second call of a run on."""
    key = f"calls of {where}"

    def holds(chip: Any) -> bool:
        kept = memory(getattr(chip, "_chip", chip))  # what keeps state may live for one command
        kept[key] = kept.get(key, 0) + 1
        return bool(kept[key] > 1)

    return Condition("second-time", holds)


def _restarted(healthy: Any, chip: Any) -> Any:
    memory(chip)["restarted"] = before(chip) is not None
    return healthy(chip)


_REMEMBERS_RESTART = Mutation(Seam(("start", "ready")), wrapped("remembers a restart", _restarted))
"""What a mutant needs that is wrong after a restart alone; it changes nothing by itself."""

_AFTER_RESTART = Condition("after-restart", lambda chip: bool(memory(chip).get("restarted")))
"""In a run that a restart by software has begun."""

_OF_CHIP = {
    "joined": JOINED,
    "with-guests": WITH_GUESTS,
    "in-mode-3": BOTH,
    "after-restart": _AFTER_RESTART,
}

_When = Callable[[str], Iterator[tuple[str, Condition]]]
"""From a seam as it is spelled to its conditions."""


def _always(_where: str) -> Iterator[tuple[str, Condition]]:
    yield "always", ALWAYS


def _of_machine(where: str) -> Iterator[tuple[str, Condition]]:
    """Those of what keeps state, which need not know the chip."""
    yield "always", ALWAYS
    yield "second-time", _second_time(where)


def _of_chip(where: str) -> Iterator[tuple[str, Condition]]:
    yield from _of_machine(where)
    yield from _OF_CHIP.items()


def _of_boot(_where: str) -> Iterator[tuple[str, Condition]]:
    """Those of what a run does once."""
    yield "always", ALWAYS
    yield "in-mode-3", BOTH


# Seams.


def _spelled(seam: Seam, method: str = "") -> str:
    steps = [each.value if isinstance(each, Form) else each for each in seam.path]
    named = [each or "AT" for each in steps if each not in ("commands", "forms")]
    return "/".join([*named, method] if method else named)


@dataclass(frozen=True)
class _Place:
    """A seam, which operators apply there, and when; `method`: which one of the class there."""

    seam: Seam
    operators: Mapping[str, Operator]
    when: _When = _of_chip
    method: str = ""

    def mutants(self) -> Iterator[Mutant]:
        """The product of operators and conditions."""
        where = _spelled(self.seam, self.method)
        for word, operator in self.operators.items():
            for when, condition in self.when(where):
                yield mutant(
                    f"{PREFIX}{where}/{word}/{when}",
                    f"{where} is {word}, {when}",
                    *self._mutations(operator, condition),
                )

    def _mutations(self, operator: Operator, condition: Condition) -> Iterator[Mutation]:
        if self.method:
            yield Mutation(self.seam, _of_method(self.method, operator, condition))
        else:
            yield Mutation(self.seam, operator, condition)
        if condition is _AFTER_RESTART:
            yield _REMEMBERS_RESTART


# Of commands, of a boot, of the network.


def _unasked(row: Any) -> set[str]:
    """Stages that a form never comes to, and those that are about time alone, which is free."""
    unasked = {"lasts_ns"}
    if getattr(row, "available", None) is stages.at_any_time:
        unasked.add("turn_away")
    if isinstance(row, stages.QueryForm):
        unasked.add("show" if row.saved and row.show_saved else "show_saved")
    if isinstance(row, stages.SettingForm) and not row.saves:
        unasked.add("save")
    return unasked


_CHIPLESS = ("label", "typed")
"""What these make depends on no chip: the first is as good as any."""


def _stages(path: tuple[str | Form, ...], row: Any) -> Iterator[_Place]:
    for each in fields(row):
        if each.name in _unasked(row):
            continue
        function, seam = getattr(row, each.name), Seam((*path, each.name))
        if isinstance(function, bool):
            yield _Place(seam, FLAG, _always)
        elif callable(function):
            keeps = each.name not in _CHIPLESS
            found = dict(operators(_spelled(seam), function, str(each.type), keeps))
            yield _Place(seam, found, _always if each.name == "typed" else _of_chip)


def _codes(handler: Any) -> Mapping[str, Operator]:
    """What can become of a whole form; one that is never refused is OK as it is."""
    whole = WHOLE if _informs(handler) else CODES
    never_refused = isinstance(handler, _PLAIN) and handler.available is stages.at_any_time
    return {word: each for word, each in whole.items() if word != "ok" or not never_refused}


_PLAIN = (stages.QueryForm, stages.ListForm, stages.ExecuteForm)
"""What has no parameters."""


def _informs(handler: Any) -> bool:
    """Whether a form can say anything but its final code."""
    if isinstance(handler, stages.SetForm):
        return handler.tell is not stages.silent
    return not isinstance(handler, stages.ExecuteForm)


def _commands() -> Iterator[_Place]:
    for name, registered in PERSONALITIES[FIRMWARE].commands.items():
        for kind, handler in registered.forms.items():
            path = ("commands", name, "forms", kind)
            yield _Place(Seam(path), _codes(handler))
            if is_dataclass(handler):
                yield from _stages(path, handler)


def _boot() -> Iterator[_Place]:
    for place in _stages(("start",), PERSONALITIES[FIRMWARE].start):
        knows_chip = place.seam.path[-1] in ("link", "wish", "join")
        yield replace(place, when=_of_boot if knows_chip else _always)


def _network() -> Iterator[_Place]:
    """What the firmware does on its networks by itself, and what is in force there."""
    personality = PERSONALITIES[FIRMWARE]
    for each in fields(personality.network):
        rules = getattr(personality.network, each.name)
        if is_dataclass(rules):
            yield from _stages(("network", each.name), rules)
    for name in ("station_side", "softap_side"):
        seam = Seam((name,))
        yield _Place(seam, dict(operators(name, getattr(personality, name), "", True)))


# Of what keeps state: each method of a class is a seam.


_CLASSES = (
    "reader", "receiver", "echo", "voice", "store", "radio", "beaconing", "data_phase",
    "passthrough", "stack",
)  # fmt: skip
_BYTE_BY_BYTE = ("reader", "receiver", "echo")
"""The second time of these is the second byte."""


def _of_method(name: str, operator: Operator, condition: Condition) -> Operator:
    """The operator on one method, or on the function of a property."""

    def mutate(healthy: type[Any]) -> type[Any]:
        method = inspect.getattr_static(healthy, name)
        change = conditional(operator, condition)
        if isinstance(method, property):
            wrong: Any = property(change(method.fget))
        else:
            wrong = _changed(method, change)
        return type(healthy.__name__, (healthy,), {name: wrong})

    return Operator(operator.name, mutate)


def _changed(method: Any, change: Callable[[Any], Any]) -> Any:
    """A method that is changed; arguments that it takes by name are its last one, a mapping."""
    taken = inspect.signature(method).parameters.values()
    if not any(each.kind is each.VAR_KEYWORD for each in taken):
        return change(method)
    changed = change(lambda *arguments: method(*arguments[:-1], **arguments[-1]))
    return lambda *arguments, **named: changed(*arguments, named)


def _methods(class_: type[Any]) -> Iterator[tuple[str, Any]]:
    for name, method in inspect.getmembers_static(class_):
        function = method.fget if isinstance(method, property) else method
        if inspect.isfunction(function) and not name.startswith("__"):
            yield name, function


def _machines() -> Iterator[_Place]:
    personality = PERSONALITIES[FIRMWARE]
    for where in _CLASSES:
        seam = Seam((where,))
        when = _always if where in _BYTE_BY_BYTE else _of_machine
        for name, function in _methods(getattr(personality, where)):
            found = dict(operators(_spelled(seam, name), function, "", where not in _BYTE_BY_BYTE))
            found.pop("late", None)  # it has no chip that does anything later
            yield _Place(seam, found, when, name)


@lru_cache(maxsize=1)
def product() -> Mapping[str, Mutant]:
    """Every one of them, by id."""
    places = (*_commands(), *_boot(), *_network(), *_machines())
    return {each.id: each for place in places for each in place.mutants()}
