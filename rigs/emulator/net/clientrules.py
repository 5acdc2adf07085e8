"""What the station's DHCP client decides (clause 4.1.14; RFC 2131).

Law: functions from values to values, and a table of them.  When which message is sent is for
`dhcpclient`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Protocol

from ..chip.chip import Chip
from ..settings.addresses import IpConfig
from .bootp import Message
from .inforce import StationSide

FOREVER = 2**32 - 1  # seconds: a lease without an end
_CLASSES = (127, 8), (191, 16), (255, 24)
"""The last first number of an address of each class, and how long its netmask is."""


@dataclass(frozen=True)
class Lease:
    """What a server gave.  `renew`, `rebind`: seconds from its beginning (T1, T2)."""

    ip: IpConfig
    server: IPv4Address
    name_server: IPv4Address | None
    seconds: int
    renew: int
    rebind: int


class Client(Protocol):
    """The client, as far as it is told what to do."""

    @property
    def running(self) -> bool:
        """Whether it has an address or asks for one."""

    @property
    def delay_ns(self) -> int:
        """How long it is to wait before it asks."""

    def start(self, after_ns: int = 0) -> None:
        """Ask for an address, now or a little later."""


def seek(_chip: Chip, client: Client, station: StationSide | None) -> None:
    """Who has joined and gets its address by DHCP asks for one."""
    if station and station.asks and not client.running:
        client.start(client.delay_ns)


def identity(_chip: Chip, mac: bytes) -> bytes:
    """It asks with the MAC of its interface."""
    return mac


def hostname(_chip: Chip, mac: bytes) -> bytes:
    """What it calls itself, as the vendor's lwIP does; empty: nothing."""
    return b"ESP_" + mac[3:].hex().upper().encode("ascii")


def sent(_chip: Chip, message: Message) -> Sequence[Message]:
    """Each message is sent once."""
    return (message,)


def granted(_chip: Chip, server: IPv4Address, message: Message) -> Lease:
    """What an ACK of that server gives, unless it names another one.

    T1 comes before T2, and that before the end, whatever it says.
    """
    server = message.address("server_id") or server
    seconds = message.number("lease_time") or FOREVER
    rebind = min(message.number("rebinding_time") or seconds * 7 // 8, seconds)
    renew = min(message.number("renewal_time") or seconds // 2, rebind)
    name_server = message.address("name_server")
    return Lease(_ip(message), server, name_server, seconds, max(renew, 1), max(rebind, 1))


def _ip(message: Message) -> IpConfig:
    """The address, with the netmask of its class and the first host as its router by default."""
    own = message.your_ip
    length = next(bits for last, bits in _CLASSES if own.packed[0] <= last)
    netmask = message.address("subnet_mask") or IPv4Network((0, length)).netmask
    first_host = IPv4Address(int(own) & int(netmask) | 1)
    return IpConfig(own, message.address("router") or first_host, netmask)


def renewed_after_s(_chip: Chip, lease: Lease) -> int | None:
    """When more time is asked for, in seconds; None: never."""
    return None if lease.seconds == FOREVER else lease.renew


@dataclass(frozen=True)
class ClientRules:
    """How a firmware's client goes about it.

    `delay_ns`: how long it waits before it asks.  `probes`: how often it looks whether anybody has
    the address already, before it takes it.  The others are functions, which stand above with the
    same names.
    """

    delay_ns: int = 0
    probes: int = 1
    seek: Callable[[Chip, Client, StationSide | None], None] = seek
    identity: Callable[[Chip, bytes], bytes] = identity
    hostname: Callable[[Chip, bytes], bytes] = hostname
    sent: Callable[[Chip, Message], Sequence[Message]] = sent
    granted: Callable[[Chip, IPv4Address, Message], Lease] = granted
    renewed_after_s: Callable[[Chip, Lease], int | None] = renewed_after_s
