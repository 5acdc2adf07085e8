"""Access points: making them with a network behind each, and what the air has seen.

Law of this file: an access point is a bridge with an address; its number gives its network,
192.168.<50+n>.0/24. It is off the air before its bridge goes down.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from .air import AccessPoint
from .questions import Cannot, attend, question
from .world import World

#: What every lab has, and so a purpose need not ask for.
_HOME_SSID, _HOME_PASSWORD = b"conformance", b"conformance-lab"

#: The longest SSID and password that an access point can have (IEEE 802.11).
_MAX_SSID, _MAX_PASSWORD = 32, 64
#: So many networks there are, 192.168.51.0/24 and on.
_MAX_NETWORKS = 200

_SECURITIES = ("open", "wep", "wpa", "wpa2", "wpa-wpa2")


class Numbers:
    """The numbers of a purpose's access points."""

    def __init__(self, world: World) -> None:
        self.next = itertools.count(1)
        self.home: AccessPoint | None = None


@question("home")
async def home(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """The access point that every lab has, made when it is first asked for."""
    numbers = world.of(Numbers)
    if numbers.home is None:
        numbers.home = await _made(world, _HOME_SSID, _HOME_PASSWORD, security="wpa2")
    return told(numbers.home)


@question("access-point")
async def access_point(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """One more."""
    ssid, password = bytes.fromhex(arguments["ssid"]), bytes.fromhex(arguments["password"])
    if arguments["security"] not in _SECURITIES:
        raise Cannot(f"no access point is secured by {arguments['security']!r}")
    if not 0 < len(ssid) <= _MAX_SSID or len(password) > _MAX_PASSWORD:
        raise Cannot(f"an SSID has 1 to {_MAX_SSID} bytes, a password at most {_MAX_PASSWORD}")
    made = await _made(
        world, ssid, password, security=arguments["security"], channel=arguments["channel"],
        rssi=arguments["rssi"], hidden=arguments["hidden"], bssid=arguments["bssid"].lower(),
        dhcp=arguments["dhcp"],
    )  # fmt: skip
    return told(made)


@question("access-point-off")
async def switch_off(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """It vanishes."""
    await world.air.switch(named(world, arguments["name"]), on=False)
    return {}


@question("access-point-on")
async def switch_on(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """It is there again."""
    await world.air.switch(named(world, arguments["name"]), on=True)
    return {}


@question("associations")
async def associations(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """The air's log; waits until it has as many lines as asked for, or the time is over."""
    air, station = world.air, arguments["station"].lower()
    count = arguments["count"]
    await air.until(lambda: len(air.told(station)) >= count, arguments["within_s"])
    if air.log_is_full:
        raise Cannot("more happened in the air than its log keeps")
    return {"associations": air.told(station)}


@question("members")
async def members(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Who has joined an access point now."""
    air, there = world.air, named(world, arguments["name"])
    return {"macs": [air.wish.mac] if air.wish and air.joined is there else []}


def named(world: World, name: str) -> AccessPoint:
    """The access point of that name; `Cannot` if there is none."""
    try:
        return world.air.access_points[name]
    except KeyError:
        raise Cannot(f"the lab has no access point {name!r}", "access-point-gone") from None


async def _made(
    world: World,
    ssid: bytes,
    password: bytes,
    *,
    security: str,
    channel: int = 6,
    rssi: int = -50,
    hidden: bool = False,
    bssid: str = "",
    dhcp: bool = True,
) -> AccessPoint:
    number = next(world.of(Numbers).next)
    if number > _MAX_NETWORKS:
        raise Cannot(f"a purpose has {_MAX_NETWORKS} access points at most")
    network = f"192.168.{50 + number}"
    made = AccessPoint(
        name=f"ap{number}", ssid=ssid, password=password, security=security,
        # Two addresses, as the radio and the router of one box often have.
        bssid=bssid or f"02:00:5e:10:00:{number:02x}", mac=f"02:00:5e:00:00:{number:02x}",
        channel=channel, rssi=rssi, hidden=hidden, bridge=f"ap{number}",
        address=f"{network}.1", netmask="255.255.255.0",
        first=f"{network}.100", last=f"{network}.199", dhcp=dhcp,
    )  # fmt: skip
    await _stand(world, made)
    world.afterwards(lambda: _rest(world, made))
    await attend(world, made)
    await world.air.open(made)
    world.afterwards(lambda: world.air.close(made))
    return made


async def _stand(world: World, there: AccessPoint) -> None:
    """Its bridge is up and has its address.

    It stays for later purposes, down and so without neighbours that it could remember: the kernel
    takes 50 ms to take one away.
    """
    if there.bridge in world.standing:
        await world.links.up(there.bridge)
        return
    await world.links.bridge(there.bridge, there.mac)
    await world.links.address(there.bridge, there.address, 24)
    world.standing.add(there.bridge)


async def _rest(world: World, there: AccessPoint) -> None:
    """Its bridge is down."""
    try:
        await world.links.down(there.bridge)
    except LookupError:  # somebody took it away
        world.standing.discard(there.bridge)


def told(there: AccessPoint) -> Mapping[str, Any]:
    """As `conformance.lab.AccessPoint` has it."""
    return {
        "name": there.name, "ssid": there.ssid.hex(), "bssid": there.bssid,
        "channel": there.channel, "security": there.security, "password": there.password.hex(),
        "rssi": there.rssi, "hidden": there.hidden, "address": there.address,
        "netmask": there.netmask, "first": there.first, "last": there.last, "mac": there.mac,
    }  # fmt: skip
