"""The mutants of AT+CIPCLOSE (clause 5.2.10).

Law: rows, and what they need.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from operator import attrgetter
from typing import Any

from ..commands.linkclose import (
    ALL,
    ID,
    MULTIPLE,
    NAME,
    NOTHING_OPEN,
    SINGLE,
    UNLINK,
    Closing,
    every_link,
    spared,
)
from ..line.command import Form
from . import numbers
from .mutant import Condition, Mutant, Operator, form
from .numbers import Range
from .operators import dropped, given, made, overlooked, refused
from .refusing import checked_late, refused_does
from .rows import Rows

_CLOSE = Rows(NAME)
_ID = Range(ID, 0, "", attrgetter("number"), 0, (0, 1, 2, 3, 4, ALL), (-1, 6))
_NOT_SPARED = Condition("unless a server saves the links", lambda chip: not spared(chip))

Links = tuple[Any, ...]


def _meaning(name: str, of_all: bool, other: Callable[[Any, Links], Links]) -> Operator:
    """5, or another id, means other links."""

    def change(chip: Any, closing: Closing) -> Closing:
        if (closing.number == ALL) is not of_all:
            return closing
        return replace(closing, links=other(chip, closing.links))

    return made(name, change)


def _left_open(of_all: bool) -> Operator:
    def change(_chip: object, closing: Closing) -> Closing:
        return replace(closing, links=()) if (closing.number == ALL) is of_all else closing

    return given("left open", change)


def _all_if_any(chip: Any, links: Links) -> Links:
    return every_link(chip) if links else ()


def _close_all(chip: Any) -> None:
    for link in every_link(chip):
        chip.tcpip.close(link)


_IN_MULTIPLE = _CLOSE.row(
    "execute-in-multiple-accepted",
    " closes link 0 with CIPMUX=1",
    _CLOSE.execute("available", overlooked(MULTIPLE)),
)

MUTANTS: tuple[Mutant, ...] = (
    _CLOSE.row(
        "not-closed",
        "=<id> answers OK, but the link stays open",
        _CLOSE.set("effect", _left_open(of_all=False)),
    ),
    _CLOSE.row(
        "closes-all",
        "=<id> closes all links",
        _CLOSE.set("parse", _meaning("all", False, _all_if_any)),
    ),
    _CLOSE.row(
        "unlinked-ok",
        "=<id> answers OK without such a link",
        _CLOSE.set("decide", overlooked(UNLINK)),
    ),
    _CLOSE.row(
        "set-in-single-accepted",
        "=<id> works with CIPMUX=0, too",
        _CLOSE.set("available", overlooked(SINGLE)),
    ),
    _CLOSE.row(
        "execute-not-closed",
        " answers OK, but the link stays open",
        _CLOSE.execute("effect", dropped),
    ),
    _CLOSE.row(
        "execute-unlinked-ok",
        " answers OK without a link",
        _CLOSE.execute("decide", overlooked(NOTHING_OPEN)),
    ),
    _IN_MULTIPLE,
    _CLOSE.row(
        "five-not-closed",
        "=5 answers OK, but closes nothing",
        _CLOSE.set("effect", _left_open(of_all=True)),
    ),
    _CLOSE.row(
        "five-needs-links",
        "=5 is refused if no link is open",
        _CLOSE.set(
            "decide",
            refused("nothing open", lambda closing: closing.number == ALL and not closing.links),
            _NOT_SPARED,
        ),
    ),
    _CLOSE.row(
        "five-leaves-last",
        "=5 closes all links but the last",
        _CLOSE.set("parse", _meaning("without the last", True, lambda _chip, links: links[:-1])),
    ),
    _CLOSE.row(
        "five-leaves-first",
        "=5 closes all links but the first",
        _CLOSE.set("parse", _meaning("without the first", True, lambda _chip, links: links[1:])),
    ),
    _CLOSE.row(
        "refused-closes",
        "= answers ERROR and yet closes all links, AT+CIPCLOSE link 0",
        _CLOSE.whole(Form.SET, refused_does("closes all", _close_all)),
        _CLOSE.whole(Form.EXECUTE, checked_late(form(NAME, Form.EXECUTE), (_IN_MULTIPLE,))),
    ),
    *numbers.of_all(NAME, (_ID,)),
)
