"""From a call to an answer: which handler answers it.

Law: whether a command and its form exist, and whether it has to wait.  What a command means is in
its file.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..chip.chip import Chip
from ..commands.smartconfig import LOCKED, runs
from ..line.command import (
    ERROR,
    Answer,
    BadParameter,
    Call,
    Form,
    Handler,
    Registered,
)


def answer(chip: Chip, call: Call | None) -> Answer:
    """What a chip answers to a call; None is a line that is no command.

    What does not exist is an ERROR (clause 1.1; field guide 1).
    """
    handler = existing(chip.personality.commands, call)
    if call is None or handler is None:
        return ERROR
    if waits(chip, call):
        return LOCKED
    return obeyed(handler, chip, call)


def existing(commands: Mapping[str, Registered], call: Call | None) -> Handler | None:
    """What answers such a call, or None where a firmware has no such form."""
    entry = commands.get(call.name) if call else None
    if call is None or entry is None:
        return None
    if call.form is Form.SET and call.by_digit and not entry.takes_digit:
        return None
    if call.form is Form.SET and call.tail.startswith(b"?"):  # a query with something behind
        return None
    return entry.handler(call.form)


def waits(chip: Chip, call: Call) -> bool:
    """Whether a command cannot be used because SmartConfig runs (clause 4.1.32)."""
    return runs(chip) and chip.personality.station.locked_by_smartconfig(call.name)


def obeyed(handler: Handler, chip: Chip, call: Call) -> Answer:
    """What a handler answers; a parameter that it does not take is an ERROR."""
    try:
        return handler(chip, call)
    except BadParameter:
        return ERROR
