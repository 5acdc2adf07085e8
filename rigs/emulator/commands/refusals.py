"""Refusals that may say why (field guide 7).

Law: a line before ERROR, where the firmware is one that complains.
"""

from __future__ import annotations

from ..chip import Chip
from ..command import Answer, BadParameter, Call, Final, Handler


class Complaint(BadParameter):
    """The parameters or the state are not as they have to be; `line` says why."""

    def __init__(self, line: bytes = b"") -> None:
        super().__init__(line.decode("ascii"))
        self.line = line


def refused(chip: Chip, line: bytes) -> Answer:
    """ERROR, with or without a line before it."""
    if not line or not chip.personality.tcpip.complains:
        return Answer(Final.ERROR)
    return Answer(Final.ERROR, line + b"\r\n")


def explained(handler: Handler) -> Handler:
    """The same handler, whose complaints are said."""

    def handle(chip: Chip, call: Call) -> Answer:
        try:
            return handler(chip, call)
        except Complaint as complaint:
            return refused(chip, complaint.line)

    return handle
