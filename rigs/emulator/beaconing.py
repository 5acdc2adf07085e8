"""Being found by WeChat (clauses 4.1.34, 4.1.35): a packet to everybody in the LAN, now and then.

Law: as long as it runs, and only while the station has an address.  Nobody has published the
packet; ours carries the two texts that were given, and a question that WeChat may ask is not
answered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .timers import MINUTE, SECOND

if TYPE_CHECKING:
    from .firmware import Firmware

SLUG = "discover"
EVERYBODY = "255.255.255.255", 12476
"""Where AirKiss looks for devices."""

_FAULTY_S, _MINUTE_S = 5, 60


class Beaconing:
    """Sends, from `start` to `stop`, while the firmware runs."""

    def __init__(self, firmware: Firmware) -> None:
        self._firmware = firmware
        self._turn = object()
        self._sent: tuple[bytes, int] | None = None  # only a fault asks
        self._stopped = False  # only a fault asks

    def start(self, number: bytes, kind: bytes, every_s: int) -> None:
        """From now on; 0 s, or less (which only a fault takes): send nothing by itself."""
        active = self._firmware.faults.active
        if not every_s and active(f"{SLUG}.0-goes-on"):
            return
        self._turn = object()
        if self._stopped and active(f"{SLUG}.not-after-stop"):
            return
        astray = self._firmware.astray
        astray.interval_s = astray.interval_s or every_s
        if every_s and active(f"{SLUG}.first-interval"):
            every_s = astray.interval_s
        if every_s and active(f"{SLUG}.every-second"):
            every_s = 1
        if active(f"{SLUG}.16-bits"):
            every_s %= 1 << 16
        if active(f"{SLUG}.minute-at-most"):
            every_s = min(every_s, _MINUTE_S)
        if not every_s and active(f"{SLUG}.0-ten-minutes"):
            every_s = 10 * _MINUTE_S
        if active(f"{SLUG}.other-interval"):
            every_s *= _FAULTY_S
        if not every_s and active(f"{SLUG}.sends-at-0"):
            every_s = 1
        if every_s > 0 and not active(f"{SLUG}.sends-nothing"):
            self._sent = number + b"\0" + kind + b"\0", every_s
            self._send_later(self._turn, *self._sent)

    def stop(self) -> None:
        """Nothing more."""
        self._stopped = True
        if not self._firmware.faults.active(f"{SLUG}.goes-on"):
            self._turn = turn = object()
            if self._sent and self._firmware.faults.active(f"{SLUG}.stops-for-minutes"):
                self._firmware.later(10 * MINUTE, self._sender(turn, *self._sent))

    def _send_later(self, turn: object, packet: bytes, every_s: int) -> None:
        self._firmware.later(every_s * SECOND, self._sender(turn, packet, every_s))

    def _sender(self, turn: object, packet: bytes, every_s: int) -> Callable[[], None]:
        def send() -> None:
            if turn is not self._turn:
                return
            if self._firmware.station.has_address:
                port = self._firmware.network.open_udp(0, lambda _data, _sender: None)
                port.send(packet, EVERYBODY)
                port.close()
            if not self._firmware.faults.active(f"{SLUG}.once"):
                self._send_later(turn, packet, every_s)

        return send
