"""The mutants of an interface that is as it is told at first, or in one mode, and then is not.

Law: rows, as in `inforce.py`.  What was set first in a run is kept from when it is in force; what
the commands tell is not touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar, cast

from ..ip.interfaces import leases
from ..net.inforce import SoftApSide, StationSide
from ..settings.addresses import NO_IP
from ..settings.settings import SoftAp
from .memory import memory
from .mutant import Mutant
from .sides import softap, station

Value = TypeVar("Value")

_BOTH = 3
"""The Wi-Fi mode of softAP and station (clause 4.1.1)."""

_EVERYBODY = 64


def _first(chip: Any, what: object, now: Value) -> Value:
    return cast("Value", memory(chip).setdefault("firsts", {}).setdefault(what, now))


def _neighbour(mac: bytes) -> bytes:
    return mac[:-1] + bytes((mac[-1] ^ 1,))


def _first_station_mac(side: StationSide, chip: Any) -> StationSide:
    if chip.current.station_mac is None:
        return side
    return replace(side, mac=_first(chip, "station-mac", side.mac))


def _first_softap_mac(side: SoftApSide, chip: Any) -> SoftApSide:
    if chip.current.softap_mac is None:
        return side
    return replace(side, mac=_first(chip, "softap-mac", side.mac))


def _follows_softap(side: StationSide, chip: Any) -> StationSide:
    other = chip.current.softap_mac
    return side if other is None else replace(side, mac=_neighbour(other))


def _follows_station(side: SoftApSide, chip: Any) -> SoftApSide:
    other = chip.current.station_mac
    return side if other is None else replace(side, mac=_neighbour(other))


def _first_softap_ip(side: SoftApSide, chip: Any) -> SoftApSide:
    if chip.current.softap_ip is None:
        return side
    return replace(side, address=_first(chip, "softap-ip", side.address))


def _first_static(side: StationSide, chip: Any) -> StationSide:
    if side.asks or side.address == NO_IP:
        return side
    return replace(side, address=_first(chip, "static", side.address))


def _first_gateway(side: StationSide, chip: Any) -> StationSide:
    if side.asks or side.address == NO_IP:
        return side
    gateway = _first(chip, "gateway", side.address.gateway)
    return replace(side, address=replace(side.address, gateway=gateway))


def _first_password(side: SoftApSide, chip: Any) -> SoftApSide:
    settings = side.settings
    password = _first(chip, ("password", settings.ssid), settings.password)
    return replace(side, settings=replace(settings, password=password))


def _first_leases(side: SoftApSide, chip: Any) -> SoftApSide:
    if side.leases is None or chip.current.leases is None:
        return side
    return replace(side, leases=_first(chip, "leases", side.leases))


def _in_mode_3(
    change: Callable[[SoftApSide, Any], SoftApSide],
) -> Callable[[SoftApSide, Any], SoftApSide]:
    return lambda side, chip: change(side, chip) if chip.current.mode == _BOTH else side


def _with_softap(side: StationSide, chip: Any) -> StationSide:
    served = chip.current.dhcp.softap
    return side if served or not side.asks else replace(side, asks=False, address=NO_IP)


def _with_station(side: SoftApSide, chip: Any) -> SoftApSide:
    return side if chip.current.dhcp.station else replace(side, leases=None)


def _nameless(side: StationSide, chip: Any) -> StationSide:
    return replace(side, name=None) if chip.current.mode == _BOTH else side


def _set(change: Callable[[SoftAp], SoftAp]) -> Callable[[SoftApSide, Any], SoftApSide]:
    return lambda side, _chip: replace(side, settings=change(side.settings))


def _default_leases(side: SoftApSide, chip: Any) -> SoftApSide:
    usual = leases(replace(chip.current, leases=None), chip.personality.ips)
    return replace(side, leases=usual) if side.leases else side


STATION: tuple[Mutant, ...] = (
    station(
        "station-mac.first-kept",
        "the station's frames keep the first MAC that was set, until a restart",
        _first_station_mac,
    ),
    station(
        "station-mac.follows-softap",
        "setting the softAP's MAC changes that of the station's frames, too",
        _follows_softap,
    ),
    station(
        "static-ip.first-kept",
        "the station keeps the first static address that was in force, until a restart",
        _first_static,
    ),
    station(
        "static-ip.first-gateway-kept",
        "the station keeps the gateway of its first static address, until a restart",
        _first_gateway,
    ),
    station(
        "station-dhcp.off-with-softap",
        "the station asks for no address while the softAP's DHCP is switched off",
        _with_softap,
    ),
    station(
        "mdns.not-in-mode-3",
        "AT+MDNS=1 answers OK, and nobody can find the names where there is a softAP, too",
        _nameless,
    ),
)
SOFTAP: tuple[Mutant, ...] = (
    softap(
        "softap-mac.first-kept",
        "the softAP's beacons and frames keep the first MAC that was set, until a restart",
        _first_softap_mac,
    ),
    softap(
        "softap-mac.follows-station",
        "setting the station's MAC changes that of the softAP's beacons and frames, too",
        _follows_station,
    ),
    softap(
        "softap-ip.first-set-kept",
        "the softAP keeps the first address that was set, until a restart",
        _first_softap_ip,
    ),
    softap(
        "softap-dhcp.off-with-station",
        "the softAP's DHCP server is silent while the station's DHCP is switched off",
        _with_station,
    ),
    softap(
        "softap.first-password-kept",
        "the softAP keeps the first password of an SSID, until a restart",
        _first_password,
    ),
    softap(
        "softap.open-in-mode-3",
        "a softAP that is told to be secured lets everybody in where there is a station, too",
        _in_mode_3(_set(lambda settings: replace(settings, ecn=0))),
    ),
    softap(
        "softap.unlimited-in-mode-3",
        "the softAP lets everybody in where there is a station, too, whatever its maximum",
        _in_mode_3(_set(lambda settings: replace(settings, max_connections=_EVERYBODY))),
    ),
    softap(
        "softap.blanks-cut",
        "the softAP leaves out the blanks at the end of its SSID",
        _set(lambda settings: replace(settings, ssid=settings.ssid.rstrip() or settings.ssid)),
    ),
    softap(
        "softap.broadcast-in-mode-3",
        "a softAP that is told to be hidden broadcasts its SSID where there is a station, too",
        _in_mode_3(_set(lambda settings: replace(settings, hidden=0))),
    ),
    softap(
        "softap-dhcp.first-range-kept",
        "the softAP's DHCP server goes on with the first range that was set, and its lease time",
        _first_leases,
    ),
    softap(
        "softap-dhcp.default-in-mode-3",
        "the softAP's DHCP server hands out of its default range where there is a station, too",
        _in_mode_3(_default_leases),
    ),
)

MUTANTS: tuple[Mutant, ...] = (*STATION, *SOFTAP)
