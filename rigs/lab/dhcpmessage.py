"""A DHCP message as a row (RFC 2131, RFC 2132).

Law of this file: scapy reads the fixed part; the options are read here, because all their bytes
are told and scapy keeps what it made of them. An option in pieces is put together (RFC 3396), and
options that stand in place of a name or a file are found there.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

_KINDS = ("", "discover", "offer", "request", "decline", "ack", "nak", "release", "inform")
_FIXED = 236
_COOKIE = bytes.fromhex("63825363")
_PAD, _END = 0, 255
_KIND, _OVERLOAD = 53, 52
#: Where `file` and `sname` stand, and by which bit of option 52 they hold options.
_OVERLOADED = ((1, slice(108, 236)), (2, slice(44, 108)))

#: Field of the row -> the option that it is: the first address in it.
_ADDRESSES: Mapping[str, int] = {
    "requested_ip": 50,
    "server": 54,
    "netmask": 1,
    "router": 3,
    "name_server": 6,
}
_LEASE, _HOSTNAME = 51, 12


def dhcp_row(data: bytes) -> dict[str, Any]:
    """The row of a datagram's data; raises `ValueError` if it is no DHCP message."""
    from scapy.layers.dhcp import BOOTP

    if len(data) < _FIXED + 4 or data[_FIXED : _FIXED + 4] != _COOKIE:
        raise ValueError("not a DHCP message")
    fixed = BOOTP(data[:_FIXED])
    if fixed.hlen != 6:
        raise ValueError("no MAC address")
    options = _options(data)
    number = options.get(_KIND, b"")
    if len(number) != 1 or not 1 <= number[0] < len(_KINDS):
        raise ValueError("no kind of message")
    lease = options.get(_LEASE, b"")
    return {
        "kind": _KINDS[number[0]],
        "transaction": fixed.xid,
        "client_mac": bytes(fixed.chaddr)[:6].hex(":"),
        "client_ip": _told(fixed.ciaddr),
        "your_ip": _told(fixed.yiaddr),
        "lease_s": int.from_bytes(lease) if len(lease) == 4 else -1,
        "hostname": options.get(_HOSTNAME, b"").decode("utf-8", "backslashreplace"),
        "options": {str(name): value.hex() for name, value in sorted(options.items())},
        **{field: _address(options.get(name, b"")) for field, name in _ADDRESSES.items()},
    }


def _options(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    _read(data[_FIXED + 4 :], found)
    overload = found.get(_OVERLOAD, b"\x00")
    for bit, place in _OVERLOADED:
        if len(overload) == 1 and overload[0] & bit:
            _read(data[place], found)
    return found


def _read(data: bytes, found: dict[int, bytes]) -> None:
    place = 0
    while place < len(data) and data[place] != _END:
        if data[place] == _PAD:
            place += 1
            continue
        value = data[place + 2 : place + 2 + data[place + 1]]
        if len(value) < data[place + 1]:
            raise ValueError("an option that is cut off")
        found[data[place]] = found.get(data[place], b"") + value
        place += 2 + len(value)


def _address(value: bytes) -> str:
    return str(ipaddress.IPv4Address(value[:4])) if len(value) >= 4 else ""


def _told(address: str) -> str:
    """An address that a message does not have is all zeros in it."""
    return "" if address == "0.0.0.0" else address
