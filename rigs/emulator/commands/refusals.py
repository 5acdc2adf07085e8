"""Refusals that may say why (field guide 7).

Law: a line before ERROR, where the firmware is one that complains.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..command import Answer, BadParameter, Call, Final

if TYPE_CHECKING:
    from ..firmware import Firmware


class Complaint(BadParameter):
    """The parameters or the state are not as they have to be; `line` says why."""

    def __init__(self, line: bytes = b"") -> None:
        super().__init__(line.decode("ascii"))
        self.line = line


def refused(firmware: Firmware, line: bytes) -> Answer:
    """ERROR, with or without a line before it."""
    if not line or not firmware.personality.tcpip.complains:
        return Answer(Final.ERROR)
    return Answer(Final.ERROR, line + b"\r\n")


def explained(handler: Callable[[Firmware, Call], Answer]) -> Callable[[Firmware, Call], Answer]:
    """The same handler, whose complaints are said."""

    def handle(firmware: Firmware, call: Call) -> Answer:
        try:
            return handler(firmware, call)
        except Complaint as complaint:
            return refused(firmware, complaint.line)

    return handle
