"""Variants of MAC and IP addresses and of DHCP: what clauses 4.1.13 to 4.1.31, 5.2.11 leave open.

Law: ids, sentences, places and what each makes of the rules; nothing else knows them.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address

from ..ip.addressrules import DhcpRules, IpRules, MacRules
from ..settings.addresses import NO_IP, IpConfig
from .active import Variant, Variants
from .ruled import Changes, changed

_OPEN = "no clause names a factory value of it"
_MODES = "clauses 4.1.14 to 4.1.31 do not say what happens without this interface"
_LINE = "clauses 4.1.17 and 4.1.18 print `=` and no quotes, elsewhere is `:` (errata 59)"
_UNSET = "what the query of a saved value shows if none is saved, no clause says"
_GROUP = "clause 4.1.26: [,<gateway>,<netmask>]; whether each alone, it leaves open (errata 68)"

VARIANTS: tuple[Variant, ...] = (
    Variant("factory.other-macs", "the chip has other MAC addresses", _OPEN),
    Variant("factory.other-softap-ip", "the softAP is at 192.168.10.1 from the factory", _OPEN),
    Variant("factory.other-leases", "leases of 90 minutes, 20 addresses, by default", _OPEN),
    Variant(
        "mac.upper-case",
        "MAC addresses are printed with A to F",
        "clause 4.1.20: a string; which case, it does not say (errata 64)",
    ),
    Variant(
        "mac.same-accepted",
        "both interfaces may be given the same MAC",
        "clause 4.1.20 asks not to do it; what happens, it does not say",
    ),
    Variant("addresses.any-mode", "what the mode does not have can be set, too", _MODES),
    Variant("addresses.unset-blank", "what was never saved shows as ff and as zeros", _UNSET),
    Variant(
        "ip.three-lines",
        "AT+CIPSTA? and AT+CIPAP? print address, gateway and netmask, a line each",
        "clause 4.1.26 prints the address; that nothing follows, it does not say (errata 65)",
    ),
    Variant(
        "ip.bare-default-name",
        "AT+CIPSTA_DEF? answers with +CIPSTA:",
        "clause 4.1.28 prints it so, its neighbours print the typed name (errata 66)",
    ),
    Variant(
        "ip.static-before-join",
        "AT+CIPSTA? tells a static address before the station has joined",
        "clause 4.1.26: only when connected can it be got; static ones are not got (errata 67)",
    ),
    Variant("ip.gateway-alone", "a gateway is taken without a netmask", _GROUP),
    Variant(
        "cifsr.labelled",
        "AT+CIFSR prints APIP, APMAC, STAIP, STAMAC and quotes",
        "clause 5.2.11 prints one address for two, without a label (errata 112)",
    ),
    Variant("cwdhcps.colon", "AT+CWDHCPS_CUR? prints a colon, not =", _LINE),
    Variant("cwdhcps.quoted", "AT+CWDHCPS_CUR? prints the addresses in quotes", _LINE),
    Variant(
        "cwdhcps.small-s",
        "AT+CWDHCPS_CUR? answers with +CWDHCPs_CUR",
        "clause 4.1.17 prints it so, clause 4 the other way (errata 58)",
    ),
    Variant(
        "cwdhcps.saved-any-mode",
        "AT+CWDHCPS_DEF? works in station mode",
        "clause 4.1.18: enabled as a softAP; whether that means the query, it does not say",
    ),
    Variant(
        "cwdhcps.zero-with-others",
        "AT+CWDHCPS_CUR=0 may have the other parameters behind it",
        "clause 4.1.17: its signature has all four, its example one (errata 60)",
    ),
)

_STATION, _SOFTAP = bytes.fromhex("5ccf7f0b17e4"), bytes.fromhex("5ecf7f0b17e4")
_OWN, _NETMASK = IPv4Address("192.168.10.1"), IPv4Address("255.255.255.0")
_MINUTES, _LEASES = 90, 20


_MACS: Changes = {
    "factory.other-macs": {"station": _STATION, "softap": _SOFTAP},
    "mac.upper-case": {"upper_case": True},
    "mac.same-accepted": {"must_differ_in": ()},
    "addresses.any-mode": {"needs_interface": False},
}

_IPS: Changes = {
    "factory.other-leases": {"minutes": _MINUTES, "leases": _LEASES},
    "addresses.any-mode": {"needs_interface": False},
    "addresses.unset-blank": {"unset": NO_IP},
    "ip.three-lines": {"three_lines": True},
    "ip.bare-default-name": {"bare_default_name": True},
    "ip.static-before-join": {"static_before_join": True},
    "ip.gateway-alone": {"gateway_alone": True},
    "cifsr.labelled": {"labelled": True},
}

_DHCP: Changes = {
    "cwdhcps.colon": {"leases_separator": b":"},
    "cwdhcps.quoted": {"leases_quote": b'"'},
    "cwdhcps.small-s": {"small_s": True},
    "cwdhcps.saved-any-mode": {"saved_leases_any_mode": True},
    "cwdhcps.zero-with-others": {"zero_alone": False},
    "addresses.any-mode": {"needs_interface": False},
    "addresses.unset-blank": {"unset_shows": True},
}


def ruled_macs(rules: MacRules, variants: Variants) -> MacRules:
    """What the rules of MAC addresses are under the active variants."""
    rules = changed(rules, _MACS, variants)
    if variants.active("addresses.unset-blank"):
        rules = replace(rules, unset=b"\xff" * len(rules.station))
    return rules


def ruled_ips(rules: IpRules, variants: Variants) -> IpRules:
    """What the rules of IP addresses are under the active variants."""
    if variants.active("factory.other-softap-ip"):
        own = IpConfig(_OWN, _OWN, _NETMASK)
        rules = replace(rules, softap=own, unset=rules.unset if rules.unset == NO_IP else own)
    return changed(rules, _IPS, variants)


def ruled_dhcp(rules: DhcpRules, variants: Variants) -> DhcpRules:
    """What the rules of DHCP are under the active variants."""
    return changed(rules, _DHCP, variants)
