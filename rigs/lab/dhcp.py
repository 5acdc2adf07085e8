"""The DHCP server of an access point: a message in, the answer out, and whom it gave what.

Law of this file: no sockets. It is the only server of its network and knows that (it is
authoritative): a client that asks for what it cannot have gets a NAK, also after a restart of the
lab. What it remembers is bounded by the addresses it has. RFC 2131, 4.3.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, replace

from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from .dhcpwire import CLIENT_PORT, SERVER_PORT, Message, read, write

_NANOSECONDS = 1_000_000_000
#: How long an address is kept for whom it was offered to, in seconds.
_OFFER_S = 10
#: How many grants are told of; the oldest goes first.
_MOST_GRANTS = 256

BROADCAST_MAC, BROADCAST = "ff:ff:ff:ff:ff:ff", "255.255.255.255"


@dataclass(frozen=True, slots=True)
class Pool:
    """What a DHCP server has to give."""

    address: str
    netmask: str
    first: str
    last: str
    seconds: int = 3600

    @property
    def network(self) -> ipaddress.IPv4Network:
        return ipaddress.IPv4Network(f"{self.address}/{self.netmask}", strict=False)

    def has(self, address: str) -> bool:
        """Whether `address` is one that it leases."""
        asked = _number(address)
        return asked is not None and _must(self.first) <= asked <= _must(self.last)

    def knows(self, address: str) -> bool:
        """Whether `address` is of its network."""
        asked = _number(address)
        return asked is not None and ipaddress.IPv4Address(asked) in self.network

    def addresses(self) -> list[str]:
        """All that it leases, in order."""
        numbers = range(_must(self.first), _must(self.last) + 1)
        return [str(ipaddress.IPv4Address(number)) for number in numbers]


def _must(address: str) -> int:
    return int(ipaddress.IPv4Address(address))


def _number(address: str) -> int | None:
    try:
        return _must(address)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and to whom it goes."""

    message: Message
    mac: str
    address: str

    def frame(self, mac: str, address: str) -> bytes:
        """The Ethernet frame of it, from a server with this `mac` and `address`."""
        return bytes(
            Ether(src=mac, dst=self.mac)
            / IP(src=address, dst=self.address)
            / UDP(sport=SERVER_PORT, dport=CLIENT_PORT)
            / write(self.message)
        )


@dataclass(slots=True)
class _Held:
    """An address that somebody has, or was offered; `mac` is empty if it was declined."""

    mac: str
    until: int


class DhcpServer:
    """The leases of one access point."""

    def __init__(self, pool: Pool, now: Callable[[], int]) -> None:
        self._pool = pool
        self._now = now
        self._held: dict[str, _Held] = {}
        self._grants: dict[tuple[str, str], Message] = {}

    def answer(self, data: bytes) -> Reply | None:
        """What it says to the message `data`, if anything."""
        asked = read(data)
        if asked is None or asked.relay:
            return None
        handler = {
            "discover": self._discover,
            "request": self._request,
            "decline": self._decline,
            "release": self._release,
            "inform": self._inform,
        }.get(asked.kind)
        return handler(asked) if handler else None

    def grants(self) -> list[dict[str, object]]:
        """Whom it gave what, as `conformance.lab.Lease` has it; who asks again is told of once."""
        return [told.lease() for told in self._grants.values()]

    # What is asked

    def _discover(self, asked: Message) -> Reply | None:
        address = self._choice(asked)
        if not address:
            return None
        self._hold(address, asked.mac, _OFFER_S)
        return _reply(asked, self._told(asked, "offer", address))

    def _request(self, asked: Message) -> Reply | None:
        if asked.server and asked.server != self._pool.address:
            self._forget_offer(asked.mac)
            return None
        address = asked.requested or asked.client
        if not self._may_have(address, asked.mac):
            return _reply(asked, self._nak(asked))
        self._hold(address, asked.mac, self._pool.seconds)
        told = self._told(asked, "ack", address)
        self._grants.pop((asked.mac, address), None)
        self._grants[asked.mac, address] = told
        if len(self._grants) > _MOST_GRANTS:
            del self._grants[next(iter(self._grants))]
        return _reply(asked, told)

    def _decline(self, asked: Message) -> None:
        held = self._held.get(asked.requested)
        if held is not None and held.mac == asked.mac:
            self._hold(asked.requested, "", self._pool.seconds)

    def _release(self, asked: Message) -> None:
        held = self._held.get(asked.client)
        if held is not None and held.mac == asked.mac:
            del self._held[asked.client]

    def _inform(self, asked: Message) -> Reply | None:
        if not asked.client:
            return None
        told = replace(self._told(asked, "ack", ""), seconds=-1)
        return Reply(told, asked.mac, asked.client)

    # What it has

    def _choice(self, asked: Message) -> str:
        """The address to offer: what the client has, what it wishes, the first that is free."""
        theirs = [a for a, held in self._held.items() if held.mac == asked.mac]
        wishes = [asked.requested] if self._may_have(asked.requested, asked.mac) else []
        for address in (*theirs, *wishes, *self._pool.addresses()):
            if self._may_have(address, asked.mac):
                return address
        return ""

    def _may_have(self, address: str, mac: str) -> bool:
        if not self._pool.has(address):
            return False
        held = self._held.get(address)
        return held is None or held.mac == mac or held.until <= self._now()

    def _hold(self, address: str, mac: str, seconds: int) -> None:
        until = self._now() + seconds * _NANOSECONDS
        held = self._held.get(address)
        if held is not None and held.mac == mac:
            until = max(until, held.until)  # An offer shortens no lease.
        self._held[address] = _Held(mac, until)

    def _forget_offer(self, mac: str) -> None:
        self._held = {a: held for a, held in self._held.items() if held.mac != mac}

    # What it says

    def _told(self, asked: Message, kind: str, address: str) -> Message:
        return Message(
            kind=kind,
            transaction=asked.transaction,
            mac=asked.mac,
            broadcast=asked.broadcast,
            client=asked.client,
            yours=address,
            server=self._pool.address,
            netmask=self._pool.netmask,
            router=self._pool.address,
            name_server=self._pool.address,
            seconds=self._pool.seconds,
        )

    def _nak(self, asked: Message) -> Message:
        return Message(
            kind="nak",
            transaction=asked.transaction,
            mac=asked.mac,
            broadcast=asked.broadcast,
            server=self._pool.address,
        )


def _reply(asked: Message, told: Message) -> Reply:
    """The answer with its addressee (RFC 2131, 4.1): a NAK is for everybody to hear."""
    if told.kind == "nak":
        return Reply(told, BROADCAST_MAC, BROADCAST)
    if asked.client:
        return Reply(told, asked.mac, asked.client)
    if asked.broadcast:
        return Reply(told, BROADCAST_MAC, BROADCAST)
    return Reply(told, asked.mac, told.yours)
