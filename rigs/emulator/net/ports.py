"""The UDP ports of the chip's own services: DHCP on both sides, and mDNS.

Law: one port of one interface, never blocks.  A port that a link of the firmware has already is
not to be had: then nothing is heard there, as in lwIP, and nothing else is wrong.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable

from ..ip.network import Address
from .ether import Host

_LONGEST = 9000
"""The longest mDNS message (RFC 6762, 17), and longer than any DHCP message."""
_HOPS = 255  # RFC 6762, 11

Heard = Callable[[bytes, Address], None]


class OwnPort:
    """See the law; closed at first.  `group`: whose datagrams are heard, too."""

    def __init__(
        self, host: Host, device: str, number: int, heard: Heard, group: str | None = None
    ) -> None:
        self._host = host
        self._device = device
        self._number = number
        self._heard = heard
        self._group = group
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Hear from now on, if the port is free."""
        if self._socket is not None:
            return
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._prepare(opened)
            opened.bind(("", self._number))
        except OSError:
            opened.close()
            return
        self._socket = opened
        self._host.watch(opened.fileno(), self._readable)

    def close(self) -> None:
        """Hear nothing more."""
        if self._socket is not None:
            self._host.forget(self._socket.fileno())
            self._socket.close()
            self._socket = None

    def send(self, data: bytes, to: Address) -> None:
        """From this port; lost if it is closed, or if nobody is there."""
        with contextlib.suppress(OSError):
            if self._socket is not None:
                self._socket.sendto(data, to)

    def _prepare(self, opened: socket.socket) -> None:
        opened.setblocking(False)
        device = self._device.encode("ascii")
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        if self._group is None:
            return
        index = socket.if_nametoindex(self._device)
        here = struct.pack("4s4si", socket.inet_aton(self._group), bytes(4), index)
        for option, value in (
            (socket.IP_ADD_MEMBERSHIP, here),
            (socket.IP_MULTICAST_IF, here),
            (socket.IP_MULTICAST_TTL, _HOPS),
            (socket.IP_MULTICAST_LOOP, 0),
        ):
            opened.setsockopt(socket.IPPROTO_IP, option, value)

    def _readable(self) -> None:
        with contextlib.suppress(OSError):
            if self._socket is not None:
                data, sender = self._socket.recvfrom(_LONGEST)
                self._heard(data, sender)
