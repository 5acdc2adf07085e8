"""AT+CIPSEND, AT+CIPSENDEX (clauses 5.2.4 and 5.2.5; field guide 5): into the data phase.

Law: whether data may come, how many bytes and for whom; the data themselves are for `dataphase`,
those that pass through for `passthrough`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..asking import numbers
from ..asking.numbers import Field
from ..command import OK, Answer, BadParameter, Call, Command, Final, Form
from ..dataphase import Plan
from ..link import UDP, Link
from ..net import Address
from ..parameters import COMMA
from ..passthrough import LINK
from .refusals import Complaint, explained, refused

if TYPE_CHECKING:
    from ..firmware import Firmware

LENGTH_MAX = 2048
LENGTH = Field("length", 4, range(1, LENGTH_MAX + 1), (1, LENGTH_MAX), (0, 2049), ())

_DIGITS = re.compile(rb"[0-9]+")
_NUMBER = re.compile(rb"-?[0-9]+|(?=,|$)")
_QUOTED = re.compile(rb'"([^"]*)"')
_PORTS = range(1, 65536)


def _test(_firmware: Firmware, _call: Call) -> Answer:
    return OK


def _set(slug: str, escapes: bool) -> Callable[[Firmware, Call], Answer]:
    def handle(firmware: Firmware, call: Call) -> Answer:
        try:
            return planned(firmware, call)
        except BadParameter:
            if not firmware.faults.active(f"{slug}.refused-takes-data"):
                raise
            unasked = firmware.personality.data_phase(firmware, Plan("", 0, LENGTH.default))
            return Answer(Final.ERROR, afterwards=lambda: firmware.divert(unasked))

    def planned(firmware: Firmware, call: Call) -> Answer:
        link, rest = link_of(firmware, slug, call.arguments)
        if link.segments.waiting:
            raise Complaint(b"send mode error")
        rest = numbers.mended(firmware, slug, rest, {0: LENGTH})
        length, rest = length_of(firmware, slug, rest)
        if rest[:1] == COMMA and link.kind == UDP:
            return _addressed(firmware, slug, link, length, rest[1:], escapes)
        if rest and not _ignored(firmware, slug):
            raise Complaint(b"no tail")
        return invited(firmware, Plan(slug, link.id, length, escapes=escapes))

    return explained(handle)


def _ignored(firmware: Firmware, slug: str) -> bool:
    return firmware.faults.active(f"{slug}.surplus-accepted")


def link_of(firmware: Firmware, slug: str, text: bytes) -> tuple[Link, bytes]:
    """The link that data are for, and the parameters that follow its id."""
    tcpip, active = firmware.tcpip, firmware.faults.listed_and_active
    if tcpip.transparent and not active(f"{slug}.set-in-passthrough-mode-accepted"):
        raise Complaint(b"IPMODE=1")
    number = 0
    if tcpip.multiple:
        head, _comma, text = text.partition(COMMA)
        if not _DIGITS.fullmatch(head):
            raise Complaint
        number = int(head)
    elif active(f"{slug}.single-takes-id") and text.count(COMMA) == 1:
        text = text.partition(COMMA)[2]
    if active(f"{slug}.sends-to-first") and tcpip.links:
        number = min(tcpip.links)
    link = tcpip.links.get(number)
    if link is None:
        raise Complaint(b"link is not valid")
    return link, text


def length_of(firmware: Firmware, slug: str, text: bytes) -> tuple[int, bytes]:
    """The length, and what follows it."""
    rules = firmware.personality.tcpip
    found = _NUMBER.match(text)
    if found is None or (not found[0] and not rules.lenient_length):
        raise Complaint(b"no tail")
    length = int(found[0] or b"0")
    if rules.lenient_length:
        length = (length + 2**31) % 2**32 - 2**31
    if rules.lenient_length and length < 1:
        return length, text[found.end() :]
    if not numbers.taken(firmware.faults, slug, LENGTH, length):
        raise Complaint(b"too long" if length > LENGTH_MAX else b"")
    return length, text[found.end() :]


def _addressed(
    firmware: Firmware, slug: str, link: Link, length: int, text: bytes, escapes: bool
) -> Answer:
    """With an address for this datagram (clause 5.2.4, UDP)."""
    host, port = _address(firmware, slug, text)
    if firmware.faults.active(f"{slug}.address-refused"):
        raise Complaint

    def found(ip: str | None, done: Callable[[Answer], None]) -> None:
        if ip is None:
            done(refused(firmware, b"DNS Fail"))
            return
        to: Address = ip, port
        done(invited(firmware, Plan(slug, link.id, length, to, escapes)))

    return Answer(
        None, pending=lambda done: firmware.tcpip.resolve(host, lambda ip: found(ip, done))
    )


def _address(firmware: Firmware, slug: str, text: bytes) -> tuple[bytes, int]:
    active = firmware.faults.active
    found = _QUOTED.match(text)
    if found is None or not found[1]:
        raise Complaint(b"ip error")
    rest = text[found.end() :]
    if not rest:
        if active(f"{slug}.port-missing-accepted"):
            return found[1], 1
        raise Complaint(b"no port")
    digits = _DIGITS.match(rest, 1) if rest[:1] == COMMA else None
    if digits is None:
        raise Complaint(b"port error")
    if rest[digits.end() :] and not _ignored(firmware, slug):
        raise Complaint(b"no tail")
    port = int(digits[0])
    if port not in _PORTS and not active(f"{slug}.port-range-unchecked"):
        raise Complaint(b"port range error")
    return found[1], port


def invited(firmware: Firmware, plan: Plan, information: bytes = b"") -> Answer:
    """OK, then the prompt, and what comes then is data."""
    rules, active = firmware.personality.tcpip, firmware.faults.listed_and_active

    def begin() -> None:
        if not active(f"{plan.slug}.prompt-missing"):
            firmware.invite(b": " if active(f"{plan.slug}.other-prompt") else rules.prompt)
        if not active(f"{plan.slug}.data-executed"):
            firmware.divert(firmware.personality.data_phase(firmware, plan))

    final = Final.OK if rules.prompt_ok else None
    return Answer(final, information, afterwards=begin)


def _pass_through(firmware: Firmware, _call: Call) -> Answer:
    """The execute form (errata 97): CIPMODE=1, CIPMUX=0, and a link."""
    tcpip, active = firmware.tcpip, firmware.faults.active
    allowed = tcpip.transparent or active("cipsend.execute-without-mode-accepted")
    link = tcpip.links.get(LINK)
    if tcpip.multiple and active("cipsend.execute-in-multiple-accepted"):
        allowed = bool(tcpip.links)
    elif tcpip.multiple:
        allowed = False
    if not allowed or (link is None and not active("cipsend.execute-unlinked-accepted")):
        raise Complaint
    if (
        link is not None
        and link.kind == UDP
        and link.udp_mode
        and not active("cipmode.udp-mode-unchecked")
    ):
        raise Complaint
    final = Final.OK if firmware.personality.tcpip.prompt_ok else None
    return Answer(final, afterwards=firmware.pass_through)


COMMANDS = (
    Command(
        "+CIPSEND",
        {
            Form.TEST: _test,
            Form.SET: _set("cipsend", escapes=False),
            Form.EXECUTE: explained(_pass_through),
        },
        extra=frozenset({Form.TEST}),
    ),
    Command(
        "+CIPSENDEX",
        {Form.TEST: _test, Form.SET: _set("cipsendex", escapes=True)},
        extra=frozenset({Form.TEST}),
    ),
)
