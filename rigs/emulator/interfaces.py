"""The two interfaces of a board: which MAC and which IP address each has.

Law: from settings, personality and air to what is in force.  Nothing is printed here and nothing
is changed.
"""

from __future__ import annotations

from ipaddress import IPv4Address

from .addresses import NO_IP, IpConfig, Leases
from .air import Surroundings
from .personality import AddressRules
from .settings import Settings

STATION, SOFTAP = (1, 3), (2, 3)
"""The Wi-Fi modes that have a station, and those that have a softAP (clause 4.1.1)."""

_FIRST_LEASE, _LEASES, _LEASE_MINUTES = 1, 100, 120


def has_station(settings: Settings) -> bool:
    """Whether there is a station at all."""
    return settings.mode in STATION


def has_softap(settings: Settings) -> bool:
    """Whether there is a softAP at all."""
    return settings.mode in SOFTAP


def station_mac(settings: Settings, rules: AddressRules) -> bytes:
    """The station's MAC: the one that was set, or the chip's."""
    return settings.station_mac or rules.station_mac


def softap_mac(settings: Settings, rules: AddressRules) -> bytes:
    """The softAP's MAC: the one that was set, or the chip's."""
    return settings.softap_mac or rules.softap_mac


def station_ip(settings: Settings, rules: AddressRules, air: Surroundings) -> IpConfig:
    """The station's address; NO_IP unless it has joined and has got one (clause 4.1.26)."""
    static = None if settings.dhcp.station else settings.station_ip
    if not (air.joined or (static and rules.static_before_join)):
        return NO_IP
    return (air.lease if settings.dhcp.station else static) or NO_IP


def softap_ip(settings: Settings, rules: AddressRules) -> IpConfig:
    """The softAP's address; a static one counts while DHCP has not displaced it (clause 4.1.29)."""
    displaced = settings.dhcp.softap and rules.dhcp_displaces_softap_ip
    return rules.softap_ip if displaced else settings.softap_ip or rules.softap_ip


def leases(settings: Settings, rules: AddressRules) -> Leases:
    """What the softAP's DHCP server hands out: as set, or the hundred from its own address on."""
    if settings.leases is not None:
        return settings.leases
    own = int(softap_ip(settings, rules).address)
    first = IPv4Address((own + _FIRST_LEASE) % 2**32)
    return Leases(_LEASE_MINUTES, first, IPv4Address((int(first) + _LEASES - 1) % 2**32))
