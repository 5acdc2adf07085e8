"""AT+CIPSEND, AT+CIPSENDEX (clauses 5.2.4 and 5.2.5; field guide 5): up to the prompt.

Law: whether data may come, how many bytes, for which link and which peer.  Collecting them, and
SEND OK, are for `ip/dataphase`; transparent transmission is for `ip/passthrough`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..chip.chip import Chip
from ..ip.dataphase import Plan
from ..ip.link import UDP, Link
from ..ip.network import Address
from ..ip.passthrough import LINK
from ..ip.tcpip import LINKS
from ..line.command import OK, Answer, BadParameter, Call, Command, Final, Form
from ..line.parameters import Parameters
from . import numbers, refusals
from .linkids import looks_open
from .numbers import Number
from .prompting import DataForm, final_before_prompt
from .refusals import Diagnostic
from .stages import ExecuteForm, Reasons

SEND, SEND_ESCAPED = "+CIPSEND", "+CIPSENDEX"

LENGTH_MAX = 2048
LENGTH = Number("length", range(1, LENGTH_MAX + 1))
LENIENT_LENGTH = Number("length", range(-(2**31), LENGTH_MAX + 1))
"""Some firmware takes 0 and negative lengths (observed 17)."""

PORTS = range(1, 65536)

CIPMODE_IS_1, INVALID_LINK = Diagnostic("IPMODE=1"), Diagnostic("link is not valid")
UNACKNOWLEDGED = Diagnostic("send mode error")
"""Segments of AT+CIPSENDBUF are still under way on this link."""

# Firmware says the same where the length is missing.
NO_LENGTH, TAIL = Diagnostic("no tail"), Diagnostic("no tail")
NO_HOST, NO_PORT = Diagnostic("ip error"), Diagnostic("no port")
BAD_PORT, PORT_RANGE = Diagnostic("port error"), Diagnostic("port range error")

CIPMODE_IS_0, CIPMUX_IS_1 = "CIPMODE is 0", "CIPMUX is 1"
NO_LINK, PEER_CHANGES = "no link", "a UDP link whose peer may change"


# AT+CIPSEND=[<link ID>,]<length>[,<remote IP>,<remote port>], and AT+CIPSENDEX=: parsed.


@dataclass(frozen=True)
class Sending:
    """What is wanted, as far as it can be parsed.

    `number`: the id; `link`: None if there is none with this id; `length`: None if there is no
    number.  `host`, `port`: another peer for this datagram, as typed; `peer`: the same, once `host`
    is resolved.
    `syntax_error`: why the rest cannot be parsed.  Firmware that explains itself complains of the
    link before that, so it is a reason to refuse like any other, and no BadParameter.
    """

    number: int
    link: Link | None
    length: int | None = None
    host: bytes = b""
    port: int | None = None
    syntax_error: str = ""
    peer: Address | None = None


def id_of(chip: Chip, parameters: Parameters) -> int:
    """Which link is meant: with CIPMUX=1 its id stands before the length."""
    if not chip.tcpip.multiple:
        return 0
    number = numbers.never_empty(parameters)
    if number >= LINKS or not parameters.continues:
        raise BadParameter("no id")
    return number


def length_of(parameters: Parameters) -> int | None:
    """The length, None if there is no number; some firmware reads an empty one as 0."""
    try:
        return parameters.number(last=True)
    except BadParameter:
        return None


def _parsed(chip: Chip, parameters: Parameters) -> Sending:
    """On a UDP link a peer may follow the length; elsewhere nothing may."""
    number = id_of(chip, parameters)
    link, length = chip.tcpip.links.get(number), length_of(parameters)
    sending = Sending(number, link, length)
    if length is None:
        return replace(sending, syntax_error=NO_LENGTH)
    if parameters.continues and link and link.kind == UDP:
        return _with_peer(sending, parameters)
    return _at_its_end(sending, parameters)


def _with_peer(sending: Sending, parameters: Parameters) -> Sending:
    try:
        sending = replace(sending, host=parameters.text())
    except BadParameter:
        return replace(sending, syntax_error=NO_HOST)
    if not sending.host:
        return replace(sending, syntax_error=NO_HOST)
    if parameters.exhausted:
        return sending
    try:
        sending = replace(sending, port=parameters.number())
    except BadParameter:
        return replace(sending, syntax_error=BAD_PORT)
    return _at_its_end(sending, parameters)


def _at_its_end(sending: Sending, parameters: Parameters) -> Sending:
    return sending if parameters.exhausted else replace(sending, syntax_error=TAIL)


# Decided.


def _set_available(chip: Chip) -> Reasons:
    """With CIPMODE=1 there is only the execute form."""
    if chip.tcpip.transparent:
        yield CIPMODE_IS_1


def _refusals(chip: Chip, sending: Sending) -> Reasons:
    """A diagnostic tells the first one alone."""
    if looks_open(chip, sending.number):
        yield UNACKNOWLEDGED
    elif sending.link is None:
        yield INVALID_LINK
    elif sending.link.segments.waiting:
        yield UNACKNOWLEDGED
    if sending.length is not None:
        lenient = chip.personality.tcpip.lenient_length
        yield from (LENIENT_LENGTH if lenient else LENGTH).reasons(sending.length)
    if sending.syntax_error:
        yield sending.syntax_error
    elif sending.host and sending.port is None:
        yield NO_PORT
    elif sending.host and sending.port not in PORTS:
        yield PORT_RANGE


# Effect: the peer's address is resolved, and then the data phase begins.

Found = Callable[[str | None], None]


def _find(chip: Chip, host: bytes, found: Found) -> None:
    chip.tcpip.resolve(host, found)


def _plan(slug: str, escapes: bool) -> Callable[[Chip, Sending], Plan]:
    def plan(_chip: Chip, sending: Sending) -> Plan:
        return Plan(slug, sending.number, sending.length or 0, sending.peer, escapes)

    return plan


@dataclass(frozen=True, kw_only=True)
class SendForm(DataForm[Sending]):
    """It prompts for the data of a link.

    Effect, `find`: a host -> its address, which is handed over once it is known, or None.
    """

    find: Callable[[Chip, bytes, Found], None]

    def accepted(self, chip: Chip, wanted: Sending) -> Answer:
        """See SetForm; with a peer for this datagram, the answer waits for its address."""
        if not wanted.host:
            return super().accepted(chip, wanted)
        return Answer(None, pending=lambda done: self._resolve(chip, wanted, done))

    def _resolve(self, chip: Chip, wanted: Sending, done: Callable[[Answer], None]) -> None:
        def found(ip: str | None) -> None:
            if ip is None:
                done(refusals.refused(chip, b"DNS Fail"))
                return
            peer = (ip, wanted.port or 0)
            done(super(SendForm, self).accepted(chip, replace(wanted, peer=peer)))

        self.find(chip, wanted.host, found)


# Rendered.


def _refused(chip: Chip, form: object, sending: Sending, why: tuple[str, ...]) -> Answer:
    """A length above the maximum has a diagnostic of its own, one below the minimum has none."""
    length = sending.length or 0
    if length > LENGTH_MAX and why[0] == LENGTH.reason(length):
        return refusals.refused(chip, b"too long")
    return refusals.refuse(chip, form, sending, why)


def _escaped_refused(chip: Chip, form: object, sending: Sending, why: tuple[str, ...]) -> Answer:
    """It sends all the same, on what is no link (observed 1.3 under the suites)."""
    if looks_open(chip, sending.number) and why == (UNACKNOWLEDGED,):
        return Answer(None, afterwards=chip.crash)
    return _refused(chip, form, sending, why)


def _set(slug: str, escapes: bool = False) -> SendForm:
    return SendForm(
        available=_set_available,
        turn_away=refusals.turn_away,
        parse=_parsed,
        decide=_refusals,
        find=_find,
        plan=_plan(slug, escapes),
        refuse=_escaped_refused if escapes else _refused,
    )


# AT+CIPSEND: transparent transmission (errata 97).


def _passthrough_available(chip: Chip) -> Reasons:
    """With CIPMODE=1, CIPMUX=0, and a link; if that is UDP, its <UDP mode> is 0."""
    link = chip.tcpip.links.get(LINK)
    if not chip.tcpip.transparent:
        yield CIPMODE_IS_0
    if chip.tcpip.multiple:
        yield CIPMUX_IS_1
    if link is None:
        yield NO_LINK
    elif link.kind == UDP and link.udp_mode:
        yield PEER_CHANGES


def _pass_through(chip: Chip) -> None:
    """Say the prompt; from then on the UART and the link are one wire."""
    chip.pass_through()


@dataclass(frozen=True, kw_only=True)
class PassthroughForm(ExecuteForm):
    """Its OK, if this firmware says it, stands before a prompt."""

    def __call__(self, chip: Chip, call: Call) -> Answer:
        """See ExecuteForm."""
        answer = super().__call__(chip, call)
        if answer.final is Final.ERROR:
            return answer
        return replace(answer, final=final_before_prompt(chip))


# AT+CIPSEND=? and AT+CIPSENDEX=?, which the document does not list.


def _test(_chip: Chip, _call: Call) -> Answer:
    return OK


COMMANDS = (
    Command(
        SEND,
        {
            Form.TEST: _test,
            Form.SET: _set("cipsend"),
            Form.EXECUTE: PassthroughForm(available=_passthrough_available, then=_pass_through),
        },
    ),
    Command(
        SEND_ESCAPED,
        {Form.TEST: _test, Form.SET: _set("cipsendex", escapes=True)},
    ),
)
