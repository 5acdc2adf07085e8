"""The faults of an interface that is as it is told at first, or in one mode, and then is not.

Law: a table as in `inforce.py`.  What was first set in a run of the firmware is remembered in
`astray.firsts` from when it is in force; what the commands tell is not touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar, cast

from ..addresses import NO_IP
from ..inforce import SoftApSide, StationSide
from ..interfaces import leases
from ..settings import SoftAp
from .misleading import Misleading

if TYPE_CHECKING:
    from ..firmware import Firmware

Value = TypeVar("Value")

_BOTH = 3
"""The Wi-Fi mode of softAP and station (clause 4.1.1)."""

_EVERYBODY = 64


def _first(firmware: Firmware, what: object, now: Value) -> Value:
    return cast("Value", firmware.astray.firsts.setdefault(what, now))


def _neighbour(mac: bytes) -> bytes:
    return mac[:-1] + bytes((mac[-1] ^ 1,))


def _first_station_mac(side: StationSide, firmware: Firmware) -> StationSide:
    if firmware.current.station_mac is None:
        return side
    return replace(side, mac=_first(firmware, "station-mac", side.mac))


def _first_softap_mac(side: SoftApSide, firmware: Firmware) -> SoftApSide:
    if firmware.current.softap_mac is None:
        return side
    return replace(side, mac=_first(firmware, "softap-mac", side.mac))


def _follows_softap(side: StationSide, firmware: Firmware) -> StationSide:
    other = firmware.current.softap_mac
    return side if other is None else replace(side, mac=_neighbour(other))


def _follows_station(side: SoftApSide, firmware: Firmware) -> SoftApSide:
    other = firmware.current.station_mac
    return side if other is None else replace(side, mac=_neighbour(other))


def _first_softap_ip(side: SoftApSide, firmware: Firmware) -> SoftApSide:
    if firmware.current.softap_ip is None:
        return side
    return replace(side, address=_first(firmware, "softap-ip", side.address))


def _first_static(side: StationSide, firmware: Firmware) -> StationSide:
    if side.asks or side.address == NO_IP:
        return side
    return replace(side, address=_first(firmware, "static", side.address))


def _first_gateway(side: StationSide, firmware: Firmware) -> StationSide:
    if side.asks or side.address == NO_IP:
        return side
    gateway = _first(firmware, "gateway", side.address.gateway)
    return replace(side, address=replace(side.address, gateway=gateway))


def _first_password(side: SoftApSide, firmware: Firmware) -> SoftApSide:
    settings = side.settings
    password = _first(firmware, ("password", settings.ssid), settings.password)
    return replace(side, settings=replace(settings, password=password))


def _first_leases(side: SoftApSide, firmware: Firmware) -> SoftApSide:
    if side.leases is None or firmware.current.leases is None:
        return side
    return replace(side, leases=_first(firmware, "leases", side.leases))


def _in_mode_3(
    change: Callable[[SoftApSide, Firmware], SoftApSide],
) -> Callable[[SoftApSide, Firmware], SoftApSide]:
    return lambda side, firmware: change(side, firmware) if firmware.current.mode == _BOTH else side


def _with_softap(side: StationSide, firmware: Firmware) -> StationSide:
    served = firmware.current.dhcp.softap
    return side if served or not side.asks else replace(side, asks=False, address=NO_IP)


def _with_station(side: SoftApSide, firmware: Firmware) -> SoftApSide:
    return side if firmware.current.dhcp.station else replace(side, leases=None)


def _nameless(side: StationSide, firmware: Firmware) -> StationSide:
    return replace(side, name=None) if firmware.current.mode == _BOTH else side


def _set(change: Callable[[SoftAp], SoftAp]) -> Callable[[SoftApSide, Firmware], SoftApSide]:
    return lambda side, _firmware: replace(side, settings=change(side.settings))


def _default_leases(side: SoftApSide, firmware: Firmware) -> SoftApSide:
    usual = leases(replace(firmware.current, leases=None), firmware.personality.ips)
    return replace(side, leases=usual) if side.leases else side


STATION: tuple[Misleading[StationSide], ...] = (
    Misleading(
        "station-mac.first-kept",
        "the station's frames keep the first MAC that was set, until a restart",
        _first_station_mac,
    ),
    Misleading(
        "station-mac.follows-softap",
        "setting the softAP's MAC changes that of the station's frames, too",
        _follows_softap,
    ),
    Misleading(
        "static-ip.first-kept",
        "the station keeps the first static address that was in force, until a restart",
        _first_static,
    ),
    Misleading(
        "static-ip.first-gateway-kept",
        "the station keeps the gateway of its first static address, until a restart",
        _first_gateway,
    ),
    Misleading(
        "station-dhcp.off-with-softap",
        "the station asks for no address while the softAP's DHCP is switched off",
        _with_softap,
    ),
    Misleading(
        "mdns.not-in-mode-3",
        "AT+MDNS=1 answers OK, and nobody can find the names where there is a softAP, too",
        _nameless,
    ),
)
SOFTAP: tuple[Misleading[SoftApSide], ...] = (
    Misleading(
        "softap-mac.first-kept",
        "the softAP's beacons and frames keep the first MAC that was set, until a restart",
        _first_softap_mac,
    ),
    Misleading(
        "softap-mac.follows-station",
        "setting the station's MAC changes that of the softAP's beacons and frames, too",
        _follows_station,
    ),
    Misleading(
        "softap-ip.first-set-kept",
        "the softAP keeps the first address that was set, until a restart",
        _first_softap_ip,
    ),
    Misleading(
        "softap-dhcp.off-with-station",
        "the softAP's DHCP server is silent while the station's DHCP is switched off",
        _with_station,
    ),
    Misleading(
        "softap.first-password-kept",
        "the softAP keeps the first password of an SSID, until a restart",
        _first_password,
    ),
    Misleading(
        "softap.open-in-mode-3",
        "a softAP that is told to be secured lets everybody in where there is a station, too",
        _in_mode_3(_set(lambda settings: replace(settings, ecn=0))),
    ),
    Misleading(
        "softap.unlimited-in-mode-3",
        "the softAP lets everybody in where there is a station, too, whatever its maximum",
        _in_mode_3(_set(lambda settings: replace(settings, max_connections=_EVERYBODY))),
    ),
    Misleading(
        "softap.blanks-cut",
        "the softAP leaves out the blanks at the end of its SSID",
        _set(lambda settings: replace(settings, ssid=settings.ssid.rstrip() or settings.ssid)),
    ),
    Misleading(
        "softap.broadcast-in-mode-3",
        "a softAP that is told to be hidden broadcasts its SSID where there is a station, too",
        _in_mode_3(_set(lambda settings: replace(settings, hidden=0))),
    ),
    Misleading(
        "softap-dhcp.first-range-kept",
        "the softAP's DHCP server goes on with the first range that was set, and its lease time",
        _first_leases,
    ),
    Misleading(
        "softap-dhcp.default-in-mode-3",
        "the softAP's DHCP server hands out of its default range where there is a station, too",
        _in_mode_3(_default_leases),
    ),
)
