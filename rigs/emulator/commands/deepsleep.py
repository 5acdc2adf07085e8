"""AT+GSLP (clause 3.2.4; field guide 3): deep sleep, from which only a reset leads back.

Law: for how long and with what answer; the sleep itself is the board's.  Negative times are
refused.  Zero is taken for what it says: `document` wakes at once, while the timer of real chips
does not run at 0 and sleeps until a reset.  `document` takes any time that fits into 31 bits;
real firmware multiplies by 1000 in 32 bits and wakes too early from longer ones (errata 17).
"""

from __future__ import annotations

from ..chip.chip import Chip
from ..line.command import Command, Form
from ..line.parameters import Parameters
from ..timers import MICROSECOND
from . import numbers
from .numbers import Number
from .stages import RamForm, Reasons, strict_rules

NAME = "+GSLP"
TIME = Number("time", range(2**31))
"""In ms."""


def _parsed(_chip: Chip, parameters: Parameters) -> int:
    (time,) = numbers.read(parameters, (TIME,))
    return time


def _refusals(_chip: Chip, time: int) -> Reasons:
    return TIME.reasons(time)


def _told(chip: Chip, time: int) -> bytes:
    return b"%d\r\n" % time if chip.personality.basic.prints_sleep_time else b""


def duration_ns(chip: Chip, time: int) -> int | None:
    """How long the chip sleeps; None: until a reset."""
    slept_us = chip.personality.basic.slept_us(time)
    return None if slept_us is None else slept_us * MICROSECOND


def _fall_asleep(chip: Chip, time: int) -> None:
    chip.sleep(duration_ns(chip, time))


COMMANDS = (
    Command(
        NAME,
        {
            Form.SET: RamForm(
                rules=strict_rules,
                parse=_parsed,
                decide=_refusals,
                tell=_told,
                after_ok=True,
                effect=_fall_asleep,
            )
        },
    ),
)
