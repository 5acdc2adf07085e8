"""The board's interfaces as the kernel has them: `sta` and `ap` of the network namespace.

Law: what is in force is made so, and nothing else: the kernel is asked for nothing that is so
already.  An interface is up while it can carry anything: the station has joined, the softAP is on.
What the kernel does not take (an address that is none) is as if it were not set.  IPv6 is off.
"""

from __future__ import annotations

import fcntl
import socket
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

from pyroute2 import IPRoute  # type: ignore[import-untyped]
from pyroute2.netlink.exceptions import NetlinkError  # type: ignore[import-untyped]

from ..error import EmulatorError
from ..settings.addresses import NO_IP, NOWHERE, IpConfig
from .ether import Wire
from .inforce import InForce

STATION, SOFTAP = "sta", "ap"
"""What the interfaces are called."""

_LOOPBACK = "lo"
_INTERFACES = ("all", "default", STATION, SOFTAP)

_GET_FLAGS, _SET_FLAGS, _SET_MAC = 0x8913, 0x8914, 0x8924
"""ioctl of an interface: a chip starts thousands of times a run, and netlink by way of pyroute2
takes a millisecond where this takes 20 us."""
_UP, _ETHERNET = 0x1, 1

_ON_LINK = 4  # RTNH_F_ONLINK: as lwIP does, a gateway is asked for by ARP wherever it may be

_SYSTEM = Path("/proc/sys/net")
_EACH: Mapping[str, int] = {
    "arp_ignore": 1,
    "arp_announce": 2,
    "rp_filter": 0,
    "forwarding": 0,
    "accept_redirects": 0,
    "force_igmp_version": 2,  # lwIP knows no other (RFC 2236)
}
_STACK: Mapping[str, int | str] = {
    "ip_forward": 0,
    "ip_unprivileged_port_start": 0,
    "ping_group_range": "0 0",
    "tcp_timestamps": 0,
    "tcp_sack": 0,
    "tcp_window_scaling": 0,
    "tcp_ecn": 0,
}
"""A small stack's TCP; who may send an echo, and who may take a port: we alone are here."""


@dataclass(frozen=True)
class _State:
    """How an interface is; `routes`: whether its gateway is everybody's."""

    mac: bytes = b""
    up: bool = False
    ip: IpConfig = NO_IP
    routes: bool = False


_DOWN = _State()


class KernelInterfaces:
    """See inforce.Follower.  Raises EmulatorError if the interfaces are not there or not ours."""

    def __init__(self) -> None:
        _configure()
        netlink: Any = IPRoute(groups=0)  # answers alone: nobody would read the news
        self._station = _Interface(netlink, STATION)
        self._softap = _Interface(netlink, SOFTAP)
        _Interface(netlink, _LOOPBACK)  # down: the chip's stack does not hear itself

    def follow(self, force: InForce) -> None:
        """See Follower."""
        station, softap = force.station, force.softap
        if station is None:
            self._station.become(_DOWN)
        elif station.access_point is None:
            # Up without a carrier: who joins it then finds a wire that carries frames at once.
            self._station.become(_State(station.mac, True))
        else:
            self._station.become(_State(station.mac, True, station.address, routes=True))
        if softap is None:
            self._softap.become(_DOWN)
        else:
            self._softap.become(_State(softap.mac, True, softap.address))


class _Interface:
    """One of them.  What it is now is remembered, since nobody else changes it."""

    def __init__(self, netlink: Any, name: str) -> None:
        self._netlink = netlink
        self._name = name
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        found = netlink.link_lookup(ifname=name)
        if not found:
            raise EmulatorError(
                f"there is no interface {name} in this network namespace: a lab makes it; "
                "leave out --net lab"
            )
        self._index: int = found[0]
        self._wire = Wire(name)
        self._is = self._wanted = _DOWN
        try:
            netlink.link("set", index=self._index, state="down")
            netlink.flush_addr(index=self._index)
        except NetlinkError as error:
            raise EmulatorError(
                f"cannot set the interface {name}: {error}; start the emulator with the right to"
            ) from error

    def become(self, wanted: _State) -> None:
        """Make it so, in the least number of steps: each may wait for the kernel's one lock.

        An interface that is down keeps its address, which nobody can reach then.
        """
        if wanted == self._wanted:
            return
        self._wanted, was = wanted, self._is
        if not wanted.up:
            self._is = replace(was, up=False)
            self._up(False)
            return
        self._is = wanted
        moved, comes = wanted.ip != was.ip, (wanted.mac, True) != (was.mac, was.up)
        if moved and was.ip != NO_IP:
            self._address("del", was.ip)
        if comes:
            if wanted.mac != was.mac:
                self._mac(wanted.mac)
            self._up(True)
        if wanted.ip == NO_IP or not (moved or comes):
            return
        if moved:
            self._address("add", wanted.ip)
        if wanted.routes:
            self._route(wanted.ip.gateway)
        # The neighbours are told by ARP who has the address now, as lwIP does.
        self._wire.send_arp(wanted.ip.address, wanted.ip.address)

    def _up(self, is_up: bool) -> None:
        name = self._name.encode("ascii")
        with _TAKEN_OR_NOT:
            told = fcntl.ioctl(self._socket, _GET_FLAGS, struct.pack("16sH22x", name, 0))
            now = struct.unpack_from("16xH", told)[0]
            wanted = now | _UP if is_up else now & ~_UP
            fcntl.ioctl(self._socket, _SET_FLAGS, struct.pack("16sH22x", name, wanted))

    def _mac(self, mac: bytes) -> None:
        wanted = struct.pack("16sH6s16x", self._name.encode("ascii"), _ETHERNET, mac)
        with _TAKEN_OR_NOT:
            fcntl.ioctl(self._socket, _SET_MAC, wanted)

    def _address(self, what: str, ip: IpConfig) -> None:
        """Add it or delete it; what is routed by way of it goes with the last one."""
        network = IPv4Network((ip.address, _prefix(ip.netmask)), strict=False)
        with _TAKEN_OR_NOT:
            self._netlink.addr(
                what,
                index=self._index,
                address=str(ip.address),
                prefixlen=network.prefixlen,
                broadcast=str(network.broadcast_address),
            )

    def _route(self, gateway: IPv4Address) -> None:
        if gateway == NOWHERE:
            return
        with _TAKEN_OR_NOT:
            self._netlink.route(
                "replace", dst="0.0.0.0/0", gateway=str(gateway), oif=self._index, flags=_ON_LINK
            )


_TAKEN_OR_NOT = suppress(NetlinkError, OSError)


def _prefix(netmask: IPv4Address) -> int:
    """The ones that a netmask begins with."""
    return 32 - (int(netmask) ^ 0xFFFFFFFF).bit_length()


def _configure() -> None:
    """What holds for all interfaces of the namespace; where /proc is read-only, it is as it is."""
    settings: dict[str, int | str] = {f"ipv6/conf/{each}/disable_ipv6": 1 for each in _INTERFACES}
    for each in _INTERFACES:
        settings |= {f"ipv4/conf/{each}/{name}": value for name, value in _EACH.items()}
    settings |= {f"ipv4/{name}": value for name, value in _STACK.items()}
    for path, value in settings.items():
        with suppress(OSError):
            (_SYSTEM / path).write_text(f"{value}\n", encoding="ascii")
