"""What the kernel says of an interface in one word: up, with a carrier, the loopback.

Law of this file: asked each time, because a cable can be pulled. This is done for each purpose, and
ioctl takes 20 us for it, netlink by way of pyroute2 a millisecond.
"""

from __future__ import annotations

import ctypes
import fcntl
import socket
import struct

_SIOCGIFFLAGS, _SIOCSIFFLAGS, _SIOCSIFHWADDR = 0x8913, 0x8914, 0x8924
_ETHERNET = 1
ETHTOOL = 0x8946
_GET_LINK = 0x0A
#: Bits of what `flags` answers: set up by its owner; the loopback; up, and with a carrier.
UP, LOOPBACK, RUNNING = 0x1, 0x8, 0x40


def flags(name: str, asker: socket.socket) -> int:
    """The flags that an interface has in the namespace of the socket; 0 if there is none."""
    try:
        told = fcntl.ioctl(asker, _SIOCGIFFLAGS, struct.pack("16sH22x", name.encode(), 0))
    except OSError:
        return 0
    return int(struct.unpack_from("16xH", told)[0])


def has_link(name: str, asker: socket.socket) -> bool:
    """Whether an interface has a carrier, as the kernel finds when it looks now."""
    value = ctypes.create_string_buffer(struct.pack("II", _GET_LINK, 0), 8)
    asked = struct.pack("16sP16x", name.encode(), ctypes.addressof(value))
    try:
        fcntl.ioctl(asker, ETHTOOL, asked)
    except OSError:
        return False
    return bool(struct.unpack("II", value.raw)[1])


def set_up(name: str, asker: socket.socket, is_up: bool) -> None:
    """Have an interface up or down; raises `OSError` if there is none."""
    told = fcntl.ioctl(asker, _SIOCGIFFLAGS, struct.pack("16sH22x", name.encode(), 0))
    now = struct.unpack_from("16xH", told)[0]
    wanted = now | UP if is_up else now & ~UP
    fcntl.ioctl(asker, _SIOCSIFFLAGS, struct.pack("16sH22x", name.encode(), wanted))


def set_mac(name: str, asker: socket.socket, mac: str) -> None:
    """Give an interface a MAC address; raises `OSError`."""
    address = bytes.fromhex(mac.replace(":", ""))
    fcntl.ioctl(asker, _SIOCSIFHWADDR, struct.pack("16sH6s16x", name.encode(), _ETHERNET, address))
