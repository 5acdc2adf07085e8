"""The air around a board: what a station can hear, what comes of its wish to join, and who has
joined the board's own softAP.

Law: values and Protocols, and the air that there is without a network: an empty one.  The air
decides who may join what; the firmware says what it says about it and takes its own time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from ipaddress import IPv4Address
from typing import Protocol

from ..settings.accesspoint import AccessPoint
from ..settings.addresses import IpConfig


@dataclass(frozen=True)
class Beacon:
    """What an access point tells of itself (clause 4.1.8).

    `bssid`: six bytes.  `ecn`: 0 open, 1 WEP, 2 WPA, 3 WPA2, 4 WPA and WPA2.  `rssi` in dBm,
    `frequency_offset` in kHz.
    """

    ssid: bytes
    bssid: bytes
    channel: int
    ecn: int = 0
    rssi: int = -50
    frequency_offset: int = 0
    calibration: int = 0


@dataclass(frozen=True)
class Guest:
    """A station on the softAP.  `address`: its lease, None while it has none (clause 4.1.13)."""

    mac: bytes
    address: IPv4Address | None


class Refusal(IntEnum):
    """Why a wish has not come true, as clauses 4.1.4 to 4.1.6 number it."""

    TIMEOUT = 1
    WRONG_PASSWORD = 2
    NOT_FOUND = 3
    FAILED = 4


class Way(Enum):
    """How somebody nearby can tell a station whom to join (clauses 4.1.32, 4.1.36)."""

    SMARTCONFIG = "SmartConfig"
    WPS = "WPS"


class Speech(Enum):
    """What a phone speaks, for SmartConfig (clause 4.1.32); WPS has but one language."""

    ESP_TOUCH = "esp-touch"
    AIRKISS = "airkiss"


BOTH = 3
"""Which of them to listen for, as AT+CWSTARTSMART numbers it: 1 ESP-TOUCH, 2 AirKiss, 3 both."""

Told = Callable[[AccessPoint, Speech], None]


class Listener(Protocol):
    """The station, as the air sees it; it is told things at once or later, never after leaving."""

    def refused(self, why: Refusal) -> None:
        """The wish cannot come true as things are; it stands all the same."""

    def connected(self, access_point: Beacon) -> None:
        """The wish has come true."""

    def leased(self, lease: IpConfig) -> None:
        """The network has given the station an address."""

    def lost(self) -> None:
        """The access point is gone; the wish stands."""


class Air(Protocol):
    """Everything that one board's radio can reach."""

    @property
    def guests(self) -> Sequence[Guest]:
        """The stations on the board's softAP, the longest there first."""

    def scan(self) -> Sequence[Beacon]:
        """The access points that can be heard now."""

    def join(self, wish: AccessPoint, station: Listener) -> None:
        """Wish to join; the wish stands until the station leaves or wishes something else."""

    def leave(self) -> None:
        """Leave, or give the wish up."""

    def listen(self, way: Way, told: Told, kind: int = BOTH) -> None:
        """Wait for somebody who tells whom to join, in one way at a time.

        `kind`: which speech of SmartConfig is understood.
        """

    def hush(self) -> None:
        """Wait for nobody any more."""


class EmptyAir:
    """See Air; nobody is there."""

    guests: Sequence[Guest] = ()

    def scan(self) -> Sequence[Beacon]:
        """See Air."""
        return ()

    def join(self, wish: AccessPoint, station: Listener) -> None:
        """See Air."""
        station.refused(Refusal.NOT_FOUND)

    def leave(self) -> None:
        """See Air."""

    def listen(self, way: Way, told: Told, kind: int = BOTH) -> None:
        """See Air."""

    def hush(self) -> None:
        """See Air."""


class Surroundings(Protocol):
    """What a run of the firmware knows of its air (see station.Station)."""

    @property
    def joined(self) -> bool:
        """Whether the station is connected to an access point."""

    @property
    def lease(self) -> IpConfig | None:
        """What the access point's DHCP server gave the station, if anything."""

    @property
    def guests(self) -> Sequence[Guest]:
        """The stations on the softAP, the longest there first."""
