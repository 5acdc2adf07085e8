"""How one setting is written into an area.

Law: a value to bytes and back, one entry for each setting.  Numbers have 64 bits, so that what is
written never depends on what a command takes; strings have their lengths in front.  None is no
bytes at all.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import astuple, dataclass
from ipaddress import IPv4Address
from typing import Any

from ..serial.uart import UartFormat
from ..settings.accesspoint import AccessPoint
from ..settings.addresses import DhcpSwitches, IpConfig, Leases
from ..settings.savedlink import SavedLink
from ..settings.settings import SoftAp

_PLAUSIBLE_BITS = range(1, 17)


class Implausible(Exception):
    """Bytes that are no value of this setting."""


@dataclass(frozen=True)
class Value:
    """One setting.  `parts` takes it apart for `layout`; `made` puts it together again."""

    layout: struct.Struct
    parts: Callable[[Any], tuple[Any, ...]]
    made: Callable[..., Any]
    optional: bool = False

    def packed(self, value: object) -> bytes:
        """The value as bytes."""
        return b"" if value is None else self.layout.pack(*self.parts(value))

    def unpacked(self, data: bytes) -> object:
        """The value again; raises Implausible."""
        if self.optional and not data:
            return None
        if len(data) != self.layout.size:
            raise Implausible(f"{len(data)} bytes")
        return self.made(*self.layout.unpack(data))


def _uart(*fields: int) -> UartFormat:
    uart = UartFormat(*fields)
    if uart.baud <= 0 or uart.databits not in _PLAUSIBLE_BITS:
        raise Implausible(str(uart))
    return uart


def _addresses(*packed: bytes) -> IpConfig:
    return IpConfig(*map(IPv4Address, packed))


def _leases(minutes: int, first: bytes, last: bytes) -> Leases:
    return Leases(minutes, IPv4Address(first), IPv4Address(last))


def _access_point(ssid: bytes, password: bytes, known: bool, bssid: bytes) -> AccessPoint:
    return AccessPoint(ssid, password, bssid if known else None)


def _scalar(layout: str, optional: bool = False) -> Value:
    return Value(struct.Struct(layout), lambda value: (value,), lambda value: value, optional)


_MAC = _scalar("<6s", optional=True)
_IP = Value(
    struct.Struct("<4s4s4s"),
    lambda ip: (ip.address.packed, ip.gateway.packed, ip.netmask.packed),
    _addresses,
    optional=True,
)

VALUES = {
    "uart": Value(struct.Struct("<5q"), astuple, _uart),
    "dhcp": Value(struct.Struct("<2?"), astuple, DhcpSwitches),
    "station_mac": _MAC,
    "softap_mac": _MAC,
    "station_ip": _IP,
    "softap_ip": _IP,
    "leases": Value(
        struct.Struct("<q4s4s"),
        lambda leases: (leases.minutes, leases.first.packed, leases.last.packed),
        _leases,
        optional=True,
    ),
    "link": Value(struct.Struct("<72pq8p2q"), astuple, SavedLink, optional=True),
    "mode": _scalar("<q"),
    "softap": Value(struct.Struct("<40p72p4q"), astuple, SoftAp),
    "access_point": Value(
        struct.Struct("<40p72p?6s"),
        lambda ap: (ap.ssid, ap.password, ap.bssid is not None, ap.bssid or bytes(6)),
        _access_point,
        optional=True,
    ),
    "auto_connect": _scalar("<?"),
}
"""Name of a setting -> how it is written."""
