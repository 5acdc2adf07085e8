"""Neighbours that the kernel does not find, and connections to them."""

from __future__ import annotations

import errno
import socket
import struct

import pytest

from rigs.emulator.ip.network import StreamEvents
from rigs.emulator.net.lab import LabNetwork
from rigs.emulator.net.neighbours import unfound_in
from rigs.emulator.net.sockets import Stream

FAILED, REACHABLE = 0x20, 0x02
NEIGHBOUR, ELSEWHERE = "192.168.4.2", "192.168.4.3"


def message(state: int, address: str = NEIGHBOUR, kind: int = 28, family: int = 2) -> bytes:
    """What the kernel tells of one neighbour; its MAC address stands in front."""
    body = struct.pack("=BxxxiHBB", family, 7, state, 0, 1)
    body += struct.pack("=HH6sxx", 10, 2, bytes(6))
    body += struct.pack("=HH4s", 8, 1, socket.inet_aton(address))
    return struct.pack("=IHHII", 16 + len(body), kind, 0, 0, 0) + body


def test_who_is_not_found_is_told() -> None:
    data = message(REACHABLE) + message(FAILED) + message(FAILED, ELSEWHERE)
    assert list(unfound_in(data)) == [NEIGHBOUR, ELSEWHERE]


@pytest.mark.parametrize(
    "data",
    [b"", message(FAILED)[:20], message(FAILED, kind=29), message(FAILED, family=10), bytes(64)],
    ids=["nothing", "cut off", "a neighbour that is gone", "IPv6", "zeros"],
)
def test_of_anything_else_nobody_is_told(data: bytes) -> None:
    assert list(unfound_in(data)) == []


class Loop:
    """Who watches files, and does nothing with them."""

    def watch(self, *_told: object) -> None:
        pass

    def forget(self, _fd: int) -> None:
        pass


def test_the_kernel_tries_no_more_where_nobody_is_and_nobody_is_told() -> None:
    network = LabNetwork(Loop(), lambda *_later: None, lambda: 0, 0)
    told: list[str] = []
    events = StreamEvents(
        lambda: told.append("opened"), lambda _data: None, lambda: told.append("closed")
    )
    streams = {}
    for address in (NEIGHBOUR, ELSEWHERE):
        streams[address] = stream = Stream(socket.socket(), network, (address, 7))
        stream.open(events, errno.EINPROGRESS, tls=False)
    served = Stream(socket.socket(), network, (NEIGHBOUR, 8))
    served.serve(events)
    network._unfound(NEIGHBOUR)
    assert network.streams() in ([streams[ELSEWHERE], served], [served, streams[ELSEWHERE]])
    assert streams[NEIGHBOUR].handle.fileno() == -1
    assert told == []
    network.drop()
