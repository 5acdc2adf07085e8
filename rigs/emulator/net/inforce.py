"""What is in force on the board's two interfaces: whoever carries packets makes it so.

Law: from a running firmware to values that can be compared; nothing is changed here.  What a
follower is told is the whole truth at that time, so that it needs no history.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from ..chip.chip import Chip
from ..ip import interfaces
from ..ip.mdnsname import MdnsName
from ..settings.addresses import IpConfig, Leases
from ..settings.settings import SoftAp
from ..wifi.air import Beacon


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
    beacons tell; None: its MAC.
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


def grounds(chip: Chip) -> object:
    """What it follows from: as long as all of this is equal, the same is in force.

    It is asked for after everything that happens, and is much cheaper than the answer.
    """
    radio = chip.station
    return (chip, chip.current, chip.personality, radio.access_point, radio.lease, chip.mdns_name)


def station_side(chip: Chip) -> StationSide | None:
    """The station, if the mode has one."""
    settings, rules, radio = chip.current, chip.personality, chip.station
    if not interfaces.has_station(settings):
        return None
    return StationSide(
        interfaces.station_mac(settings, rules.macs),
        radio.access_point,
        interfaces.station_ip(settings, rules.ips, radio),
        radio.joined and settings.dhcp.station,
        chip.mdns_name,
    )


def softap_side(chip: Chip) -> SoftApSide | None:
    """The softAP, if the mode has one."""
    settings, rules = chip.current, chip.personality
    if not interfaces.has_softap(settings):
        return None
    return SoftApSide(
        interfaces.softap_mac(settings, rules.macs),
        interfaces.softap_ip(settings, rules.ips),
        _tuned(settings.softap, chip.station.access_point),
        interfaces.leases(settings, rules.ips) if settings.dhcp.softap else None,
    )


def _tuned(softap: SoftAp, joined: Beacon | None) -> SoftAp:
    """The chip has one radio: while its station has joined, its softAP is on that channel.

    What is set and told stays as it is (ESP8266 Technical Reference, appendix A.2).
    """
    return replace(softap, channel=joined.channel) if joined else softap
