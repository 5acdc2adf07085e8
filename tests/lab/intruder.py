"""Breaks something in the network of a running lab: `python tests/lab/intruder.py PID WHAT`.

Law of this file: it goes into the namespaces of the process PID, does one thing there and ends.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1
_SIOCSIFNAME = 0x8923
#: More than the lab's tap has room for.
FLOOD = 9000


def enter(pid: int) -> None:
    """Be where the process is; an ordinary user is first in its user namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    for kind, flag in (("user", _NEWUSER), ("net", _NEWNET)):
        there = Path(f"/proc/{pid}/ns/{kind}")
        if there.readlink() == Path(f"/proc/self/ns/{kind}").readlink():
            continue
        descriptor = os.open(there, os.O_RDONLY)
        if libc.setns(descriptor, flag):
            raise OSError(ctypes.get_errno(), f"setns {kind}")


def down(name: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        asked = struct.pack("16sH22x", name.encode(), 0)
        (flags,) = struct.unpack_from("16xH", fcntl.ioctl(control, _SIOCGIFFLAGS, asked))
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sH22x", name.encode(), flags & ~_IFF_UP))


def flood(name: str) -> None:
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as raw:
        for _ in range(FLOOD):
            raw.sendto(b"\xff" * 6 + bytes(6) + b"\x12\x34" + bytes(46), (name, 0))


def renamed(name: str) -> None:
    """To whoever looks for it it is gone."""
    down(name)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SIOCSIFNAME, struct.pack("16s16s8x", name.encode(), b"elsewhere"))


DEEDS = {
    "loopback-down": lambda: down("lo"),
    "flood": lambda: flood("sta-air"),
    "interface-gone": lambda: renamed("sta-air"),
}

if __name__ == "__main__":
    enter(int(sys.argv[1]))
    DEEDS[sys.argv[2]]()
