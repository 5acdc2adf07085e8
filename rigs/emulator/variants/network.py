"""Variants of what a board does on its networks: what no clause says of frames.

Law: ids, sentences, places and what each makes of the rules, and of the station that tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import IPv4Address

from ..net.bootp import Message
from ..net.mdnsrecords import TTL_OTHER, Record, Service
from ..net.networkrules import NetworkRules
from ..timers import MILLISECOND
from ..wifi.station import Station
from .active import Variant, Variants
from .ruled import Changes, changed

_DHCP = "clause 4.1.14 switches DHCP; how a client goes about it, no clause says"
_SERVED = "clause 4.1.17 says what is handed out; how it is sent, it does not say"
_ARP = "no clause says how an address is announced"
_LINES = (
    "clause 1.2, notes: the lines tell of a state; when and how often, it leaves open (errata 36)"
)
_MDNS = "clause 4.1.37 names host, server and port; that there is nothing else, it does not say"

VARIANTS: tuple[Variant, ...] = (
    Variant("dhcp.other-hostname", "the station calls itself espressif in DHCP", _DHCP, "hostname"),
    Variant("dhcp.no-hostname", "the station tells no name in DHCP", _DHCP, "hostname"),
    Variant("dhcp.no-probe", "the station takes a lease without an ARP probe", _DHCP, "probe"),
    Variant("dhcp.more-probes", "the station sends three ARP probes for a lease", _DHCP, "probe"),
    Variant("dhcp.sent-twice", "the station sends every DHCP message twice", _DHCP),
    Variant("dhcp.slow", "the station asks for an address 200 ms after it has joined", _DHCP),
    Variant("dhcp.server-aloud", "the softAP's DHCP server answers with broadcasts", _SERVED),
    Variant("arp.announces-thrice", "an address is announced three times", _ARP),
    Variant("cwjap.lines-last", "WIFI lines during a command come after its final code", _LINES),
    Variant("cipsta.told", "WIFI GOT IP is said when a static address replaces another", _LINES),
    Variant("mdns.more-records", "mDNS also tells which kinds of services there are", _MDNS),
)

_SERVICES = b"_services._dns-sd._udp.local"


def _twice(_chip: object, message: Message) -> Sequence[Message]:
    return message, message


def _and_their_kinds(_chip: object, address: IPv4Address, service: Service) -> tuple[Record, ...]:
    """What browsers of all services look for, too (RFC 6763, 9)."""
    return (*service.records(address), Record(_SERVICES, "PTR", TTL_OTHER, service.kind))


_CLIENT: Changes = {
    "dhcp.other-hostname": {"hostname": lambda _chip, _mac: b"espressif"},
    "dhcp.no-hostname": {"hostname": lambda _chip, _mac: b""},
    "dhcp.no-probe": {"probes": 0},
    "dhcp.more-probes": {"probes": 3},
    "dhcp.sent-twice": {"sent": _twice},
    "dhcp.slow": {"delay_ns": 200 * MILLISECOND},
}
_SERVER: Changes = {"dhcp.server-aloud": {"is_aloud": lambda _chip, _answer: True}}
_NAMES: Changes = {"mdns.more-records": {"records": _and_their_kinds}}
_ALL: Changes = {"arp.announces-thrice": {"announcements": 3}}


def ruled(rules: NetworkRules, variants: Variants) -> NetworkRules:
    """The rules, as the active variants have them."""
    return replace(
        changed(rules, _ALL, variants),
        client=changed(rules.client, _CLIENT, variants),
        server=changed(rules.server, _SERVER, variants),
        mdns=changed(rules.mdns, _NAMES, variants),
    )


class _TellsStatic(Station):
    """A static address that replaces another one is as good as the first."""

    def readdressed(self) -> None:
        """See Station."""
        if self.joined:
            self.has_address = False
        super().readdressed()


def telling(radio: type[Station], variants: Variants) -> type[Station]:
    """The station, as the active variants have it."""
    if not variants.active("cipsta.told"):
        return radio
    return type("Telling", (_TellsStatic, radio), {})
