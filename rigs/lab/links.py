"""Interfaces of a namespace: made, joined by bridges, given addresses.

Law of this file: thin words over netlink, asynchronous, each for one namespace. What is switched
off here (IPv6, offloads, snooping, spanning tree) is what would send frames that nobody asked for,
or show frames that were never on a wire.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import errno
import fcntl
import socket
import struct
from collections.abc import Iterator
from typing import Any

from pyroute2 import AsyncIPRoute  # type: ignore[import-untyped]

from rigs.clock.party import Clock, RealTime

from .flags import ETHTOOL, UP, flags, has_link, set_mac, set_up
from .namespaces import Namespace

#: How often, and how far apart, it is asked whether an interface has a carrier.
_TRIES, _PAUSE_S = 300, 0.005

#: How long the kernel waits before it asks once more who has an address.
_ASK_AGAIN_MS = 8

#: Checksums of what is received and sent; segments put together by TSO, GSO and GRO.
_OFFLOADS = (0x15, 0x17, 0x1F, 0x24, 0x2C)


class Links:
    """The interfaces of one namespace."""

    def __init__(self, namespace: Namespace, clock: Clock | None = None) -> None:
        self.namespace = namespace
        self.clock = clock or RealTime()
        with namespace.inside():
            self._netlink: Any = AsyncIPRoute(groups=0)
            assert self._netlink.socket  # made now, while we are inside
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def close(self) -> None:
        """Ask nothing more; the interfaces stay as long as their namespace."""
        self._netlink.close()
        self._socket.close()

    def quiet(self) -> None:
        """No IPv6 on interfaces that are made from now on: it talks unasked."""
        for who in ("all", "default", "lo"):
            for name, value in (("disable_ipv6", 1), ("accept_ra", 0)):
                self.namespace.switch(f"ipv6/conf/{who}/{name}", value)

    async def bridge(self, name: str, mac: str = "") -> int:
        """A bridge that is up and forwards at once; its index. Empty: a MAC address by chance."""
        await self._netlink.link(
            "add", ifname=name, kind="bridge", **({"address": mac} if mac else {}),
            br_stp_state=0, br_forward_delay=0, br_mcast_snooping=0,
        )  # fmt: skip
        ask_quickly(self.namespace, name)
        await self.up(name)
        self.offloads_off(name)
        return await self.index(name)

    async def veth(self, name: str, peer: str, there: Namespace | None = None) -> None:
        """A wire: `name` here and `peer` here or `there`; both ends are down."""
        other: dict[str, Any] = {"ifname": peer}
        if there is not None:
            other["net_ns_fd"] = there.descriptor
        await self._netlink.link("add", ifname=name, kind="veth", peer=other)
        self.offloads_off(name)
        ask_quickly(self.namespace, name)
        ask_quickly(there or self.namespace, peer)
        if there is None:
            self.offloads_off(peer)
        else:
            with there.inside(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as inside:
                _offloads_off(inside, peer)

    async def macvlan(self, name: str, parent: str, mac: str) -> None:
        """One more interface on the network of `parent`, with a MAC address of its own; down."""
        await self._netlink.link(
            "add", ifname=name, kind="macvlan", link=await self.index(parent),
            macvlan_mode="bridge", address=mac,
        )  # fmt: skip
        self.offloads_off(name)

    async def enslave(self, name: str, bridge: str) -> None:
        """Plug it into a bridge; into none if that is empty."""
        master = await self.index(bridge) if bridge else 0
        await self._netlink.link("set", index=await self.index(name), master=master)

    async def up(self, name: str) -> None:
        with _known(name):
            set_up(name, self._socket, True)

    async def down(self, name: str) -> None:
        with _known(name):
            set_up(name, self._socket, False)

    async def carried(self, name: str) -> bool:
        """Whether it carries frames, which it does soon after it is up at both ends.

        A kernel that is not asked may take a second to notice, and drops frames until then; one
        that is asked by way of ethtool notices at once. False for an interface that is down.
        """
        with self.clock.held("carrier"):
            for _ in range(_TRIES):
                if not flags(name, self._socket) & UP:
                    return False
                if has_link(name, self._socket):
                    return True
                await asyncio.sleep(_PAUSE_S)
        return False

    async def mac(self, name: str, mac: str) -> None:
        with _known(name):
            set_mac(name, self._socket, mac)

    async def address(self, name: str, address: str, prefix: int = 24) -> None:
        """One more IPv4 address."""
        await self._netlink.addr(
            "add", index=await self.index(name), address=address, prefixlen=prefix
        )

    async def no_address(self, name: str) -> None:
        """None of its addresses any more."""
        await self._netlink.flush_addr(index=await self.index(name))

    async def route(self, to: str, via: str) -> None:
        """A route, as in `default` or `10.0.0.0/8`, through a router."""
        await self._netlink.route("add", dst=to, gateway=via)

    async def remove(self, name: str) -> None:
        """Take it away, the other end of its wire too; what is gone already is gone."""
        if self.has(name):
            await self._netlink.link("del", index=await self.index(name))

    def has(self, name: str) -> bool:
        """Whether there is such an interface."""
        try:
            return bool(socket_index(self._socket, name))
        except OSError:
            return False

    async def index(self, name: str) -> int:
        """Its number; `LookupError` if there is no such interface."""
        try:
            return socket_index(self._socket, name)
        except OSError as error:
            raise LookupError(f"no interface {name}") from error

    def offloads_off(self, name: str) -> None:
        """Frames as they would be on a wire: whole checksums, one segment a frame."""
        _offloads_off(self._socket, name)


@contextlib.contextmanager
def _known(name: str) -> Iterator[None]:
    """Raise `LookupError` if the kernel knows no such interface."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENODEV:
            raise
        raise LookupError(f"no interface {name}") from error


def ask_quickly(namespace: Namespace, name: str) -> None:
    """Ask three times for a neighbour in 24 ms, not in three seconds.

    Nobody of a lab is slow to answer, and while a kernel asks, the rig's clock must run.
    """
    namespace.switch(f"ipv4/neigh/{name}/retrans_time_ms", _ASK_AGAIN_MS)


def socket_index(inside: socket.socket, name: str) -> int:
    """The number of an interface in the namespace of a socket."""
    asked = struct.pack("16sI20x", name.encode(), 0)
    told: int = struct.unpack_from("16xI", fcntl.ioctl(inside, 0x8933, asked))[0]  # SIOCGIFINDEX
    return told


def _offloads_off(inside: socket.socket, name: str) -> None:
    for command in _OFFLOADS:
        value = ctypes.create_string_buffer(struct.pack("II", command, 0), 8)
        asked = struct.pack("16sP16x", name.encode(), ctypes.addressof(value))
        try:
            fcntl.ioctl(inside, ETHTOOL, asked)
        except OSError as error:
            if error.errno != errno.EOPNOTSUPP:  # such an interface never has it on
                raise
