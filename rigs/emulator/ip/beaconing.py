"""Being found by WeChat (clauses 4.1.34, 4.1.35): a packet to everybody in the LAN, now and then.

Law: as long as it runs, and only while the station has an address.  Nobody has published the
packet; ours carries the two texts that were given, and a question that WeChat may ask is not
answered.
"""

from __future__ import annotations

from collections.abc import Callable

from ..timers import SECOND
from .device import Device

EVERYBODY = "255.255.255.255", 12476
"""Where AirKiss looks for devices."""


class Beaconing:
    """Sends, from `start` to `stop`, while the firmware runs."""

    def __init__(self, chip: Device) -> None:
        self._chip = chip
        self._turn = object()

    def start(self, number: bytes, kind: bytes, every_s: int) -> None:
        """From now on, first when this time has passed; 0 s: send nothing by itself."""
        self._turn = object()
        if every_s > 0:
            self._send_later(self._turn, number + b"\0" + kind + b"\0", every_s)

    def stop(self) -> None:
        """Nothing more."""
        self._turn = object()

    def _send_later(self, turn: object, packet: bytes, every_s: int) -> None:
        self._chip.later(every_s * SECOND, self._sender(turn, packet, every_s))

    def _sender(self, turn: object, packet: bytes, every_s: int) -> Callable[[], None]:
        def send() -> None:
            if turn is not self._turn:
                return
            if self._chip.station.has_address:
                port = self._chip.network.open_udp(0, lambda _data, _sender: None)
                port.send(packet, EVERYBODY)
                port.close()
            self._send_later(turn, packet, every_s)

        return send
