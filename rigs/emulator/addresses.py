"""Addresses and who hands them out.

Law: values and how they are written; no command and no rule of which is in force.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

NOWHERE = IPv4Address("0.0.0.0")
"""What an interface without an address shows."""


@dataclass(frozen=True)
class IpConfig:
    """What an interface needs (clause 4.1.26)."""

    address: IPv4Address
    gateway: IPv4Address
    netmask: IPv4Address


NO_IP = IpConfig(NOWHERE, NOWHERE, NOWHERE)


@dataclass(frozen=True)
class DhcpSwitches:
    """Whether DHCP is on: the softAP's server, the station's client (clause 4.1.14)."""

    softap: bool = True
    station: bool = True


@dataclass(frozen=True)
class Leases:
    """What the softAP's server hands out (clause 4.1.17): `minutes` each, first to last address."""

    minutes: int
    first: IPv4Address
    last: IPv4Address


def mac_text(mac: bytes) -> bytes:
    """A MAC of six bytes, as it is printed: `18:fe:34:00:00:01`."""
    return mac.hex(":").encode("ascii")
