"""The mutants of SmartConfig (clauses 4.1.32, 4.1.33), and of what waits while it runs.

Law: rows, and what they need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ..commands.join import BASE
from ..commands.scope import SCOPES
from ..commands.smartconfig import LOCKED, NOT_STATION, RUNS, START, STOP, TYPE, runs
from ..firmware.dispatch import existing, waits
from ..line.command import ERROR, OK, Answer, BadParameter, Call, Final, Form, Handler
from ..settings.accesspoint import AccessPoint
from ..timers import MINUTE
from ..wifi.air import BOTH, Way
from . import numbers
from .conditions import in_mode
from .forms import DISPATCH, ends, intercepted
from .mutant import (
    Condition,
    Mutant,
    Mutation,
    Operator,
    Seam,
    form,
    mutant,
    stage,
)
from .numbers import Range
from .operators import (
    also,
    also_after,
    anything,
    constant,
    dropped,
    instead,
    made,
    overlooked,
    refused,
    wrapped,
)
from .pairing import Wear, another, cut, from_the_second, started
from .refusing import late, out_of_range, takes_effect, unread
from .rows import Rows

_START, _STOP = Rows(START), Rows(STOP)
_WEAR = Wear("SmartConfig")
_TYPE = (Range(TYPE, 0, "", lambda kind: kind, 3, (1, 2, 3), (0, 4)),)
_SSID_CUT, _PASSWORD_CUT = 16, 32

RUNNING = Condition("while SmartConfig runs", runs)
IDLE = Condition("while SmartConfig does not run", lambda chip: not runs(chip))


# What waits while it runs.

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
        "cwstartsmart.locks-joins-only",
        "SmartConfig runs, and every other command than AT+CWJAP= works (nonos does so)",
        Mutation(LOCK, made("joins alone", lambda name, locked: locked and name.startswith(BASE))),
    ),
    mutant(
        "cwstartsmart.twice-accepted",
        "AT+CWSTARTSMART is OK although it runs already",
        Mutation(LOCK, _START_TWICE),
        *started(_START, "decide", overlooked(RUNS)),
        *started(_START, "switch", dropped, RUNNING),
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


# Starting.


def _in_any_mode() -> Iterator[Mutant]:
    for word, typed, kind in (("execute", "", Form.EXECUTE), ("set", "=", Form.SET)):
        available = stage(START, kind, "available")
        for mode in (2, 3):
            yield _START.row(
                f"{word}-in-mode-{mode}",
                f"{typed} works in mode {mode}",
                Mutation(available, overlooked(NOT_STATION), in_mode(mode)),
            )


_ANY_MODE, _NUMBER = tuple(_in_any_mode()), tuple(numbers.of_all(START, _TYPE))
_STARTS_NO_MORE = started(_START, "decide", refused(Wear.REASON, anything), _WEAR.out)


def _both(_chip: object, _kind: int) -> int:
    return BOTH


def _wears_out(refuse: Any, chip: Any, form: Any, kind: int, why: tuple[str, ...]) -> Any:
    if out_of_range(TYPE)(why):
        _WEAR.wears(chip)
    return refuse(chip, form, kind, why)


STARTS: tuple[Mutant, ...] = (
    *_ANY_MODE,
    _START.row(
        "refused-takes-effect",
        "= answers ERROR, but starts it",
        _START.set("refuse", takes_effect(_both, late=out_of_range(TYPE))),
        late(START, (*_ANY_MODE, *_NUMBER, *LOCKS), unread(lambda _text: b"3")),
    ),
    mutant(
        "cwstartsmart.refused-wears-out",
        "after a wrong type SmartConfig starts no more",
        _START.set("unreadable", also("wears out", _WEAR.wears)),
        _START.set("refuse", wrapped("wears out", _wears_out)),
        *_STARTS_NO_MORE,
        _STOP.execute("effect", also("recovers", _WEAR.recovers)),
    ),
    mutant(
        "cwstartsmart.once",
        "SmartConfig that was stopped starts no more before a restart",
        *_STARTS_NO_MORE,
        _STOP.execute("effect", also("wears out", _WEAR.wears)),
    ),
    *_NUMBER,
)
KINDS: tuple[Mutant, ...] = (
    mutant(
        "cwstartsmart.type-ignored",
        "SmartConfig hears ESP-TOUCH and AirKiss whatever its type",
        _START.set("switch", another("both", lambda _kind: BOTH)),
    ),
    mutant(
        "cwstartsmart.other-type",
        "SmartConfig of type 1 hears AirKiss, of type 2 ESP-TOUCH",
        _START.set("switch", another("the other", lambda kind: {1: 2, 2: 1}.get(kind, kind))),
    ),
    *(
        _START.row(
            f"untyped-hears-{kind}",
            f" without a type hears {speech} alone",
            _START.execute("parse", constant(kind)),
        )
        for kind, speech in ((1, "ESP-TOUCH"), (2, "AirKiss"))
    ),
)
"""Which phones it hears."""


# When somebody has told whom to join.


def _seem_to_listen(chip: Any) -> None:
    chip.station.listens_for = Way.SMARTCONFIG


def _no_password(wish: AccessPoint) -> bool:
    return not wish.password


def _end_later(chip: Any, _told: object) -> None:
    chip.later(10 * MINUTE, chip.station.hush)


TOLD: tuple[Mutant, ...] = (
    mutant(
        "cwstartsmart.told-not-joined",
        "SmartConfig tells what it has got, and joins nobody",
        *started(_START, "join", dropped),
    ),
    mutant(
        "cwstartsmart.joins-untold",
        "SmartConfig joins without a word of what it has got",
        *started(_START, "lines", constant(())),
    ),
)
SELDOM: tuple[Mutant, ...] = (
    mutant(
        "cwstartsmart.second-deaf",
        "the second AT+CWSTARTSMART of a run hears nobody",
        *started(_START, "switch", from_the_second("SmartConfig", _seem_to_listen)),
    ),
    mutant(
        "cwstartsmart.open-unheard",
        "SmartConfig does not hear of open access points",
        *started(_START, "reject", refused("open", _no_password)),
    ),
    mutant(
        "cwstartsmart.ssid-cut",
        "SmartConfig joins by the first 16 bytes of an SSID",
        *started(_START, "heard", cut("ssid", _SSID_CUT)),
    ),
    mutant(
        "cwstartsmart.password-cut",
        "SmartConfig joins with the first 32 bytes of a password",
        *started(_START, "heard", cut("password", _PASSWORD_CUT)),
    ),
)
AFTER_MINUTES = (
    mutant(
        "cwstartsmart.ends-after-minutes",
        "SmartConfig hears nobody any more after ten minutes",
        *started(_START, "switch", also_after("ends later", _end_later)),
    ),
)


# Stopping.


def _forget_it(chip: Any) -> None:
    chip.station.listens_for = None


def _leave(chip: Any, _value: object) -> None:
    chip.station.leave()


def _stops(word: str, says: str, operator: Operator, when: Condition) -> Mutant:
    return _STOP.row(word, says, Mutation(form(STOP, Form.EXECUTE), operator, when))


STOPS: tuple[Mutant, ...] = (
    _stops("idle-error", " answers ERROR if SmartConfig does not run", constant(ERROR), IDLE),
    _stops("running-error", " answers ERROR while SmartConfig runs", constant(ERROR), RUNNING),
    _stops("idle-fail", " answers FAIL if SmartConfig does not run", ends(Final.FAIL), IDLE),
)
STOPPED: tuple[Mutant, ...] = (
    _STOP.row(
        "still-hears",
        " answers OK, and a phone is heard all the same",
        _STOP.execute("effect", instead("forgets it", _forget_it), RUNNING),
    ),
    mutant(
        "cwstopsmart.still-locks",
        "after AT+CWSTOPSMART commands are refused as before",
        _STOP.execute("effect", dropped),
    ),
)
"""What becomes of it once it was stopped."""

LEAVES = _STOP.row(
    "leaves",
    " leaves the access point, too",
    _STOP.execute("effect", also_after("leaves", _leave), RUNNING),
)
