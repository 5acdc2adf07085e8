"""The faults of the sleep mode that a boot begins with.

Law: ids and sentences; the place that asks is `board.py`.
"""

from __future__ import annotations

from ..commands.sleepmode import MODEM_SLEEP
from .active import Fault, Faults

_SLEEP = (
    Fault("sleep.default-0", "the sleep mode is 0 after every boot"),
    Fault("sleep.default-1", "the sleep mode is 1 after every boot"),
    Fault("sleep.survives-rst", "AT+SLEEP= sets a mode that survives AT+RST"),
)


def sleep_mode_at_boot(faults: Faults) -> int:
    """The sleep mode that a boot begins with."""
    return next((mode for mode in (0, 1) if faults.active(f"sleep.default-{mode}")), MODEM_SLEEP)


FAULTS: tuple[Fault, ...] = _SLEEP
