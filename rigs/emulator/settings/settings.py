"""What a board can be set to.

Law: values; no command, no parsing, no printing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict, cast

from ..serial.uart import BOOT_FORMAT, UartFormat
from .accesspoint import AccessPoint
from .addresses import DhcpSwitches, IpConfig, Leases
from .savedlink import SavedLink


@dataclass(frozen=True)
class SoftAp:
    """The softAP's configuration (clause 4.1.10).

    `ecn`: 0 open, 2 WPA, 3 WPA2, 4 both.  `hidden`: 1 does not broadcast the SSID.
    """

    ssid: bytes
    password: bytes
    channel: int
    ecn: int
    max_connections: int
    hidden: int


@dataclass(frozen=True)
class Settings:
    """Everything that has a value in RAM and one in the store (clause 6 names the commands).

    `mode`: 1, 2, 3 (clause 4.1.1).  None is what nobody has set: the chip's own MAC, no static
    address, the leases that follow from the softAP's address, no AP to join, no link to open.
    """

    mode: int
    softap: SoftAp
    access_point: AccessPoint | None = None
    auto_connect: bool = True
    uart: UartFormat = BOOT_FORMAT
    dhcp: DhcpSwitches = DhcpSwitches()  # noqa: RUF009 (frozen)
    station_mac: bytes | None = None
    softap_mac: bytes | None = None
    station_ip: IpConfig | None = None
    softap_ip: IpConfig | None = None
    leases: Leases | None = None
    link: SavedLink | None = None


class Changes(TypedDict, total=False):
    """New values for some of the settings; the names are those of Settings."""

    mode: int
    softap: SoftAp
    access_point: AccessPoint | None
    auto_connect: bool
    uart: UartFormat
    dhcp: DhcpSwitches
    station_mac: bytes | None
    softap_mac: bytes | None
    station_ip: IpConfig | None
    softap_ip: IpConfig | None
    leases: Leases | None
    link: SavedLink | None


def taken(settings: Settings, *names: str) -> Changes:
    """The values of some settings, to be written elsewhere."""
    return cast("Changes", {name: getattr(settings, name) for name in names})
