"""What can become of a function, whatever it is: few and general.

Law: no seam is named here.  A function takes the chip first, and last what the stage before it has
made; a change takes the chip and a value, and gives another value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from ..line.command import Answer, Call, Handler
from .mutant import Function, Operator

Change = Callable[[Any, Any], Any]
"""(chip, value) -> another value."""


def instead(name: str, function: Function) -> Operator:
    """Another function in its place."""
    return Operator(name, lambda _healthy: function)


def constant(value: Any) -> Operator:
    """The same value, always."""
    return instead(f"constant {value!r}", lambda *_arguments: value)


def wrapped(name: str, wrapper: Callable[..., Any]) -> Operator:
    """A function of its own that may call the healthy one: `wrapper(healthy, *arguments)`."""

    def mutate(healthy: Function) -> Function:
        return lambda *arguments: wrapper(healthy, *arguments)

    return Operator(name, mutate)


def given(name: str, change: Change) -> Operator:
    """It is given another value than the stage before it has made."""
    return wrapped(
        name,
        lambda healthy, chip, *rest: healthy(chip, *rest[:-1], change(chip, rest[-1])),
    )


def made(name: str, change: Change) -> Operator:
    """It makes another value."""
    return wrapped(name, lambda healthy, chip, *rest: change(chip, healthy(chip, *rest)))


def mixed(step: type[Any]) -> Operator:
    """A machine that keeps state, with one of its steps as another class has it."""

    def mix(healthy: type[Any]) -> type[Any]:
        there = issubclass(healthy, step)
        return healthy if there else type(step.__name__, (step, healthy), {})

    return Operator(step.__name__.strip("_"), mix)


# Acts: nothing comes of them, or they come again.

dropped = constant(None)
"""Nothing is done."""


def ignored(value: Any) -> Operator:
    """It is not done, where this is wanted."""

    def act(healthy: Function, chip: Any, wanted: Any) -> None:
        if wanted != value:
            healthy(chip, wanted)

    return wrapped(f"{value} ignored", act)


def also(name: str, act: Callable[[Any, Any], None]) -> Operator:
    """It is done, and something else with it, before."""

    def both(healthy: Function, chip: Any, *rest: Any) -> Any:
        act(chip, rest[-1] if rest else None)
        return healthy(chip, *rest)

    return wrapped(name, both)


def also_after(name: str, act: Callable[[Any, Any], None]) -> Operator:
    """It is done, and something else with it, afterwards."""

    def both(healthy: Function, chip: Any, *rest: Any) -> Any:
        done = healthy(chip, *rest)
        act(chip, rest[-1] if rest else None)
        return done

    return wrapped(name, both)


# Frozen values with named fields.


def kept(of: Callable[[Any], Any], *fields: str) -> Operator:
    """What is made has these fields as another value has them, such as the one before."""

    def keep(chip: Any, value: Any) -> Any:
        return _kept(value, of(chip), fields)

    return made(f"kept {', '.join(fields)}", keep)


def given_kept(of: Callable[[Any], Any], *fields: str) -> Operator:
    """The same of what it is given."""

    def keep(chip: Any, value: Any) -> Any:
        return _kept(value, of(chip), fields)

    return given(f"kept {', '.join(fields)}", keep)


def _kept(value: Any, other: Any, fields: Iterable[str]) -> Any:
    return replace(value, **{name: getattr(other, name) for name in fields})


def swapped(first: str, second: str) -> Operator:
    """Two fields, each with the value of the other."""

    def swap(_chip: Any, value: Any) -> Any:
        return replace(value, **{first: getattr(value, second), second: getattr(value, first)})

    return made(f"swapped {first}, {second}", swap)


def fixed(**fields: Any) -> Operator:
    """Fields that always have the same value."""
    return made(f"fixed {fields}", lambda _chip, value: replace(value, **fields))


def off_by_one(field: str) -> Operator:
    """A field that is 1 too large."""

    def add(_chip: Any, value: Any) -> Any:
        return replace(value, **{field: getattr(value, field) + 1})

    return made(f"off by one {field}", add)


# Rows: fields of an answer, reasons to refuse.


def truncated(length: int) -> Operator:
    """The first ones alone."""
    return made(f"truncated {length}", lambda _chip, row: tuple(row)[:length])


def without(*places: int) -> Operator:
    """All but those at these places."""

    def leave_out(_chip: Any, row: Any) -> Any:
        return tuple(each for place, each in enumerate(row) if place not in places)

    return made(f"without {', '.join(map(str, places))}", leave_out)


def each(name: str, change: Callable[[Any], Any], first: int | None = None) -> Operator:
    """Every one of them changed, or the first ones."""

    def change_each(_chip: Any, row: Any) -> Any:
        row = tuple(row)
        end = len(row) if first is None else first
        return (*(change(item) for item in row[:end]), *row[end:])

    return made(name, change_each)


def inside(name: str, change: Callable[[bytes], bytes]) -> Operator:
    """The text between the quotes of each field changed."""
    return each(name, lambda field: b'"%b"' % change(field[1:-1]))


def unquoted(first: int | None = None) -> Operator:
    """The fields without their quotes, or the first ones."""
    return each("unquoted", lambda field: field[1:-1], first)


# Whole forms: what is answered.


def forgetting(act: Callable[[Any], None]) -> Operator:
    """After OK something is lost."""

    def mutate(handler: Handler) -> Handler:
        def answer(chip: Any, call: Call) -> Answer:
            return replace(handler(chip, call), afterwards=lambda: act(chip))

        return answer

    return Operator("forgets", mutate)


# Decisions: reasons to refuse, of which there is none where a thing is accepted.


def anything(_wanted: object) -> bool:
    """Whatever is wanted."""
    return True


def overlooked(*reasons: str, of: Callable[[Any], bool] = anything) -> Operator:
    """Accepted, if these are the only reasons to refuse, and what is wanted is so."""

    def decide(healthy: Function, chip: Any, *rest: Any) -> Any:
        found = tuple(healthy(chip, *rest))
        if not of(rest[-1] if rest else None):
            return found
        return tuple(reason for reason in found if reason not in reasons)

    return wrapped(f"overlooked {', '.join(reasons)}", decide)


def refused(why: str, applies: Callable[[Any], bool], first: bool = True) -> Operator:
    """Refused, if what is wanted is so.

    `why` is what somebody would have to write there; `first`: before all other reasons, or last.
    """

    def decide(healthy: Function, chip: Any, *rest: Any) -> Any:
        reasons = tuple(healthy(chip, *rest))
        if not applies(rest[-1] if rest else chip):
            return reasons
        return (why, *reasons) if first else (*reasons, why)

    return wrapped(f"refused {why}", decide)


# Changes of settings: a dict of new values.


def unchanged(*names: str) -> Operator:
    """Without the new values of these settings; without names, of all."""

    def leave(_chip: Any, changes: Any) -> Any:
        return {name: new for name, new in changes.items() if names and name not in names}

    return made(f"unchanged {', '.join(names)}", leave)


def given_unchanged(*names: str) -> Operator:
    """The same of what it is given."""

    def leave(_chip: Any, changes: Any) -> Any:
        return {name: new for name, new in changes.items() if names and name not in names}

    return given(f"unchanged {', '.join(names)}", leave)


def part_kept(setting: str, of: Callable[[Any], Any], *fields: str) -> Operator:
    """The new value of a setting has these fields as another value of it has them."""

    def keep(chip: Any, changes: Any) -> Any:
        return {**changes, setting: _kept(changes[setting], of(chip), fields)}

    return given(f"kept {', '.join(fields)}", keep)
