"""The mutants of AT+CIPSEND and AT+CIPSENDEX (clauses 5.2.4 and 5.2.5) up to their data.

Law: rows, and what they need.  What becomes of the data stands in `dataphase` and `passthrough`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

from ..commands.send import (
    LENGTH,
    MULTIPLE,
    NO_LINK,
    NOT_PASSING,
    PASSES_THROUGH,
    PORT_RANGE,
    SEND,
    SEND_ESCAPED,
    TAIL,
    Sending,
)
from ..ip.dataphase import Plan
from ..line.command import Form
from . import numbers
from .mutant import Condition, Mutant
from .numbers import Range
from .operators import constant, dropped, made, overlooked, refused
from .refusing import refused_does
from .rows import Rows
from .typed import rewritten_on

_UNASKED = 4  # bytes
_IN_MULTIPLE = Condition("with CIPMUX=1", lambda chip: chip.tcpip.multiple)


# Where parameters stand.


def _at(chip: Any, _typed: Sequence[bytes]) -> int:
    """The length: behind the id, if there is one."""
    return int(chip.tcpip.multiple)


_LENGTH = Range(LENGTH, _at, "length", attrgetter("length"), 4, (1, 2048), (0, 2049), ())


# What becomes of them.


def _without_id(chip: Any, typed: list[bytes]) -> Sequence[bytes]:
    return typed[1:] if not chip.tcpip.multiple and len(typed) == 2 else typed


def _with_first_id(chip: Any, typed: list[bytes]) -> Sequence[bytes]:
    if not (chip.tcpip.multiple and chip.tcpip.links and typed[0].isdigit()):
        return typed
    return (b"%d" % min(chip.tcpip.links), *typed[1:])


def _without_tail(_chip: object, sending: Sending) -> Sending:
    ends = sending.length is not None and sending.unread == TAIL
    return replace(sending, unread="") if ends else sending


def _with_port(_chip: object, sending: Sending) -> Sending:
    missing = sending.host and sending.port is None and not sending.unread
    return replace(sending, port=1) if missing else sending


def _take_unasked(chip: Any) -> None:
    chip.take_data(Plan("", 0, _UNASKED))


def _of(name: str) -> Iterator[Mutant]:
    names = Rows(name)
    row, step = names.row, names.set
    yield row("prompt-missing", "= takes data without inviting them", step("invite", dropped))
    yield row("other-prompt", "= invites with a colon", step("prompt", constant(b": ")))
    yield row(
        "data-executed",
        "= invites, but data are taken for commands",
        step("take", dropped),
    )
    yield row(
        "refused-takes-data",
        "= takes four bytes of data when it refuses",
        names.whole(Form.SET, refused_does("takes data", _take_unasked)),
    )
    yield row(
        "single-takes-id",
        "= ignores a link id with CIPMUX=0",
        step("parse", rewritten_on("id ignored", _without_id)),
    )
    yield row(
        "sends-to-first",
        "= sends on the first link, whatever its id is",
        step("parse", rewritten_on("first id", _with_first_id)),
    )
    yield row(
        "set-in-passthrough-mode-accepted",
        "= takes a length with CIPMODE=1",
        step("available", overlooked(PASSES_THROUGH)),
    )
    yield row(
        "address-refused",
        "= refuses an address for UDP",
        step("decide", refused("an address", attrgetter("host"), first=False)),
    )
    yield row(
        "port-missing-accepted",
        "= takes an address without a port",
        step("parse", made("port assumed", _with_port)),
    )
    yield row(
        "port-range-unchecked",
        "= takes ports 0 and 65536",
        step("decide", overlooked(PORT_RANGE)),
    )
    yield from numbers.of_all(name, (_LENGTH,), made("tail ignored", _without_tail))


_SEND = Rows(SEND)

MUTANTS: tuple[Mutant, ...] = (
    *_of(SEND),
    *_of(SEND_ESCAPED),
    _SEND.row(
        "execute-without-mode-accepted",
        " passes through with CIPMODE=0",
        _SEND.execute("available", overlooked(NOT_PASSING)),
    ),
    _SEND.row(
        "execute-unlinked-accepted",
        " passes through without a link",
        _SEND.execute("available", overlooked(NO_LINK)),
    ),
    _SEND.row(
        "execute-in-multiple-accepted",
        " passes through with CIPMUX=1",
        _SEND.execute("available", overlooked(MULTIPLE, NOT_PASSING), _IN_MULTIPLE),
    ),
)
