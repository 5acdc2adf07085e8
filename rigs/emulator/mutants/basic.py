"""The mutants of AT+GSLP, AT+SLEEP, AT+RFPOWER and AT+RFVDD (clauses 3.2.4, 3.2.10 to 3.2.12).

Law: rows, and what they need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ..commands import deepsleep, rfpower, sleepmode
from ..commands.deepsleep import duration_ns
from ..commands.numbers import Number
from ..commands.sleepmode import NOT_STATION
from ..commands.wifimode import STATION
from ..firmware.boot import MODEM_SLEEP
from ..line.command import Answer, Call, Final, Form, Handler
from . import numbers
from .conditions import in_mode
from .mutant import Condition, Mutant, Mutation, Operator, stage
from .numbers import Range
from .operators import (
    constant,
    each,
    forgetting,
    given,
    ignored,
    instead,
    made,
    overlooked,
    refused,
    wrapped,
)
from .receiving import Deaf
from .refusing import first_number, late, out_of_range, takes_effect, unread
from .rows import Rows

OUTSIDE_STATION = Condition("outside station mode", lambda chip: chip.current.mode != STATION)


def _only(
    number: Number,
    default: int,
    known: tuple[int, ...],
    foreign: tuple[int, ...],
    wraps: tuple[int, ...] = (8, 32),
    taken: tuple[str, Operator] | None = None,
) -> Range:
    """A command's only number."""
    return Range(number, 0, "", lambda value: value, default, known, foreign, wraps, taken)


# AT+GSLP

MINUTE_MS, HALF_HOUR_MS = 60_000, 1_800_000
"""What is a long sleep for some mutants, and the longest for one."""

_GSLP = Rows(deepsleep.NAME)


def _unsigned(_chip: object, time: int) -> int:
    """A time below zero counts without its sign."""
    return abs(time)


def _if_long(name: str, act: Callable[[Any, int], None]) -> Operator:
    def effect(healthy: Any, chip: Any, time: int) -> None:
        (act if time > MINUTE_MS else healthy)(chip, time)

    return wrapped(name, effect)


def _awake(chip: Any, time: int) -> None:
    """Everything goes on, up to the reset at the end."""
    duration = duration_ns(chip, time)
    if duration is not None:
        chip.later(duration, lambda: chip.sleep(0))


def _for_ever(chip: Any, _time: int) -> None:
    chip.sleep(None)


def _doze(chip: Any, time: int) -> None:
    """Nothing is heard, and at the end everything is as before."""
    chip.divert(Deaf())
    duration = duration_ns(chip, time)
    if duration is not None:
        chip.later(duration, lambda: chip.divert(None))


def _drift(_chip: object, time: int) -> int:
    return time * 6 // 5 if time > MINUTE_MS else time


def _told_late(handler: Handler) -> Handler:
    """The information comes behind OK."""

    def answer(chip: Any, call: Call) -> Answer:
        told = handler(chip, call)
        if told.final is not Final.OK:
            return told
        late = chip.voice.framed(Final.OK) + told.information
        return replace(told, final=None, information=late)

    return answer


def _sleeps(word: str, says: str, operator: Operator) -> Mutant:
    return _GSLP.row(word, says, _GSLP.set("effect", operator))


