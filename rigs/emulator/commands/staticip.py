"""AT+CIPSTA and AT+CIPAP, each with _CUR and _DEF (clauses 4.1.26 to 4.1.31; field guide 4).

Law: static IP addresses, and what setting one does to DHCP.  Which address is in force is for
`interfaces`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from ..addresses import NO_IP, NOWHERE, DhcpSwitches, IpConfig, ip_text
from ..addressrules import DhcpRules
from ..command import ERROR, Answer, BadParameter, Call, Command, Final, Form, Handler
from ..interfaces import has_softap, has_station, softap_ip, station_ip
from ..parameters import Parameters
from ..settings import Changes, Settings
from .scope import SCOPES, Scope

if TYPE_CHECKING:
    from ..firmware import Firmware

_LONGEST = 64  # bytes; what is longer than an address is refused for its shape
_NETMASK, _ALL_ONES = IPv4Address("255.255.255.0"), IPv4Address("255.255.255.255")

FOREIGN = {
    "word": (re.compile(rb"[a-z]+"), "a word"),
    "letters": (re.compile(rb"[0-9]+(\.[0-9a-z]+){3}"), "an address with letters in it"),
    "256": (re.compile(rb"[0-9]{1,3}(\.[0-9]{1,3}){3}"), "an address with a number above 255"),
    "three": (re.compile(rb"[0-9]{1,3}(\.[0-9]{1,3}){2}"), "an address of three numbers"),
    "five": (re.compile(rb"[0-9]{1,3}(\.[0-9]{1,3}){4}"), "an address of five numbers"),
    "empty": (re.compile(rb""), "an empty string"),
}
"""Texts that are no address, as fault ids spell them, and what they are."""

CLASSES = {"class-a": range(1, 128), "class-b": range(128, 192)}
"""What a softAP does not support (clause 4.1.29), as fault ids spell it -> first numbers."""


@dataclass(frozen=True)
class Interface:
    """One of the two.

    `own`: the address in force.  `saved`: what is shown of the saved settings.  `gateway`: of an
    address that comes without one.  `changes`: what setting a static address changes.
    """

    base: str
    there: Callable[[Settings], bool]
    own: Callable[[Firmware], IpConfig]
    saved: Callable[[Firmware, Settings], IpConfig]
    other: Callable[[Firmware], IpConfig]
    gateway: Callable[[IPv4Address], IPv4Address]
    usable: Callable[[Firmware, IPv4Address], bool]
    static: Callable[[IpConfig], Changes]
    dhcp: Callable[[Settings, DhcpRules], Changes]
    other_dhcp: Callable[[Settings, DhcpRules], Changes]
    other_on: Callable[[DhcpSwitches], Changes]


def _station_now(firmware: Firmware) -> IpConfig:
    return station_ip(firmware.current, firmware.personality.ips, firmware.air)


def _softap_now(firmware: Firmware) -> IpConfig:
    return softap_ip(firmware.current, firmware.personality.ips)


def _first_of_network(address: IPv4Address) -> IPv4Address:
    return IPv4Address(address.packed[:3] + b"\1")


def _station_dhcp(settings: Settings, _rules: DhcpRules) -> Changes:
    return Changes(dhcp=replace(settings.dhcp, station=False))


def _softap_dhcp(settings: Settings, rules: DhcpRules) -> Changes:
    return Changes(dhcp=replace(settings.dhcp, softap=rules.on_with_softap_ip))


def softap_at(address: IPv4Address) -> IpConfig:
    """What a softAP has whose address came alone."""
    return IpConfig(address, address, _NETMASK)


INTERFACES = (
    Interface(
        base="+CIPSTA",
        there=has_station,
        own=_station_now,
        saved=lambda _firmware, settings: settings.station_ip or NO_IP,
        other=_softap_now,
        gateway=_first_of_network,
        usable=lambda _firmware, _address: True,
        static=lambda ip: Changes(station_ip=ip),
        dhcp=_station_dhcp,
        other_dhcp=_softap_dhcp,
        other_on=lambda dhcp: Changes(dhcp=replace(dhcp, softap=True)),
    ),
    Interface(
        base="+CIPAP",
        there=has_softap,
        own=_softap_now,
        saved=lambda firmware, settings: settings.softap_ip or firmware.personality.ips.unset,
        other=_station_now,
        gateway=lambda address: address,
        usable=lambda firmware, address: firmware.personality.ips.usable(address),
        static=lambda ip: Changes(softap_ip=ip),
        dhcp=_softap_dhcp,
        other_dhcp=_station_dhcp,
        other_on=lambda dhcp: Changes(dhcp=replace(dhcp, station=True)),
    ),
)


def _command(interface: Interface, scope: Scope) -> Command:
    handlers: dict[Form, Handler] = {
        Form.QUERY: lambda firmware, _call: _query(interface, scope, firmware),
        Form.SET: lambda firmware, call: _set(interface, scope, firmware, call),
    }
    return Command(scope.name(interface.base), handlers)


def _query(interface: Interface, scope: Scope, firmware: Firmware) -> Answer:
    slug, active = scope.slug(interface.base), firmware.faults.active
    ip = _shown(interface, scope, firmware)
    label = scope.label(firmware, interface.base)
    if firmware.personality.ips.bare_default_name:
        label = label.replace(b"+CIPSTA_DEF", b"+CIPSTA")
    if not firmware.personality.ips.three_lines:
        return Answer(Final.OK, label + _written(slug, firmware, ip.address) + b"\r\n")
    named = {b"ip": ip.address, b"gateway": ip.gateway, b"netmask": ip.netmask}
    if active(f"{slug}.query-cut"):
        named = {b"ip": ip.address}
    lines = (label + name + b":" + _written(slug, firmware, each) for name, each in named.items())
    return Answer(Final.OK, b"".join(line + b"\r\n" for line in lines))


def _shown(interface: Interface, scope: Scope, firmware: Firmware) -> IpConfig:
    if firmware.faults.active(f"{scope.slug(interface.base)}.query-other-interface"):
        return interface.other(firmware)
    if scope.shows_saved(firmware, interface.base):
        return interface.saved(firmware, firmware.store.read())
    own = interface.own(firmware)
    if (
        interface is INTERFACES[0]
        and own != NO_IP
        and firmware.faults.active("cipsta.first-address")
    ):
        own = firmware.astray.first_station = firmware.astray.first_station or own
    return own


def _written(slug: str, firmware: Firmware, address: IPv4Address) -> bytes:
    active = firmware.faults.active
    text = ip_text(address)
    if active(f"{slug}.query-plus-1"):
        text = ip_text(IPv4Address((int(address) + 1) % 2**32))
    if active(f"{slug}.query-hex"):
        text = address.packed.hex().encode("ascii")
    if active(f"{slug}.query-cut"):
        text = text.rpartition(b".")[0]
    return text if active(f"{slug}.query-unquoted") else b'"%b"' % text


def _set(interface: Interface, scope: Scope, firmware: Firmware, call: Call) -> Answer:
    slug = scope.slug(interface.base)
    needed = firmware.personality.ips.needs_interface
    if needed and not interface.there(firmware.current):
        return ERROR
    if scope.misses_other(firmware, interface.base):
        return ERROR
    parameters = _parameters(slug, firmware, call)
    address = _address(slug, firmware, parameters.text(_LONGEST))
    ip = _completed(interface, slug, firmware, address, parameters)
    return Answer(Final.OK, effect=lambda: _write(interface, scope, firmware, ip))


def _parameters(slug: str, firmware: Firmware, call: Call) -> Parameters:
    bare = firmware.faults.active(f"{slug}.unquoted-accepted")
    rules = replace(firmware.personality.ips.parameters, bare_text=bare)
    return Parameters(call.arguments, rules, firmware.faults)


def _completed(
    interface: Interface,
    slug: str,
    firmware: Firmware,
    address: IPv4Address,
    parameters: Parameters,
) -> IpConfig:
    """The address with what follows it, or with what is assumed where nothing does."""
    active, rules = firmware.faults.active, firmware.personality.ips
    gateway = parameters.optional_text(_LONGEST, rules.careless)
    netmask = parameters.optional_text(_LONGEST, rules.careless)
    if rules.careless:
        gateway, netmask = gateway or None, netmask or None
    if not active(f"{slug}.surplus-accepted"):
        parameters.end()
    if gateway is None and active(f"{slug}.address-alone-refused"):
        raise BadParameter("no gateway")
    if netmask is not None and active(f"{slug}.three-refused"):
        raise BadParameter("a netmask")
    pair = (gateway is None) is (netmask is None)
    if not (pair or rules.gateway_alone or active(f"{slug}.two-accepted")):
        raise BadParameter("a gateway without a netmask")
    if not (interface.usable(firmware, address) or _class_overlooked(slug, firmware, address)):
        raise BadParameter("not usable")
    return IpConfig(
        address,
        interface.gateway(address) if gateway is None else _address(slug, firmware, gateway),
        _NETMASK if netmask is None else _netmask(slug, firmware, netmask),
    )


def _class_overlooked(slug: str, firmware: Firmware, address: IPv4Address) -> bool:
    """Whether a fault takes an address of this class."""
    return any(
        address.packed[0] in first and firmware.faults.listed_and_active(f"{slug}.{word}-accepted")
        for word, first in CLASSES.items()
    )


def _address(slug: str, firmware: Firmware, text: bytes) -> IPv4Address:
    found = firmware.personality.ips.parsed(text)
    if found is not None:
        return found
    if _mistaken(slug, firmware, text):
        return firmware.personality.ips.softap.address
    raise BadParameter("no address")


def _mistaken(slug: str, firmware: Firmware, text: bytes) -> bool:
    """Whether a fault takes this for an address."""
    return any(
        shape.fullmatch(text) and firmware.faults.active(f"{slug}.{word}-accepted")
        for word, (shape, _says) in FOREIGN.items()
    )


def _netmask(slug: str, firmware: Firmware, text: bytes) -> IPv4Address:
    """A netmask; for careless firmware what cannot be read is all ones."""
    rules = firmware.personality.ips
    careless = rules.careless or _mistaken(slug, firmware, text)
    found = rules.parsed(text) or (_ALL_ONES if careless else None)
    if found is None or found == NOWHERE:
        raise BadParameter("no netmask")
    return found


def _write(interface: Interface, scope: Scope, firmware: Firmware, ip: IpConfig) -> None:
    slug, active, rules = scope.slug(interface.base), firmware.faults.active, firmware.personality
    number = int(ip.address)
    listed_and_active = firmware.faults.listed_and_active
    if listed_and_active(f"{slug}.last-number-lost"):
        number &= ~255
    if listed_and_active(f"{slug}.last-number-plus-1"):
        number += 1
    ip = replace(ip, address=IPv4Address(number % 2**32))
    dhcp = interface.other_dhcp if active(f"{slug}.other-dhcp") else interface.dhcp

    in_ram_only = scope.saves and active(f"{slug}.dhcp-in-ram-only")

    def changed(settings: Settings) -> Changes:
        changes = interface.static(ip)
        spared = in_ram_only and settings is not firmware.current
        if not (active(f"{slug}.dhcp-untouched") or spared):
            changes |= dhcp(settings, rules.dhcp)
        if active(f"{slug}.other-dhcp-on"):
            changes |= interface.other_on(changes.get("dhcp", settings.dhcp))
        return changes

    scope.change(firmware, interface.base, changed)


COMMANDS = tuple(_command(each, scope) for each in INTERFACES for scope in SCOPES)
