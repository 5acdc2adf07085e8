"""The mutants of AT+CIPMUX, AT+CIPMODE, AT+CIPSTO, AT+CIPDINFO, AT+CIPSSLSIZE (clauses 5.2.3,
5.2.12, 5.2.14, 5.2.16, 5.2.19).

Law: rows, and what they need.  What silent clients meet stands in `clients`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..commands.send import PEER_CHANGES, SEND
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
from ..line.command import Form
from . import numbers
from .keeping import write_user_area
from .memory import memory
from .mutant import Condition, Mutant, Mutation, Operator
from .numbers import Range
from .operators import (
    also,
    constant,
    forgetting,
    ignored,
    made,
    overlooked,
    refused,
)
from .refusing import (
    does,
    first_number,
    late,
    out_of_range,
    takes_effect,
    unread,
)
from .rows import Rows

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
    _known(SSL_BUFFER, 2048, (2048, 4096), (0, 512, 2047, 4097, 16384), (16, 32)),
)
QUERIED = KNOWN[:3]

LINK_0 = Condition("with link 0", lambda chip: 0 in chip.tcpip.links)
WAS_LINKED = Condition("once there was a link", lambda chip: chip.tcpip.linked_once)


_MUX, _MODE, _SENDER, _SSL_BUFFER = (Rows(each.name) for each in (MUX, MODE, SENDER, SSL_BUFFER))


# What becomes of a query.


def _wrong(setting: Setting) -> Operator:
    if setting.number is SWITCH:
        return made("inverted", lambda _chip, value: 1 - value)
    return made("off by one", lambda _chip, value: value + 1)


def _forgets(known: Known) -> Operator:
    return forgetting(lambda chip: known.setting.set(chip, known.default))


def _queries(known: Known, names: Rows) -> Iterator[Mutant]:
    row, query, default = names.row, names.query, known.default
    other = f"{names.name}STATE:"
    yield row(
        "query-always-default",
        f"? shows {default} whatever is set",
        query("show", constant(default)),
    )
    yield row(
        "query-wrong",
        "? shows another value than what is set",
        query("show", _wrong(known.setting)),
    )
    yield row(
        "query-other-prefix",
        f"? prints {other} in front",
        query("label", constant(other.encode("ascii"))),
    )
    yield row("query-no-prefix", "? prints the bare value", query("label", constant(b"")))
    yield row(
        "query-no-value",
        "? prints its prefix without a value",
        query("fields", constant((b"",))),
    )
    yield row(
        "lost-when-read",
        f"? shows the value once, then it is {default}",
        names.whole(Form.QUERY, _forgets(known)),
    )


# What becomes of a set form.


def _effects(known: Known, names: Rows) -> Iterator[Mutant]:
    setting, default = known.setting, known.default
    wrong = out_of_range(setting.number)

    def reset(chip: Any, _wanted: int) -> None:
        setting.set(chip, default)

    yield names.row(
        "refused-resets",
        f"= goes back to {default} for a wrong value",
        names.set("refuse", does(reset, late=wrong)),
        names.whole(Form.SET, unread(lambda _text: b"%d" % default)),
    )
    for value in known.range.known:
        says = f"={value} answers OK and changes nothing"
        yield names.row(f"{value}-not-applied", says, names.set("effect", ignored(value)))


# The locks.


def _remembers(names: Rows) -> Mutation:
    def remember(chip: Any, value: int) -> None:
        if value:
            memory(chip)[names.name] = True

    return names.set("effect", also("remembered", remember))


def _once(names: Rows) -> Condition:
    return Condition(f"once AT{names.name} was set", lambda chip: names.name in memory(chip))


def _always(_value: object) -> bool:
    return True


WRITES_FLASH = also("writes the flash", write_user_area)

LOCKS: tuple[Mutant, ...] = (
    _MUX.row(
        "with-link-accepted",
        "= works with a link open",
        _MUX.set("available", overlooked(BUILDED)),
        _MUX.set("decide", overlooked(LINKED)),
    ),
    _MUX.row(
        "in-passthrough-mode-accepted",
        "=1 works with CIPMODE=1",
        _MUX.set("decide", overlooked(MODE_IS_1)),
    ),
    _MUX.row(
        "with-server-accepted",
        "=0 works with a server",
        _MUX.set("decide", overlooked(SERVER)),
    ),
    _MUX.row(
        "lock-stays",
        "= is refused once there was a link, though it is closed",
        _MUX.set("available", refused(BUILDED, _always), WAS_LINKED),
    ),
    _MUX.row(
        "mode-lock-stays",
        "=1 is refused once CIPMODE was 1",
        _remembers(_MODE),
        _MUX.set("decide", refused("CIPMODE was 1", bool), _once(_MODE)),
    ),
    _MODE.row(
        "mux-lock-stays",
        "=1 is refused once CIPMUX was 1",
        _remembers(_MUX),
        _MODE.set("decide", refused("CIPMUX was 1", bool, first=False), _once(_MUX)),
    ),
    _MODE.row(
        "link-unsaid",
        "=1 with a link open answers ERROR alone",
        _MODE.set("decide", refused("a link", bool, first=False), LINK_0),
    ),
    _MODE.row(
        "writes-flash",
        "= writes the flash",
        _MODE.set("effect", WRITES_FLASH),
    ),
    _SENDER.row(
        "writes-flash",
        "= writes the flash",
        _SENDER.set("effect", WRITES_FLASH),
    ),
    _SSL_BUFFER.row(
        "again-refused",
        "= is refused once a size was set",
        _remembers(_SSL_BUFFER),
        _SSL_BUFFER.set("decide", refused("set already", _always), _once(_SSL_BUFFER)),
    ),
    _MODE.row(
        "with-mux-accepted",
        "= works with CIPMUX=1",
        _MODE.set("available", overlooked(NOT_SINGLE)),
        _MODE.set("decide", overlooked(NOT_SINGLE)),
    ),
    _MODE.row(
        "udp-mode-unchecked",
        "=1 and AT+CIPSEND work with every UDP mode",
        _MODE.set("decide", overlooked(NO_PASSING)),
        Rows(SEND).execute("available", overlooked(PEER_CHANGES)),
    ),
)


def _refused(known: Known, names: Rows) -> Mutant:
    number = (known.range,)
    return names.row(
        "refused-takes-effect",
        "= answers ERROR to a wrong value, but sets it",
        names.set("refuse", takes_effect(late=out_of_range(known.setting.number))),
        late(
            names.name,
            (*LOCKS, *numbers.of_all(names.name, number), numbers.unlimited(names.name, number)),
            unread(first_number),
        ),
    )


def _mutants() -> Iterator[Mutant]:
    for known in QUERIED:
        names = Rows(known.setting.name)
        yield from _queries(known, names)
        yield _refused(known, names)
        yield from _effects(known, names)
    for known in KNOWN:
        yield from numbers.of_all(known.setting.name, (known.range,))
    yield from LOCKS


MUTANTS: tuple[Mutant, ...] = tuple(_mutants())
