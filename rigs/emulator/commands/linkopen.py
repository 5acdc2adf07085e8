"""AT+CIPSTART (clause 5.2.2; field guide 5): opening a link.

Law: the parameters, in the order in which they are judged; then the link, which may take its time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from ..chip.chip import Chip
from ..ip.link import SSL, TCP, UDP
from ..ip.network import PortTaken
from ..ip.tcpip import LINKS
from ..line.command import ERROR, OK, Answer, BadParameter, Command, Final, Form
from ..line.parameters import Parameters
from . import numbers, refusals
from .linkids import is_unchecked, looks_open
from .numbers import Number
from .refusals import Complaint, Diagnostic, refused
from .stages import Reasons, SetForm
from .wifimode import STATION

NAME = "+CIPSTART"
HOST_MAX, TYPE_MAX = 128, 8
KINDS = (TCP, UDP, SSL)

ID = Number("id", range(LINKS))
PORT = Number("port", range(1, 65536))
KEEP_ALIVE = Number("keepalive", range(7201))
LOCAL_PORT, ANY_LOCAL_PORT = Number("localport", PORT.legal), Number("localport", range(65536))
UDP_MODE = Number("udpmode", range(3))

NO_IP, NO_TYPE, NO_HOST = Diagnostic("no ip"), Diagnostic("Link type ERROR"), Diagnostic("IP ERROR")
NO_LOCAL_PORT = Diagnostic("Miss param")
UNREADABLE, ALREADY, NO_PASSING = "unreadable", "already connected", "the peer may change"
SSL_OPEN, SSL_PASSING = Diagnostic("ssl reach max"), "SSL does not pass through"

CRASH = "what is no link is opened"
_WIDE = 10**8  # a link id of so many digits is no number any more (observed 1)


@dataclass(frozen=True)
class Request:
    """What is wanted.

    `read`: which of it was typed and could be read, in its order; `unread`: why the next one could
    not, empty if all could.
    """

    number: int = 0
    kind: bytes = b""
    host: bytes = b""
    port: int = 0
    keep_alive: int = 0
    local_port: int = 0
    udp_mode: int = 0
    read: tuple[str, ...] = ()
    unread: str = ""


class Outcome(Enum):
    """What has come of it."""

    OPENED = "opened"
    NO_ADDRESS = "nobody knows the host"
    PORT_TAKEN = "the local port is taken"
    UNREACHED = "nobody answers"


Found = Callable[[str | None], None]
Known = Callable[[Outcome], None]


@dataclass(frozen=True, kw_only=True)
class OpeningForm(SetForm[Request]):
    """Opens a link.

    Effect, `find`: the host -> its address; `open`: the address -> what has come of it.  Both hand
    that over once they know.
    Rendered, `answer`: what has come of it -> what is said.
    """

    find: Callable[[Chip, bytes, Found], None]
    open: Callable[[Chip, str | None, Known, Request], None]
    answer: Callable[[Chip, Request, Outcome], Answer]

    def accepted(self, chip: Chip, wanted: Request) -> Answer:
        """See SetForm."""

        def begin(done: Callable[[Answer], None]) -> None:
            def over(outcome: Outcome) -> None:
                done(self.answer(chip, wanted, outcome))

            self.find(chip, wanted.host, lambda ip: self.open(chip, ip, over, wanted))

        return Answer(None, pending=begin)


def _available(chip: Chip) -> Reasons:
    if chip.current.mode == STATION and not chip.tcpip.has_ip:
        yield NO_IP


# Parsed.


def _parsed(chip: Chip, parameters: Parameters) -> Request:
    """What can be read, up to what cannot."""
    values: dict[str, Any] = {}
    unread = ""
    try:
        for name, value in _values(chip, parameters):
            values[name] = value
    except Complaint as why:
        unread = Diagnostic(why.line.decode("ascii"))
    except BadParameter:
        unread = UNREADABLE
    return Request(**values, read=tuple(values), unread=unread)


def _values(chip: Chip, parameters: Parameters) -> Iterator[tuple[str, Any]]:
    """One after the other.  What may follow the port: of UDP two numbers, of others one."""
    if chip.tcpip.multiple:
        yield "number", numbers.never_empty(parameters)
        _goes_on(parameters)
    kind = _text(parameters, TYPE_MAX, NO_TYPE)
    yield "kind", kind
    _goes_on(parameters)
    yield "host", _text(parameters, HOST_MAX, NO_HOST)
    if not parameters.continues:
        raise Complaint(b"ENTRY ERROR")
    yield "port", parameters.number(last=True)
    for name in ("local_port", "udp_mode") if kind == UDP else ("keep_alive",):
        if not parameters.exhausted:
            yield name, parameters.number(last=True)
    parameters.end()


def _goes_on(parameters: Parameters) -> None:
    if not parameters.continues:
        raise BadParameter("no comma")


def _text(parameters: Parameters, longest: int, otherwise: Diagnostic) -> bytes:
    try:
        return parameters.text(longest)
    except BadParameter:
        raise Complaint(otherwise.encode("ascii")) from None


# Decided.


def _refusals(chip: Chip, request: Request) -> Reasons:
    for name in request.read:
        yield from _wrong(chip, name, getattr(request, name))
    if request.unread:
        yield request.unread
        return
    if request.kind == UDP and "local_port" not in request.read:
        yield from _without_ports(chip, request)
    if request.number in chip.tcpip.links or looks_open(chip, request.number):
        yield ALREADY
    if chip.tcpip.transparent and request.udp_mode:
        yield NO_PASSING
    if request.kind == SSL:
        yield from _ssl_refusals(chip)
    if is_unchecked(chip, request.number):
        yield CRASH


def _without_ports(chip: Chip, request: Request) -> Reasons:
    """Where 0 is a remote port, nothing but the local one would be left (field guide 5)."""
    if request.port == 0 and 0 in chip.personality.tcpip.remote_ports:
        yield NO_LOCAL_PORT


def _wrong(chip: Chip, name: str, value: Any) -> Reasons:
    """Why one value is not taken; some firmware chooses a local port for 0 (observed 16)."""
    chooses = chip.personality.parameters.empty_is_zero
    if name == "number":
        yield from () if is_unchecked(chip, value) else ID.reasons(value)
    elif name == "kind" and value not in KINDS:
        yield NO_TYPE
    elif name == "host" and not value:
        yield NO_HOST
    elif name == "port" and value not in chip.personality.tcpip.remote_ports:
        yield PORT.reason(value)
    elif name == "local_port":
        yield from (ANY_LOCAL_PORT if chooses else LOCAL_PORT).reasons(value)
    elif name in _NUMBERS:
        yield from _NUMBERS[name].reasons(value)


_NUMBERS = {"keep_alive": KEEP_ALIVE, "udp_mode": UDP_MODE}


def _ssl_refusals(chip: Chip) -> Reasons:
    """One at most, and never in transparent transmission (clause 5.2.2, function 3)."""
    if chip.tcpip.ssl_link:
        yield SSL_OPEN
    if chip.tcpip.transparent:
        yield SSL_PASSING


def _refused(chip: Chip, _form: object, request: Request, why: tuple[str, ...]) -> Answer:
    rules = chip.personality.tcpip
    if why[0] == ALREADY:
        return Answer(Final.ERROR if rules.already_error else None, rules.already + b"\r\n")
    if why[0] == CRASH:
        return Answer(None, afterwards=chip.crash)
    if why[0] == ID.reason(request.number):
        return refused(chip, b"ID ERROR" if abs(request.number) < _WIDE else b"")
    return refusals.turn_away(chip, why)


# Effect.


def _find(chip: Chip, host: bytes, found: Found) -> None:
    chip.tcpip.resolve(host, found)


def _open(chip: Chip, ip: str | None, known: Known, request: Request) -> None:
    if ip is None:
        known(Outcome.NO_ADDRESS)
    elif request.kind == UDP:
        known(_udp(chip, ip, request))
    else:
        _stream(chip, ip, known, request)


def _udp(chip: Chip, ip: str, request: Request) -> Outcome:
    remote = ip, request.port or chip.tcpip.free_port()
    try:
        chip.tcpip.open_udp(request.number, remote, request.local_port, request.udp_mode)
    except PortTaken:
        return Outcome.PORT_TAKEN
    return Outcome.OPENED


def _stream(chip: Chip, ip: str, known: Known, request: Request) -> None:
    def over(opened: bool) -> None:
        known(Outcome.OPENED if opened else Outcome.UNREACHED)

    remote = ip, request.port
    chip.tcpip.connect(request.number, request.kind, remote, request.keep_alive, over)


# Rendered.


def _answered(chip: Chip, request: Request, outcome: Outcome) -> Answer:
    """Of TCP that reaches nobody, CLOSED comes after the ERROR (errata 84; observed 22 for SSL)."""
    rules, named = chip.personality.tcpip, chip.tcpip.named
    if outcome is Outcome.NO_ADDRESS:
        return refused(chip, b"DNS Fail")
    if outcome is Outcome.OPENED:
        line = named(request.number, b"CONNECT") + b"\r\n"
        return replace(OK, information=line if rules.connect_line else b"")
    if outcome is Outcome.PORT_TAKEN or request.kind == SSL:
        return refused(chip, named(request.number, b"CONNECT FAIL"))
    closed = named(request.number, b"CLOSED")
    return replace(ERROR, afterwards=(lambda: chip.tell(closed)) if rules.closed_line else None)


COMMANDS = (
    Command(
        NAME,
        {
            Form.SET: OpeningForm(
                available=_available,
                turn_away=refusals.turn_away,
                parse=_parsed,
                decide=_refusals,
                refuse=_refused,
                find=_find,
                open=_open,
                answer=_answered,
            )
        },
    ),
)
