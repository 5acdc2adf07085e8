"""Runs an emulator in a network namespace of its own, with the interfaces that a lab gives it.

Law: started as a program, `inside.py FD argument...`; over FD go two sockets that hear and send
frames at the far ends of the wires, the station's first.  Exit status 3 where the kernel gives no
namespaces.
"""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from pathlib import Path

NO_NAMESPACES = 3
WIRES = {"sta": "sta-air", "ap": "ap-air"}
_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_EVERYTHING = 3  # ETH_P_ALL


def unshare() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if user == 0 and libc.unshare(_NEWNET) == 0:
        return
    if libc.unshare(_NEWUSER | _NEWNET):
        sys.exit(NO_NAMESPACES)
    for name, text in (
        ("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1"),
    ):  # fmt: skip
        Path("/proc/self", name).write_text(text, encoding="ascii")


def wire() -> list[socket.socket]:
    """The wires, whose far ends are up and say nothing by themselves."""
    from pyroute2 import IPRoute

    Path("/proc/sys/net/ipv6/conf/default/disable_ipv6").write_text("1", encoding="ascii")
    ends = []
    with IPRoute() as netlink:
        for near, far in WIRES.items():
            netlink.link("add", ifname=near, kind="veth", peer={"ifname": far})
            netlink.link("set", index=netlink.link_lookup(ifname=far)[0], state="up")
            end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
            end.bind((far, _EVERYTHING))
            ends.append(end)
    return ends


def main() -> None:
    unshare()
    ends = wire()
    with socket.socket(fileno=int(sys.argv[1])) as way:
        socket.send_fds(way, [b"."], [end.fileno() for end in ends])
    os.execv(sys.executable, [sys.executable, "-m", "rigs.emulator", *sys.argv[2:]])


if __name__ == "__main__":
    main()
