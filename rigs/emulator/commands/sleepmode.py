"""AT+SLEEP (clause 3.2.10; field guide 3): how the chip may doze between two beacons.

Law: a value in RAM.  The clause says that the command is for station mode only: `document` refuses
the set form in any other mode, while the query answers in every mode (errata 26); real firmware
takes both in all of them (observed 1.3, item 15).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import ERROR, OK, Answer, Call, Command, Final, Form
from ..faults import Faults
from . import numbers
from .numbers import Field
from .wifimode import STATION

if TYPE_CHECKING:
    from ..firmware import Firmware

SLUG = "sleep"
MODES, MODEM_SLEEP = range(3), 2
_KEPT = 256  # what a faulty firmware keeps of a wrong mode is a byte
MODE = Field("", MODEM_SLEEP, MODES, tuple(MODES), (-1, 3))


def at_boot(faults: Faults) -> int:
    """The sleep mode that a boot begins with."""
    for mode in MODES:
        if faults.listed_and_active(f"sleep.default-{mode}"):
            return mode
    return MODEM_SLEEP


def _query(firmware: Firmware, _call: Call) -> Answer:
    active = firmware.faults.active
    if active("sleep.query-in-station-mode-only") and firmware.current.mode != STATION:
        return ERROR
    mode = MODEM_SLEEP if active("sleep.query-always-2") else firmware.sleep_mode
    if active("sleep.query-off-by-one"):
        mode += 1
    prefix = b"+SLEEPMODE:" if active("sleep.query-other-prefix") else b"+SLEEP:"
    if active("sleep.query-no-prefix"):
        prefix = b""
    digits = b"" if active("sleep.query-no-digit") else b"%d" % mode
    lost = active("sleep.lost-when-read")
    return Answer(
        Final.OK,
        prefix + digits + b"\r\n",
        afterwards=(lambda: firmware.set_sleep_mode(MODEM_SLEEP)) if lost else None,
    )


def _set(firmware: Firmware, call: Call) -> Answer:
    active = firmware.faults.active
    try:
        (mode,) = numbers.read(firmware, SLUG, call.arguments, (MODE,))
    except numbers.Refused as refusal:
        if not refusal.read or not active("sleep.refused-takes-effect"):
            raise
        taken = refusal.read[0] % _KEPT
        return Answer(Final.ERROR, effect=lambda: firmware.set_sleep_mode(taken))
    if not _in_its_mode(firmware) and not active("sleep.set-in-any-mode"):
        return ERROR
    if firmware.faults.listed_and_active(f"sleep.{mode}-not-applied"):
        return OK
    return Answer(Final.OK, effect=lambda: firmware.set_sleep_mode(mode))


def _in_its_mode(firmware: Firmware) -> bool:
    return (
        firmware.current.mode == STATION or not firmware.personality.basic.sleep_needs_station_mode
    )


COMMANDS = (Command("+SLEEP", {Form.QUERY: _query, Form.SET: _set}),)
