"""The faults of AT+RESTORE, and of the sleep mode that a boot begins with.

Law: ids and sentences; the places that ask are `commands/factory.py` and `board.py`.
"""

from __future__ import annotations

from ..commands import factory
from ..commands.sleepmode import MODEM_SLEEP
from .active import Fault, Faults

_RESTORE = (
    Fault("restore.no-restart", "AT+RESTORE resets the saved settings, but does not restart"),
    Fault("restore.no-return", "AT+RESTORE restarts, but the firmware hangs after the boot text"),
    Fault("restore.ok-after-boot", "AT+RESTORE says its OK only after the restart"),
    Fault("restore.restarts-only", "AT+RESTORE restarts, but resets no setting"),
    *(
        Fault(factory.fault_id(part), f"AT+RESTORE keeps what is saved: {part}")
        for part in factory.PARTS
    ),
    Fault("restore.undone-by-power-loss", "AT+RESTORE resets a copy that a loss of power loses"),
)
_SLEEP = (
    Fault("sleep.default-0", "the sleep mode is 0 after every boot"),
    Fault("sleep.default-1", "the sleep mode is 1 after every boot"),
    Fault("sleep.survives-rst", "AT+SLEEP= sets a mode that survives AT+RST"),
)


def sleep_mode_at_boot(faults: Faults) -> int:
    """The sleep mode that a boot begins with."""
    return next((mode for mode in (0, 1) if faults.active(f"sleep.default-{mode}")), MODEM_SLEEP)


FAULTS: tuple[Fault, ...] = (*_RESTORE, *_SLEEP)
