"""SLIP framing (RFC 1055) as the loader uses it: an END on both sides of a packet.

Law: bytes to packets and back; memory is bounded, and a broken packet is dropped as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator

PACKET_BOUND = 1 << 16
"""Bytes of the longest packet taken; esptool's longest have 16 KB and a little."""

_END, _ESCAPE = 0xC0, 0xDB
_ESCAPED = {0xDC: _END, 0xDD: _ESCAPE}


def framed(packet: bytes) -> bytes:
    """A packet as it goes over the line."""
    escaped = packet.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc")
    return b"\xc0" + escaped + b"\xc0"


class Unframer:
    """Takes bytes as they come and hands out whole packets; noise between packets is dropped."""

    def __init__(self) -> None:
        self._packet: bytearray | None = None
        self._escaped = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The packets that end in `data`."""
        for byte in data:
            packet = self._byte(byte)
            if packet:
                yield packet

    def _byte(self, byte: int) -> bytes | None:
        if byte == _END:
            packet, self._packet, self._escaped = self._packet, None, False
            if packet:
                return bytes(packet)
            self._packet = bytearray()
        elif self._packet is not None:
            self._collect(self._packet, byte)
        return None

    def _collect(self, packet: bytearray, byte: int) -> None:
        if (self._escaped and byte not in _ESCAPED) or len(packet) >= PACKET_BOUND:
            self._packet = None
        elif byte == _ESCAPE and not self._escaped:
            self._escaped = True
        else:
            packet.append(_ESCAPED[byte] if self._escaped else byte)
            self._escaped = False
