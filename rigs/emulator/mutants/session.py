"""The mutants of ATE, AT+RST, AT+GMR and AT+RESTORE (clauses 3.2.2, 3.2.3, 3.2.5, 3.2.6).

Law: rows, and what they need.  What becomes of the echo itself is asked for in `echo.py` still.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..commands.basic import ECHO
from ..commands.factory import NAME as RESTORE
from ..line.command import OK, Answer, Call, Final, Form, Handler
from ..settings.settings import taken
from .boot import PARTING_WORD, RESTORE_HANGS, RST_HANGS, part
from .keeping import COPIES, NAMES, Lifetime
from .mutant import Mutant, Mutation, Operator, form, mutant, stage
from .operators import (
    also,
    dropped,
    given,
    ignored,
    instead,
    made,
    overlooked,
    refused,
    without,
    wrapped,
)
from .refusing import refused_does

# AT+RST and AT+RESTORE

RST = "+RST"


def _execute(name: str, step: str, operator: Operator) -> Mutation:
    return Mutation(stage(name, Form.EXECUTE, step), operator)


def _ok_at_ready(chip: Any, _nothing: object) -> None:
    """OK comes once the board is up again."""
    part(chip, chip.voice.framed(Final.OK))


def _no_final(handler: Handler) -> Handler:
    def answer(chip: Any, call: Call) -> Answer:
        return replace(handler(chip, call), final=None)

    return answer


def _late(name: str) -> tuple[Mutation, ...]:
    return (
        PARTING_WORD,
        _execute(name, "then", also("OK late", _ok_at_ready)),
        Mutation(form(name, Form.EXECUTE), Operator("no final code yet", _no_final)),
    )


RESTARTS: tuple[Mutant, ...] = (
    mutant(
        "rst.no-return",
        "AT+RST restarts, but the firmware hangs after the boot text",
        *RST_HANGS,
    ),
    mutant("rst.ok-after-boot", "AT+RST says its OK only after the restart", *_late(RST)),
    mutant(
        "restore.no-restart",
        "AT+RESTORE resets the saved settings, but does not restart",
        _execute(RESTORE, "then", dropped),
    ),
    mutant(
        "restore.no-return",
        "AT+RESTORE restarts, but the firmware hangs after the boot text",
        *RESTORE_HANGS,
    ),
    mutant(
        "restore.ok-after-boot",
        "AT+RESTORE says its OK only after the restart",
        *_late(RESTORE),
    ),
    mutant(
        "restore.restarts-only",
        "AT+RESTORE restarts, but resets no setting",
        _execute(RESTORE, "effect", dropped),
    ),
)

PARTS: Mapping[str, tuple[str, ...]] = {
    "uart": ("uart",),
    "mode": ("mode",),
    "softap": ("softap",),
    "auto-connect": ("auto_connect",),
    "dhcp": ("dhcp",),
    "station-mac": ("station_mac",),
    "softap-mac": ("softap_mac",),
    "station-ip": ("station_ip", "dhcp"),
    "softap-ip": ("softap_ip", "dhcp"),
    "leases": ("leases",),
    "link": ("link",),
}
"""What may be kept, as ids spell it -> the settings it consists of.

