"""AT+WPS (clause 4.1.36; field guide 4).

Law: starting and stopping, and what is said when an access point has answered.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..accesspoint import AccessPoint
from ..air import Way
from ..asking import numbers
from ..asking.numbers import Field
from ..command import ERROR, OK, Answer, Call, Command, Form
from .join import join_told

if TYPE_CHECKING:
    from ..firmware import Firmware

SLUG = "wps"
_WEP, _MIXED = 1, 4
_PASSWORD_CUT = 32  # bytes, for a fault
ENABLE = Field("", 1, (0, 1), known=(0, 1), foreign=(-1, 2))

_SAID = {0: b"wps stoped\r\n", 1: b"wps started\r\n"}


def _set(firmware: Firmware, call: Call) -> Answer:
    if not _available(firmware):
        return _refused(firmware, b"opmode mismatch when wps\r\n")
    try:
        (enable,) = numbers.read(firmware, SLUG, call.arguments, (ENABLE,))
    except numbers.Refused as refused:
        if not refused.complete:
            raise
        return _refused(firmware, b"wps command error\r\n")
    return _switched(firmware, enable)


def _execute(firmware: Firmware, _call: Call) -> Answer:
    if not _available(firmware):
        return _refused(firmware, b"opmode mismatch when wps\r\n")
    return _switched(firmware, 1)


def _available(firmware: Firmware) -> bool:
    mode = firmware.current.mode
    mistaken = firmware.faults.listed_and_active(f"{SLUG}.set-in-mode-{mode}")
    return mode in firmware.personality.station.wps_modes or mistaken


def _refused(firmware: Firmware, why: bytes) -> Answer:
    return replace(ERROR, information=why if firmware.personality.station.explains else b"")


def _switched(firmware: Firmware, enable: int) -> Answer:
    if enable and firmware.station.worn_out:
        return ERROR
    firmware.station.worn_out = not enable and firmware.faults.active(f"{SLUG}.once")
    said = _SAID.get(enable, b"") if firmware.personality.station.explains else b""
    return replace(OK, information=said, effect=lambda: _switch(firmware, enable))


def _switch(firmware: Firmware, enable: int) -> None:
    """Whoever starts it leaves the access point that the station has joined."""
    if enable:
        firmware.station.leave()
        firmware.astray.starts += 1
        if firmware.astray.starts > 1 and firmware.faults.active(f"{SLUG}.second-deaf"):
            return
        firmware.station.listen(Way.WPS, lambda wish, _speech: _told(firmware, wish))
    elif firmware.faults.active(f"{SLUG}.0-goes-on"):
        return
    elif firmware.station.listens_for is Way.WPS:
        firmware.station.hush()


def _secured(firmware: Firmware, wish: AccessPoint, ecn: int) -> bool:
    """Whether it is this that secures it; WPS does not support WEP."""
    named = [each for each in firmware.station.scan() if each.ssid == wish.ssid]
    return bool(named) and all(each.ecn == ecn for each in named)


def _told(firmware: Firmware, wish: AccessPoint) -> None:
    if firmware.faults.active(f"{SLUG}.password-cut"):
        wish = replace(wish, password=wish.password[:_PASSWORD_CUT])
    if _secured(firmware, wish, _MIXED) and firmware.faults.active(f"{SLUG}.mixed-refused"):
        return
    if _secured(firmware, wish, _WEP) and not firmware.faults.active(f"{SLUG}.wep-joined"):
        return
    firmware.station.hush()
    if firmware.personality.station.explains:
        firmware.tell(b"wps success,connecting ap ...")
    if not firmware.faults.active(f"{SLUG}.told-not-joined"):
        join_told(firmware, wish)


COMMANDS = (
    Command(
        "+WPS",
        {Form.SET: _set, Form.EXECUTE: _execute},
        extra=frozenset((Form.EXECUTE,)),
    ),
)
