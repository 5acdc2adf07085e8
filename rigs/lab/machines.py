"""Machines: a namespace with one wire, for a host of a network or for a second station.

Law of this file: a machine answers ARP and echo as any Linux does, with the MAC address that it was
given; it is gone when the purpose is over. There are only so many of them.
"""

from __future__ import annotations

import ipaddress
import itertools
import socket
from dataclasses import dataclass, field

from . import ether
from .links import Links
from .namespaces import Namespace, another
from .questions import Cannot
from .world import World

#: The end of the wire that is in the machine.
INTERFACE = "eth0"

#: How many machines a purpose may have, all in all.
MOST_MACHINES = 64


@dataclass(eq=False)
class Machine:
    """A machine, and the lab's end of its wire."""

    wire: str
    mac: str
    namespace: Namespace
    links: Links
    #: Its own address, empty if it has none.
    address: str = field(default="")
    interface: str = INTERFACE

    async def plugged(self, links: Links) -> None:
        """Its wire is up; frames cross it when this is over. `links` are the lab's."""
        await links.up(self.wire)
        await links.carried(self.wire)
        await self.links.carried(self.interface)

    async def settle(self, address: str, prefix: int, router: str = "") -> None:
        """Have this address and no other, and send what is elsewhere to the router."""
        await self.unsettle()
        await self.links.address(self.interface, address, prefix)
        self.address = address
        network = ipaddress.IPv4Network(f"{address}/{prefix}", strict=False)
        if router and ipaddress.IPv4Address(router) in network and router != address:
            await self.links.route("default", router)

    async def unsettle(self) -> None:
        """Have no address."""
        await self.links.no_address(self.interface)
        self.address = ""

    def frames(self, ethertype: int) -> socket.socket:
        """A raw socket on its interface."""
        with self.namespace.inside():
            return ether.raw_socket(self.interface, ethertype)

    def socket(self, kind: socket.SocketKind) -> socket.socket:
        """A socket of IPv4 over its interface."""
        with self.namespace.inside():
            return ether.bound_socket(self.interface, kind)


class Machines:
    """The machines of a purpose, by number."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._numbers = itertools.count(1)

    async def add(self, kind: int, mac: str = "") -> Machine:
        """One more, its wire down and in no bridge; `kind` is a byte of the MAC address."""
        number = next(self._numbers)
        if number > MOST_MACHINES:
            raise Cannot(f"a purpose has {MOST_MACHINES} hosts and stations at most")
        wire = f"wire{next(self._world.serial)}"
        namespace = another()
        clock = self._world.links.clock
        links = Links(namespace, clock)
        with namespace.inside():
            forget_kernel = clock.watch_kernel()
        machine = Machine(wire, mac or f"02:00:5e:{kind:02x}:00:{number:02x}", namespace, links)

        async def undo() -> None:
            # Its namespace takes the wire along, but whoever waits for that waits 30 ms.
            await self._world.links.enslave(wire, "")
            await self._world.links.down(wire)
            links.close()
            forget_kernel()
            namespace.close()

        links.quiet()
        await self._world.links.veth(wire, INTERFACE, namespace)
        self._world.afterwards(undo)
        await links.mac(INTERFACE, machine.mac)
        await links.up("lo")
        await links.up(INTERFACE)
        return machine
