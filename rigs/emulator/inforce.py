"""What is in force on the board's two interfaces: whoever carries packets makes it so.

Law: from a running firmware to values that can be compared; nothing is changed here.  What a
follower is told is the whole truth at that time, so that it needs no history.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from . import interfaces
from .addresses import IpConfig, Leases
from .air import Beacon
from .discovery import MdnsName
from .settings import SoftAp

if TYPE_CHECKING:
    from .firmware import Firmware


@dataclass(frozen=True)
class StationSide:
    """The station.

    `access_point`: whom it has joined.  `address`: NO_IP while it has none.  `asks`: whether it is
    a DHCP client now: it has joined, and the client is switched on (clause 4.1.14).  `name`: what
    it tells of itself to those who look for it, if anything.
    """

    mac: bytes
    access_point: Beacon | None
    address: IpConfig
    asks: bool
    name: MdnsName | None = None


@dataclass(frozen=True)
class SoftApSide:
    """The softAP.

    `leases`: what its DHCP server hands out; None: the server is switched off.  `bssid`: what its
    beacons tell if that is not its MAC (a fault's doing).
    """

    mac: bytes
    address: IpConfig
    settings: SoftAp
    leases: Leases | None
    bssid: bytes | None = None


@dataclass(frozen=True)
class InForce:
    """Both; None is an interface that the Wi-Fi mode does not have, or a board that is not up."""

    station: StationSide | None
    softap: SoftApSide | None


NOTHING = InForce(None, None)
"""A board without power, in a reset, booting or asleep."""


class Follower(Protocol):
    """Somebody who makes true what is in force."""

    def follow(self, force: InForce) -> None:
        """It has changed; whatever the firmware says of it is said after this has returned."""


def grounds(firmware: Firmware) -> object:
    """What it follows from: as long as all of this is equal, the same is in force.

    It is asked for after everything that happens, and is much cheaper than the answer.
    """
    radio = firmware.station
    return (
        firmware,
        firmware.current,
        firmware.personality,
        radio.access_point,
        radio.lease,
        firmware.mdns_name,
    )


def in_force(firmware: Firmware) -> InForce:
    """What is in force now."""
    return InForce(_station(firmware), _softap(firmware))


def _station(firmware: Firmware) -> StationSide | None:
    return station_side(firmware) if interfaces.has_station(firmware.current) else None


def station_side(firmware: Firmware) -> StationSide:
    """The station as it is, or as it would be in a mode that has one."""
    settings, rules, radio = firmware.current, firmware.personality, firmware.station
    if not interfaces.has_station(settings):
        settings = replace(settings, mode=interfaces.STATION[0])
    return StationSide(
        interfaces.station_mac(settings, rules.macs),
        radio.access_point,
        interfaces.station_ip(settings, rules.ips, radio),
        radio.joined and settings.dhcp.station,
        firmware.mdns_name,
    )


def _softap(firmware: Firmware) -> SoftApSide | None:
    return softap_side(firmware) if interfaces.has_softap(firmware.current) else None


def softap_side(firmware: Firmware) -> SoftApSide:
    """The softAP as it is, or as it would be in a mode that has one."""
    settings, rules = firmware.current, firmware.personality
    there = replace(settings, mode=interfaces.SOFTAP[0])
    return SoftApSide(
        interfaces.softap_mac(settings, rules.macs),
        interfaces.softap_ip(there, rules.ips),
        _tuned(settings.softap, firmware.station.access_point),
        interfaces.leases(there, rules.ips) if settings.dhcp.softap else None,
    )


def _tuned(softap: SoftAp, joined: Beacon | None) -> SoftAp:
    """The chip has one radio: while its station has joined, its softAP is on that channel.

    What is set and told stays as it is (ESP8266 Technical Reference, appendix A.2).
    """
    return replace(softap, channel=joined.channel) if joined else softap
