"""Runs an emulator in a network namespace of its own, with the interfaces that a lab gives it.

Law: what goes over `way` are sockets at the far ends of the wires: two that hear and send frames,
the station's first, then those of a neighbour of the station, 192.168.50.2: one that listens for
TCP on port 7, one for UDP on port 7, and a TCP socket that is not used yet.  Exit status 3 where
the kernel gives no namespaces.
"""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from rigs.emulator.process.cli import main
from tests.forked import Process, fork

NO_NAMESPACES = 3
WIRES = {"sta": "sta-air", "ap": "ap-air"}
NEIGHBOUR, PORT = "192.168.50.2", 7
LIBC = ctypes.CDLL(None, use_errno=True)

_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_EVERYTHING = 3  # ETH_P_ALL


def leave() -> None:
    """Go into a new network; as an ordinary user, in a new user namespace."""
    user, group = os.getuid(), os.getgid()
    if LIBC.unshare(_NEWNET) == 0:
        return
    if LIBC.unshare(_NEWUSER | _NEWNET):
        sys.exit(NO_NAMESPACES)
    for name, text in (
        ("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1"),
    ):  # fmt: skip
        Path("/proc/self", name).write_text(text, encoding="ascii")


def wire() -> list[socket.socket]:
    """The wires from here, where the neighbour is, to a new network, where we are afterwards."""
    from pyroute2 import IPRoute

    Path("/proc/sys/net/ipv6/conf/default/disable_ipv6").write_text("1", encoding="ascii")
    ends = []
    with IPRoute() as netlink:
        for near, far in WIRES.items():
            netlink.link("add", ifname=near, kind="veth", peer={"ifname": far})
            index = netlink.link_lookup(ifname=far)[0]
            if near == "sta":
                netlink.addr("add", index=index, address=NEIGHBOUR, prefixlen=24)
            netlink.link("set", index=index, state="up")
            end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
            end.bind((far, _EVERYTHING))
            ends.append(end)
        ends += neighbour()
        leave()
        for near in WIRES:
            index = netlink.link_lookup(ifname=near)[0]
            netlink.link("set", index=index, net_ns_pid=os.getpid())
    return ends


def neighbour() -> list[socket.socket]:
    kinds = socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_STREAM
    server, datagrams, client = (socket.socket(socket.AF_INET, kind) for kind in kinds)
    server.bind((NEIGHBOUR, PORT))
    server.listen()
    datagrams.bind((NEIGHBOUR, PORT))
    return [server, datagrams, client]


def begin(way: socket.socket, arguments: Sequence[str], handed: Collection[int]) -> Process:
    """An emulator with these arguments and descriptors; `way` is handed over, too."""
    from rigs.emulator.net import lab, labair  # noqa: F401  (now, or each child would do it)

    def act() -> int:
        leave()
        ends = wire()
        with way:
            socket.send_fds(way, [b"."], [end.fileno() for end in ends])
        for end in ends:
            end.close()
        return main(arguments)

    return fork(act, {*handed, way.fileno()})
