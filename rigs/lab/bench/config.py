"""What the harness tells a bench's lab: the PIXIT's table `[network]`, as JSON.

Law of this file: values; they were checked where the PIXIT was read. That they look like those of
`conformance/network.py` is meant: the lab imports nothing of ours, and shares messages alone.
"""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Config:
    """An access point and the host's interfaces; the keys are those of the PIXIT."""

    ssid: str = ""
    password: str = dataclasses.field(default="", repr=False)
    security: str = ""
    bssid: str = ""
    channel: int = 0
    address: str = ""
    netmask: str = "255.255.255.0"
    first: str = ""
    last: str = ""
    interface: str = ""
    hosts: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    ap_interface: str = ""
    station_interface: str = ""
    #: How hostapd and wpa_supplicant drive their interfaces; tests have no radio.
    driver: str = "nl80211"

    @classmethod
    def told(cls, message: Mapping[str, Any]) -> Self:
        """What the message says; raises `TypeError` if it has another key."""
        lists = {key: tuple(message.get(key, ())) for key in ("hosts", "others")}
        return cls(**{**message, **lists})

    @property
    def heard_at(self) -> str:
        """The host's interface in the network."""
        return self.ap_interface or self.interface

    @property
    def interfaces(self) -> tuple[str, ...]:
        """The host's interfaces that the lab is to use."""
        named = (self.interface, self.ap_interface, self.station_interface)
        return tuple(name for name in named if name)

    @property
    def on_channel(self) -> int:
        """The access point's channel."""
        return self.channel or 6

    @property
    def prefix(self) -> int:
        return self.network.prefixlen

    @property
    def network(self) -> ipaddress.IPv4Network:
        return ipaddress.IPv4Network(f"{self.address}/{self.netmask}", strict=False)

    @property
    def leased(self) -> tuple[str, str]:
        """The first and the last address that may be leased."""
        if self.first:
            return self.first, self.last
        network = self.network
        return str(network.network_address + 2), str(network.broadcast_address - 1)
