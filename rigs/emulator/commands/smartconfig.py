"""AT+CWSTARTSMART and AT+CWSTOPSMART (clauses 4.1.32, 4.1.33; field guide 4).

Law: starting and stopping, and what is said when somebody has told the station whom to join; it
goes on listening until it is stopped.  What else can be done meanwhile is a personality's, and
asked for in `dispatch`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..accesspoint import AccessPoint
from ..air import BOTH, Speech, Way
from ..asking import numbers
from ..asking.numbers import Field
from ..chip import Chip
from ..command import ERROR, OK, Answer, Call, Command, Final, Form
from ..timers import MINUTE
from .join import join_told
from .wifimode import STATION

if TYPE_CHECKING:
    from ..firmware import Firmware

START, STOP = "cwstartsmart", "cwstopsmart"
TYPE = Field("", 3, (1, 2, 3), known=(1, 2, 3), foreign=(0, 4))
LOCKED = replace(ERROR, information=b"Smart started")
"""What a command gets that has to wait until it is over: no blank line (observed 1.3, item 13)."""


def runs(chip: Chip) -> bool:
    """Whether SmartConfig runs."""
    return chip.station.listens_for is Way.SMARTCONFIG


def _execute(firmware: Firmware, _call: Call) -> Answer:
    active, kind = firmware.faults.active, BOTH
    for only in (1, 2):
        kind = only if active(f"{START}.untyped-hears-{only}") else kind
    return _start(firmware, "execute", kind)


def _set(firmware: Firmware, call: Call) -> Answer:
    if not _available(firmware, "set"):
        return ERROR
    try:
        (kind,) = numbers.read(firmware, START, call.arguments, (TYPE,))
    except numbers.Refused:
        if firmware.faults.active(f"{START}.refused-takes-effect"):
            return replace(ERROR, effect=lambda: _listen(firmware, BOTH))
        firmware.station.worn_out = firmware.faults.active(f"{START}.refused-wears-out")
        raise
    if firmware.faults.active(f"{START}.type-ignored"):
        kind = BOTH
    if firmware.faults.active(f"{START}.other-type"):
        kind = {1: 2, 2: 1}.get(kind, kind)
    return _start(firmware, "set", kind)


def _start(firmware: Firmware, form: str, kind: int) -> Answer:
    if not _available(firmware, form) or firmware.station.worn_out:
        return ERROR
    if runs(firmware):
        return OK if firmware.faults.active(f"{START}.twice-accepted") else ERROR
    return replace(OK, effect=lambda: _listen(firmware, kind))


def _available(firmware: Firmware, form: str) -> bool:
    """In station mode alone."""
    mode = firmware.current.mode
    return mode == STATION or firmware.faults.active(f"{START}.{form}-in-mode-{mode}")


def _stop(firmware: Firmware, _call: Call) -> Answer:
    running, station = runs(firmware), firmware.station
    if not running and firmware.faults.active(f"{STOP}.idle-fail"):
        return Answer(Final.FAIL)
    station.worn_out = firmware.faults.active(f"{START}.once")
    if firmware.faults.active(f"{STOP}.running-error" if running else f"{STOP}.idle-error"):
        return ERROR
    if firmware.faults.active(f"{STOP}.still-locks"):
        return OK
    if running and firmware.faults.active(f"{STOP}.still-hears"):
        return replace(OK, effect=station.seem_hushed)
    if running and firmware.faults.active(f"{STOP}.leaves"):
        return replace(OK, effect=lambda: _leave(firmware))
    return replace(OK, effect=station.hush if running else None)


def _leave(firmware: Firmware) -> None:
    firmware.station.hush()
    firmware.station.leave()


def _listen(firmware: Firmware, kind: int) -> None:
    firmware.astray.starts += 1
    if firmware.astray.starts > 1 and firmware.faults.active(f"{START}.second-deaf"):
        firmware.station.seem_to_listen(Way.SMARTCONFIG)
        return
    firmware.station.listen(
        Way.SMARTCONFIG, lambda wish, speech: _told(firmware, wish, speech), kind
    )
    if firmware.faults.active(f"{START}.ends-after-minutes"):
        firmware.later(10 * MINUTE, firmware.station.hush)


def _misheard(firmware: Firmware, wish: AccessPoint) -> AccessPoint:
    """What the active faults make of what somebody tells."""
    active = firmware.faults.active
    if active(f"{START}.ssid-cut"):
        wish = replace(wish, ssid=wish.ssid[:_SSID_CUT])
    if active(f"{START}.password-cut"):
        wish = replace(wish, password=wish.password[:_PASSWORD_CUT])
    return wish


_SSID_CUT, _PASSWORD_CUT = 16, 32


def _told(firmware: Firmware, wish: AccessPoint, speech: Speech) -> None:
    rules, wish = firmware.personality.station, _misheard(firmware, wish)
    if not wish.password and firmware.faults.active(f"{START}.open-unheard"):
        return
    if not firmware.faults.active(f"{START}.joins-untold"):
        for line in rules.smartconfig_lines(wish, speech):
            firmware.tell(line)
    if not firmware.faults.active(f"{START}.told-not-joined"):
        join_told(firmware, wish, rules.smartconfig_done)


COMMANDS = (
    Command("+CWSTARTSMART", {Form.SET: _set, Form.EXECUTE: _execute}),
    Command("+CWSTOPSMART", {Form.EXECUTE: _stop}),
)
