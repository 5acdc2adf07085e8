"""Neighbours that the kernel asks for by ARP and does not find.

Law: the kernel tells, as it happens; nothing is asked for.  Without that a connection to nobody
would be tried again and again, in the kernel's own time.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address

#: From <linux/rtnetlink.h> and <linux/neighbour.h>.
_GROUP_OF_NEIGHBOURS = 4
_NEW_NEIGHBOUR = 28
_FAILED = 0x20
_DESTINATION = 1

_MESSAGE, _NEIGHBOUR, _ATTRIBUTE = (struct.Struct(form) for form in ("=IHHII", "=BxxxiHBB", "=HH"))
_LARGEST = 1 << 16


class Neighbours:
    """Tells `unfound` of each address that nobody has."""

    def __init__(self, unfound: Callable[[str], None]) -> None:
        self._unfound = unfound
        kind = socket.SOCK_RAW | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
        self._socket = socket.socket(socket.AF_NETLINK, kind, socket.NETLINK_ROUTE)
        self._socket.bind((0, _GROUP_OF_NEIGHBOURS))
        self.descriptor = self._socket.fileno()

    def heard(self) -> None:
        """Read what the kernel tells; if it was too much, some of it is lost."""
        with contextlib.suppress(OSError):
            for address in list(unfound_in(self._socket.recv(_LARGEST))):
                self._unfound(address)


def unfound_in(data: bytes) -> Iterator[str]:
    """The addresses of which these messages of netlink say that nobody has them."""
    while len(data) >= _MESSAGE.size:
        length, kind, *_ = _MESSAGE.unpack_from(data)
        if length < _MESSAGE.size:
            return
        message, data = data[_MESSAGE.size : length], data[(length + 3) & ~3 :]
        if kind == _NEW_NEIGHBOUR and len(message) >= _NEIGHBOUR.size:
            family, _index, state, *_ = _NEIGHBOUR.unpack_from(message)
            if family == socket.AF_INET and state & _FAILED:
                yield from _destination(message[_NEIGHBOUR.size :])


def _destination(attributes: bytes) -> Iterator[str]:
    while len(attributes) >= _ATTRIBUTE.size:
        length, kind = _ATTRIBUTE.unpack_from(attributes)
        value = attributes[_ATTRIBUTE.size : length]
        if kind == _DESTINATION and len(value) == 4:
            yield str(IPv4Address(value))
        if length < _ATTRIBUTE.size:
            return
        attributes = attributes[(length + 3) & ~3 :]
