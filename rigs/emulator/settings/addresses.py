"""Addresses and who hands them out.

Law: values and how they are written; no command and no rule of which is in force.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address

_DOTTED = re.compile(rb"[0-9]{1,3}(\.[0-9]{1,3}){3}")
_HEX = re.compile(rb"0[xX][0-9A-Fa-f]*")
_NUMBERS, _BYTE_MAX, _ALL_ONES = 4, 255, 2**32 - 1

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


def ip_text(address: IPv4Address) -> bytes:
    """An address, as it is printed."""
    return str(address).encode("ascii")


def dotted(text: bytes) -> IPv4Address | None:
    """Four decimal numbers with dots between them; None for anything else."""
    if not _DOTTED.fullmatch(text):
        return None
    numbers = [int(each) for each in text.split(b".")]
    return IPv4Address(bytes(numbers)) if max(numbers) <= _BYTE_MAX else None


def read_as_c_does(text: bytes) -> IPv4Address | None:
    """As lwIP's `ipaddr_addr` reads it (observed 1.3, item 12); None where it returns all ones.

    One to four numbers, decimal, octal or hex, of which the last fills what is left; nothing
    behind a space is looked at.
    """
    numbers = [_c_number(each) for each in re.split(rb"\s", text, maxsplit=1)[0].split(b".")]
    if len(numbers) > _NUMBERS:
        return None
    *heads, last = numbers
    room = 8 * (_NUMBERS - len(heads))
    if last is None or last >= 2**room:
        return None
    value = last
    for at, head in enumerate(heads):
        if head is None or head > _BYTE_MAX:
            return None
        value |= head << (24 - 8 * at)
    return IPv4Address(value) if value != _ALL_ONES else None


def _c_number(text: bytes) -> int | None:
    if _HEX.fullmatch(text):
        return int(text[2:] or b"0", 16)
    if not text.isdigit():
        return None
    base = 8 if text.startswith(b"0") else 10
    value = 0
    for digit in text:
        value = value * base + digit - ord("0")
    return value
