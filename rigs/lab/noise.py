"""A busy network: other hosts that talk to each other, to everybody, and ask for the IUT.

Law of this file: nobody sends the IUT anything that is meant for it but ARP requests, as in any
network. The rate is modest, the moments are by chance, and it ends with the purpose.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import itertools
import random
import socket
from collections.abc import Mapping
from typing import Any

from scapy.layers.dns import DNS, DNSQR, DNSRR
from scapy.layers.l2 import ARP, Ether
from scapy.layers.netbios import NBNSHeader, NBNSQueryRequest

from . import ether
from .air import AccessPoint
from .hosts import MDNS_GROUP, MDNS_PORT, Hosts, multicast
from .machines import Machine
from .places import access_point_on
from .questions import question
from .servers import Servers
from .world import World

#: Between two deeds of a network's hosts, in seconds, on average.
_PAUSE_S = 0.05
_UDP_PORT = 40_000
#: NetBIOS's name service, which every network of PCs has.
_BROADCAST_PORT = 137
#: Flags of a query of it: a broadcast, recursion desired.
_ALOUD = 0x11
#: The network's own part that never is leased or given to a host, and so is asked for in vain.
_NOBODY = 250


class Noise:
    """The networks of a purpose that are busy."""

    def __init__(self, world: World) -> None:
        self.busy: set[str] = set()


@question("noise")
async def noise(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """From now on a network is busy."""
    there = access_point_on(world, arguments["on"])
    busy = world.of(Noise).busy
    if there.name in busy:
        return {}
    busy.add(there.name)
    one, two = [await world.of(Hosts).add(there) for _ in range(2)]
    talk = asyncio.create_task(_Talk(world, there, one, two).goes_on())

    async def end() -> None:
        talk.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await talk

    world.afterwards(end)
    return {}


class _Talk:
    """What two hosts of one network have to say."""

    def __init__(self, world: World, there: AccessPoint, one: Machine, two: Machine) -> None:
        self._world, self._there = world, there
        self._one, self._two = one, two
        network = ipaddress.IPv4Network(f"{there.address}/{there.netmask}", strict=False)
        self._broadcast = str(network.broadcast_address)
        self._nobody = str(network.network_address + _NOBODY)
        self._count = itertools.count(1)

    async def goes_on(self) -> None:
        """Talk for ever."""
        with contextlib.ExitStack() as stack:
            deeds = [
                self._arps(stack.enter_context(self._one.frames(ether.ETHERTYPE_ARP))),
                self._broadcasts(stack.enter_context(_udp(self._one, _BROADCAST_PORT))),
                self._asks_names(stack.enter_context(multicast(self._one))),
                self._announces(stack.enter_context(multicast(self._two))),
                self._to_and_fro(
                    stack.enter_context(_udp(self._one, _UDP_PORT)),
                    stack.enter_context(_udp(self._two, _UDP_PORT)),
                ),
            ]
            while True:
                await asyncio.sleep(random.uniform(0, 2 * _PAUSE_S))
                # A network that is off, or a wire that is not ready, is no reason to stop.
                with contextlib.suppress(OSError):
                    next(random.choice(deeds))

    def _arps(self, handle: socket.socket) -> Any:
        """Who has this: the access point, the other host, nobody, and whoever has a lease."""
        while True:
            server = self._world.of(Servers).dhcp.get(self._there.name)
            leased = [str(each["address"]) for each in server.grants()] if server else []
            for address in (self._there.address, self._two.address, self._nobody, *leased):
                question = Ether(src=self._one.mac, dst=ether.BROADCAST) / ARP(
                    op=1, hwsrc=self._one.mac, psrc=self._one.address, pdst=address
                )
                handle.send(bytes(question))
                yield

    def _broadcasts(self, handle: socket.socket) -> Any:
        while True:
            head = NBNSHeader(NAME_TRN_ID=next(self._count) % 65536, NM_FLAGS=_ALOUD)
            query = head / NBNSQueryRequest(QUESTION_NAME="WORKGROUP")
            handle.sendto(bytes(query), (self._broadcast, _BROADCAST_PORT))
            yield

    def _asks_names(self, handle: socket.socket) -> Any:
        for kind in itertools.cycle(("_ipp._tcp.local.", "_airplay._tcp.local.")):
            query = DNS(id=0, rd=0, qd=DNSQR(qname=kind, qtype="PTR"))
            handle.sendto(bytes(query), (MDNS_GROUP, MDNS_PORT))
            yield

    def _announces(self, handle: socket.socket) -> Any:
        while True:
            answer = DNSRR(rrname="printer.local.", type="A", ttl=120, rdata=self._two.address)
            handle.sendto(bytes(DNS(id=0, qr=1, aa=1, rd=0, an=answer)), (MDNS_GROUP, MDNS_PORT))
            yield

    def _to_and_fro(self, one: socket.socket, two: socket.socket) -> Any:
        while True:
            one.sendto(b"to %d" % next(self._count), (self._two.address, _UDP_PORT))
            yield
            with contextlib.suppress(BlockingIOError):
                data, sender = two.recvfrom(ether.MOST_FRAME)
                two.sendto(b"fro" + data, sender)
            yield
            with contextlib.suppress(BlockingIOError):
                one.recv(ether.MOST_FRAME)


def _udp(machine: Machine, port: int) -> socket.socket:
    handle = machine.socket(socket.SOCK_DGRAM)
    handle.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    handle.bind(("", port))
    return handle
