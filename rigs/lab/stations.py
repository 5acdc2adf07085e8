"""Second stations: they hear the IUT's softAP, join it, and get an address there.

Law of this file: a station is a machine whose wire is in the softAP's bridge while it has joined;
the air decides whether it has. What the softAP's DHCP server says is believed as far as an
interface can be set so, and told as it was said.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import dhcpclient, ether
from .dhcpwire import CLIENT_PORT, Message
from .machines import INTERFACE, Machine, Machines
from .questions import Cannot, question
from .world import World

#: Byte of the MAC addresses of stations.
_KIND = 0x30
#: As many as a purpose may have; a softAP takes fewer.
MOST_STATIONS = 16
#: How long a station listens for beacons before it says or does anything, in seconds: an access
#: point sends one every 102.4 ms.
_BEACON_S = 0.11
#: How long it looks for the server's MAC address when it keeps a lease or gives it back.
_ARP_S = 1.0

_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}\Z")


@dataclass(eq=False)
class Station:
    """One station; `given` is the lease that it has."""

    machine: Machine
    given: Message | None = None


class Stations:
    """The stations of a purpose."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.by_name: dict[str, Station] = {}

    async def add(self, mac: str) -> tuple[str, Station]:
        """One more, and its name."""
        if len(self.by_name) >= MOST_STATIONS:
            raise Cannot(f"a purpose has {MOST_STATIONS} second stations at most")
        machine = await self._world.of(Machines).add(_KIND, mac)
        name = f"station{len(self.by_name) + 1}"
        self.by_name[name] = station = Station(machine)
        self._world.afterwards(lambda: self._world.air.out(machine.mac))
        return name, station


@question("station")
async def station(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """One more second station."""
    mac = arguments["mac"].lower()
    if mac and (not _MAC.match(mac) or int(mac[:2], 16) & 1):
        raise Cannot(f"{mac!r} is no MAC address that a station can have")
    if any(each.machine.mac == mac for each in world.of(Stations).by_name.values()):
        raise Cannot(f"there is a second station with the MAC address {mac} already")
    name, made = await world.of(Stations).add(mac)
    return {"name": name, "mac": made.machine.mac}


@question("station-scan")
async def scan(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """What it hears: the IUT's softAP, and the lab's own access points."""
    _named(world, arguments)
    await asyncio.sleep(_BEACON_S)
    air = world.air
    heard = [
        _beacon(each.ssid, each.bssid, each.channel, each.security, each.hidden)
        for each in air.access_points.values()
        if each.on
    ]
    if (own := air.softap) is not None:
        heard.append(_beacon(own.ssid, own.mac, own.channel, own.security, own.hidden))
    return {"beacons": heard}


def _beacon(
    ssid: bytes, bssid: str, channel: int, security: str, hidden: bool
) -> Mapping[str, Any]:
    told = "" if hidden else ssid.hex()
    return {"ssid": told, "bssid": bssid, "channel": channel, "security": security}


@question("station-join")
async def join(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """It joins the softAP, or is told why not."""
    machine = _named(world, arguments).machine
    within_s = arguments["within_s"]
    await asyncio.sleep(min(_BEACON_S, within_s))
    ssid, password = bytes.fromhex(arguments["ssid"]), bytes.fromhex(arguments["password"])
    await world.air.out(machine.mac)
    refused = await world.air.admit(machine.mac, ssid, password, machine.wire, within_s)
    if not refused:
        await machine.links.carried(INTERFACE)
    return {"refused": refused}


@question("station-leave")
async def leave(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """It leaves the softAP; what address it had is its own no more."""
    there = _named(world, arguments)
    await world.air.out(there.machine.mac)
    await _without_address(there)
    return {}


@question("station-lease")
async def lease(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """It asks for an address by DHCP, for a certain one if it has a wish."""
    there = _named(world, arguments)
    machine, wish = there.machine, _wish(arguments.get("wish", ""))
    await _without_address(there)
    with machine.frames(ether.ETHERTYPE_IP) as handle:
        given = await dhcpclient.lease(handle, machine.mac, arguments["within_s"], wish)
    if given is None:
        return {"lease": None}
    there.given = given
    # Whatever it was told, it has it; what no interface can have it goes without.
    with contextlib.suppress(ValueError):
        prefix = ipaddress.IPv4Network(f"0.0.0.0/{given.netmask or '255.255.255.255'}").prefixlen
        await machine.settle(str(ipaddress.IPv4Address(given.yours)), prefix, given.router)
    return {"lease": given.lease()}


@question("station-renew")
async def renew(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """It asks to keep its lease; who is told no has no address any more."""
    there = _named(world, arguments)
    machine = there.machine
    given, server = await _given_by(there)
    with machine.frames(ether.ETHERTYPE_IP) as handle, machine.socket(socket.SOCK_DGRAM) as taker:
        # What comes to its address and nobody's port, its kernel would answer with an error.
        with contextlib.suppress(OSError):
            taker.bind(("", CLIENT_PORT))
        said = await dhcpclient.renew(handle, server, given, arguments["within_s"])
    if said is None:
        return {"lease": None}
    if said.kind != "ack":
        await _without_address(there)
        return {"lease": None}
    there.given = said
    return {"lease": said.lease()}


@question("station-release")
async def release(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """It gives its lease back."""
    there = _named(world, arguments)
    given, server = await _given_by(there)
    with there.machine.frames(ether.ETHERTYPE_IP) as handle:
        dhcpclient.release(handle, there.machine.mac, server, given)
    await _without_address(there)
    return {}


@question("station-settle")
async def settle(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """It takes a static address."""
    there = _named(world, arguments)
    there.given = None
    try:
        network = ipaddress.IPv4Network(f"0.0.0.0/{arguments['netmask']}")
        address = str(ipaddress.IPv4Address(arguments["address"]))
        await there.machine.settle(address, network.prefixlen, arguments["router"])
    except ValueError as error:
        raise Cannot(f"no station can have such an address: {error}") from error
    return {}


async def _given_by(there: Station) -> tuple[Message, str]:
    """The lease that it has, and the MAC address of the server that gave it."""
    machine, given = there.machine, there.given
    if given is None:
        raise Cannot("the second station has no lease")
    with machine.frames(ether.ETHERTYPE_ARP) as handle:
        server = await ether.who_has(handle, machine.mac, given.yours, given.server, _ARP_S)
    if not server:
        raise Cannot(f"nobody answers for the DHCP server {given.server}", "access-point-gone")
    return given, server


def _wish(address: str) -> str:
    try:
        return str(ipaddress.IPv4Address(address)) if address else ""
    except ValueError as error:
        raise Cannot(f"no station can ask for such an address: {error}") from error


async def _without_address(there: Station) -> None:
    there.given = None
    await there.machine.unsettle()


def _named(world: World, arguments: Mapping[str, Any]) -> Station:
    name = arguments["name"]
    try:
        return world.of(Stations).by_name[name]
    except KeyError:
        raise Cannot(f"the lab has no second station {name!r}") from None
