"""Where in the lab something is asked: at an access point that is on, or on a second station.

Law of this file: a place is a namespace and an interface in it. An access point that is off is no
place; the lab says so, and not that nobody answered.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import ether
from .accesspoints import named
from .air import AccessPoint
from .machines import INTERFACE
from .namespaces import Namespace
from .questions import Cannot, question
from .stations import Stations
from .world import World


@dataclass(frozen=True, slots=True)
class Place:
    """An interface of the lab, with its MAC address and its IPv4 address, if it has one."""

    name: str
    namespace: Namespace
    interface: str
    mac: str
    address: str

    def frames(self, ethertype: int) -> socket.socket:
        """A raw socket on it."""
        with self.namespace.inside():
            return ether.raw_socket(self.interface, ethertype)

    def echoes(self) -> socket.socket:
        """A socket for echoes over it."""
        with self.namespace.inside():
            return ether.echo_socket(self.interface)

    def socket(self, kind: socket.SocketKind) -> socket.socket:
        """A socket of IPv4 over it and nothing else."""
        with self.namespace.inside():
            handle = socket.socket(socket.AF_INET, kind)
            handle.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, self.interface.encode())
        return handle


def access_point_on(world: World, name: str) -> AccessPoint:
    """The access point of that name, if it is on; else `Cannot`."""
    access_point = named(world, name)
    if not access_point.on:
        raise Cannot(f"the access point {name} is switched off", "access-point-gone")
    return access_point


def place(world: World, name: str) -> Place:
    """The place of that name; `Cannot` if there is none now."""
    station = world.of(Stations).by_name.get(name)
    if station is not None:
        machine = station.machine
        return Place(name, machine.namespace, INTERFACE, machine.mac, machine.address)
    there = access_point_on(world, name)
    return Place(name, world.namespace, there.bridge, there.mac, there.address)


@question("arp")
async def arp(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """The MAC address that answers for an address there."""
    here = place(world, arguments["on"])
    with here.frames(ether.ETHERTYPE_ARP) as handle:
        mac = await ether.who_has(
            handle, here.mac, here.address, arguments["address"], arguments["within_s"]
        )
    return {"mac": mac}


@question("ping")
async def ping(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Whether an address answers an echo there."""
    with place(world, arguments["on"]).echoes() as handle:
        answered = await ether.echoes(handle, arguments["address"], arguments["within_s"])
    return {"answered": answered}
