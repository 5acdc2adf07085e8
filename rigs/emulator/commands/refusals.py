"""Refusals that may say why (field guide 7).

Law: a line before ERROR, where the firmware is one that complains.
"""

from __future__ import annotations

from typing import Any

from ..chip.chip import Chip
from ..line.command import Answer, BadParameter, Final


class Said(str):
    """A reason to refuse that firmware says which complains."""

    __slots__ = ()


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


def turn_away(chip: Chip, why: tuple[str, ...]) -> Answer:
    """ERROR, and the first reason, if it is one that is said."""
    return refused(chip, why[0].encode("ascii") if isinstance(why[0], Said) else b"")


def refuse(chip: Chip, _form: object, _wanted: Any, why: tuple[str, ...]) -> Answer:
    """The same of what is wanted."""
    return turn_away(chip, why)


def unreadable(chip: Chip, why: BadParameter) -> Answer:
    """ERROR, and the complaint, if it is one."""
    return refused(chip, why.line if isinstance(why, Complaint) else b"")
