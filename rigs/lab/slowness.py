"""A host that takes its time to answer an echo.

Law of this file: the kernel's own answers are switched off in that machine, and each echo is
answered once, so much later, with what it held. What is no sound echo is let be.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket

from scapy.layers.inet import ICMP
from scapy.packet import Raw

from .machines import Machine
from .world import World

_REQUEST, _REPLY = 8, 0
_HEAD = 8


def be_slow(world: World, machine: Machine, delay_s: float) -> None:
    """From now on, until the purpose is over, `machine` answers echoes after `delay_s`."""
    machine.namespace.switch("ipv4/icmp_echo_ignore_all", 1)
    with machine.namespace.inside():
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    raw.setblocking(False)
    loop = asyncio.get_running_loop()

    def heard() -> None:
        packet, (source, _) = raw.recvfrom(65535)
        echo = packet[(packet[0] & 0x0F) * 4 :]
        if len(echo) >= _HEAD and echo[:2] == bytes([_REQUEST, 0]):
            loop.call_later(delay_s, answer, echo, source)

    def answer(echo: bytes, source: str) -> None:
        with contextlib.suppress(OSError):  # the purpose may be over
            raw.sendto(reply(echo), (source, 0))

    async def end() -> None:
        loop.remove_reader(raw)
        raw.close()

    loop.add_reader(raw, heard)
    world.afterwards(end)


def reply(echo: bytes) -> bytes:
    """The answer to an echo."""
    head = ICMP(echo[:_HEAD])
    return bytes(ICMP(type=_REPLY, id=head.id, seq=head.seq) / Raw(echo[_HEAD:]))
