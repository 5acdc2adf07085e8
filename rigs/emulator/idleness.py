"""What faulty firmware does when nobody has spoken to it for half an hour.

Law: healthy firmware only notes when it was spoken to; what comes of it is asked of the faults.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .passthrough import Passthrough
from .reader import LF
from .tcpip import SERVER_TIMEOUT_S
from .timers import MINUTE

if TYPE_CHECKING:
    from .firmware import Firmware

HALF_HOUR = 30 * MINUTE
_MODEM_SLEEP = 2


class Idleness:
    """Of one run."""

    def __init__(self, firmware: Firmware) -> None:
        self._firmware = firmware
        self._heard_ns = firmware.now_ns()
        self._deaf = False
        if firmware.faults.active("idle.restarts"):
            firmware.later(HALF_HOUR, firmware.crash)

    def heard(self, data: bytes) -> bytes:
        """Bytes have come; what is left of them."""
        now = self._firmware.now_ns()
        if now - self._heard_ns > HALF_HOUR:
            self._end()
        self._heard_ns = now
        if self._deaf and LF in data:
            self._deaf = False
            return data[data.index(LF) + 1 :]
        return b"" if self._deaf else data

    def _end(self) -> None:
        """Somebody speaks again."""
        firmware, active = self._firmware, self._firmware.faults.active
        sink = firmware.sink
        self._deaf = active("idle.first-line-lost")
        if active("idle.transmission-ends") and firmware.passing_through:
            firmware.divert(None)
        if active("idle.plus-unheard") and isinstance(sink, Passthrough):
            sink.endless = True
        if active("idle.forgets"):
            tcpip, booted = firmware.tcpip, firmware.astray.booted
            tcpip.multiple = tcpip.transparent = False
            tcpip.server_timeout_s = SERVER_TIMEOUT_S
            firmware.echo.on = True
            firmware.sleep_mode = _MODEM_SLEEP
            firmware.current = replace(firmware.current, mode=booted.mode)
