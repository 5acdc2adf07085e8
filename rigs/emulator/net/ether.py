"""Frames that the kernel would not send by itself: from or to an address that is not there yet.

Law: one interface, AF_PACKET, never blocks.  A frame that cannot be sent, because there is no
carrier, is lost without a word, as on the air.  scapy builds the headers of datagrams; what comes
is read by hand, because scapy raises on what is cut off or lies about its lengths.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import socket
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Protocol

from ..settings.addresses import NOWHERE
from .bootp import BROADCAST

ALL = b"\xff" * 6
"""The MAC address that everybody listens to."""

_GET_MAC = 0x8927  # SIOCGIFHWADDR
_NAME_SIZE = 16
ARP, IPV4, _NOTHING = 0x0806, 0x0800, 0
_ETHERNET = 14  # bytes of a header
_FOR_IPV4 = struct.pack("!HHBB", 1, 0x0800, 6, 4)
_ASKS = 1
_PACKET = struct.Struct("!6sH6s4s6s4s")
_UDP, _UDP_HEADER = 17, 8
_PIECE = 0x3FFF  # "more fragments", and the offset of one
_LONGEST = 2048

_ATTACH_FILTER = 26  # SO_ATTACH_FILTER
_BYTE, _HALF, _HALF_BEHIND, _IP_HEADER = 0x30, 0x28, 0x48, 0xB1
_IS, _HAS, _RETURN = 0x15, 0x45, 0x06
Program = Sequence[tuple[int, int, int, int]]
"""Steps of a packet filter: code, how many steps are jumped if so and if not, operand."""

Callback = Callable[[], None]


class Host(Protocol):
    """What a service needs of the process: files that become ready, and time."""

    def watch(self, fd: int, readable: Callback | None, writable: Callback | None = None) -> None:
        """Call back whenever a file is ready."""

    def forget(self, fd: int) -> None:
        """Stop watching a file."""

    def later(self, delay_ns: int, action: Callback) -> None:
        """Run something later; a reset forgets it."""

    def now_ns(self) -> int:
        """Monotonic time."""


@dataclass(frozen=True)
class ArpPacket:
    """What an ARP packet says; `operation` 1 asks, 2 answers."""

    operation: int
    sender_mac: bytes
    sender: IPv4Address
    target: IPv4Address


def arp_of(frame: bytes) -> ArpPacket | None:
    """What a frame says; None if it is no ARP for IPv4 on Ethernet, or is cut off."""
    packet = frame[_ETHERNET : _ETHERNET + _PACKET.size]
    if len(packet) < _PACKET.size or not packet.startswith(_FOR_IPV4):
        return None
    _about, operation, mac, sender, _nobody, target = _PACKET.unpack(packet)
    return ArpPacket(operation, mac, IPv4Address(sender), IPv4Address(target))


def datagrams_to(port: int) -> Program:
    """The filter for unbroken UDP datagrams to a port."""
    return (
        (_BYTE, 0, 0, _ETHERNET + 9),
        (_IS, 0, 6, _UDP),
        (_HALF, 0, 0, _ETHERNET + 6),
        (_HAS, 4, 0, _PIECE),
        (_IP_HEADER, 0, 0, _ETHERNET),
        (_HALF_BEHIND, 0, 0, _ETHERNET + 2),
        (_IS, 0, 1, port),
        (_RETURN, 0, 0, _LONGEST),
        (_RETURN, 0, 0, 0),
    )


def data_of(frame: bytes) -> bytes:
    """What is in a datagram that such a filter has let through; nothing if it is cut off."""
    start = _ETHERNET + 4 * (frame[_ETHERNET] & 0x0F)
    length = int.from_bytes(frame[start + 4 : start + 6])
    datagram = frame[start : start + length]
    return datagram[_UDP_HEADER:] if len(datagram) == length else b""


class Wire:
    """The interface, as frames that are sent.  One socket for good, because the kernel takes 12 ms
    to close one.
    """

    def __init__(self, device: str) -> None:
        self._device = device
        self._sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, _NOTHING)

    @property
    def mac(self) -> bytes:
        """The MAC address that the interface has now."""
        name = struct.pack(f"{_NAME_SIZE}s24x", self._device.encode("ascii"))
        found = fcntl.ioctl(self._sender.fileno(), _GET_MAC, name)
        return found[_NAME_SIZE + 2 : _NAME_SIZE + 8]

    def send_datagram(
        self,
        ports: tuple[int, int],
        data: bytes,
        sender: IPv4Address = NOWHERE,
        to: IPv4Address = BROADCAST,
        to_mac: bytes = ALL,
    ) -> None:
        """A UDP datagram past the routing tables; `ports`: its source and its destination."""
        from scapy.layers.inet import IP, UDP
        from scapy.layers.l2 import Ether
        from scapy.packet import Raw

        source, destination = ports
        packet = IP(src=str(sender), dst=str(to), ttl=64) / UDP(sport=source, dport=destination)
        frame = Ether(dst=to_mac.hex(":"), src=self.mac.hex(":")) / packet / Raw(data)
        self._send(bytes(frame))

    def send_arp(self, sender: IPv4Address, target: IPv4Address) -> None:
        """Ask for an address: as a probe without one of one's own, or for one's own to tell it."""
        packet = _PACKET.pack(_FOR_IPV4, _ASKS, self.mac, sender.packed, bytes(6), target.packed)
        self._send(ALL + self.mac + struct.pack("!H", ARP) + packet)

    def _send(self, frame: bytes) -> None:
        with contextlib.suppress(OSError):
            self._sender.sendto(frame, (self._device, _NOTHING))


class Ear:
    """Frames of one kind that come in for us, or for everybody, while somebody hears them."""

    def __init__(self, host: Host, device: str, kind: int, program: Program = ()) -> None:
        self._host = host
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, _NOTHING)
        if program:
            steps = b"".join(struct.pack("=HBBI", *each) for each in program)
            kept = ctypes.create_string_buffer(steps, len(steps))
            where = struct.pack("HP", len(program), ctypes.addressof(kept))
            self._socket.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, where)
        self._socket.bind((device, kind))
        self._socket.setblocking(False)
        self._heard: Callable[[bytes], None] | None = None

    def hear(self, heard: Callable[[bytes], None]) -> None:
        """From now on tell what comes."""
        self._forget()
        self._heard = heard
        self._host.watch(self._socket.fileno(), self._readable)

    def hush(self) -> None:
        """Tell none any more."""
        if self._heard:
            self._heard = None
            self._host.forget(self._socket.fileno())

    def _forget(self) -> None:
        """What came while nobody listened."""
        while True:
            try:
                self._socket.recv(_LONGEST)
            except BlockingIOError:
                return
            except OSError:  # the interface has been down, which is said once
                continue

    def _readable(self) -> None:
        with contextlib.suppress(OSError):
            frame, (_device, _kind, way, *_rest) = self._socket.recvfrom(_LONGEST)
            if way in (socket.PACKET_HOST, socket.PACKET_BROADCAST) and self._heard:
                self._heard(frame)
