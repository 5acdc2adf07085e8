"""The mutants of AT+UART, AT+UART_CUR and AT+UART_DEF (clauses 3.2.7 to 3.2.9).

Law: rows, and what they need.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from operator import attrgetter
from typing import Any

from ..commands.uart import BASE, DATABITS, FIELDS, FLOWS, PARITIES, STOPBITS
from ..line.command import BadParameter, Form
from ..line.parameters import COMMA
from ..serial.uart import UartFormat, in_registers
from ..settings.settings import Settings
from ..timers import MILLISECOND
from . import numbers
from .boot import BOOTED, booted
from .mutant import Mutant, Mutation, Operator, form
from .numbers import Range
from .operators import also_after, given, given_kept, part_kept
from .refusing import takes_effect, unread_on
from .scopes import ScopedRows, rows, stored, survives

_REVERTS_AFTER = 50 * MILLISECOND

_DEFAULTS = {"baud": 115200, "databits": 8, "stopbits": 1, "parity": 0, "flow": 0}
_KNOWN = {
    "baud": ((110, 9600, 4608000), (109, 4608001)),
    "databits": (tuple(DATABITS), (4, 9)),
    "stopbits": (tuple(STOPBITS), (0, 4)),
    "parity": (tuple(PARITIES), (-1, 3)),
    "flow": (tuple(FLOWS), (-1, 4)),
}
"""Values in and just outside of each range."""


_IN_REGISTERS = given("in registers", lambda _chip, wanted: in_registers(wanted))

RANGES = tuple(
    Range(
        field,
        place,
        field.name,
        attrgetter(field.name),
        _DEFAULTS[field.name],
        *_KNOWN[field.name],
        wraps=(32,) if field.name == "baud" else (8, 32),
        taken=("change", _IN_REGISTERS),
    )
    for place, field in enumerate(FIELDS)
)
DEFAULTS = [each.written for each in RANGES]


def _in_force(chip: Any) -> UartFormat:
    now: UartFormat = chip.current.uart
    return now


def _saved(chip: Any) -> UartFormat:
    kept: UartFormat = chip.store.read().uart
    return kept


def _as_far_as_read(chip: Any, text: bytes) -> bytes:
    """The numbers that can be read, and for the others what is in force."""
    parameters = chip.parameters(text)
    read: list[int] = []
    try:
        while len(read) < len(FIELDS):
            read.append(parameters.number())
    except BadParameter:
        pass
    others = [getattr(_in_force(chip), field.name) for field in FIELDS[len(read) :]]
    return COMMA.join(b"%d" % number for number in (*read, *others))


def _swapped(_chip: object, wanted: UartFormat) -> UartFormat:
    return replace(wanted, databits={5: 6, 6: 5}.get(wanted.databits, wanted.databits))


def _revert(chip: Any, before: Settings) -> None:
    first = booted(chip, before).uart
    chip.later(_REVERTS_AFTER, lambda: chip.switch_uart(first))


def _effects(names: ScopedRows) -> Iterator[Mutant]:
    row = names.row
    yield row(
        "ok-at-new-setting",
        "= switches before it answers: OK comes in the new setting",
        names.set("after_ok", Operator("at once", lambda _after: False)),
    )
    yield row(
        "reverts",
        "= takes effect for 50 ms, then the setting of the last start is back",
        names.set("follow", also_after("reverts", _revert)),
        BOOTED,
    )
    yield row(
        "refused-takes-effect",
        "= answers ERROR where it has to, yet what it could read applies",
        names.set("refuse", takes_effect()),
        names.set("change", _IN_REGISTERS),
        Mutation(form(names.name, Form.SET), unread_on(_as_far_as_read)),
    )
    if not names.scope.saves:  # what is saved could never be taken back
        yield row(
            "databits-5-6-swapped",
            "= takes 5 data bits for 6, and 6 for 5",
            names.set("change", given("5 and 6 swapped", _swapped)),
        )
    for field in FIELDS:
        yield row(
            f"{field.name}-not-applied",
            f"= answers OK, but <{field.name}> stays as it was",
            names.set("change", given_kept(_in_force, field.name)),
        )
        if names.scope.saves:
            yield row(
                f"{field.name}-not-saved",
                f"= takes effect, but <{field.name}> is not saved",
                names.set("save", part_kept("uart", _saved, field.name)),
            )


def _mutants() -> Iterator[Mutant]:
    for names in rows(BASE):
        yield from stored(
            names, "the setting", "= makes a setting that survives AT+RST", survives("uart")
        )
        yield from _effects(names)
        yield from numbers.of_all(names.name, RANGES)
        yield numbers.missing(names.name, DEFAULTS)


MUTANTS: tuple[Mutant, ...] = tuple(_mutants())
