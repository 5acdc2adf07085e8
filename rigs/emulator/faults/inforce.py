"""The faults of an interface that is not as the commands tell it.

Law: a table: fault -> what it says, and what it makes of what is in force.  What the commands show
stays as it is; only whoever carries packets is misled.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from ..addresses import NO_IP, NOWHERE, IpConfig
from ..inforce import InForce, SoftApSide, StationSide, softap_side, station_side
from ..interfaces import leases
from ..settings import SoftAp
from . import firstkept
from .active import Fault
from .misleading import Misleading, Side

if TYPE_CHECKING:
    from ..firmware import Firmware

_CLASS_C = IPv4Address("255.255.255.0")
_SSID_MAX, _CHANNELS, _EVERYBODY = 32, 13, 64
_UNTOLD = b"nobody is told"
"""The password of a softAP that has none."""


def _plus_1(ip: IpConfig) -> IpConfig:
    return ip if ip == NO_IP else replace(ip, address=IPv4Address((int(ip.address) + 1) % 2**32))


def _mac_plus_1(mac: bytes) -> bytes:
    return mac[:-1] + bytes(((mac[-1] + 1) % 256,))


def _static(
    change: Callable[[IpConfig], IpConfig],
) -> Callable[[StationSide, Firmware], StationSide]:
    """What becomes of a static address."""
    return lambda side, _firmware: (
        side if side.asks else replace(side, address=change(side.address))
    )


def _leased(
    change: Callable[[IpConfig], IpConfig],
) -> Callable[[StationSide, Firmware], StationSide]:
    """What becomes of an address that a server gave."""
    return lambda side, _firmware: (
        replace(side, address=change(side.address)) if side.asks else side
    )


def _asks_anyway(side: StationSide, firmware: Firmware) -> StationSide:
    if side.asks or side.access_point is None:
        return side
    return replace(side, asks=True, address=firmware.station.lease or NO_IP)


def _stuck(side: StationSide, firmware: Firmware) -> StationSide:
    astray = firmware.astray
    astray.static = firmware.current.station_ip or astray.static
    return replace(side, address=astray.static) if side.asks and astray.static else side


def _unless_new(setting: str, firmware: Firmware, side: Side, otherwise: Side) -> Side:
    """The side as it is, but otherwise while a setting is still what RAM began with."""
    now, then = firmware.current, firmware.astray.booted
    return side if getattr(now, setting) != getattr(then, setting) else otherwise


def _no_gateway(ip: IpConfig) -> IpConfig:
    return replace(ip, gateway=NOWHERE)


def _class_c(ip: IpConfig) -> IpConfig:
    return ip if ip == NO_IP else replace(ip, netmask=_CLASS_C)


STATION: tuple[Misleading[StationSide], ...] = (
    Misleading(
        "station-mac.not-in-frames",
        "the station's frames have the chip's own MAC, whatever is set and told",
        lambda side, firmware: replace(side, mac=firmware.personality.macs.station),
    ),
    Misleading(
        "station-mac.other-in-frames",
        "the station's frames have a MAC that is 1 larger than what is told",
        lambda side, _firmware: replace(side, mac=_mac_plus_1(side.mac)),
    ),
    Misleading(
        "station-mac.not-after-boot",
        "the saved MAC of the station is told after a boot, and the chip's own is used",
        lambda side, firmware: _unless_new(
            "station_mac", firmware, side, replace(side, mac=firmware.personality.macs.station)
        ),
    ),
    Misleading(
        "static-ip.not-after-boot",
        "the saved static address of the station is told after a boot, and not used",
        lambda side, firmware: _unless_new(
            "station_ip", firmware, side, side if side.asks else replace(side, address=NO_IP)
        ),
    ),
    Misleading(
        "static-ip.not-used",
        "a static address of the station is told, but nobody has it on the network",
        _static(lambda _ip: NO_IP),
    ),
    Misleading(
        "static-ip.other-used",
        "the station uses an address that is 1 larger than the static one that it tells",
        _static(_plus_1),
    ),
    Misleading(
        "static-ip.shown-only",
        "a static address of the station is told, and one that was asked for by DHCP is used",
        _asks_anyway,
    ),
    Misleading(
        "static-ip.used-with-dhcp",
        "the station uses the last static address even when it asks for one by DHCP",
        _stuck,
    ),
    Misleading(
        "static-ip.gateway-ignored",
        "a static address of the station works without the gateway that was set with it",
        _static(_no_gateway),
    ),
    Misleading(
        "static-ip.netmask-ignored",
        "a static address of the station works with netmask 255.255.255.0, whatever was set",
        _static(_class_c),
    ),
    Misleading(
        "lease.not-used",
        "an address that a DHCP server gave is told, but nobody has it on the network",
        _leased(lambda _ip: NO_IP),
    ),
    Misleading(
        "lease.other-used",
        "the station uses an address that is 1 larger than the one that it was given and tells",
        _leased(_plus_1),
    ),
    Misleading(
        "lease.gateway-ignored",
        "the station does not use the router that a DHCP server told",
        _leased(_no_gateway),
    ),
    Misleading(
        "station-dhcp.off-yet-asks",
        "the station asks for addresses by DHCP even when that is switched off",
        lambda side, _firmware: replace(side, asks=side.access_point is not None),
    ),
    Misleading(
        "station-dhcp.on-yet-silent",
        "the station never asks for an address by DHCP",
        lambda side, _firmware: replace(side, asks=False),
    ),
)


def _configured(
    change: Callable[[SoftAp], SoftAp],
) -> Callable[[SoftApSide, Firmware], SoftApSide]:
    return lambda side, _firmware: replace(side, settings=change(side.settings))


def _default_leases(side: SoftApSide, firmware: Firmware) -> SoftApSide:
    usual = leases(replace(firmware.current, leases=None), firmware.personality.ips)
    return replace(side, leases=usual) if side.leases else side


def _usual_time(side: SoftApSide, firmware: Firmware) -> SoftApSide:
    minutes = firmware.personality.ips.minutes
    return replace(side, leases=replace(side.leases, minutes=minutes)) if side.leases else side


def _first_ip(side: SoftApSide, firmware: Firmware) -> SoftApSide:
    astray = firmware.astray
    astray.first_ip = astray.first_ip or side.address
    return replace(side, address=astray.first_ip)


def _first_softap(side: SoftApSide, firmware: Firmware) -> SoftApSide:
    astray = firmware.astray
    astray.first_softap = astray.first_softap or side.settings
    return replace(side, settings=astray.first_softap)


def _factory_leases(side: SoftApSide, firmware: Firmware) -> SoftApSide:
    made = replace(firmware.current, leases=None, softap_ip=None)
    return replace(side, leases=leases(made, firmware.personality.ips)) if side.leases else side


def _kept_range(side: SoftApSide, firmware: Firmware) -> SoftApSide:
    astray = firmware.astray
    astray.set_leases = firmware.current.leases or astray.set_leases
    return replace(side, leases=side.leases and (astray.set_leases or side.leases))


def _stopped(side: SoftApSide, firmware: Firmware) -> SoftApSide:
    astray = firmware.astray
    astray.set_leases = firmware.current.leases or astray.set_leases
    given_up = astray.set_leases is not None and firmware.current.leases is None
    return replace(side, leases=None) if given_up else side


def _escaped(text: bytes) -> bytes:
    return re.sub(rb'([\\",])', rb"\\\1", text)


SOFTAP: tuple[Misleading[SoftApSide], ...] = (
    Misleading(
        "softap-mac.not-in-frames",
        "the softAP's frames have the chip's own MAC, whatever is set and told",
        lambda side, firmware: replace(side, mac=firmware.personality.macs.softap),
    ),
    Misleading(
        "softap-mac.not-after-boot",
        "the saved MAC of the softAP is told after a boot, and the chip's own is used",
        lambda side, firmware: _unless_new(
            "softap_mac", firmware, side, replace(side, mac=firmware.personality.macs.softap)
        ),
    ),
    Misleading(
        "softap-mac.other-bssid",
        "the softAP's beacons tell the chip's own MAC, whatever is set and told",
        lambda side, firmware: replace(side, bssid=firmware.personality.macs.softap),
    ),
    Misleading(
        "softap-ip.not-after-boot",
        "the saved address of the softAP is told after a boot, and the factory's is used",
        lambda side, firmware: _unless_new(
            "softap_ip", firmware, side, replace(side, address=firmware.personality.ips.softap)
        ),
    ),
    Misleading(
        "softap-dhcp.not-after-boot",
        "the saved range of the softAP's DHCP server is told after a boot, and not used",
        lambda side, firmware: _unless_new(
            "leases", firmware, side, _default_leases(side, firmware)
        ),
    ),
    Misleading(
        "softap.not-after-boot",
        "the saved softAP is told after a boot, and the factory's is in the air",
        lambda side, firmware: _unless_new(
            "softap", firmware, side, replace(side, settings=firmware.personality.factory.softap)
        ),
    ),
    Misleading(
        "softap-mac.other-in-frames",
        "the softAP's frames have a MAC that is 1 larger than what is told",
        lambda side, _firmware: replace(side, mac=_mac_plus_1(side.mac)),
    ),
    Misleading(
        "softap-ip.not-used",
        "the softAP keeps the factory's address, whatever is set and told",
        lambda side, firmware: replace(side, address=firmware.personality.ips.softap),
    ),
    Misleading(
        "softap-ip.first-kept",
        "the softAP keeps the address that it had first, until a restart",
        _first_ip,
    ),
    Misleading(
        "softap-ip.other-used",
        "the softAP uses an address that is 1 larger than what is told",
        lambda side, _firmware: replace(side, address=_plus_1(side.address)),
    ),
    Misleading(
        "softap-ip.netmask-ignored",
        "the softAP has netmask 255.255.255.0, whatever is set",
        lambda side, _firmware: replace(side, address=_class_c(side.address)),
    ),
    Misleading(
        "softap-dhcp.off-yet-serves",
        "the softAP's DHCP server serves even when it is switched off",
        lambda side, firmware: replace(
            side, leases=leases(firmware.current, firmware.personality.ips)
        ),
    ),
    Misleading(
        "softap-dhcp.on-yet-silent",
        "the softAP's DHCP server never answers",
        lambda side, _firmware: replace(side, leases=None),
    ),
    Misleading(
        "softap-dhcp.default-range",
        "the softAP's DHCP server hands out of its default range, whatever is set and told",
        _default_leases,
    ),
    Misleading(
        "softap-dhcp.default-time",
        "the softAP's DHCP server gives its default lease time, whatever is set and told",
        _usual_time,
    ),
    Misleading(
        "softap-dhcp.factory-network",
        "the softAP's DHCP server hands out in the factory's network, whatever the softAP's is",
        _factory_leases,
    ),
    Misleading(
        "softap-dhcp.0-keeps-range",
        "the softAP's DHCP server goes on with a range that was given up",
        _kept_range,
    ),
    Misleading(
        "softap-dhcp.0-stops",
        "the softAP's DHCP server is silent once a range was given up",
        _stopped,
    ),
    Misleading(
        "softap.first-kept",
        "the softAP in the air stays as it was first, until a restart",
        _first_softap,
    ),
    Misleading(
        "softap.escaped-on-air",
        "the softAP has backslashes before special characters of its SSID and password",
        _configured(
            lambda settings: replace(
                settings,
                ssid=_escaped(settings.ssid)[:_SSID_MAX],
                password=_escaped(settings.password),
            )
        ),
    ),
    Misleading(
        "softap.open-though-secured",
        "a softAP that is told to be secured lets everybody in",
        _configured(lambda settings: replace(settings, ecn=0)),
    ),
    Misleading(
        "softap.secured-though-open",
        "a softAP that is told to be open is secured",
        _configured(
            lambda settings: (
                settings
                if settings.ecn
                else replace(settings, ecn=3, password=settings.password or _UNTOLD)
            )
        ),
    ),
    Misleading(
        "softap.other-security",
        "a softAP that is told to be secured is so in another way",
        _configured(
            lambda settings: replace(settings, ecn=settings.ecn and (3 if settings.ecn != 3 else 2))
        ),
    ),
    Misleading(
        "softap.other-password",
        "the softAP wants another password than the one that it tells",
        _configured(lambda settings: replace(settings, password=settings.password[::-1])),
    ),
    Misleading(
        "softap.other-ssid",
        "the softAP has another SSID than the one that it tells",
        _configured(lambda settings: replace(settings, ssid=(b"AI-" + settings.ssid)[:_SSID_MAX])),
    ),
    Misleading(
        "softap.hidden-ignored",
        "the softAP broadcasts its SSID although it is told to be hidden",
        _configured(lambda settings: replace(settings, hidden=0)),
    ),
    Misleading(
        "softap.hidden-always",
        "the softAP does not broadcast its SSID although it is told not to be hidden",
        _configured(lambda settings: replace(settings, hidden=1)),
    ),
    Misleading(
        "softap.other-channel",
        "the softAP is on the next channel",
        _configured(lambda settings: replace(settings, channel=settings.channel % _CHANNELS + 1)),
    ),
    Misleading(
        "softap.one-too-few",
        "the softAP lets one station fewer in than its maximum",
        _configured(
            lambda settings: replace(settings, max_connections=settings.max_connections - 1)
        ),
    ),
    Misleading(
        "softap.unlimited",
        "the softAP lets everybody in, whatever its maximum",
        _configured(lambda settings: replace(settings, max_connections=_EVERYBODY)),
    ),
    Misleading(
        "softap.not-there",
        "there is no softAP in the air, though all about it can be set and read",
        lambda _side, _firmware: None,
    ),
)

_ALL_STATION = (*STATION, *firstkept.STATION)
_ALL_SOFTAP = (*SOFTAP, *firstkept.SOFTAP)

ANYWHERE = "station.in-softap-mode"
"""A mutant of AT+CWMODE; what is in force then is asked for here."""
ALWAYS = Fault("softap.in-station-mode", "the softAP stays in the air in station mode")

FAULTS: tuple[Fault, ...] = (
    *(Fault(each.id, each.says) for each in _ALL_STATION),
    *(Fault(each.id, each.says) for each in _ALL_SOFTAP),
    ALWAYS,
)


def misled(force: InForce, firmware: Firmware) -> InForce:
    """What the carriers of packets take for being in force."""
    if not firmware.faults.ids:
        return force
    station, softap = force.station, _strayed(force.softap, firmware)
    if station is None and _stays(firmware):
        station = station_side(firmware)
    if softap is None and firmware.faults.active(ALWAYS.id):
        softap = softap_side(firmware)
    return InForce(_misled(station, _ALL_STATION, firmware), _misled(softap, _ALL_SOFTAP, firmware))


def _stays(firmware: Firmware) -> bool:
    """Whether there is a station in a mode that has none."""
    active = firmware.faults.active
    return (firmware.station.joined and active(ANYWHERE)) or active("join.made-in-softap-mode")


def _strayed(softap: SoftApSide | None, firmware: Firmware) -> SoftApSide | None:
    """The softAP with what faults have left in the air."""
    astray = firmware.astray
    if softap and astray.softap:
        softap = replace(softap, settings=astray.softap)
    if softap and softap.leases and astray.leases:
        softap = replace(softap, leases=astray.leases)
    return softap


def _misled(
    side: Side | None, table: tuple[Misleading[Side], ...], firmware: Firmware
) -> Side | None:
    for each in table:
        if side is not None and firmware.faults.active(each.id):
            side = each.makes(side, firmware)
    return side
