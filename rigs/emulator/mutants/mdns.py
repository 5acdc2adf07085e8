"""The mutants of AT+MDNS (clause 4.1.37).

Law: rows, and what they need.  What becomes of the names on the network is not told here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..commands.mdns import (
    ENABLE,
    HOST,
    NAME,
    OFF,
    PORT,
    SERVER,
    Naming,
    is_odd,
    out_of_range,
)
from ..line.command import Answer, Form
from . import numbers, texts
from .memory import memory
from .mutant import Condition, Mutant, mutant
from .numbers import Range
from .operators import refused, wrapped
from .refusing import late, refused_as
from .rows import Rows
from .texts import Wording

_MDNS = Rows(NAME)
_RESTARTS = "an odd name"


def _port(wanted: Naming) -> int:
    return wanted.name.port if wanted.name else 0


def _host(wanted: Naming) -> bytes:
    return wanted.name.host if wanted.name else b""


def _server(wanted: Naming) -> bytes:
    return wanted.name.server if wanted.name else b""


_NUMBERS = (
    Range(ENABLE, 0, "enable", lambda wanted: wanted.enable, 1, (0, 1), (-1, 2)),
    Range(PORT, 3, "port", _port, 8080, (1, 8080, 65535), (-1, 65536)),
)
_STRINGS = (
    Wording(HOST, 1, _host, default=b"espressif", bounded=False, free=False),
    Wording(SERVER, 2, _server, default=b"iot", bounded=False, free=False),
)
_ALL = (_NUMBERS[0], *_STRINGS, _NUMBERS[1])
"""The parameters in their order."""

NAMED = Condition("while it has a name", lambda chip: chip.mdns_name is not None)


def _parameters() -> Iterator[Mutant]:
    yield from numbers.of_all(NAME, _NUMBERS, len(_ALL))
    yield numbers.missing(NAME, [each.written for each in _ALL])
    for string in _STRINGS:
        yield from texts.of_each(NAME, string)


def _restarts(wanted: Naming) -> bool:
    """Whether nothing else is wrong with it."""
    refused_anyway = any(ENABLE.reasons(wanted.enable)) or any(out_of_range(wanted))
    odd = wanted.name is not None and is_odd(wanted.name)
    return odd and wanted.enable != OFF and not refused_anyway


def _restarting(refuse: Any, chip: Any, form: Any, wanted: Naming, why: tuple[str, ...]) -> Any:
    if _RESTARTS in why:
        return Answer(None, afterwards=chip.restart)
    return refuse(chip, form, wanted, why)


def _enabled(typed: bytes) -> bytes:
    return re.sub(rb"^=\d+", b"=1", typed)


def _stays(effect: Any, chip: Any, wanted: Naming) -> None:
    if wanted.enable != OFF:
        effect(chip, wanted)


def _first_kept(effect: Any, chip: Any, wanted: Naming) -> None:
    if wanted.enable == OFF:
        effect(chip, wanted)


def _once(effect: Any, chip: Any, wanted: Naming) -> None:
    if wanted.enable == OFF:
        memory(chip)["unnamed"] = True
    if wanted.enable == OFF or "unnamed" not in memory(chip):
        effect(chip, wanted)


MUTANTS: tuple[Mutant, ...] = (
    _MDNS.row(
        "0-alone-refused",
        "=0 is refused",
        _MDNS.set("decide", refused("0 alone", lambda wanted: wanted.alone)),
    ),
    _MDNS.row(
        "odd-name-restarts",
        "= restarts at a name that it should not have",
        _MDNS.set("decide", refused(_RESTARTS, _restarts)),
        _MDNS.set("refuse", wrapped("restarts", _restarting)),
    ),
    *_parameters(),
)
STAYS = _MDNS.row(
    "0-stays",
    "=0 answers OK, and the names are found all the same",
    _MDNS.set("effect", wrapped("0 ignored", _stays)),
)
SELDOM: tuple[Mutant, ...] = (
    _MDNS.row(
        "refused-takes-effect",
        "= answers ERROR where it has to, yet what it could read applies",
        late(NAME, MUTANTS),
    ),
    _MDNS.row(
        "refused-names",
        "= answers ERROR to an <enable> it refuses, and enables the names",
        _MDNS.whole(Form.SET, refused_as("enabled", _enabled)),
    ),
    _MDNS.row(
        "refused-disables",
        "= answers ERROR where it has to, and disables the names",
        _MDNS.whole(Form.SET, refused_as("disabled", lambda _typed: b"=0")),
    ),
    _MDNS.row(
        "first-kept",
        "=1 keeps the names and the port that it was told first",
        _MDNS.set("effect", wrapped("stale", _first_kept), NAMED),
    ),
    mutant(
        "mdns.once",
        "AT+MDNS=1 after AT+MDNS=0 answers OK and names nothing",
        _MDNS.set("effect", wrapped("once", _once)),
    ),
)
