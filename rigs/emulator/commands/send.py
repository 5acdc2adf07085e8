"""AT+CIPSEND, AT+CIPSENDEX (clauses 5.2.4 and 5.2.5; field guide 5): into the data phase.

Law: whether data may come, how many bytes and for whom; the data themselves are for `dataphase`,
those that pass through for `passthrough`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from ..chip.chip import Chip
from ..ip.dataphase import Plan
from ..ip.link import UDP, Link
from ..ip.network import Address
from ..ip.passthrough import LINK
from ..line.command import OK, Answer, BadParameter, Call, Command, Final, Form
from ..line.parameters import COMMA, Parameters
from . import refusals
from .numbers import Number
from .refusals import Said
from .stages import ExecuteForm, Reasons, SetForm

SEND, SEND_ESCAPED = "+CIPSEND", "+CIPSENDEX"

LENGTH_MAX = 2048
LENGTH = Number("length", range(1, LENGTH_MAX + 1))
LENIENT_LENGTH = Number("length", range(-(2**31), LENGTH_MAX + 1))
"""Some firmware takes 0, and what is below (observed 17)."""

PORTS = range(1, 65536)

PASSES_THROUGH = Said("IPMODE=1")
INVALID_LINK, WAITING = Said("link is not valid"), Said("send mode error")
# Firmware says the same where the length is missing.
NO_LENGTH, TAIL = Said("no tail"), Said("no tail")
NO_HOST, NO_PORT = Said("ip error"), Said("no port")
BAD_PORT, PORT_RANGE = Said("port error"), Said("port range error")

NOT_PASSING, MULTIPLE = "CIPMODE is 0", "CIPMUX is 1"
NO_LINK, PEER_CHANGES = "no link", "a UDP link whose peer may change"

_DIGITS = re.compile(rb"[0-9]+")
_NUMBER = re.compile(rb"-?[0-9]+|(?=,|$)")
_QUOTED = re.compile(rb'"([^"]*)"')

Wanted = TypeVar("Wanted")


# Inviting.


def usual_prompt(chip: Chip) -> bytes:
    """What this firmware invites with."""
    return chip.personality.tcpip.prompt


def invite(chip: Chip, prompt: bytes) -> None:
    """Ask for data, at the beginning of a line (clause 5.2.4: a wrap before it)."""
    chip.voice.prompt(prompt)


def take(chip: Chip, plan: Plan) -> None:
    """What comes from now on is data."""
    chip.take_data(plan)


def _invited(chip: Chip) -> Final | None:
    """What stands before the prompt."""
    return Final.OK if chip.personality.tcpip.prompt_ok else None


@dataclass(frozen=True, kw_only=True)
class DataForm(SetForm[Wanted]):
    """It invites data.

    Effect, `plan`: what is wanted -> what becomes of the data; `take`: they may come.
    Rendered, `prompt`: what invites; `invite`: it is said.
    """

    plan: Callable[[Chip, Wanted], Plan]
    prompt: Callable[[Chip], bytes] = usual_prompt
    invite: Callable[[Chip, bytes], None] = invite
    take: Callable[[Chip, Plan], None] = take

    def accepted(self, chip: Chip, wanted: Wanted) -> Answer:
        """See SetForm."""
        plan = self.plan(chip, wanted)

        def begin() -> None:
            self.invite(chip, self.prompt(chip))
            self.take(chip, plan)

        return Answer(_invited(chip), self.tell(chip, wanted), afterwards=begin)


# AT+CIPSEND= and AT+CIPSENDEX=


@dataclass(frozen=True)
class Sending:
    """What is wanted, up to what cannot be read.

    `link`: None if there is none with this id; `length`: None if there is no number.  `host`,
    `port`: another peer for this datagram, as it is typed (clause 5.2.4, UDP); `to`: found.
    `unread`: why the rest cannot be read.
    """

    link: Link | None
    length: int | None = None
    host: bytes = b""
    port: int | None = None
    unread: str = ""
    to: Address | None = None


Found = Callable[[str | None], None]


@dataclass(frozen=True, kw_only=True)
class SendForm(DataForm[Sending]):
    """It invites data for a link.

    Effect, `find`: a host -> its address, which is handed over once it is known.
    """

    find: Callable[[Chip, bytes, Found], None]

    def accepted(self, chip: Chip, wanted: Sending) -> Answer:
        """See SetForm; an address for this datagram has to be found first."""
        if not wanted.host:
            return super().accepted(chip, wanted)
        return Answer(None, pending=lambda done: self._find(chip, wanted, done))

    def _find(self, chip: Chip, wanted: Sending, done: Callable[[Answer], None]) -> None:
        def found(ip: str | None) -> None:
            if ip is None:
                done(refusals.refused(chip, b"DNS Fail"))
                return
            done(super(SendForm, self).accepted(chip, replace(wanted, to=(ip, wanted.port or 0))))

        self.find(chip, wanted.host, found)


def _not_passing_through(chip: Chip) -> Reasons:
    if chip.tcpip.transparent:
        yield PASSES_THROUGH


def link_of(chip: Chip, text: bytes) -> tuple[Link | None, bytes]:
    """The link that is meant, and what follows: with CIPMUX=1 its id stands before the length."""
    number = 0
    if chip.tcpip.multiple:
        head, _comma, text = text.partition(COMMA)
        if not _DIGITS.fullmatch(head):
            raise BadParameter("no id")
        number = int(head)
    return chip.tcpip.links.get(number), text


def length_of(chip: Chip, text: bytes) -> tuple[int | None, bytes]:
    """The length, None if there is no number, and what follows it.

    Some firmware takes nothing for 0, and 32 bits of more (observed 17).
    """
    found = _NUMBER.match(text)
    digits = found[0] if found else b""
    rest = text[len(digits) :]
    if found and chip.personality.tcpip.lenient_length:
        return (int(digits or b"0") + 2**31) % 2**32 - 2**31, rest
    return int(digits) if digits else None, rest


def _parsed(chip: Chip, parameters: Parameters) -> Sending:
    link, text = link_of(chip, parameters.source)
    length, rest = length_of(chip, text)
    if length is None:
        return Sending(link, unread=NO_LENGTH)
    if rest[:1] == COMMA and link and link.kind == UDP:
        return _with_address(Sending(link, length), rest[1:])
    return Sending(link, length, unread=TAIL if rest else "")


def _with_address(sending: Sending, text: bytes) -> Sending:
    host = _QUOTED.match(text)
    if host is None or not host[1]:
        return replace(sending, unread=NO_HOST)
    sending, rest = replace(sending, host=host[1]), text[host.end() :]
    if not rest:
        return sending
    digits = _DIGITS.match(rest, 1) if rest[:1] == COMMA else None
    if digits is None:
        return replace(sending, unread=BAD_PORT)
    tail = rest[digits.end() :]
    return replace(sending, port=int(digits[0]), unread=TAIL if tail else "")


def _refusals(chip: Chip, sending: Sending) -> Reasons:
    if sending.link is None:
        yield INVALID_LINK
    elif sending.link.segments.waiting:
        yield WAITING
    if sending.length is not None:
        lenient = chip.personality.tcpip.lenient_length
        yield from (LENIENT_LENGTH if lenient else LENGTH).reasons(sending.length)
    if sending.unread:
        yield sending.unread
    elif sending.host and sending.port is None:
        yield NO_PORT
    elif sending.host and sending.port not in PORTS:
        yield PORT_RANGE


def _refused(chip: Chip, form: object, sending: Sending, why: tuple[str, ...]) -> Answer:
    """What is too long, is said to be."""
    length = sending.length or 0
    if length > LENGTH_MAX and why[0] == LENGTH.reason(length):
        return refusals.refused(chip, b"too long")
    return refusals.refuse(chip, form, sending, why)


def _find(chip: Chip, host: bytes, found: Found) -> None:
    chip.tcpip.resolve(host, found)


def _plan(slug: str, escapes: bool) -> Callable[[Chip, Sending], Plan]:
    def plan(_chip: Chip, sending: Sending) -> Plan:
        number = sending.link.id if sending.link else 0
        return Plan(slug, number, sending.length or 0, sending.to, escapes)

    return plan


def _set(slug: str, escapes: bool = False) -> SendForm:
    return SendForm(
        available=_not_passing_through,
        turn_away=refusals.turn_away,
        parse=_parsed,
        decide=_refusals,
        refuse=_refused,
        find=_find,
        plan=_plan(slug, escapes),
    )


# AT+CIPSEND (errata 97)


@dataclass(frozen=True, kw_only=True)
class PassingForm(ExecuteForm):
    """It invites what passes through."""

    def __call__(self, chip: Chip, call: Call) -> Answer:
        """See ExecuteForm."""
        answer = super().__call__(chip, call)
        return answer if answer.final is Final.ERROR else replace(answer, final=_invited(chip))


def _can_pass(chip: Chip) -> Reasons:
    """One link, whose peer does not change, and the mode for it."""
    link = chip.tcpip.links.get(LINK)
    if not chip.tcpip.transparent:
        yield NOT_PASSING
    if chip.tcpip.multiple:
        yield MULTIPLE
    if link is None:
        yield NO_LINK
    elif link.kind == UDP and link.udp_mode:
        yield PEER_CHANGES


def _pass_through(chip: Chip) -> None:
    chip.pass_through()


def _test(_chip: Chip, _call: Call) -> Answer:
    return OK


COMMANDS = (
    Command(
        SEND,
        {
            Form.TEST: _test,
            Form.SET: _set("cipsend"),
            Form.EXECUTE: PassingForm(available=_can_pass, then=_pass_through),
        },
        extra=frozenset({Form.TEST}),
    ),
    Command(
        SEND_ESCAPED,
        {Form.TEST: _test, Form.SET: _set("cipsendex", escapes=True)},
        extra=frozenset({Form.TEST}),
    ),
)
