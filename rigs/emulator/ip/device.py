"""The chip, as its IP stack sees it.

Law: Protocols and nothing else; what a command may ask besides stands in `chip`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..settings.settings import Settings
from ..timing import Timing
from ..wifi.air import Surroundings
from ..wifi.station import Station
from .addressrules import IpRules
from .link import Link
from .network import Network
from .tcpiprules import TcpIpRules


class StackRules(Protocol):
    """Where firmwares differ in their IP stack."""

    @property
    def ips(self) -> IpRules:
        """In IP addresses."""

    @property
    def tcpip(self) -> TcpIpRules:
        """In links and data."""


class Device(Protocol):
    """One run of the firmware.

    `current`: what RAM holds; it is replaced as a whole.  `station`: the radio as a station.
    """

    current: Settings
    station: Station

    @property
    def personality(self) -> StackRules:
        """Which firmware this is."""

    @property
    def air(self) -> Surroundings:
        """The radio side: who has joined whom."""

    @property
    def network(self) -> Network:
        """What the IP stack can reach."""

    @property
    def timing(self) -> Timing:
        """How long slow things take."""

    def now_ns(self) -> int:
        """A monotonic clock."""

    def later(self, delay_ns: int, action: Callable[[], None]) -> None:
        """Run something later, unless a reset comes first."""

    @property
    def passing_through(self) -> bool:
        """Whether the UART and a link are one wire."""

    def reconnect(self, link: Link) -> None:
        """A link that passes through was lost."""

    def say(self, data: bytes) -> None:
        """Say something that is no answer, as it is."""

    def say_received(self, head: bytes, data: bytes) -> None:
        """Say what a peer has sent (clause 5.2.20)."""

    def tell(self, text: bytes) -> None:
        """Say a line that nobody asked for."""
