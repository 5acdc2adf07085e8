"""The mutants of an interface that is not as the commands tell it.

Law: rows.  What the commands show stays as it is; only whoever carries packets is misled.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

from ..ip.interfaces import leases
from ..net.inforce import SoftApSide, StationSide
from ..settings.addresses import NO_IP, NOWHERE, IpConfig
from ..settings.settings import SoftAp
from .boot import OUTLIVES_IN_THE_AIR
from .memory import memory
from .mutant import Mutant, Mutation, mutant
from .sides import LEFT_IN_THE_AIR, SOFTAP_SIDE, softap, station, stays

SOFTAP_MODE = 2
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
) -> Callable[[StationSide, Any], StationSide]:
    """What becomes of a static address."""
    return lambda side, _chip: side if side.asks else replace(side, address=change(side.address))


def _leased(
    change: Callable[[IpConfig], IpConfig],
) -> Callable[[StationSide, Any], StationSide]:
    """What becomes of an address that a server gave."""
    return lambda side, _chip: replace(side, address=change(side.address)) if side.asks else side


def _asks_anyway(side: StationSide, chip: Any) -> StationSide:
    if side.asks or side.access_point is None:
        return side
    return replace(side, asks=True, address=chip.station.lease or NO_IP)


def _last(chip: Any, what: str, now: Any) -> Any:
    """What was set last, although it is so no more."""
    last = memory(chip)[what] = now or memory(chip).get(what)
    return last


def _stuck(side: StationSide, chip: Any) -> StationSide:
    static = _last(chip, "static", chip.current.station_ip)
    return replace(side, address=static) if side.asks and static else side


def _no_gateway(ip: IpConfig) -> IpConfig:
    return replace(ip, gateway=NOWHERE)


def _class_c(ip: IpConfig) -> IpConfig:
    return ip if ip == NO_IP else replace(ip, netmask=_CLASS_C)


STATION: tuple[Mutant, ...] = (
    station(
        "station-mac.not-in-frames",
        "the station's frames have the chip's own MAC, whatever is set and told",
        lambda side, chip: replace(side, mac=chip.personality.macs.station),
    ),
    station(
        "station-mac.other-in-frames",
        "the station's frames have a MAC that is 1 larger than what is told",
        lambda side, _chip: replace(side, mac=_mac_plus_1(side.mac)),
    ),
    station(
        "station-mac.not-after-boot",
        "the saved MAC of the station is told after a boot, and the chip's own is used",
        lambda side, chip: replace(side, mac=chip.personality.macs.station),
        until="station_mac",
    ),
    station(
        "static-ip.not-after-boot",
        "the saved static address of the station is told after a boot, and not used",
        lambda side, chip: side if side.asks else replace(side, address=NO_IP),
        until="station_ip",
    ),
    station(
        "static-ip.not-used",
        "a static address of the station is told, but nobody has it on the network",
        _static(lambda _ip: NO_IP),
    ),
    station(
        "static-ip.other-used",
        "the station uses an address that is 1 larger than the static one that it tells",
        _static(_plus_1),
    ),
    station(
        "static-ip.shown-only",
        "a static address of the station is told, and one that was asked for by DHCP is used",
        _asks_anyway,
    ),
    station(
        "static-ip.used-with-dhcp",
        "the station uses the last static address even when it asks for one by DHCP",
        _stuck,
    ),
    station(
        "static-ip.gateway-ignored",
        "a static address of the station works without the gateway that was set with it",
        _static(_no_gateway),
    ),
    station(
        "static-ip.netmask-ignored",
        "a static address of the station works with netmask 255.255.255.0, whatever was set",
        _static(_class_c),
    ),
    station(
        "lease.not-used",
        "an address that a DHCP server gave is told, but nobody has it on the network",
        _leased(lambda _ip: NO_IP),
    ),
    station(
        "lease.other-used",
        "the station uses an address that is 1 larger than the one that it was given and tells",
        _leased(_plus_1),
    ),
    station(
        "lease.gateway-ignored",
        "the station does not use the router that a DHCP server told",
        _leased(_no_gateway),
    ),
    station(
        "station-dhcp.off-yet-asks",
        "the station asks for addresses by DHCP even when that is switched off",
        lambda side, _chip: replace(side, asks=side.access_point is not None),
    ),
    station(
        "station-dhcp.on-yet-silent",
        "the station never asks for an address by DHCP",
        lambda side, _chip: replace(side, asks=False),
    ),
)


def _configured(
    change: Callable[[SoftAp], SoftAp],
) -> Callable[[SoftApSide, Any], SoftApSide]:
    return lambda side, _chip: replace(side, settings=change(side.settings))


def _default_leases(side: SoftApSide, chip: Any) -> SoftApSide:
    usual = leases(replace(chip.current, leases=None), chip.personality.ips)
    return replace(side, leases=usual) if side.leases else side


def _usual_time(side: SoftApSide, chip: Any) -> SoftApSide:
    minutes = chip.personality.ips.minutes
    return replace(side, leases=replace(side.leases, minutes=minutes)) if side.leases else side


def _first_ip(side: SoftApSide, chip: Any) -> SoftApSide:
    return replace(side, address=memory(chip).setdefault("first address", side.address))


def _first_softap(side: SoftApSide, chip: Any) -> SoftApSide:
    return replace(side, settings=memory(chip).setdefault("first softAP", side.settings))


def _factory_leases(side: SoftApSide, chip: Any) -> SoftApSide:
    made = replace(chip.current, leases=None, softap_ip=None)
    return replace(side, leases=leases(made, chip.personality.ips)) if side.leases else side


def _kept_range(side: SoftApSide, chip: Any) -> SoftApSide:
    last = _last(chip, "leases", chip.current.leases)
    return replace(side, leases=side.leases and (last or side.leases))


def _stopped(side: SoftApSide, chip: Any) -> SoftApSide:
    last = _last(chip, "leases", chip.current.leases)
    given_up = last is not None and chip.current.leases is None
    return replace(side, leases=None) if given_up else side


def _escaped(text: bytes) -> bytes:
    return re.sub(rb'([\\",])', rb"\\\1", text)


SOFTAP: tuple[Mutant, ...] = (
    softap(
        "softap-mac.not-in-frames",
        "the softAP's frames have the chip's own MAC, whatever is set and told",
        lambda side, chip: replace(side, mac=chip.personality.macs.softap),
    ),
    softap(
        "softap-mac.not-after-boot",
        "the saved MAC of the softAP is told after a boot, and the chip's own is used",
        lambda side, chip: replace(side, mac=chip.personality.macs.softap),
        until="softap_mac",
    ),
    softap(
        "softap-mac.other-bssid",
        "the softAP's beacons tell the chip's own MAC, whatever is set and told",
        lambda side, chip: replace(side, bssid=chip.personality.macs.softap),
    ),
    softap(
        "softap-ip.not-after-boot",
        "the saved address of the softAP is told after a boot, and the factory's is used",
        lambda side, chip: replace(side, address=chip.personality.ips.softap),
        until="softap_ip",
    ),
    softap(
        "softap-dhcp.not-after-boot",
        "the saved range of the softAP's DHCP server is told after a boot, and not used",
        lambda side, chip: _default_leases(side, chip),
        until="leases",
    ),
    softap(
        "softap.not-after-boot",
        "the saved softAP is told after a boot, and the factory's is in the air",
        lambda side, chip: replace(side, settings=chip.personality.factory.softap),
        until="softap",
    ),
    softap(
        "softap-mac.other-in-frames",
        "the softAP's frames have a MAC that is 1 larger than what is told",
        lambda side, _chip: replace(side, mac=_mac_plus_1(side.mac)),
    ),
    softap(
        "softap-ip.not-used",
        "the softAP keeps the factory's address, whatever is set and told",
        lambda side, chip: replace(side, address=chip.personality.ips.softap),
    ),
    softap(
        "softap-ip.first-kept",
        "the softAP keeps the address that it had first, until a restart",
        _first_ip,
    ),
    softap(
        "softap-ip.other-used",
        "the softAP uses an address that is 1 larger than what is told",
        lambda side, _chip: replace(side, address=_plus_1(side.address)),
    ),
    softap(
        "softap-ip.netmask-ignored",
        "the softAP has netmask 255.255.255.0, whatever is set",
        lambda side, _chip: replace(side, address=_class_c(side.address)),
    ),
    softap(
        "softap-dhcp.off-yet-serves",
        "the softAP's DHCP server serves even when it is switched off",
        lambda side, chip: replace(side, leases=leases(chip.current, chip.personality.ips)),
    ),
    softap(
        "softap-dhcp.on-yet-silent",
        "the softAP's DHCP server never answers",
        lambda side, _chip: replace(side, leases=None),
    ),
    softap(
        "softap-dhcp.default-range",
        "the softAP's DHCP server hands out of its default range, whatever is set and told",
        _default_leases,
    ),
    softap(
        "softap-dhcp.default-time",
        "the softAP's DHCP server gives its default lease time, whatever is set and told",
        _usual_time,
    ),
    softap(
        "softap-dhcp.factory-network",
        "the softAP's DHCP server hands out in the factory's network, whatever the softAP's is",
        _factory_leases,
    ),
    softap(
        "softap-dhcp.0-keeps-range",
        "the softAP's DHCP server goes on with a range that was given up",
        _kept_range,
    ),
    softap(
        "softap-dhcp.0-stops",
        "the softAP's DHCP server is silent once a range was given up",
        _stopped,
    ),
    softap(
        "softap.first-kept",
        "the softAP in the air stays as it was first, until a restart",
        _first_softap,
    ),
    softap(
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
    softap(
        "softap.open-though-secured",
        "a softAP that is told to be secured lets everybody in",
        _configured(lambda settings: replace(settings, ecn=0)),
    ),
    softap(
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
    softap(
        "softap.other-security",
        "a softAP that is told to be secured is so in another way",
        _configured(
            lambda settings: replace(settings, ecn=settings.ecn and (3 if settings.ecn != 3 else 2))
        ),
    ),
    softap(
        "softap.other-password",
        "the softAP wants another password than the one that it tells",
        _configured(lambda settings: replace(settings, password=settings.password[::-1])),
    ),
    softap(
        "softap.other-ssid",
        "the softAP has another SSID than the one that it tells",
        _configured(lambda settings: replace(settings, ssid=(b"AI-" + settings.ssid)[:_SSID_MAX])),
    ),
    softap(
        "softap.hidden-ignored",
        "the softAP broadcasts its SSID although it is told to be hidden",
        _configured(lambda settings: replace(settings, hidden=0)),
    ),
    softap(
        "softap.hidden-always",
        "the softAP does not broadcast its SSID although it is told not to be hidden",
        _configured(lambda settings: replace(settings, hidden=1)),
    ),
    softap(
        "softap.other-channel",
        "the softAP is on the next channel",
        _configured(lambda settings: replace(settings, channel=settings.channel % _CHANNELS + 1)),
    ),
    softap(
        "softap.one-too-few",
        "the softAP lets one station fewer in than its maximum",
        _configured(
            lambda settings: replace(settings, max_connections=settings.max_connections - 1)
        ),
    ),
    softap(
        "softap.unlimited",
        "the softAP lets everybody in, whatever its maximum",
        _configured(lambda settings: replace(settings, max_connections=_EVERYBODY)),
    ),
    softap(
        "softap.not-there",
        "there is no softAP in the air, though all about it can be set and read",
        lambda _side, _chip: None,
    ),
)

SURVIVES = mutant(
    "softap.survives-on-air",
    "the softAP in the air is the same after AT+RST as before",
    *LEFT_IN_THE_AIR,
    *OUTLIVES_IN_THE_AIR,
)

STAYS = mutant(
    "softap.in-station-mode",
    "the softAP stays in the air in station mode",
    Mutation(SOFTAP_SIDE, stays(SOFTAP_MODE)),
)

MUTANTS: tuple[Mutant, ...] = (*STATION, *SOFTAP, STAYS)
