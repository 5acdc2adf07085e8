"""The DHCP client of a second station: how it gets an address, keeps it, and gives it back.

Law of this file: a raw socket, because it has no address yet; nothing is set on an interface here.
A question that is lost is asked again, until the time is over.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
from dataclasses import replace

from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from .dhcp import BROADCAST, BROADCAST_MAC
from .dhcpwire import CLIENT_PORT, SERVER_PORT, Message, read, write
from .ether import asked

_NOWHERE = "0.0.0.0"
#: How long to wait for an answer before the message is sent again, in seconds.
_AGAIN_S = 0.5
#: How often one offer is asked for before the client looks for another.
_TRIES = 3


async def lease(handle: socket.socket, mac: str, within_s: float, wish: str = "") -> Message | None:
    """The ACK that gives an address, over a raw socket for IP; None if there is none in time.

    Who wishes for an address asks for it in both ways of RFC 2131: as a client that had it before
    (4.3.2, INIT-REBOOT), and if it does not get it so, as a new one (4.3.1).
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + within_s
    if wish:
        again = Message("request", secrets.randbits(32), mac, requested=wish)
        said = await _heard(handle, again, ("ack", "nak"), min(within_s, _TRIES * _AGAIN_S))
        if said is not None and said.kind == "ack":
            return said
    while (left := end - loop.time()) > 0:
        discover = Message("discover", secrets.randbits(32), mac, requested=wish)
        offer = await _heard(handle, discover, ("offer",), left)
        if offer is None or not offer.server:
            continue
        request = replace(discover, kind="request", requested=offer.yours, server=offer.server)
        left = min(end - loop.time(), _TRIES * _AGAIN_S)
        said = await _heard(handle, request, ("ack", "nak"), left)
        if said is not None and said.kind == "ack":
            return said
    return None


async def renew(
    handle: socket.socket, server_mac: str, given: Message, within_s: float
) -> Message | None:
    """What the server says to whoever would keep `given` (4.3.2, RENEWING): ACK, NAK or nothing."""
    message = Message("request", secrets.randbits(32), given.mac, client=given.yours)
    frame = _frame(message, given.mac, server_mac, given.yours, given.server)
    return await _answer(handle, message, frame, ("ack", "nak"), within_s)


def release(handle: socket.socket, mac: str, server_mac: str, given: Message) -> None:
    """Give the address back; nobody answers that. Raises `OSError`."""
    message = Message("release", secrets.randbits(32), mac, client=given.yours, server=given.server)
    handle.send(_frame(message, mac, server_mac, given.yours, given.server))


async def _heard(
    handle: socket.socket, message: Message, kinds: tuple[str, ...], within_s: float
) -> Message | None:
    """The answer to a `message` that goes to everybody, from a client without an address."""
    frame = _frame(message, message.mac, BROADCAST_MAC, _NOWHERE, BROADCAST)
    return await _answer(handle, message, frame, kinds, within_s)


async def _answer(
    handle: socket.socket, message: Message, frame: bytes, kinds: tuple[str, ...], within_s: float
) -> Message | None:
    def taken(data: bytes) -> Message | None:
        packet = Ether(data)
        if UDP not in packet or packet[UDP].dport != CLIENT_PORT:
            return None
        said = read(bytes(packet[UDP].payload))
        if said is None or said.kind not in kinds:
            return None
        ours = said.transaction == message.transaction and said.mac == message.mac
        return said if ours else None

    return await asked(handle, lambda: _send(handle, frame), taken, within_s, _AGAIN_S)


def _send(handle: socket.socket, frame: bytes) -> None:
    handle.send(frame)


def _frame(message: Message, mac: str, to_mac: str, own: str, to: str) -> bytes:
    return bytes(
        Ether(src=mac, dst=to_mac)
        / IP(src=own, dst=to)
        / UDP(sport=CLIENT_PORT, dport=SERVER_PORT)
        / write(message)
    )
