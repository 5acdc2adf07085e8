"""What a bench answers: the same questions as the virtual lab, and of the others why it cannot.

Law of this file: one table. Nothing is guessed: what a device of its own would have to tell, and
has no way to, is said to be unknown, which is inconclusive and no verdict.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from scapy.layers.dns import DNS, DNSQR

from .. import ether, peering, places, servers, stations
from ..accesspoints import associations, told
from ..air import AccessPoint, Air
from ..capture import capture, capture_end
from ..hosts import MDNS_GROUP, MDNS_PORT, multicast
from ..links import Links
from ..questions import Cannot, Handler, Lacking, handler_of
from ..servers import Servers
from ..world import World
from .config import Config
from .here import has, host, interface, why_cut_off, why_deaf
from .hostapd import Unwritable
from .ownap import OwnAccessPoint
from .ownstation import HostsMachine, OwnStation
from .programs import ProgramFailed, found

#: What questions want that no bench can answer, for people.
_NOBODYS = {
    "access-point": "make one more access point",
    "access-point-on": "switch its access point on and off",
    "access-point-off": "switch its access point on and off",
    "noise": "fill its network with other hosts' traffic",
    "station-scan": "tell what its second station hears",
}

Answer = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]

#: How long the access point may take to answer for its address, in seconds.
_ARP_S = 2.0
_HOME = "home"

#: What a bench cannot do, by capability.
_NEVER = {
    "access-points": "a bench has one access point, and its signal is as it is",
    "pairing": "a bench has no phone and no button",
}


class Bench:
    """The lab of one bench."""

    def __init__(self, config: Config) -> None:
        self.config = config
        here = host()
        links = Links(here)
        self.world = World(here, links, here, Air(links, links))
        self.world.sides = {
            side: name
            for side, name in (
                ("station", config.heard_at), ("softap", config.station_interface),
            )
            if name
        }  # fmt: skip
        self._own: OwnAccessPoint | None = None
        #: Whether this host is all that is behind the access point: its router and its servers.
        self._serves = False
        #: Whether the purpose that goes on was told of the access point.
        self._counted_on = False
        self._station = OwnStation(config, self.world)
        #: Each capability that this bench lacks, and why.
        self.missing: dict[str, str] = dict(_NEVER)
        self._answers = self._table()

    async def open(self) -> None:
        """Make what is to be made, and find out what is missing."""
        why = await self._why_no_network()
        if why:
            self.missing |= {"network": why}
        if why := self._why_no_capture(why):
            self.missing["capture"] = why
        if why := self._why_no_station():
            self.missing["second-station"] = why

    async def _why_no_network(self) -> str:
        config = self.config
        if not config.ssid:
            return "the PIXIT names no network.ssid"
        if why := why_deaf(config.heard_at):
            return why
        there = interface(config.heard_at)
        if not config.ap_interface and not there.address:
            return (
                f"the host's interface {there.name} has no IPv4 address: ip addr add "
                f"{config.address}/{config.prefix} dev {there.name}, or another address of that "
                "network if a router has this one"
            )
        security = config.security or ("wpa2" if config.password else "open")
        first, last = config.leased
        access_point = AccessPoint(
            _HOME, config.ssid.encode(), config.password.encode(), security,
            config.bssid.lower() or (there.mac if config.ap_interface else ""), config.on_channel,
            -50, False, there.name, there.mac, config.address, config.netmask, first, last,
            own_mac=there.mac, own_address=there.address or config.address,
        )  # fmt: skip
        self._serves = not config.ap_interface and has(config.address)
        if config.ap_interface:
            why = await self._why_no_own(access_point)
        elif self._serves:
            access_point.own_address = config.address
            why = await self._why_it_cannot_serve(access_point)
        if why:
            return why
        self.world.air.access_points[_HOME] = access_point
        others = (*config.others, config.bssid, there.mac)
        self.world.strangers = frozenset(mac.lower() for mac in others if mac)
        return self._why_cut_off()  # last: it may be plugged in later

    def _why_cut_off(self) -> str:
        """Why the access point that is a device of its own hears nobody here."""
        return why_cut_off(self.config.interface) if self.config.interface else ""

    async def _why_it_cannot_serve(self, access_point: AccessPoint) -> str:
        try:
            await self.world.of(Servers).open(access_point)
        except OSError as error:
            return (
                f"this host has {access_point.address}, and cannot be the DHCP and name server "
                f"there: {error.strerror}"
            )
        finally:
            await self.world.forget()
        return ""

    def _why_no_capture(self, why_no_network: str) -> str:
        config = self.config
        if not config.ssid:
            return why_deaf(config.station_interface)
        if why_no_network or self._serves or self._own is not None:
            return why_no_network
        return (
            f"what the board and {config.address} tell each other does not pass {config.interface};"
            " where this host has the address, or makes the access point, all does"
        )

    async def _why_no_own(self, access_point: AccessPoint) -> str:
        if why := _why_not_root("hostapd", "dnsmasq"):
            return why
        access_point.own_address = self.config.address
        self._own = OwnAccessPoint(self.config, self.world.links, self.world.air, access_point)
        try:
            await self._own.open()
        except (ProgramFailed, Unwritable, OSError) as error:
            await self._own.close()
            self._own = None
            return f"the access point at {self.config.ap_interface} did not start: {error}"
        return ""

    def _why_no_station(self) -> str:
        name = self.config.station_interface
        if not name:
            return "the PIXIT names no network.station_interface"
        return why_deaf(name) or _why_not_root("wpa_supplicant")

    async def close(self) -> None:
        """Undo everything."""
        await self.world.forget()
        await self._station.close()
        if self._own is not None:
            await self._own.close()

    # Answers

    async def answer(self, name: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer; raises `Cannot`, `Lacking`, `Unknown`, or what broke."""
        self._see_to_the_access_point()
        if name in self._answers:
            return await self._answers[name](arguments)
        handler_of(name)  # raises Unknown
        raise Lacking(f"a bench cannot {_NOBODYS.get(name, f'do what {name!r} asks for')}")

    def be_well(self) -> None:
        """Raise `Cannot` if the purpose counts on an access point that is out of reach."""
        if self._counted_on:
            self._see_to_the_access_point()

    def _see_to_the_access_point(self) -> None:
        if self._own is not None and (problem := self._own.problem):
            raise Cannot(f"the bench's access point is gone: {problem}", "access-point-gone")
        if why := self._why_cut_off():
            raise Cannot(why, "access-point-gone")

    async def begin(self) -> None:
        """Another purpose begins."""
        self._counted_on = False
        if self._own is not None and not self._own.problem:
            await self._own.begin()

    def _table(self) -> Mapping[str, Answer]:
        as_in_the_virtual: Mapping[str, Handler] = {
            "arp": places.arp,
            "ping": places.ping,
            "peer": peering.peer,
            "peer-received": peering.received,
            "peer-send": peering.send,
            "peer-connected": peering.connected,
            "peer-close": peering.close,
            "capture": capture,
            "capture-end": capture_end,
            "station-lease": stations.lease,
            "station-renew": stations.renew,
            "station-release": stations.release,
            "station-settle": stations.settle,
        }

        def on_the_world(handler: Handler) -> Answer:
            return lambda arguments: handler(self.world, arguments)

        return {
            **{name: on_the_world(each) for name, each in as_in_the_virtual.items()},
            "home": self._home,
            "associations": self._associations,
            "members": self._members,
            "leases": self._leases,
            "name": self._name,
            "host": self._host,
            "mdns": self._mdns,
            "station": self._station.station,
            "station-join": self._station.join,
            "station-leave": self._station_leaves,
        }

    async def _home(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """The access point, if it is there."""
        there = places.access_point_on(self.world, _HOME)
        self._counted_on = True
        if self._serves:
            if _HOME not in self.world.of(Servers).dhcp:
                await self.world.of(Servers).open(there)
        elif self._own is None:
            with places.place(self.world, _HOME).frames(ether.ETHERTYPE_ARP) as handle:
                there.mac = await ether.who_has(
                    handle, there.own_mac, there.own_address, there.address, _ARP_S
                )
            if not there.mac:
                raise Cannot(
                    f"nobody answers for the access point's address {there.address} "
                    f"at {there.bridge}, where this host has {there.own_address}",
                    "access-point-gone",
                )  # fmt: skip
            self.world.strangers |= {there.mac}
        return told(there)

    async def _associations(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        self._want_own("who has joined it")
        return await associations(self.world, arguments)

    async def _members(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"macs": sorted(self._want_own("who has joined it").members)}

    async def _leases(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._serves:
            return await servers.leases(self.world, arguments)
        return {"leases": self._want_own("what it has leased").leases()}

    async def _name(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._serves:
            return await servers.name(self.world, arguments)
        own = self._want_own("names that it is told")
        await own.name(arguments["name"], arguments["address"])
        return {}

    def _want_own(self, what: str) -> OwnAccessPoint:
        if self._own is None:
            raise Lacking(
                f"the bench's access point is a device of its own, and tells not {what}; one that "
                "the lab makes does (network.ap_interface)"
            )
        return self._own

    async def _host(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """One of the hosts that the PIXIT names; another one each time."""
        if arguments.get("slow_s"):
            raise Lacking("a bench has no host that answers late")
        taken = self.world.of(_HostsTaken)
        if wanted := arguments["address"]:
            if wanted not in self.config.hosts:
                raise Lacking(f"the PIXIT's network.hosts does not name {wanted}")
            return {"address": wanted}
        number = next(taken.count)
        if not self.config.hosts:
            raise Lacking("the PIXIT names no network.hosts")
        if number >= len(self.config.hosts):
            raise Lacking(
                f"the PIXIT's network.hosts names {len(self.config.hosts)} hosts, no more"
            )
        return {"address": self.config.hosts[number]}

    async def _mdns(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """The host itself asks."""
        there = places.place(self.world, arguments["on"])
        query = DNS(id=0, rd=0, qd=DNSQR(qname=arguments["name"], qtype=arguments["kind"]))
        asker = HostsMachine(
            "", there.mac, self.world.namespace, self.world.links, there.address, there.interface
        )
        handle = multicast(asker)
        self.world.afterwards(lambda: _closed(handle))
        await asyncio.get_running_loop().sock_sendto(handle, bytes(query), (MDNS_GROUP, MDNS_PORT))
        return {}

    async def _station_leaves(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        await self._station.leave()
        return {}


class _HostsTaken:
    """How many of the bench's hosts a purpose has been given."""

    def __init__(self, world: World) -> None:
        self.count = itertools.count()


def _why_not_root(*programs: str) -> str:
    lacking = [name for name in programs if not found(name)]
    if lacking:
        return f"not installed here: {', '.join(lacking)}"
    return "" if os.geteuid() == 0 else f"{' and '.join(programs)} take the rights of root"


async def _closed(handle: socket.socket) -> None:
    handle.close()
