"""The mutants of AT+CIPMUX, AT+CIPMODE, AT+CIPSTO, AT+CIPDINFO, AT+CIPSSLSIZE (clauses 5.2.3,
5.2.12, 5.2.14, 5.2.16, 5.2.19).

Law: rows, and what they need.  What a boot begins with, and what silent clients meet, is asked for
in `tcpip.py` still.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..command import Answer, Form, Handler
from ..commands.transfer import (
    BUILDED,
    LINKED,
    MODE,
    MODE_IS_1,
    MUX,
    NO_PASSING,
    NOT_SINGLE,
    SENDER,
    SERVER,
    SERVER_TIMEOUT,
    SSL_BUFFER,
    SWITCH,
    Setting,
)
from . import numbers
from .memory import memory
from .mutant import ALWAYS, Condition, Mutant, Mutation, Operator, form, mutant, stage
from .naming import slug
from .numbers import Range
from .operators import also, constant, made, overlooked, refused, wrapped
from .refusing import does, first_number, out_of_range, takes_effect, unread

_ON_OFF = (0, 1)


@dataclass(frozen=True)
class Known:
    """What is known of a setting: its number, and its value after a boot."""

    setting: Setting
    range: Range

    @property
    def default(self) -> int:
        """What a boot begins with."""
        return self.range.default


def _known(
    setting: Setting,
    default: int,
    known: tuple[int, ...],
    foreign: tuple[int, ...],
    wraps: tuple[int, ...],
) -> Known:
    return Known(
        setting,
        Range(setting.number, 0, "", lambda value: value, default, known, foreign, wraps),
    )


KNOWN = (
    _known(MUX, 0, _ON_OFF, (-1, 2), (8, 32)),
    _known(MODE, 0, _ON_OFF, (-1, 2), (8, 32)),
    _known(SERVER_TIMEOUT, 180, (0, 1, 7200), (-1, 7201), (16, 32)),
    _known(SENDER, 0, _ON_OFF, (-1, 2), (8, 32)),
    _known(SSL_BUFFER, 2048, (2048, 4096), (0, 2047, 4097), (16, 32)),
)
QUERIED = KNOWN[:3]

LINK_0 = Condition("with link 0", lambda chip: 0 in chip.tcpip.links)
WAS_LINKED = Condition("once there was a link", lambda chip: chip.tcpip.was_linked)


def _query(setting: Setting, step: str, operator: Operator) -> Mutation:
    return Mutation(stage(setting.name, Form.QUERY, step), operator)


def _set(setting: Setting, step: str, operator: Operator, when: Condition = ALWAYS) -> Mutation:
    return Mutation(stage(setting.name, Form.SET, step), operator, when)


def _row(setting: Setting, word: str, says: str, *mutations: Mutation) -> Mutant:
    return mutant(f"{slug(setting.name)}.{word}", says, *mutations)


# What becomes of a query.


def _wrong(setting: Setting) -> Operator:
    if setting.number is SWITCH:
        return made("inverted", lambda _chip, value: 1 - value)
    return made("off by one", lambda _chip, value: value + 1)


def _lost(known: Known) -> Operator:
    def mutate(query: Handler) -> Handler:
        def answer(chip: Any, call: Any) -> Answer:
            told = query(chip, call)
            return replace(told, afterwards=lambda: known.setting.set(chip, known.default))

        return answer

    return Operator("lost when read", mutate)


def _queries(known: Known) -> Iterator[Mutant]:
    setting, default = known.setting, known.default
    typed, name = f"AT{setting.name}", setting.name.encode("ascii")

    def row(word: str, says: str, step: str, operator: Operator) -> Mutant:
        return _row(setting, word, f"{typed}{says}", _query(setting, step, operator))

    yield row(
        "query-always-default", f"? shows {default} whatever is set", "show", constant(default)
    )
    yield row("query-wrong", "? shows another value than what is set", "show", _wrong(setting))
    yield row(
        "query-other-prefix", f"? prints {setting.name}STATE: in front", "label",
        constant(name + b"STATE:"),
    )  # fmt: skip
    yield row("query-no-prefix", "? prints the bare value", "label", constant(b""))
    yield row("query-no-value", "? prints its prefix without a value", "fields", constant((b"",)))
    yield _row(
        setting,
        "lost-when-read",
        f"{typed}? shows the value once, then it is {default}",
        Mutation(form(setting.name, Form.QUERY), _lost(known)),
    )


# What becomes of a set form.


def _not_applied(value: int) -> Operator:
    def effect(healthy: Any, chip: Any, wanted: int) -> None:
        if wanted != value:
            healthy(chip, wanted)

    return wrapped(f"{value} ignored", effect)


def _effects(known: Known) -> Iterator[Mutant]:
    setting, default, late = known.setting, known.default, out_of_range(known.setting.number)
    typed = f"AT{setting.name}"

    def reset(chip: Any, _wanted: int) -> None:
        setting.set(chip, default)

    yield _row(
        setting,
        "refused-takes-effect",
        f"{typed}= answers ERROR to a wrong value, but sets it",
        _set(setting, "refuse", takes_effect(late=late)),
        Mutation(form(setting.name, Form.SET), unread(first_number)),
    )
    yield _row(
        setting,
        "refused-resets",
        f"{typed}= goes back to {default} for a wrong value",
        _set(setting, "refuse", does(reset, late=late)),
        Mutation(form(setting.name, Form.SET), unread(lambda _text: b"%d" % default)),
    )
    for value in known.range.known:
        yield _row(
            setting,
            f"{value}-not-applied",
            f"{typed}={value} answers OK and changes nothing",
            _set(setting, "effect", _not_applied(value)),
        )


# The locks.


def _remembers(setting: Setting) -> Mutation:
    def remember(chip: Any, value: int) -> None:
        if value:
            memory(chip)[setting.name] = True

    return _set(setting, "effect", also("remembered", remember))


def _once(setting: Setting) -> Condition:
    return Condition(f"once {setting.name} was set", lambda chip: setting.name in memory(chip))


def _always(_value: object) -> bool:
    return True


def _write(chip: Any, _value: int) -> None:
    chip.store.write(even_if_equal=True, uart=chip.store.read().uart)


WRITES_FLASH = also("writes the flash", _write)

LOCKS: tuple[Mutant, ...] = (
    mutant(
        "cipmux.with-link-accepted",
        "AT+CIPMUX= works with a link open",
        _set(MUX, "available", overlooked(BUILDED)),
        _set(MUX, "decide", overlooked(LINKED)),
    ),
    mutant(
        "cipmux.in-passthrough-mode-accepted",
        "AT+CIPMUX=1 works with CIPMODE=1",
        _set(MUX, "decide", overlooked(MODE_IS_1)),
    ),
    mutant(
        "cipmux.with-server-accepted",
        "AT+CIPMUX=0 works with a server",
        _set(MUX, "decide", overlooked(SERVER)),
    ),
    mutant(
        "cipmux.lock-stays",
        "AT+CIPMUX= is refused once there was a link, though it is closed",
        _set(MUX, "available", refused(BUILDED, _always), WAS_LINKED),
    ),
    mutant(
        "cipmux.mode-lock-stays",
        "AT+CIPMUX=1 is refused once CIPMODE was 1",
        _remembers(MODE),
        _set(MUX, "decide", refused("CIPMODE was 1", bool), _once(MODE)),
    ),
    mutant(
        "cipmode.mux-lock-stays",
        "AT+CIPMODE=1 is refused once CIPMUX was 1",
        _remembers(MUX),
        _set(MODE, "decide", refused("CIPMUX was 1", bool, first=False), _once(MUX)),
    ),
    mutant(
        "cipmode.link-unsaid",
        "AT+CIPMODE=1 with a link open answers ERROR alone",
        _set(MODE, "decide", refused("a link", bool, first=False), LINK_0),
    ),
    mutant(
        "cipmode.writes-flash",
        "AT+CIPMODE= writes the flash",
        _set(MODE, "effect", WRITES_FLASH),
    ),
    mutant(
        "cipdinfo.writes-flash",
        "AT+CIPDINFO= writes the flash",
        _set(SENDER, "effect", WRITES_FLASH),
    ),
    mutant(
        "cipsslsize.again-refused",
        "AT+CIPSSLSIZE= is refused once a size was set",
        _remembers(SSL_BUFFER),
        _set(SSL_BUFFER, "decide", refused("set already", _always), _once(SSL_BUFFER)),
    ),
    mutant(
        "cipmode.with-mux-accepted",
        "AT+CIPMODE= works with CIPMUX=1",
        _set(MODE, "available", overlooked(NOT_SINGLE)),
        _set(MODE, "decide", overlooked(NOT_SINGLE)),
    ),
    mutant(
        "cipmode.udp-mode-unchecked",
        "AT+CIPMODE=1 and AT+CIPSEND work with every UDP mode",
        _set(MODE, "decide", overlooked(NO_PASSING)),
    ),
)


def _mutants() -> Iterator[Mutant]:
    for known in QUERIED:
        yield from _queries(known)
        yield from _effects(known)
    for known in KNOWN:
        yield from numbers.of_all(known.setting.name, (known.range,))
    yield from LOCKS


MUTANTS: tuple[Mutant, ...] = tuple(_mutants())
