"""Frames by hand: a raw socket on one interface, and what is asked over it: ARP, echo.

Law of this file: the socket is made where the caller stands, in the right namespace, and belongs
to whoever made it. Every wait has a deadline. Whoever is asked may lose a question, so that it is
asked again until the time is over. scapy takes long to import: the first question does that.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

ETHERTYPE_IP, ETHERTYPE_ARP, ETHERTYPE_ALL = 0x0800, 0x0806, 0x0003

BROADCAST = "ff:ff:ff:ff:ff:ff"
_UNKNOWN, _NOWHERE = "00:00:00:00:00:00", "0.0.0.0"
MOST_FRAME = 2048
#: How long to wait before a question is asked again, in seconds.
_AGAIN_S = 0.3
#: How many frames are read before others have their turn.
_MOST_WAITING = 64

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
    while True:
        is_over = loop.time() >= until
        for data in _waiting(handle):  # what has come in time counts, however late it is read
            if (answer := _understood(read, data)) is not None:
                return answer
        if is_over:
            return None
        await _readable(handle, until - loop.time())


def _waiting(handle: socket.socket) -> Iterator[bytes]:
    """The frames that are there, as far as a crowd of them leaves time for others."""
    for _ in range(_MOST_WAITING):
        try:
            yield handle.recv(MOST_FRAME)
        except BlockingIOError:
            return
        except OSError:  # the interface went down: said once, it may come up again
            continue


async def _readable(handle: socket.socket, within_s: float) -> None:
    """Return when something can be read, or the time is over; nothing is read."""
    loop = asyncio.get_running_loop()
    came = asyncio.Event()
    loop.add_reader(handle, came.set)
    try:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(came.wait(), max(0.0, within_s))
    finally:
        loop.remove_reader(handle)


def _understood(read: Callable[[bytes], T | None], data: bytes) -> T | None:
    """What a frame says; one that makes no sense says nothing."""
    try:
        return read(data)
    except Exception:  # scapy raises what it likes
        return None


async def who_has(handle: socket.socket, mac: str, own: str, address: str, within_s: float) -> str:
    """The MAC address that answers for `address`, empty if none; `own` may be empty, too."""
    from scapy.layers.l2 import ARP, Ether

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
    from scapy.layers.inet import ICMP, IP

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
