"""What a DHCP message says, and its bytes, both ways (RFC 2131); scapy knows the format.

Law of this file: values. A message that cannot be understood is None, never an exception, for it
comes from an IUT. An address that a message does not have is empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scapy.layers.dhcp import BOOTP, DHCP

SERVER_PORT, CLIENT_PORT = 67, 68

#: The kinds of message by their number in option 53, from 1.
KINDS = ("discover", "offer", "request", "decline", "ack", "nak", "release", "inform")

_REQUEST, _REPLY = 1, 2
_BROADCAST_FLAG = 0x8000
_NOWHERE = "0.0.0.0"

#: A field of `Message` -> what scapy calls the option.
_OPTIONS = {
    "requested": "requested_addr",
    "server": "server_id",
    "netmask": "subnet_mask",
    "router": "router",
    "name_server": "name_server",
    "seconds": "lease_time",
    "hostname": "hostname",
}

#: What our client asks to be told: mask, router, name server, lease time, server.
_WANTED = (1, 3, 6, 51, 54)


@dataclass(frozen=True, slots=True)
class Message:
    """A DHCP message; `kind` is one of `KINDS`."""

    kind: str
    transaction: int
    mac: str
    #: Whether the client cannot take a unicast answer yet.
    broadcast: bool = False
    #: ciaddr, yiaddr and giaddr.
    client: str = ""
    yours: str = ""
    relay: str = ""
    requested: str = ""
    server: str = ""
    netmask: str = ""
    router: str = ""
    name_server: str = ""
    #: The lease time; -1: it says none.
    seconds: int = -1
    hostname: str = ""

    def lease(self) -> dict[str, Any]:
        """What an ACK gives, as `conformance.lab.Lease` has it."""
        return {
            "mac": self.mac, "address": self.yours, "netmask": self.netmask,
            "router": self.router, "name_server": self.name_server, "server": self.server,
            "seconds": self.seconds,
        }  # fmt: skip


def read(data: bytes) -> Message | None:
    """What `data` says; None if it is no DHCP message of Ethernet."""
    try:
        return _message(BOOTP(data))
    except Exception:  # whatever scapy makes of bytes that are no DHCP
        return None


def _message(bootp: Any) -> Message | None:
    said = {o[0]: o[1] for o in bootp[DHCP].options if isinstance(o, tuple) and len(o) > 1}
    number = said.get("message-type", 0)
    if not 1 <= number <= len(KINDS) or bootp.hlen != 6:
        return None
    if (bootp.op == _REPLY) != (KINDS[number - 1] in ("offer", "ack", "nak")):
        return None
    return Message(
        kind=KINDS[number - 1],
        transaction=bootp.xid,
        mac=bytes(bootp.chaddr)[:6].hex(":"),
        broadcast=bool(int(bootp.flags) & _BROADCAST_FLAG),
        client=_address(bootp.ciaddr),
        yours=_address(bootp.yiaddr),
        relay=_address(bootp.giaddr),
        seconds=int(said.get("lease_time", -1)),
        **{
            name: _text(said.get(option, ""))
            for name, option in _OPTIONS.items()
            if name != "seconds"
        },
    )


def _address(said: str) -> str:
    return "" if said == _NOWHERE else said


def _text(said: Any) -> str:
    return said.decode("latin-1") if isinstance(said, bytes) else str(said)


def write(message: Message) -> bytes:
    """The bytes of `message`, at least as long as BOOTP wants them."""
    is_reply = message.kind in ("offer", "ack", "nak")
    options: list[Any] = [("message-type", KINDS.index(message.kind) + 1)]
    for name, option in _OPTIONS.items():
        value = getattr(message, name)
        if value not in ("", -1):
            options.append((option, value))
    if message.kind in ("discover", "request", "inform"):
        options.append(("param_req_list", list(_WANTED)))
    packet = BOOTP(
        op=_REPLY if is_reply else _REQUEST,
        xid=message.transaction,
        flags="B" if message.broadcast else "",
        ciaddr=message.client or _NOWHERE,
        yiaddr=message.yours or _NOWHERE,
        siaddr=_NOWHERE,
        giaddr=message.relay or _NOWHERE,
        chaddr=bytes.fromhex(message.mac.replace(":", "")),
    ) / DHCP(options=[*options, "end"])
    return bytes(packet).ljust(300, b"\0")
