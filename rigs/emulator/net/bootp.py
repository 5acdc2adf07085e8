"""DHCP messages: values, and the bytes they are on the wire (RFC 2131, RFC 2132).

Law: no socket and no state.  scapy builds and takes apart, and is imported when the first message
is; bytes that are no DHCP message are None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address
from typing import Any

from ..settings.addresses import NOWHERE

CLIENT_PORT, SERVER_PORT = 68, 67
BROADCAST = IPv4Address("255.255.255.255")

_REQUEST, _REPLY = 1, 2
_MAC = 6
_TYPES = ("discover", "offer", "request", "decline", "ack", "nak", "release", "inform")
"""Kinds of messages; the first is number 1."""
_FROM_SERVERS = ("offer", "ack", "nak")


@dataclass(frozen=True)
class Message:
    """One message.  `options`: scapy's names of them -> numbers, addresses and bytes."""

    kind: str
    transaction: int
    client: bytes
    client_ip: IPv4Address = NOWHERE
    your_ip: IPv4Address = NOWHERE
    server_ip: IPv4Address = NOWHERE
    broadcast: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)

    def address(self, option: str) -> IPv4Address | None:
        """An option that is an address, or a list of them: the first."""
        value = self.options.get(option)
        try:
            return None if value is None else IPv4Address(value)
        except AddressValueError:
            return None

    def number(self, option: str) -> int | None:
        """An option that is a number."""
        value = self.options.get(option)
        return value if isinstance(value, int) else None

    @property
    def encoded(self) -> bytes:
        """The payload of its UDP datagram."""
        from scapy.layers.dhcp import BOOTP, DHCP

        options: list[Any] = [("message-type", 1 + _TYPES.index(self.kind))]
        options += [(name, _plain(value)) for name, value in self.options.items()]
        header = BOOTP(
            op=_REPLY if self.kind in _FROM_SERVERS else _REQUEST,
            xid=self.transaction,
            flags="B" if self.broadcast else 0,
            chaddr=self.client,
            ciaddr=str(self.client_ip),
            yiaddr=str(self.your_ip),
            siaddr=str(self.server_ip),
        )
        return bytes(header / DHCP(options=[*options, "end"]))


def decoded(data: bytes) -> Message | None:
    """What a datagram says; None if it is no DHCP message."""
    from scapy.layers.dhcp import BOOTP, DHCP

    try:
        packet = BOOTP(data)
        options: dict[str, Any] = {
            each[0]: each[1] for each in packet[DHCP].options if isinstance(each, tuple)
        }
        return Message(
            kind=_TYPES[options.pop("message-type") - 1],
            transaction=packet.xid,
            client=bytes(packet.chaddr)[:_MAC],
            client_ip=IPv4Address(packet.ciaddr),
            your_ip=IPv4Address(packet.yiaddr),
            server_ip=IPv4Address(packet.siaddr),
            broadcast="B" in str(packet.flags),
            options=options,
        )
    except Exception:  # scapy raises whatever a field of garbage makes it raise
        return None


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, IPv4Address) else value
