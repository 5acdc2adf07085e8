"""A tap on one network interface: every frame that passes it, with its time and direction.

Law of this file: the kernel records, nobody of us needs to run meanwhile. It writes frames into a
ring of memory that is ours; what finds no room there it drops and counts. An ordinary user may
have such a ring, but no large socket buffer. The tap hears all interfaces and a filter keeps one,
so that an interface that is down, or goes down and comes back, is heard from its first frame on.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import socket
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

#: From <linux/if_packet.h>, <linux/if_ether.h>, <linux/filter.h> and <asm/socket.h>.
_SOL_PACKET = 263
_PACKET_RX_RING, _PACKET_STATISTICS, _PACKET_VERSION = 5, 6, 10
_TPACKET_V2 = 1
_OURS, _VLAN_VALID = 1, 1 << 4
_ETH_P_ALL, _ETH_P_8021Q = 3, 0x8100
_SO_ATTACH_FILTER = 26
_LOAD, _EQUALS, _RETURN = 0x20, 0x15, 0x06
#: Where a filter finds the interface and the ethertype of a frame.
_INTERFACE, _PROTOCOL = 0xFFFFF008, 0xFFFFF000

#: `struct tpacket2_hdr`, and the `struct sockaddr_ll` behind it.
_HEADER = struct.Struct("=IIIHHIIHH4x")
_FROM = struct.Struct("=HHiHBB8x")

#: Ethertype of our own frames: one for local experiments (IEEE 802, 0x88B5).
OWN = 0x88B5

#: Room for so many frames of so many bytes, header included; an Ethernet frame has 1,514.
SLOTS = 8192
_SLOT = 2048
_BLOCK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Heard:
    """A frame as the kernel handed it over. `real_ns`: real time in nanoseconds.

    `length` is what the frame had on the wire; `data` may be shorter, if it did not fit.
    """

    real_ns: int
    data: bytes
    length: int
    interface: int
    #: It left through the interface; else it arrived there.
    outgoing: bool


def heard_at(ring: mmap.mmap | bytearray, start: int) -> Heard | None:
    """The frame in the slot that begins at `start`; None if the kernel still has the slot."""
    status, length, kept, mac, _, seconds, nanos, tag, kind = _HEADER.unpack_from(ring, start)
    if not status & _OURS:
        return None
    _, _, interface, _, direction, _ = _FROM.unpack_from(ring, start + _HEADER.size)
    data = bytes(ring[start + mac : start + mac + kept])
    if status & _VLAN_VALID:
        # The kernel has taken the tag out of the frame; it was on the wire.
        data = data[:12] + struct.pack("!HH", kind or _ETH_P_8021Q, tag) + data[12:]
        length += 4
    outgoing = direction == socket.PACKET_OUTGOING
    return Heard(seconds * 1_000_000_000 + nanos, data, length, interface, outgoing)


class Tap:
    """Hears the interface `name`, and our own frames on any; raises `OSError` if it cannot.

    It has begun to listen when it is made.
    """

    def __init__(self, name: str, slots: int = SLOTS) -> None:
        self.interface = socket.if_nametoindex(name)
        self.frames = self.drops = 0
        self.slots, self._next = slots, 0
        # What it hears before it has its filter is thrown away when it gets its ring.
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
        try:
            self._filter(self._wanted())
            self.socket.setsockopt(_SOL_PACKET, _PACKET_VERSION, _TPACKET_V2)
            size = slots * _SLOT
            ring = struct.pack("=IIII", _BLOCK, size // _BLOCK, _SLOT, slots)
            self.socket.setsockopt(_SOL_PACKET, _PACKET_RX_RING, ring)
            self._ring = mmap.mmap(self.socket.fileno(), size)
        except OSError:
            self.socket.close()
            raise

    def listen(self) -> None:
        """Hear from now on, after a rest; what is left of before is forgotten."""
        self._filter(self._wanted())
        for _ in self.read():
            pass
        self.count()
        self.frames = self.drops = 0

    def rest(self) -> None:
        """Hear nothing until `listen`: that costs nothing, to end and begin anew 20 ms."""
        self._filter(((_RETURN, 0, 0, 0),))

    def _wanted(self) -> Sequence[tuple[int, int, int, int]]:
        return (
            (_LOAD, 0, 0, _INTERFACE),
            (_EQUALS, 2, 0, self.interface),
            (_LOAD, 0, 0, _PROTOCOL),
            (_EQUALS, 0, 1, OWN),
            (_RETURN, 0, 0, 0xFFFFFFFF),
            (_RETURN, 0, 0, 0),
        )

    def _filter(self, program: Sequence[tuple[int, int, int, int]]) -> None:
        code = b"".join(struct.pack("=HBBI", *step) for step in program)
        steps = ctypes.create_string_buffer(code, len(code))
        where = struct.pack("HP", len(program), ctypes.addressof(steps))
        self.socket.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, where)

    def read(self) -> Iterator[Heard]:
        """The frames that have come, oldest first; their room is free again.

        At most as many as there is room for: who sends without a pause holds up nobody.
        """
        for _ in range(self.slots):
            heard = heard_at(self._ring, start := self._next * _SLOT)
            if heard is None:
                return
            struct.pack_into("=I", self._ring, start, 0)
            self._next = (self._next + 1) % self.slots
            yield heard

    def count(self) -> None:
        """Add what the kernel has counted since it was asked last to `frames` and `drops`."""
        frames, drops = struct.unpack(
            "=II", self.socket.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8)
        )
        self.frames, self.drops = self.frames + frames, self.drops + drops

    def close(self) -> None:
        # A view of the ring may be alive in a traceback; the memory goes with the last of them.
        with contextlib.suppress(BufferError):
            self._ring.close()
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
