"""What runs at every access point: its DHCP server and its name server.

Law of this file: sockets on the access point's bridge, bound to it, so that nobody else is served.
They are opened before the access point is on the air, and closed after it has left.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Mapping
from typing import Any

from . import ether
from .accesspoints import named
from .air import AccessPoint
from .dhcp import DhcpServer, Pool
from .dhcpwire import SERVER_PORT
from .names import PORT, Names
from .questions import Cannot, question
from .world import World

Address = tuple[str, int]


class Servers:
    """The servers of a purpose's access points; `names` is common to all of them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.names = Names()
        self.dhcp: dict[str, DhcpServer] = {}

    async def open(self, access_point: AccessPoint) -> None:
        """Open those of one access point."""
        await self._hear(access_point, PORT, self._answer_name)
        if not access_point.dhcp:
            return
        pool = Pool(
            access_point.address, access_point.netmask, access_point.first, access_point.last
        )
        self.dhcp[access_point.name] = server = DhcpServer(pool, self._world.clock.now)
        with self._world.namespace.inside():
            frames = ether.raw_socket(access_point.bridge, 0)

        async def close() -> None:
            frames.close()

        def answer(handle: socket.socket, data: bytes, sender: Address) -> None:
            if (reply := server.answer(data)) is not None:
                frames.send(reply.frame(access_point.mac, access_point.address))

        self._world.afterwards(close)
        await self._hear(access_point, SERVER_PORT, answer)

    def _answer_name(self, handle: socket.socket, data: bytes, sender: Address) -> None:
        if (said := self.names.answer(data)) is not None:
            handle.sendto(said, sender)

    async def _hear(
        self,
        access_point: AccessPoint,
        port: int,
        answer: Callable[[socket.socket, bytes, Address], None],
    ) -> None:
        """Give what comes to a UDP port of the access point to `answer`, until it is over."""
        loop = asyncio.get_running_loop()
        with self._world.namespace.inside():
            handle = ether.bound_socket(access_point.bridge, socket.SOCK_DGRAM)
        handle.bind(("", port))

        def ready() -> None:
            # Nothing is there after all, or nobody takes the answer: the next one may be luckier.
            with contextlib.suppress(OSError):
                answer(handle, *handle.recvfrom(4096))

        async def close() -> None:
            loop.remove_reader(handle)
            handle.close()

        loop.add_reader(handle, ready)
        self._world.afterwards(close)


async def access_point_opened(world: World, access_point: AccessPoint) -> None:
    """A new access point wants its servers."""
    await world.of(Servers).open(access_point)


@question("leases")
async def leases(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a DHCP server has given since the purpose began."""
    server = world.of(Servers).dhcp.get(named(world, arguments["name"]).name)
    return {"leases": server.grants() if server else []}


@question("name")
async def name(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """All name servers know one more name."""
    try:
        world.of(Servers).names.tell(arguments["name"], arguments["address"])
    except ValueError as error:
        raise Cannot(str(error)) from error
    return {}
