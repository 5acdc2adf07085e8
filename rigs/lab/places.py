"""Where in the lab something is asked: at an access point that is on, or on a second station.

Law of this file: a place is a namespace and an interface in it. An access point that is off is no
place; the lab says so, and not that nobody answered.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import ether
from .accesspoints import named
from .air import AccessPoint
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
        with self._there():
            return ether.raw_socket(self.interface, ethertype)

    def echoes(self) -> socket.socket:
        """A socket for echoes over it."""
        with self._there():
            return ether.echo_socket(self.interface)

    def socket(self, kind: socket.SocketKind) -> socket.socket:
        """A socket of IPv4 over it and nothing else."""
        with self._there():
            return ether.bound_socket(self.interface, kind)

    @contextlib.contextmanager
    def _there(self) -> Iterator[None]:
        """Be in its namespace; an interface that is no more is an access point that is gone."""
        with self.namespace.inside():
            try:
                yield
            except OSError as error:
                raise Cannot(
                    f"the interface of {self.name} is gone: {error.strerror}", "access-point-gone"
                ) from error


def access_point_on(world: World, name: str) -> AccessPoint:
    """The access point of that name, if it is on; else `Cannot`."""
    access_point = named(world, name)
    if not access_point.on:
        raise Cannot(f"the access point {name} is switched off", "access-point-gone")
    if not world.links.has(access_point.bridge):
        raise Cannot(f"the interface of the access point {name} is gone", "access-point-gone")
    return access_point


def place(world: World, name: str) -> Place:
    """The place of that name; `Cannot` if there is none now."""
    station = world.of(Stations).by_name.get(name)
    if station is not None:
        machine = station.machine
        return Place(name, machine.namespace, machine.interface, machine.mac, machine.address)
    there = access_point_on(world, name)
    mac, address = there.own_mac or there.mac, there.own_address or there.address
    return Place(name, world.namespace, there.bridge, mac, address)


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
