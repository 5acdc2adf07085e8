"""Diagnostics: lines before ERROR that say why (field guide 7).

Law: firmware that says them (`complains`) says one, that of the first reason; other firmware says
ERROR alone.
"""

from __future__ import annotations

from typing import Any

from ..chip.chip import Chip
from ..line.command import Answer, BadParameter, Final


class Diagnostic(str):
    """A reason to refuse that is spelled as the diagnostic; other reasons have none."""

    __slots__ = ()


class Complaint(BadParameter):
    """Parameters that cannot be parsed, or not in this state; `line`: the diagnostic."""

    def __init__(self, line: bytes = b"") -> None:
        super().__init__(line.decode("ascii"))
        self.line = line


def refused(chip: Chip, line: bytes) -> Answer:
    """ERROR, and a diagnostic before it, if there is one and this firmware says it."""
    if not line or not chip.personality.tcpip.complains:
        return Answer(Final.ERROR)
    return Answer(Final.ERROR, line + b"\r\n")


def turn_away(chip: Chip, why: tuple[str, ...]) -> Answer:
    """ERROR to a form that is not available, and the first reason, if it is a Diagnostic."""
    return refused(chip, why[0].encode("ascii") if isinstance(why[0], Diagnostic) else b"")


def refuse(chip: Chip, _form: object, _wanted: Any, why: tuple[str, ...]) -> Answer:
    """The same for parameters that are not accepted."""
    return turn_away(chip, why)


def unreadable(chip: Chip, why: BadParameter) -> Answer:
    """ERROR to parameters that cannot be parsed, and the diagnostic of a Complaint."""
    return refused(chip, why.line if isinstance(why, Complaint) else b"")
