"""AT+CIPSENDBUF, AT+CIPBUFSTATUS, AT+CIPCHECKSEQ, AT+CIPBUFRESET (clauses 5.2.6 to 5.2.9; field
guide 5).

Law: the send buffer of a TCP link and the numbers of its segments.  Of the three spellings that
the document has for the last one, firmware takes this (errata 78).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..command import Answer, Call, Command, Final, Form
from ..dataphase import Plan
from ..link import UDP, Link, Segments
from ..tcpip import LINKS
from .refusals import Complaint, explained
from .send import invited, length_of, link_of

if TYPE_CHECKING:
    from ..firmware import Firmware

_UNSIGNED = 2**32


def _write(firmware: Firmware, call: Call) -> Answer:
    link, rest = link_of(firmware, "cipsendbuf", call.arguments)
    if link.kind == UDP and not firmware.faults.active("cipsendbuf.udp-accepted"):
        raise Complaint
    length, rest = length_of(firmware, "cipsendbuf", rest)
    if rest:
        raise Complaint(b"no tail")
    segments = link.segments
    if length > segments.free:
        raise Complaint(b"BUFFER FULL")
    if not segments.queue:
        raise Complaint(b"QUEUE FULL")
    told = b"%d,%d\r\n" % (segments.next, segments.arrived)
    return invited(firmware, Plan("cipsendbuf", link.id, length, buffered=True), told)


def _of_single(act: Callable[[Firmware, Link | None], Answer]) -> Callable[..., Answer]:
    """An execute form, which means the one link of CIPMUX=0."""

    def handle(firmware: Firmware, _call: Call) -> Answer:
        if firmware.tcpip.multiple:
            raise Complaint
        return act(firmware, firmware.tcpip.links.get(0))

    return explained(handle)


def _of_one(act: Callable[[Firmware, Link | None], Answer]) -> Callable[..., Answer]:
    """A set form, which names a link and needs CIPMUX=1."""

    def handle(firmware: Firmware, call: Call) -> Answer:
        if not firmware.tcpip.multiple:
            raise Complaint
        number = _numbers(firmware, call, 1)[0]
        if number not in range(LINKS):
            raise Complaint
        return act(firmware, firmware.tcpip.links.get(number))

    return explained(handle)


def _numbers(firmware: Firmware, call: Call, count: int) -> list[int]:
    parameters = firmware.parameters(call.arguments)
    values = [parameters.number() for _ in range(count)]
    parameters.end()
    return values


def _status(firmware: Firmware, link: Link | None) -> Answer:
    if firmware.tcpip.transparent:
        raise Complaint(b"IPMODE=1")
    if link is None and not firmware.personality.tcpip.free_link_tells_zeros:
        if firmware.faults.active("cipbufstatus.unlinked-ok"):
            return Answer(Final.OK, b"1,0,0,0,0\r\n")
        raise Complaint
    if link is None:
        return Answer(Final.OK, b"1,0,0,0,0\r\n")
    if link.kind == UDP and not firmware.faults.active("cipbufstatus.udp-ok"):
        raise Complaint
    held = link.segments
    values = held.next, held.sent, held.arrived, held.free, held.queue
    return Answer(Final.OK, b"%d,%d,%d,%d,%d\r\n" % values)


def _reset(firmware: Firmware, link: Link | None) -> Answer:
    if link is None:
        if firmware.faults.active("cipbufreset.unlinked-ok"):
            return Answer(Final.OK)
        raise Complaint(b"link is not valid")
    udp = link.kind == UDP and not firmware.faults.active("cipbufreset.udp-ok")
    if udp or link.segments.waiting:
        raise Complaint

    def reset() -> None:
        link.segments = Segments()

    return Answer(Final.OK, effect=reset)


def _check(slug: str) -> Callable[[Firmware, Call], Answer]:
    def handle(firmware: Firmware, call: Call) -> Answer:
        """Numbers are compared as signed ones, which lets -1 through (recorded)."""
        multiple = firmware.tcpip.multiple
        values = _numbers(firmware, call, 2 if multiple else 1)
        link = firmware.tcpip.links.get(values[0] if multiple else 0)
        segment = values[-1]
        if firmware.faults.active(f"{slug}.unlinked-ok") and link is None:
            return Answer(Final.OK, b"%d,FALSE\r\n" % segment)
        if link is None and not firmware.personality.tcpip.free_link_tells_zeros:
            raise Complaint
        held = link.segments if link else Segments()
        if not segment or segment >= held.next:
            raise Complaint
        word = b"TRUE" if held.results.get(segment) else b"FALSE"
        line = b"%d,%s" % (segment % _UNSIGNED, word)
        return Answer(Final.OK, (b"%d,%s" % (values[0], line) if multiple else line) + b"\r\n")

    return explained(handle)


COMMANDS = (
    Command("+CIPSENDBUF", {Form.SET: explained(_write)}),
    Command(
        "+CIPBUFSTATUS",
        {
            Form.SET: _of_one(_status),
            Form.EXECUTE: _of_single(_status),
        },
    ),
    Command("+CIPCHECKSEQ", {Form.SET: _check("cipcheckseq")}),
    Command("+CIPCHECKQUEUE", {Form.SET: _check("cipcheckseq")}, extra=frozenset({Form.SET})),
    Command(
        "+CIPBUFRESET",
        {
            Form.SET: _of_one(_reset),
            Form.EXECUTE: _of_single(_reset),
        },
    ),
)
