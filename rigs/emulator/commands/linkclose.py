"""AT+CIPCLOSE (clause 5.2.10; field guide 5).

Law: which links are closed, and what is said of it: CLOSED comes before OK.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..asking import numbers
from ..asking.numbers import Field
from ..command import OK, Answer, BadParameter, Call, Command, Final, Form
from ..link import Link
from ..tcpip import LINKS
from .refusals import Complaint, explained

if TYPE_CHECKING:
    from ..firmware import Firmware

SLUG = "cipclose"
ALL = 5
ID = Field("", 0, range(LINKS + 1), (0, 1, 2, 3, 4, ALL), (-1, 6), (8, 32))


def _test(_firmware: Firmware, _call: Call) -> Answer:
    return OK


def _close_one(firmware: Firmware, _call: Call) -> Answer:
    """The execute form: the one link of CIPMUX=0."""
    tcpip, active = firmware.tcpip, firmware.faults.active
    if tcpip.multiple and not active("cipclose.execute-in-multiple-accepted"):
        raise Complaint(b"MUX=1")
    link = tcpip.links.get(0)
    if link is None:
        if active("cipclose.execute-unlinked-ok"):
            return OK
        raise Complaint
    return _closed(firmware, [link], "cipclose.execute-not-closed")


def _guarded(firmware: Firmware, call: Call) -> Answer:
    """The same, but for a fault that closes although it refuses."""
    try:
        return _close(firmware, call)
    except BadParameter:
        if not firmware.faults.active("cipclose.refused-closes"):
            raise
        closed = _closed(firmware, _all(firmware), "cipclose.not-closed")
        return Answer(Final.ERROR, effect=closed.effect)


def _close(firmware: Firmware, call: Call) -> Answer:
    tcpip, active = firmware.tcpip, firmware.faults.active
    if not tcpip.multiple and not active("cipclose.set-in-single-accepted"):
        raise Complaint(b"MUX=0")
    try:
        (number,) = numbers.read(firmware, SLUG, call.arguments, (ID,))
    except numbers.Refused as refusal:
        if (
            refusal.complete
            and refusal.read[0] < 0
            and firmware.personality.tcpip.negative_id_crashes
        ):
            return Answer(None, afterwards=firmware.crash)
        raise
    if number not in range(ALL + 1):  # under a fault
        return OK
    if number == ALL:
        return _close_all(firmware)
    link = tcpip.links.get(number)
    if link is None:
        if active("cipclose.unlinked-ok"):
            return OK
        raise Complaint(b"UNLINK")
    if active("cipclose.closes-all"):
        return _closed(firmware, _all(firmware), "cipclose.not-closed")
    return _closed(firmware, [link], "cipclose.not-closed")


def _close_all(firmware: Firmware) -> Answer:
    """It is OK with nothing open, too; with a server it does nothing (clause 5.2.10)."""
    active, rules = firmware.faults.active, firmware.personality.tcpip
    if firmware.tcpip.server and rules.five_spares_server:
        return OK
    links = _all(firmware)
    if not links and active("cipclose.five-needs-links"):
        raise Complaint
    if active("cipclose.five-leaves-last"):
        links = links[:-1]
    if active("cipclose.five-leaves-first"):
        links = links[1:]
    return _closed(firmware, links, "cipclose.five-not-closed")


def _all(firmware: Firmware) -> list[Link]:
    return [link for _number, link in sorted(firmware.tcpip.links.items())]


def _closed(firmware: Firmware, links: list[Link], fault: str) -> Answer:
    tcpip = firmware.tcpip
    lines = b"".join(tcpip.named(link.id, b"CLOSED") + b"\r\n" for link in links)
    if not firmware.personality.tcpip.closed_line:
        lines = b""
    if firmware.faults.active(fault):
        return Answer(Final.OK, lines)

    def close() -> None:
        for link in links:
            tcpip.close(link)

    return Answer(Final.OK, lines, effect=close)


COMMANDS = (
    Command(
        "+CIPCLOSE",
        {Form.TEST: _test, Form.SET: explained(_guarded), Form.EXECUTE: explained(_close_one)},
        extra=frozenset({Form.TEST}),
    ),
)
