"""Frames by hand: a raw socket on one interface, and what is asked over it: ARP, echo.

Law of this file: the socket is made where the caller stands, in the right namespace, and belongs
to whoever made it. Every wait has a deadline. Whoever is asked may lose a question, so that it is
asked again until the time is over.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
import threading
from collections.abc import Callable
from typing import TypeVar

from scapy.layers.inet import ICMP, IP
from scapy.layers.l2 import ARP, Ether

ETHERTYPE_IP, ETHERTYPE_ARP, ETHERTYPE_ALL = 0x0800, 0x0806, 0x0003

BROADCAST = "ff:ff:ff:ff:ff:ff"
_UNKNOWN, _NOWHERE = "00:00:00:00:00:00", "0.0.0.0"
MOST_FRAME = 2048
#: How long to wait before a question is asked again, in seconds.
_AGAIN_S = 0.3

T = TypeVar("T")


class RawSocket(socket.socket):
    """A raw socket whose end nobody waits for: the kernel takes 12 ms to close one."""

    def close(self) -> None:
        if (descriptor := self.detach()) >= 0:
            threading.Thread(target=os.close, args=(descriptor,)).start()


def raw_socket(interface: str, ethertype: int) -> socket.socket:
    """Frames of one kind on one interface; raises `OSError`."""
    # Protocol 0 until it is bound, so that it never holds frames of other interfaces.
    handle = RawSocket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    try:
        handle.setblocking(False)
        handle.bind((interface, ethertype))
    except OSError:
        handle.close()
        raise
    return handle


def echo_socket(interface: str) -> socket.socket:
    """ICMP over one interface; raises `OSError`."""
    return bound_socket(interface, socket.SOCK_RAW, socket.IPPROTO_ICMP)


def bound_socket(interface: str, kind: socket.SocketKind, protocol: int = 0) -> socket.socket:
    """IPv4 over one interface and nothing else; raises `OSError`."""
    handle = socket.socket(socket.AF_INET, kind, protocol)
    try:
        handle.setblocking(False)
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
    except OSError:
        handle.close()
        raise
    return handle


async def asked(
    handle: socket.socket,
    ask: Callable[[], None],
    read: Callable[[bytes], T | None],
    within_s: float,
    again_s: float = _AGAIN_S,
) -> T | None:
    """Ask, again and again, until something comes that `read` takes for an answer, or the end.

    An interface that is down, or a way that is not there, is no error: nobody answers then.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + within_s
    while True:
        with contextlib.suppress(OSError):
            ask()
        until = min(end, loop.time() + again_s)
        if (answer := await _answer(handle, read, until)) is not None or loop.time() >= end:
            return answer


async def _answer(
    handle: socket.socket, read: Callable[[bytes], T | None], until: float
) -> T | None:
    loop = asyncio.get_running_loop()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout_at(until):
            # What is there already is received without a wait, in which the time could run out.
            while loop.time() < until:
                try:
                    data = await loop.sock_recv(handle, MOST_FRAME)
                except TimeoutError:
                    raise
                except OSError:  # the interface went down: said once, it may come up again
                    await asyncio.sleep(0)
                    continue
                if (answer := _understood(read, data)) is not None:
                    return answer
    return None


def _understood(read: Callable[[bytes], T | None], data: bytes) -> T | None:
    """What a frame says; one that makes no sense says nothing."""
    try:
        return read(data)
    except Exception:  # scapy raises what it likes
        return None


async def who_has(handle: socket.socket, mac: str, own: str, address: str, within_s: float) -> str:
    """The MAC address that answers for `address`, empty if none; `own` may be empty, too."""
    question = bytes(
        Ether(src=mac, dst=BROADCAST)
        / ARP(op=1, hwsrc=mac, psrc=own or _NOWHERE, hwdst=_UNKNOWN, pdst=address)
    )

    def read(data: bytes) -> str | None:
        arp = Ether(data).getlayer(ARP)
        if arp is None or arp.op != 2 or arp.psrc != address or arp.hwdst != mac:
            return None
        return str(arp.hwsrc)

    return await asked(handle, lambda: _send(handle, question), read, within_s) or ""


def _send(handle: socket.socket, frame: bytes) -> None:
    handle.send(frame)


async def echoes(handle: socket.socket, address: str, within_s: float) -> bool:
    """Whether `address` answers an echo."""
    identifier, sequence = secrets.randbelow(1 << 16), 0

    def ask() -> None:
        nonlocal sequence
        sequence += 1
        request = ICMP(type=8, id=identifier, seq=sequence) / b"conformance lab's echo"
        handle.sendto(bytes(request), (address, 0))

    def read(data: bytes) -> bool | None:
        packet = IP(data)
        icmp = packet.getlayer(ICMP)
        is_answer = icmp is not None and icmp.type == 0 and icmp.id == identifier
        return True if is_answer and packet.src == address else None

    return bool(await asked(handle, ask, read, within_s))
