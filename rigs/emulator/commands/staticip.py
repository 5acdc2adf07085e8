"""AT+CIPSTA and AT+CIPAP, each with _CUR and _DEF (clauses 4.1.26 to 4.1.31; field guide 4).

Law: static IP addresses, and what setting one does to DHCP.  Which address is in force is for
`interfaces`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from ..chip.chip import Chip
from ..ip.interfaces import has_softap, has_station, softap_ip, station_ip
from ..line.command import BadParameter, Command, Form
from ..line.parameters import ParameterRules, Parameters
from ..settings.addresses import NO_IP, NOWHERE, IpConfig, ip_text
from ..settings.settings import Changes, Settings
from .scope import SCOPES, Scope
from .stages import Fields, QueryForm, Reasons, SettingForm, usual_rules

NO_INTERFACE = "no such interface in this mode"
GATEWAY_ALONE, UNUSABLE = "a gateway without a netmask", "not usable"

NETMASK, ALL_ONES = IPv4Address("255.255.255.0"), IPv4Address("255.255.255.255")
_LONGEST = 64  # bytes; what is longer than an address is refused for its shape
_PARTS = (b"ip", b"gateway", b"netmask")


@dataclass(frozen=True)
class Wish:
    """What is wanted; None is what was left out."""

    address: IPv4Address
    gateway: IPv4Address | None = None
    netmask: IPv4Address | None = None


@dataclass(frozen=True)
class Interface:
    """One of the two.

    `own`: the address in force.  `saved`: what is shown of the saved settings.  `gateway`: of an
    address that comes without one.  `changes`: what a static address changes, DHCP included.
    """

    base: str
    there: Callable[[Settings], bool]
    own: Callable[[Chip, Settings], IpConfig]
    saved: Callable[[Chip, Settings], IpConfig]
    gateway: Callable[[IPv4Address], IPv4Address]
    usable: Callable[[Chip, IPv4Address], bool]
    changes: Callable[[Chip, Settings, IpConfig], Changes]


def _station_now(chip: Chip, settings: Settings) -> IpConfig:
    return station_ip(settings, chip.personality.ips, chip.air)


def _station_saved(_chip: Chip, settings: Settings) -> IpConfig:
    """0.0.0.0 is none, whatever came with it."""
    saved = settings.station_ip
    return saved if saved and saved.address != NOWHERE else NO_IP


def _softap_now(chip: Chip, settings: Settings) -> IpConfig:
    return softap_ip(settings, chip.personality.ips)


def _first_of_network(address: IPv4Address) -> IPv4Address:
    return IPv4Address(address.packed[:3] + b"\1")


def _station_changes(_chip: Chip, settings: Settings, ip: IpConfig) -> Changes:
    return Changes(station_ip=ip, dhcp=replace(settings.dhcp, station=False))


def _softap_changes(chip: Chip, settings: Settings, ip: IpConfig) -> Changes:
    on = chip.personality.dhcp.on_with_softap_ip
    return Changes(softap_ip=ip, dhcp=replace(settings.dhcp, softap=on))


def softap_at(address: IPv4Address) -> IpConfig:
    """What a softAP has whose address came alone."""
    return IpConfig(address, address, NETMASK)


STATION = Interface(
    base="+CIPSTA",
    there=has_station,
    own=_station_now,
    saved=_station_saved,
    gateway=_first_of_network,
    usable=lambda _chip, _address: True,
    changes=_station_changes,
)
SOFTAP = Interface(
    base="+CIPAP",
    there=has_softap,
    own=_softap_now,
    saved=lambda chip, settings: settings.softap_ip or chip.personality.ips.unset,
    gateway=lambda address: address,
    usable=lambda chip, address: chip.personality.ips.usable(address),
    changes=_softap_changes,
)
INTERFACES = (STATION, SOFTAP)


# The query form.


def _printed(chip: Chip, ip: IpConfig) -> Fields:
    """The address; some firmware prints the gateway and the netmask, too (errata 65)."""
    parts = (ip.address, ip.gateway, ip.netmask)
    shown = parts if chip.personality.ips.three_lines else parts[:1]
    return tuple(b'"%b"' % ip_text(each) for each in shown)


def _label(scope: Scope, interface: Interface) -> Callable[[Chip], bytes]:
    typed, bare = scope.label(interface.base), b"+CIPSTA:"

    def label(chip: Chip) -> bytes:
        """The name that was typed; of AT+CIPSTA_DEF, errata 66."""
        text = typed(chip)
        is_bare = chip.personality.ips.bare_default_name and text == b"+CIPSTA_DEF:"
        return bare if is_bare else text

    return label


def _lines(chip: Chip, label: bytes, fields: Fields) -> bytes:
    if not chip.personality.ips.three_lines:
        return label + fields[0] + b"\r\n"
    lines = (label + name + b":" + field for name, field in zip(_PARTS, fields, strict=False))
    return b"".join(line + b"\r\n" for line in lines)


# The set form.


def _available(interface: Interface) -> Callable[[Chip], Reasons]:
    def available(chip: Chip) -> Reasons:
        if chip.personality.ips.needs_interface and not interface.there(chip.current):
            yield NO_INTERFACE

    return available


def _written(interface: Interface) -> Callable[[Chip], ParameterRules]:
    def written(chip: Chip) -> ParameterRules:
        """Some firmware is careless with those of the softAP (observed 1.3, item 3)."""
        return chip.personality.ips.softap_parameters if interface is SOFTAP else usual_rules(chip)

    return written


def _parsed(chip: Chip, parameters: Parameters) -> Wish:
    """The address, and what follows it; for careless firmware what is empty was left out."""
    careless = chip.personality.ips.careless
    address = _address(chip, parameters.text(_LONGEST))
    gateway = parameters.optional_text(_LONGEST, careless)
    netmask = parameters.optional_text(_LONGEST, careless)
    parameters.end()
    if careless:
        gateway, netmask = gateway or None, netmask or None
    return Wish(
        address,
        None if gateway is None else _address(chip, gateway),
        None if netmask is None else _netmask(chip, netmask),
    )


def _address(chip: Chip, text: bytes) -> IPv4Address:
    found = chip.personality.ips.parsed(text)
    if found is None:
        raise BadParameter("no address")
    return found


def _netmask(chip: Chip, text: bytes) -> IPv4Address:
    """A netmask; for careless firmware what cannot be read is all ones."""
    rules = chip.personality.ips
    found = rules.parsed(text) or (ALL_ONES if rules.careless else None)
    if found is None or found == NOWHERE:
        raise BadParameter("no netmask")
    return found


def _refusals(interface: Interface) -> Callable[[Chip, Wish], Reasons]:
    def refusals(chip: Chip, wish: Wish) -> Reasons:
        pair = (wish.gateway is None) is (wish.netmask is None)
        if not (pair or chip.personality.ips.gateway_alone):
            yield GATEWAY_ALONE
        if not interface.usable(chip, wish.address):
            yield UNUSABLE

    return refusals


def _changes(interface: Interface) -> Callable[[Chip, Settings, Wish], Changes]:
    def changes(chip: Chip, settings: Settings, wish: Wish) -> Changes:
        """What was left out follows from the address."""
        gateway = interface.gateway(wish.address) if wish.gateway is None else wish.gateway
        netmask = NETMASK if wish.netmask is None else wish.netmask
        return interface.changes(chip, settings, IpConfig(wish.address, gateway, netmask))

    return changes


def _command(interface: Interface, scope: Scope) -> Command:
    return Command(
        scope.name(interface.base),
        {
            Form.QUERY: QueryForm(
                saved=scope.shows_saved,
                show=interface.own,
                show_saved=interface.saved,
                fields=_printed,
                label=_label(scope, interface),
                line=_lines,
            ),
            Form.SET: SettingForm(
                available=_available(interface),
                rules=_written(interface),
                parse=_parsed,
                decide=_refusals(interface),
                change=_changes(interface),
                saves=scope.saves,
            ),
        },
    )


COMMANDS = tuple(_command(each, scope) for each in INTERFACES for scope in SCOPES)