With a static address goes what it has done to DHCP.
"""


def _kept(names: tuple[str, ...]) -> Operator:
    def erase(healthy: Any, chip: Any) -> None:
        saved = chip.store.read()
        healthy(chip)
        chip.store.write(**taken(saved, *names))

    return wrapped(f"kept {', '.join(names)}", erase)


def _part_kept(field: str) -> Operator:
    """A softAP as the factory has it, but for this."""

    def erase(healthy: Any, chip: Any) -> None:
        saved = getattr(chip.store.read().softap, field)
        healthy(chip)
        chip.store.write(softap=replace(chip.store.read().softap, **{field: saved}))

    return wrapped(f"kept {field}", erase)


def _in_a_copy(lifetime: Lifetime) -> tuple[Mutation, ...]:
    def erase(chip: Any) -> None:
        chip.store.copy(lifetime, taken(chip.personality.factory, *NAMES))

    return _execute(RESTORE, "effect", instead(f"in a copy {lifetime.name}", erase)), COPIES


KEPT: tuple[Mutant, ...] = (
    *(
        mutant(
            f"restore.{word}-kept",
            f"AT+RESTORE keeps what is saved: {word}",
            _execute(RESTORE, "effect", _kept(names)),
        )
        for word, names in PARTS.items()
    ),
    *(
        mutant(
            f"restore.{word}-kept",
            f"AT+RESTORE keeps what is saved of a softAP: {word}",
            _execute(RESTORE, "effect", _part_kept(field)),
        )
        for word, field in (
            ("ssid", "ssid"),
            ("password", "password"),
            ("channel", "channel"),
            ("encryption", "ecn"),
            ("stations", "max_connections"),
            ("hidden", "hidden"),
        )
    ),
    mutant(
        "restore.undone-by-restart",
        "AT+RESTORE resets a copy that the next restart loses",
        *_in_a_copy(Lifetime.UNTIL_SECOND_BOOT),
    ),
    mutant(
        "restore.undone-by-power-loss",
        "AT+RESTORE resets a copy that a loss of power loses",
        *_in_a_copy(Lifetime.UNTIL_POWER_LOSS),
    ),
)


# AT+GMR

_LABELS = {"at": b"AT version:", "sdk": b"SDK version:", "compile": b"compile time:"}
_LINES = tuple(_LABELS)


def _fields(operator: Operator) -> Mutation:
    return _execute("+GMR", "fields", operator)


def _bare(line: str) -> Operator:
    """A line that is its label alone."""
    place, label = _LINES.index(line), _LABELS[line]

    def change(_chip: object, fields: Any) -> Any:
        return (*fields[:place], label, *fields[place + 1 :])

    return made(f"{line} bare", change)


def _first(line: str) -> Operator:
    place = _LINES.index(line)

    def change(_chip: object, fields: Any) -> Any:
        return (fields[place], *fields[:place], *fields[place + 1 :])

    return made(f"{line} first", change)


def _gmr() -> Iterator[Mutant]:
    numbers = {
        "at": ("no-at-number", "its first line without the AT version number"),
        "sdk": ("no-sdk-number", "its second line without the SDK version number"),
        "compile": ("no-compile-time", "its third line without the compile time"),
    }
    for line, (word, says) in numbers.items():
        yield mutant(f"gmr.{word}", f"AT+GMR prints {says}", _fields(_bare(line)))
    about = {"at": "AT", "sdk": "the SDK", "compile": "the compile time"}
    for place, (line, what) in enumerate(about.items()):
        yield mutant(
            f"gmr.{line}-line-missing",
            f"AT+GMR leaves out the line about {what}",
            _fields(without(place)),
        )
    yield mutant(
        "gmr.sdk-first",
        "AT+GMR prints the SDK version before the AT version",
        _fields(_first("sdk")),
    )
    yield mutant(
        "gmr.compile-first",
        "AT+GMR prints the compile time before the versions",
        _fields(_first("compile")),
    )


GMR: tuple[Mutant, ...] = tuple(_gmr())


# ATE


def _set(step: str, operator: Operator) -> Mutation:
    return Mutation(stage("E", Form.SET, step), operator)


def _toggle(chip: Any) -> None:
    chip.echo.on = not chip.echo.on


TOGGLES = Mutation(form("E", Form.SET), refused_does("toggles the echo", _toggle))
"""What a wrong value does though it is refused."""


def _odd(shape: re.Pattern[bytes]) -> Mutation:
    """OK, and nothing is done, where this stands behind the name."""

    def mutate(handler: Handler) -> Handler:
        return lambda chip, call: OK if shape.fullmatch(call.tail) else handler(chip, call)

    return Mutation(form("E", Form.SET), Operator("odd accepted", mutate))


LETTER, MINUS = _odd(re.compile(rb"[A-Za-z]")), _odd(re.compile(rb"-[0-9]+"))


def _ate() -> Iterator[Mutant]:
    for on in (0, 1):
        yield mutant(
            f"ate.{on}-ignored",
            f"ATE{on} answers OK, but the echo stays as it was",
            _set("effect", ignored(on)),
        )
        yield mutant(
            f"ate.{on}-refused",
            f"ATE{on} answers ERROR and changes nothing",
            _set("decide", refused(ECHO.reason(on), lambda wanted, on=on: wanted == on)),  # type: ignore[misc]
        )
    yield mutant(
        "ate.inverted",
        "ATE0 switches the echo on, ATE1 off",
        _set("effect", given("inverted", lambda _chip, on: not on)),
    )
    for number in range(2, 11):
        yield mutant(
            f"ate.{number}-accepted",
            f"ATE{number} answers OK and changes nothing",
            _set("decide", overlooked(ECHO.reason(number))),
            _set("effect", ignored(number)),
        )
    yield mutant(
        "ate.equals-accepted",
        "ATE=0 and ATE=1 are taken like ATE0 and ATE1",
        _set("typed", Operator("without =", _without_equals)),
    )


def _without_equals(typed: Callable[[Call], bytes]) -> Callable[[Call], bytes]:
    return lambda call: typed(call).removeprefix(b"=")


ATE: tuple[Mutant, ...] = tuple(_ate())
