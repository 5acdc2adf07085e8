"""What the kernel says of an interface in one word: up, with a carrier, the loopback.

Law of this file: asked each time, because a cable can be pulled.
"""

from __future__ import annotations

import fcntl
import socket
import struct

_SIOCGIFFLAGS = 0x8913
#: Bits of what `flags` answers: set up by its owner; the loopback; up, and with a carrier.
UP, LOOPBACK, RUNNING = 0x1, 0x8, 0x40


def flags(name: str, asker: socket.socket) -> int:
    """The flags that an interface has in the namespace of the socket; 0 if there is none."""
    try:
        told = fcntl.ioctl(asker, _SIOCGIFFLAGS, struct.pack("16sH22x", name.encode(), 0))
    except OSError:
        return 0
    return int(struct.unpack_from("16xH", told)[0])
