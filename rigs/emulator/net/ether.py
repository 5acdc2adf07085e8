"""Frames that the kernel would not send by itself: from or to an address that is not there yet.

Law: one interface, AF_PACKET, never blocks.  A frame that cannot be sent, because there is no
carrier, is lost without a word, as on the air.  scapy builds the headers.
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


def device_mac(device: str) -> bytes:
    """The MAC address that an interface has now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        name = struct.pack(f"{_NAME_SIZE}s24x", device.encode("ascii"))
        found = fcntl.ioctl(asking.fileno(), _GET_MAC, name)
    return found[_NAME_SIZE + 2 : _NAME_SIZE + 8]


def send_datagram(
    device: str,
    ports: tuple[int, int],
    data: bytes,
    sender: IPv4Address = NOWHERE,
    to: IPv4Address = BROADCAST,
    to_mac: bytes = ALL,
) -> None:
    """Send a UDP datagram past the routing tables; `ports`: its source and its destination."""
    from scapy.layers.inet import IP, UDP
    from scapy.layers.l2 import Ether
    from scapy.packet import Raw

    source, destination = ports
    packet = IP(src=str(sender), dst=str(to), ttl=64) / UDP(sport=source, dport=destination)
    frame = Ether(dst=to_mac.hex(":"), src=device_mac(device).hex(":")) / packet / Raw(data)
    _send(device, bytes(frame))


def send_arp(device: str, sender: IPv4Address, target: IPv4Address) -> None:
    """Ask for an address: as a probe without one of one's own, or for one's own to announce it."""
    from scapy.layers.l2 import ARP, Ether

    mac = device_mac(device).hex(":")
    asked = ARP(op=1, hwsrc=mac, psrc=str(sender), hwdst="00:00:00:00:00:00", pdst=str(target))
    _send(device, bytes(Ether(dst=ALL.hex(":"), src=mac, type=_ARP) / asked))


def _send(device: str, frame: bytes) -> None:
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, _NOTHING) as sending,
    ):
        sending.bind((device, _NOTHING))
        sending.send(frame)


class ArpWatch:
    """Hears every ARP packet of an interface until it is closed."""

    def __init__(self, host: Host, device: str, heard: Callable[[ArpPacket], None]) -> None:
        self._host = host
        self._heard = heard
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ARP))
        self._socket.setblocking(False)
        self._socket.bind((device, _ARP))
        host.watch(self._socket.fileno(), self._readable)

    def close(self) -> None:
        """Hear no more."""
        if self._socket.fileno() >= 0:
            self._host.forget(self._socket.fileno())
            self._socket.close()

    def _readable(self) -> None:
        from scapy.layers.l2 import ARP, Ether

        with contextlib.suppress(OSError):
            frame, (_device, _type, way, *_rest) = self._socket.recvfrom(_LONGEST)
            packet = Ether(frame)
            if way != socket.PACKET_OUTGOING and ARP in packet and packet[ARP].plen == 4:
                arp = packet[ARP]
                self._heard(
                    ArpPacket(
                        arp.op,
                        bytes.fromhex(arp.hwsrc.replace(":", "")),
                        IPv4Address(arp.psrc),
                        IPv4Address(arp.pdst),
                    )
                )
