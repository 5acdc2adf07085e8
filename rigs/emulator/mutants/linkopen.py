"""The mutants of AT+CIPSTART (clause 5.2.2).

Law: rows, and what they need.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ..commands.linkopen import (
    ALREADY,
    ID,
    KEEP_ALIVE,
    KINDS,
    LOCAL_PORT,
    NAME,
    NO_IP,
    NO_PASSING,
    PORT,
    TYPE_MAX,
    UDP_MODE,
    UNREADABLE,
    Outcome,
    Request,
)
from ..ip.link import UDP
from ..ip.tcpip import LINKS
from ..line.command import ERROR, OK, Answer, BadParameter
from ..line.parameters import QUOTE, ParameterRules, Parameters
from . import numbers
from .mutant import Mutant, Operator, mutant
from .naming import spelled
from .numbers import Range
from .operators import given, made, overlooked, wrapped
from .refusing import does
from .rows import Rows
from .typed import Mend, Place, mended, rewritten_on

_START = Rows(NAME)
_SOMEBODY = b'"192.168.4.2"'


# Where a parameter stands: the id is there with CIPMUX=1 alone, and UDP has other numbers.


def _behind(place: int, of_udp: bool | None = None) -> Place:
    """So many places behind the type; `of_udp`: only with UDP, or without."""

    def at(chip: Any, typed: Sequence[bytes]) -> int | None:
        if of_udp is not None and (b'"UDP"' in typed) is not of_udp:
            return None
        return int(chip.tcpip.multiple) + place

    return at


def _first(chip: Any, _typed: object) -> int | None:
    return 0 if chip.tcpip.multiple else None


def _count(chip: Any, typed: Sequence[bytes]) -> int:
    return int(chip.tcpip.multiple) + (5 if b'"UDP"' in typed else 4)


def _if_read(name: str) -> Callable[[Request], Any]:
    return lambda request: getattr(request, name) if name in request.read else None


_KIND, _HOST = _behind(0), _behind(1)
_FOREIGN_IDS = (-1, LINKS)
_NUMBERS = (
    Range(ID, _first, "id", _if_read("number"), 0, tuple(range(LINKS))),
    Range(PORT, _behind(2), "port", _if_read("port"), 1001, (1, 65535), (0, 65536), (16, 32)),
    Range(
        KEEP_ALIVE,
        _behind(3, of_udp=False),
        "keepalive",
        _if_read("keep_alive"),
        0,
        (0, 1, 7200),
        (-1, 7201),
        (16, 32),
    ),
    Range(
        LOCAL_PORT,
        _behind(3, of_udp=True),
        "localport",
        _if_read("local_port"),
        2001,
        (1, 65535),
        (-1, 65536),
        (16, 32),
    ),
    Range(
        UDP_MODE,
        _behind(4, of_udp=True),
        "udpmode",
        _if_read("udp_mode"),
        0,
        (0, 1, 2),
        (-1, 3),
    ),
)


# What is read.


def _id_dropped(chip: Any, typed: list[bytes]) -> list[bytes]:
    return typed[1:] if not chip.tcpip.multiple and typed[0][:1].isdigit() else typed


def _id_assumed(chip: Any, typed: list[bytes]) -> list[bytes]:
    return [b"0", *typed] if chip.tcpip.multiple and typed[0][:1] == QUOTE else typed


def _port_assumed(chip: Any, typed: list[bytes]) -> list[bytes]:
    left_out = len(typed) == int(chip.tcpip.multiple) + 2
    return [*typed, b"1001"] if left_out else typed


def _somebody(part: bytes) -> bytes:
    return _SOMEBODY if part == b'""' else part


def _type(part: bytes) -> bytes | None:
    """A type as it was typed, if it can be read."""
    try:
        return Parameters(part, ParameterRules()).text(TYPE_MAX)
    except BadParameter:
        return None


def _taken_for_udp(part: bytes) -> bytes:
    kind = _type(part)
    return part if kind is None or kind in KINDS else b'"%b"' % UDP


def _unknown(kind: bytes) -> Mend:
    """A type that no firmware knows instead of this one."""
    return lambda part: b'"?"' if _type(part) == kind else part


def _other_id(chip: Any, request: Request) -> Request:
    if not chip.tcpip.multiple or request.number not in ID.legal:
        return request
    return replace(request, number=(request.number + 1) % LINKS)


def _wrapped_id(value: int) -> Operator:
    def change(_chip: object, request: Request) -> Request:
        return replace(request, number=value % LINKS) if request.number == value else request

    return made(f"id {value} taken", change)


def _is_port_alone(request: Request) -> bool:
    return request.kind == UDP and request.read[-1:] == ("local_port",)


def _mode_missing(_chip: object, request: Request) -> Request:
    return replace(request, unread=UNREADABLE) if _is_port_alone(request) else request


def _port_with_mode_alone(_chip: object, request: Request) -> Request:
    return replace(request, local_port=0) if _is_port_alone(request) else request


# What is refused.


def _done_already(
    refuse: Any, chip: Any, form: object, request: Request, why: tuple[str, ...]
) -> Answer:
    answer: Answer = refuse(chip, form, request, why)
    return OK if why[0] == ALREADY else answer


def _unsaid(refuse: Any, chip: Any, form: object, request: Request, why: tuple[str, ...]) -> Answer:
    answer: Answer = refuse(chip, form, request, why)
    return replace(answer, information=b"") if why[0] == ALREADY else answer


def _open_some(chip: Any, _wanted: object = None) -> None:
    number = next((each for each in range(LINKS) if each not in chip.tcpip.links), None)
    if number is not None:
        chip.tcpip.open_udp(number, ("192.168.4.9", 1001), 0, 0)


def _turned_away_yet_open(_turn_away: object, chip: Any, _why: object) -> Answer:
    return replace(ERROR, effect=lambda: _open_some(chip))


def _not_already(why: tuple[str, ...]) -> bool:
    return why[0] != ALREADY


# What is done.


def _closing_first(
    healthy: Any, chip: Any, ip: str | None, known: object, request: Request
) -> None:
    before = chip.tcpip.links.get(request.number)
    if before and ip is not None and request.kind == UDP:
        chip.tcpip.close(before)
    healthy(chip, ip, known, request)


def _opens(name: str, **fields: Callable[[Request], Any]) -> Operator:
    """A link that differs in some fields from the one that is wanted."""
    return given(
        name,
        lambda _chip, request: replace(
            request, **{field: change(request) for field, change in fields.items()}
        ),
    )


def _reached(healthy: Any, chip: Any, request: Request, outcome: Outcome) -> Answer:
    answer: Answer = healthy(chip, request, outcome)
    return OK if outcome is Outcome.UNREACHED else answer


MUTANTS: tuple[Mutant, ...] = (
    _START.row(
        "no-ip-accepted",
        "= goes on in station mode without an address",
        _START.set("available", overlooked(NO_IP)),
    ),
    _START.row(
        "already-ok",
        "= on a link that is open answers OK and does nothing",
        _START.set("refuse", wrapped("OK if open", _done_already)),
    ),
    _START.row(
        "already-reopens",
        "= on a link that is open replaces it",
        _START.set("decide", overlooked(ALREADY)),
        _START.set("open", wrapped("closed before", _closing_first)),
    ),
    _START.row(
        "already-unsaid",
        "= on a link that is open answers ERROR alone",
        _START.set("refuse", wrapped("unsaid", _unsaid)),
    ),
    _START.row(
        "single-with-id-accepted",
        "= ignores a link id with CIPMUX=0",
        _START.set("parse", rewritten_on("id dropped", _id_dropped)),
    ),
    _START.row(
        "multiple-without-id-accepted",
        "= needs no link id with CIPMUX=1",
        _START.set("parse", rewritten_on("id assumed", _id_assumed)),
    ),
    _START.row(
        "empty-host-accepted",
        "= takes an empty address",
        _START.set("parse", mended("somebody", {_HOST: _somebody})),
    ),
    _START.row(
        "type-lower-case-accepted",
        "= takes types in lower case",
        _START.set("parse", mended("upper case", {_KIND: bytes.upper})),
    ),
    _START.row(
        "type-unknown-accepted",
        "= takes unknown types for UDP",
        _START.set("parse", mended("unknown is UDP", {_KIND: _taken_for_udp})),
    ),
    *(
        _START.row(
            f"type-{kind.decode('ascii').lower()}-refused",
            f"= refuses {kind.decode('ascii')}" + (" at once" if kind == b"SSL" else ""),
            _START.set("parse", mended(f"{kind!r} unknown", {_KIND: _unknown(kind)})),
        )
        for kind in KINDS
    ),
    mutant(
        "cipstart.passthrough-unchecked",
        "with CIPMODE=1, AT+CIPSTART= takes every UDP mode",
        _START.set("decide", overlooked(NO_PASSING)),
    ),
    _START.row(
        "port-plus-one",
        "= opens a link to the next remote port",
        _START.set("open", _opens("off by one port", port=lambda request: request.port + 1)),
    ),
    _START.row(
        "local-port-alone-refused",
        "= wants a UDP mode behind a local port",
        _START.set("parse", made("mode missing", _mode_missing)),
    ),
    _START.row(
        "local-port-alone-ignored",
        "= chooses the UDP local port itself if no mode is given",
        _START.set("open", given("no local port", _port_with_mode_alone)),
    ),
    _START.row(
        "local-port-ignored",
        "= chooses the UDP local port itself, always",
        _START.set("open", _opens("no local port", local_port=lambda _request: 0)),
    ),
    _START.row(
        "udp-mode-ignored",
        "= takes the UDP mode for 0, always",
        _START.set("decide", overlooked(NO_PASSING)),
        _START.set("open", _opens("no UDP mode", udp_mode=lambda _request: 0)),
    ),
    _START.row(
        "unreached-ok",
        "= answers OK if TCP or SSL reaches nobody",
        _START.set("answer", wrapped("reached", _reached)),
    ),
    _START.row(
        "refused-opens",
        "= answers ERROR and yet opens a link",
        _START.set("refuse", does(_open_some, late=_not_already)),
        _START.set("turn_away", wrapped("refused, opens", _turned_away_yet_open)),
    ),
    _START.row(
        "opens-other-id",
        "= opens the link after the one it was given",
        _START.set("parse", made("other id", _other_id)),
    ),
    *(
        _START.row(
            f"id-{spelled(value)}-accepted",
            f"= takes <id> {value}",
            _START.set("parse", _wrapped_id(value)),
        )
        for value in _FOREIGN_IDS
    ),
    *numbers.of_all(NAME, _NUMBERS, _count),
    _START.row(
        "missing-accepted",
        "= assumes defaults for missing parameters",
        _START.set("parse", rewritten_on("port assumed", _port_assumed)),
    ),
)
