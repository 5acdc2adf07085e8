"""Frames that the kernel would not send by itself: from or to an address that is not there yet.

Law: one interface, AF_PACKET, never blocks.  A frame that cannot be sent, because there is no
carrier, is lost without a word, as on the air.  scapy builds the headers; what comes is read by
hand, because scapy raises on frames that are cut off or lie about their lengths.
"""

from __future__ import annotations

import contextlib
import fcntl
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Protocol

from ..addresses import NOWHERE
from .bootp import BROADCAST

ALL = b"\xff" * 6
"""The MAC address that everybody listens to."""

_GET_MAC = 0x8927  # SIOCGIFHWADDR
_NAME_SIZE = 16
_ARP, _NOTHING = 0x0806, 0
_ETHERNET = 14  # bytes of a header
_FOR_IPV4 = struct.pack("!HHBB", 1, 0x0800, 6, 4)
_PACKET = struct.Struct("!6sH6s4s6s4s")
_LONGEST = 2048

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


class Wire:
    """The interface, as frames.  One socket for good sends and one hears ARP, because the kernel
    takes 12 ms to close one.
    """

    def __init__(self, host: Host, device: str) -> None:
        self._host = host
        self._device = device
        self._sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, _NOTHING)
        self._hearer = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, _NOTHING)
        self._hearer.bind((device, _ARP))
        self._hearer.setblocking(False)
        self._heard: Callable[[ArpPacket], None] | None = None

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
        from scapy.layers.l2 import ARP, Ether

        mac = self.mac.hex(":")
        asked = ARP(op=1, hwsrc=mac, psrc=str(sender), hwdst="00:00:00:00:00:00", pdst=str(target))
        self._send(bytes(Ether(dst=ALL.hex(":"), src=mac, type=_ARP) / asked))

    def hear_arp(self, heard: Callable[[ArpPacket], None]) -> None:
        """From now on tell the ARP packets of others."""
        with contextlib.suppress(OSError):
            while self._hearer.recv(_LONGEST):
                """What came while nobody listened."""
        self._heard = heard
        self._host.watch(self._hearer.fileno(), self._readable)

    def hush(self) -> None:
        """Tell none any more."""
        if self._heard:
            self._heard = None
            self._host.forget(self._hearer.fileno())

    def _send(self, frame: bytes) -> None:
        with contextlib.suppress(OSError):
            self._sender.sendto(frame, (self._device, _NOTHING))

    def _readable(self) -> None:
        with contextlib.suppress(OSError):
            frame, (_device, _type, way, *_rest) = self._hearer.recvfrom(_LONGEST)
            packet = None if way == socket.PACKET_OUTGOING else arp_of(frame)
            if packet and self._heard:
                self._heard(packet)
