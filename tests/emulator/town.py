"""An air with access points in it, for tests: it answers at once and forgets nobody's wish.

Law: no assertion lives here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from rigs.emulator.settings.accesspoint import AccessPoint
from rigs.emulator.settings.addresses import IpConfig
from rigs.emulator.wifi.air import BOTH, Beacon, Guest, Listener, Refusal, Speech, Told, Way


@dataclass(frozen=True)
class Place:
    """An access point and what it wants of those who join."""

    beacon: Beacon
    password: bytes = b""
    leases: bool = True


def _place(
    ssid: bytes, number: int, channel: int, ecn: int, rssi: int, password: bytes = b""
) -> Place:
    bssid = bytes.fromhex("cad719d8a6") + bytes((number,))
    return Place(Beacon(ssid, bssid, channel, ecn, rssi, -11 * number, number), password)


HOME, FAR = _place(b"home", 1, 6, 3, -60, b"12345678"), _place(b"home", 2, 11, 3, -80, b"12345678")
CAFE, ODD = _place(b"cafe", 3, 1, 0, -40), _place(b'a,b"\\d', 4, 13, 4, -70, b'p,"\\wpwpw')
PLACES = (HOME, FAR, CAFE, ODD)
LEASE = IpConfig(
    IPv4Address("192.168.1.23"), IPv4Address("192.168.1.1"), IPv4Address("255.255.255.0")
)


class Town:
    """See rigs.emulator.wifi.air.Air.  `fails`: it refuses everybody for this reason."""

    guests: Sequence[Guest] = ()

    def __init__(self, places: Sequence[Place] = PLACES, fails: Refusal | None = None) -> None:
        self.places = list(places)
        self.fails = fails
        self._wish: AccessPoint | None = None
        self._station: Listener | None = None
        self._listening: tuple[Way, Told] | None = None
        #: Which speech of SmartConfig it listened for last.
        self.kind = 0

    def scan(self) -> Sequence[Beacon]:
        return [each.beacon for each in self.places]

    def join(self, wish: AccessPoint, station: Listener) -> None:
        self._wish, self._station = wish, station
        self._serve()

    def leave(self) -> None:
        self._wish = self._station = None

    def listen(self, way: Way, told: Told, kind: int = BOTH) -> None:
        self._listening, self.kind = (way, told), kind

    def hush(self) -> None:
        self._listening = None

    def tell(self, way: Way, wish: AccessPoint) -> bool:
        """A phone or a button nearby; whether anybody listens for it."""
        if self._listening is None or self._listening[0] is not way:
            return False
        self._listening[1](wish, Speech.ESP_TOUCH)
        return True

    def vanish(self) -> None:
        """All access points are switched off."""
        self.places = []
        if self._station:
            self._station.lost()

    def appear(self, *places: Place) -> None:
        """Access points are switched on."""
        self.places += places
        self._serve()

    def _serve(self) -> None:
        wish, station = self._wish, self._station
        if wish is None or station is None:
            return
        place = self._nearest(wish)
        if self.fails is not None:
            station.refused(self.fails)
        elif place is None:
            station.refused(Refusal.NOT_FOUND)
        elif place.password != wish.password:
            station.refused(Refusal.WRONG_PASSWORD)
        else:
            station.connected(place.beacon)
            if place.leases:
                station.leased(LEASE)

    def _nearest(self, wish: AccessPoint) -> Place | None:
        fitting = [
            each
            for each in self.places
            if each.beacon.ssid == wish.ssid and wish.bssid in (None, each.beacon.bssid)
        ]
        return max(fitting, key=lambda each: each.beacon.rssi, default=None)
