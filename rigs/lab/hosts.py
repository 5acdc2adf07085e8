"""Hosts behind an access point, in its network or beyond it, and what they ask the IUT.

Law of this file: a host is a machine of its own. One whose address is outside the network is
reached through the access point alone, which routes for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import itertools
import socket
from collections.abc import Mapping
from typing import Any

from scapy.layers.dns import DNS, DNSQR

from .air import AccessPoint
from .machines import INTERFACE, Machine, Machines
from .places import access_point_on
from .questions import Cannot, question
from .slowness import be_slow
from .world import World

#: Byte of the MAC addresses of hosts.
_KIND = 0x20
#: The first host part that the lab gives, and the one after the last: outside what is leased.
_FIRST, _END = 2, 90
#: Between the access point and a host beyond it: a network of two for each.
_BETWEEN = ipaddress.IPv4Address("172.31.0.0")

MDNS_GROUP, MDNS_PORT = "224.0.0.251", 5353


class Hosts:
    """The hosts of a purpose."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._machines = world.of(Machines)
        self._beyond = itertools.count()
        self._free: dict[str, itertools.count[int]] = {}
        self._neighbours: dict[str, Machine] = {}

    async def add(self, access_point: AccessPoint, address: str = "") -> Machine:
        """One more at an access point."""
        network = _network(access_point)
        address = address or self._choice(access_point)
        if ipaddress.IPv4Address(address) not in network:
            return await self._add_beyond(access_point, address)
        machine = await self._machines.add(_KIND)
        await machine.settle(address, network.prefixlen, access_point.address)
        await self._world.links.enslave(machine.wire, access_point.bridge)
        await machine.plugged(self._world.links)
        return machine

    async def neighbour(self, access_point: AccessPoint) -> Machine:
        """A host of the network that is there for whoever needs one."""
        name = access_point.name
        if name not in self._neighbours:
            self._neighbours[name] = await self.add(access_point)
        return self._neighbours[name]

    def _choice(self, access_point: AccessPoint) -> str:
        parts = self._free.setdefault(access_point.name, itertools.count(_FIRST))
        part = next(parts)
        if part >= _END:
            raise Cannot(f"the network of {access_point.name} has no room for one more host")
        return str(_network(access_point).network_address + part)

    async def _add_beyond(self, access_point: AccessPoint, address: str) -> Machine:
        links, near = self._world.links, _BETWEEN + 4 * next(self._beyond) + 1
        machine = await self._machines.add(_KIND)
        await links.address(machine.wire, str(near), 30)
        await machine.plugged(links)
        await machine.settle(str(near + 1), 30, str(near))
        await machine.links.address(INTERFACE, address, 32)
        machine.address = address
        await links.route(f"{address}/32", str(near + 1))
        for interface in (access_point.bridge, machine.wire):
            self._world.namespace.switch(f"ipv4/conf/{interface}/forwarding", 1)
        return machine


@question("host")
async def host(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """One more address that answers in a network."""
    try:
        made = await world.of(Hosts).add(
            access_point_on(world, arguments["on"]), arguments["address"]
        )
    except ipaddress.AddressValueError as error:
        raise Cannot(f"no host has such an address: {error}") from error
    if delay_s := arguments.get("slow_s", 0.0):
        be_slow(world, made, delay_s)
    return {"address": made.address}


@question("mdns")
async def mdns(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """A host of the network asks for a name by multicast DNS; nobody waits for an answer here."""
    asker = await world.of(Hosts).neighbour(access_point_on(world, arguments["on"]))
    query = DNS(id=0, rd=0, qd=DNSQR(qname=arguments["name"], qtype=arguments["kind"]))
    handle = multicast(asker)
    # It stays: an answer that finds nobody would be answered with an ICMP error.
    world.afterwards(lambda: _closed(handle))
    await asyncio.get_running_loop().sock_sendto(handle, bytes(query), (MDNS_GROUP, MDNS_PORT))
    return {}


def multicast(machine: Machine) -> socket.socket:
    """A socket that speaks and hears multicast DNS in a machine."""
    handle = machine.socket(socket.SOCK_DGRAM)
    group, own = socket.inet_aton(MDNS_GROUP), socket.inet_aton(machine.address)
    handle.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    for option, value in (
        (socket.IP_MULTICAST_TTL, 255),
        (socket.IP_MULTICAST_LOOP, 0),
        (socket.IP_MULTICAST_IF, own),
        (socket.IP_ADD_MEMBERSHIP, group + own),
    ):
        handle.setsockopt(socket.IPPROTO_IP, option, value)
    handle.bind(("", MDNS_PORT))
    return handle


async def _closed(handle: socket.socket) -> None:
    with contextlib.suppress(OSError):
        handle.close()


def _network(access_point: AccessPoint) -> ipaddress.IPv4Network:
    return ipaddress.IPv4Network(f"{access_point.address}/{access_point.netmask}", strict=False)
