"""The two interfaces of a board: which MAC and which IP address each has.

Law: from settings, rules and air to what is in force.  Nothing is printed here and nothing is
changed.
"""

from __future__ import annotations

from ipaddress import IPv4Address

from ..settings.addresses import NO_IP, IpConfig, Leases
from ..settings.settings import Settings
from ..wifi.air import Surroundings
from .addressrules import IpRules, MacRules

STATION, SOFTAP = (1, 3), (2, 3)
"""The Wi-Fi modes that have a station, and those that have a softAP (clause 4.1.1)."""


def has_station(settings: Settings) -> bool:
    """Whether there is a station at all."""
    return settings.mode in STATION


def has_softap(settings: Settings) -> bool:
    """Whether there is a softAP at all."""
    return settings.mode in SOFTAP


def station_mac(settings: Settings, rules: MacRules) -> bytes:
    """The station's MAC: the one that was set, or the chip's."""
    return settings.station_mac or rules.station


def softap_mac(settings: Settings, rules: MacRules) -> bytes:
    """The softAP's MAC: the one that was set, or the chip's."""
    return settings.softap_mac or rules.softap


def station_ip(settings: Settings, rules: IpRules, air: Surroundings) -> IpConfig:
    """The station's address; NO_IP unless it has joined and has got one (clause 4.1.26)."""
    static = None if settings.dhcp.station else settings.station_ip
    joined = air.joined or rules.static_before_join
    if not (has_station(settings) and joined):
        return NO_IP
    return (air.lease if settings.dhcp.station else static) or NO_IP


def softap_ip(settings: Settings, rules: IpRules) -> IpConfig:
    """The softAP's address: the one that was set, or the factory's."""
    return (settings.softap_ip or rules.softap) if has_softap(settings) else NO_IP


def leases(settings: Settings, rules: IpRules) -> Leases:
    """What the softAP's DHCP server hands out: as set, or some behind its own address."""
    if settings.leases is not None:
        return settings.leases
    own = int(softap_ip(settings, rules).address)
    first, last = (IPv4Address((own + each) % 2**32) for each in (1, rules.leases))
    return Leases(rules.minutes, first, last)
