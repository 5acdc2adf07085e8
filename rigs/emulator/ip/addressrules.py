"""Where firmwares differ in what they do with addresses.

Law: data and strategies of a personality, as in `rules`; nothing that acts.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from ipaddress import IPv4Address

from ..line.parameters import ParameterRules
from ..settings.addresses import IpConfig


@dataclass(frozen=True)
class MacRules:
    """The MAC addresses (clauses 4.1.20 to 4.1.25).

    `station`, `softap`: the chip's own.  `needs_interface`: only what the Wi-Fi mode has can be
    set.  `must_differ_in`: the Wi-Fi modes in which both may not be the same.  `unset`: what the
    query of the saved one shows if none is saved, None: the chip's own.  `upper_case`: how they
    are printed.
    """

    station: bytes
    softap: bytes
    needs_interface: bool
    must_differ_in: Container[int]
    unset: bytes | None
    upper_case: bool = False


@dataclass(frozen=True)
class IpRules:
    """The IP addresses (clauses 4.1.26 to 4.1.31, 5.2.11).

    `softap`: in force until another is set.  `softap_parameters`: how AT+CIPAP's are written.
    `parsed`: a text -> an address, None if it is none.  `gateway_alone`: the gateway may be given
    without the netmask.  `careless`: either may be empty, and a netmask that is none is all ones.
    `usable`: a static address of the softAP.
    `needs_interface`: only what the Wi-Fi mode has can be set.  `static_before_join`: a static
    address counts before the station has joined an AP.  `unset`: what the query of the softAP's
    saved address shows if none is saved.  `three_lines`: a query shows gateway and netmask, too.
    `bare_default_name`: AT+CIPSTA_DEF? answers as +CIPSTA (errata 66).  `labelled`: AT+CIFSR tells
    which address is whose, and the MACs.
    `minutes`, `leases`: for how long, and how many addresses, the softAP's DHCP server hands out.
    """

    softap: IpConfig
    softap_parameters: ParameterRules
    parsed: Callable[[bytes], IPv4Address | None]
    gateway_alone: bool
    careless: bool
    usable: Callable[[IPv4Address], bool]
    needs_interface: bool
    static_before_join: bool
    unset: IpConfig
    three_lines: bool
    labelled: bool
    bare_default_name: bool = False
    minutes: int = 120
    leases: int = 100


@dataclass(frozen=True)
class DhcpRules:
    """DHCP, the softAP's server and the station's client (clauses 4.1.14 to 4.1.18).

    `parameters`: how numbers are written.  `needs_interface`: only what the Wi-Fi mode has can be
    switched.  `half`: of a switch of both, the half that the mode has is done, and ERROR said.
    `forgets_static`: switching DHCP on disables the static address for good.
    `on_with_softap_ip`: setting the softAP's address switches its server on, not off (errata 69).
    `end`: of the lines of the queries.  `leases_separator`: behind
    the name in the query of the leases; `leases_quote`: around their addresses.
    `leases_need_server`: the leases can be set only while the server is on.
    `saved_leases_any_mode`: the saved ones are told in station mode, too.  `zero_alone`: nothing
    may come after `=0`.  `most`: addresses in a range.  `unset_shows`: the saved range shows as
    zeros if none is saved.  `small_s`: the query answers as +CWDHCPs (errata 58).
    """

    parameters: ParameterRules
    needs_interface: bool
    half: bool
    forgets_static: bool
    on_with_softap_ip: bool
    end: bytes
    leases_separator: bytes
    leases_need_server: bool
    saved_leases_any_mode: bool
    zero_alone: bool
    most: int
    unset_shows: bool
    small_s: bool = False
    leases_quote: bytes = b""