GSLP: tuple[Mutant, ...] = (
    _sleeps("never-wakes", "= sleeps until a reset", instead("for ever", _for_ever)),
    _sleeps(
        "wakes-at-half",
        "= wakes after half the time",
        given("half", lambda _chip, time: time // 2),
    ),
    _sleeps(
        "wakes-at-double",
        "= wakes after twice the time",
        given("twice", lambda _chip, time: time * 2),
    ),
    _sleeps(
        "seconds",
        "= takes its parameter for seconds",
        given("seconds", lambda _chip, time: time * 1000),
    ),
    _sleeps(
        "answers-asleep",
        "= lets the firmware go on until the reset at the end",
        instead("awake", _awake),
    ),
    _sleeps(
        "wakes-without-restart",
        "= is deaf for the time and then goes on as before",
        instead("dozes", _doze),
    ),
    _GSLP.row(
        "time-not-printed",
        "= does not print the time (nonos firmware neither)",
        _GSLP.set("tell", constant(b"")),
    ),
    _GSLP.row(
        "time-wrong",
        "= prints a time that is 1 too large",
        _GSLP.set("tell", given("off by one", lambda _chip, time: time + 1)),
    ),
    _GSLP.row(
        "time-after-ok",
        "= prints the time after OK",
        _GSLP.whole(Form.SET, Operator("told late", _told_late)),
    ),
    _GSLP.row(
        "refused-sleeps",
        "= answers ERROR to what it refuses, but sleeps",
        _GSLP.set("refuse", takes_effect(_unsigned)),
        _GSLP.whole(Form.SET, unread(lambda text: first_number(text).removeprefix(b"-"))),
    ),
    *numbers.of_all(
        deepsleep.NAME,
        (
            _only(
                deepsleep.TIME,
                100,
                (1, 100, 100000),
                (-1,),
                (16, 32),
                taken=("effect", given("unsigned", _unsigned)),
            ),
        ),
    ),
)
LONG_SLEEP: tuple[Mutant, ...] = (
    _sleeps(
        "half-hour-at-most",
        "= wakes after half an hour if it is to sleep longer",
        given("half an hour", lambda _chip, time: min(time, HALF_HOUR_MS)),
    ),
    _sleeps(
        "minutes-drift",
        "= of over a minute wakes after 1.2 times the time",
        given("drifts", _drift),
    ),
    _sleeps(
        "long-never-wakes",
        "= of over a minute sleeps until a reset",
        _if_long("for ever", _for_ever),
    ),
    _sleeps(
        "answers-in-long-sleep",
        "= of over a minute answers until the time is over",
        _if_long("awake", _awake),
    ),
)
"""What short sleeps do not show."""


# AT+SLEEP

_SLEEP = Rows(sleepmode.NAME)
_MODES = (_only(sleepmode.MODE, MODEM_SLEEP, (0, 1, 2), (-1, 3)),)


def _forget(chip: Any) -> None:
    chip.sleep_mode = MODEM_SLEEP


def _sleep() -> Iterator[Mutant]:
    row, query, set_ = _SLEEP.row, _SLEEP.query, _SLEEP.set
    for mode in (0, 1, 2):
        says = f"={mode} answers OK and changes nothing"
        yield row(f"{mode}-not-applied", says, set_("effect", ignored(mode)))
    yield row(
        "lost-when-read",
        "? shows the mode once, then it is 2 again",
        _SLEEP.whole(Form.QUERY, forgetting(_forget)),
    )
    yield row("query-always-2", "? shows 2 whatever is set", query("show", constant(MODEM_SLEEP)))
    yield row(
        "query-off-by-one",
        "? shows one more than what is set",
        query("show", made("off by one", lambda _chip, mode: mode + 1)),
    )
    yield row(
        "query-other-prefix",
        "? prints +SLEEPMODE: in front",
        query("label", constant(b"+SLEEPMODE:")),
    )
    yield row("query-no-prefix", "? prints the bare number", query("label", constant(b"")))
    yield row(
        "query-no-digit",
        "? prints its prefix without a number",
        query("fields", constant((b"",))),
    )
    yield row(
        "query-in-station-mode-only",
        "? is refused in the other Wi-Fi modes",
        query("available", refused(NOT_STATION, lambda _chip: True), OUTSIDE_STATION),
    )
    yield row(
        "set-in-any-mode",
        "= is taken in every Wi-Fi mode (nonos does so)",
        set_("decide", overlooked(NOT_STATION)),
    )
    yield row(
        "set-beside-softap",
        "= is taken in mode 3, too",
        Mutation(stage(sleepmode.NAME, Form.SET, "decide"), overlooked(NOT_STATION), in_mode(3)),
    )
    yield row(
        "softap-refuses-yet-sets",
        "= answers ERROR in mode 2, but sets the mode",
        Mutation(
            stage(sleepmode.NAME, Form.SET, "refuse"),
            takes_effect(late=lambda why: why == (NOT_STATION,)),
            in_mode(2),
        ),
    )
    yield from numbers.of_all(sleepmode.NAME, _MODES)


def _byte(_chip: object, mode: int) -> int:
    """What is kept of a wrong mode."""
    return mode % 256


def _first_byte(text: bytes) -> bytes:
    """A byte of the first number, unless that is wider than any that is read."""
    number = first_number(text)
    read = bool(number) and -(2**31) <= int(number) < 2**31
    return b"%d" % (int(number) % 256) if read else number


def _refused_sleep(mutants: tuple[Mutant, ...]) -> Mutant:
    return _SLEEP.row(
        "refused-takes-effect",
        "= answers ERROR to a wrong mode, but sets it",
        _SLEEP.set("refuse", takes_effect(_byte, late=out_of_range(sleepmode.MODE))),
        late(
            sleepmode.NAME,
            (*mutants, numbers.unlimited(sleepmode.NAME, _MODES)),
            unread(_first_byte),
        ),
    )


_HEEDED = tuple(_sleep())
SLEEP: tuple[Mutant, ...] = (*_HEEDED, _refused_sleep(_HEEDED))


# AT+RFPOWER and AT+RFVDD

_RFVDD = Rows(rfpower.VOLTAGE_NAME)


def _volts(chip: Any, _value: int) -> tuple[bytes, ...]:
    return (b"%.2f" % (chip.vdd33_mv / 1000),)


def _rf() -> Iterator[Mutant]:
    row, query = _RFVDD.row, _RFVDD.query
    yield row(
        "query-other-prefix", "? prints +VDD33: in front", query("label", constant(b"+VDD33:"))
    )
    yield row("query-no-prefix", "? prints the bare number", query("label", constant(b"")))
    yield row(
        "query-no-digits",
        "? prints its prefix without a number",
        query("fields", each("nothing", lambda _field: b"")),
    )
    yield row("query-zero", "? shows 0", query("show", constant(0)))
    yield row(
        "query-volts", "? shows volts with decimals", query("fields", instead("volts", _volts))
    )
    voltage = _only(rfpower.VOLTAGE, 3300, (1900, 2500, 3300), (1899, 3301), (16, 32))
    yield from numbers.of_all(rfpower.VOLTAGE_NAME, (voltage,))
    power = _only(rfpower.POWER, 82, (0, 50, 82), (-1, 83))
    yield from numbers.of_all(rfpower.POWER_NAME, (power,))


RF: tuple[Mutant, ...] = tuple(_rf())
