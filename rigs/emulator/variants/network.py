"""Variants of what a board does on its networks: what no clause says of frames.

Law: ids, sentences and places; `net/services.py` asks, and `firmware.py` about lines.
"""

from __future__ import annotations

from .active import Variant

_DHCP = "clause 4.1.14 switches DHCP; how a client goes about it, no clause says"
_SERVER = "clause 4.1.17 says what is handed out; how it is sent, it does not say"
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
    Variant("dhcp.server-aloud", "the softAP's DHCP server answers with broadcasts", _SERVER),
    Variant("arp.announces-thrice", "an address is announced three times", _ARP),
    Variant("cwjap.lines-last", "WIFI lines during a command come after its final code", _LINES),
    Variant("cipsta.told", "WIFI GOT IP is said when a static address replaces another", _LINES),
    Variant("mdns.more-records", "mDNS also tells which kinds of services there are", _MDNS),
)
