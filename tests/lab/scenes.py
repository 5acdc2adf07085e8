"""Plays a scene in a lab of its own, without an emulator: the test is the board.

Where the kernel lets nobody have namespaces, the test is skipped and says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from scapy.layers.dhcp import BOOTP

from rigs.lab import ether
from rigs.lab.air import SoftAp, Wish
from rigs.lab.dhcp import DhcpServer
from rigs.lab.links import Links
from rigs.lab.questions import handler_of
from rigs.lab.world import World
from tests.lab.worlds import in_a_world

MAC, AP_MAC = "18:fe:34:00:00:01", "1a:fe:34:00:00:01"
HOME = b"conformance", b"conformance-lab"


class Scene:
    """A lab, and the board's end of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.board = Links(world.board)
        self.said: list[Any] = []
        world.air.say = self._hear

    def _hear(self, message: Any) -> None:
        self.said.append(message)
        if message["told"] == "knock":
            answer = self.world.air.answered(message["station"], self.admits)
            self._task = asyncio.create_task(answer)

    admits = True

    async def ask(self, question: str, **arguments: Any) -> Any:
        return await handler_of(question)(self.world, arguments)

    async def joined(self) -> Any:
        """The station is in the home network, without an address; what the lab says of that."""
        home = await self.ask("home")
        await self.board.mac("sta", MAC)
        await self.board.up("sta")
        await self.world.air.join(Wish(1, MAC, *HOME))
        assert self.said[-1]["told"] == "connected"
        return home

    async def settled(self, address: str = "192.168.51.77") -> Any:
        """It has an address, too, and the access point is its router."""
        home = await self.joined()
        await self.board.address("sta", address, 24)
        await self.board.route("default", home["address"])
        return home

    async def softap(self, address: str = "192.168.4.1") -> SoftAp:
        """The board has a softAP, whose station-less side has an address."""
        softap = SoftAp(AP_MAC, b"ESP_000001", b"12345678", "wpa2", 5, False)
        await self.board.mac("ap", AP_MAC)
        await self.board.address("ap", address, 24)
        await self.board.up("ap")
        await self.world.air.softap_is(softap)
        return softap


def play(scene: Callable[[Scene], Awaitable[None]]) -> None:
    """Play a scene; its failure is the test's. What it made must be gone afterwards, or down."""

    async def test(world: World) -> None:
        await scene(Scene(world))
        await world.forget()
        for bridge in world.standing:
            assert not await world.links.carried(bridge)
        await asyncio.wait_for(_all_gone(world), 20)

    in_a_world(test)


async def _all_gone(world: World) -> None:
    """Wait until the wires of all machines are gone: the kernel takes its time."""
    for number in range(next(world.serial)):
        with contextlib.suppress(LookupError):
            while await world.links.index(f"wire{number}"):
                await asyncio.sleep(0.01)


def serve(world: World, server: DhcpServer, kinds: list[str]) -> None:
    """The board's softAP leases addresses."""
    with world.board.inside():
        handle = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        frames = ether.raw_socket("ap", 0)
    handle.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"ap")
    handle.setblocking(False)
    handle.bind(("", 67))

    def ready() -> None:
        data = handle.recv(2048)
        kinds.append({1: "discover", 3: "request", 7: "release"}[_kind(data)])
        if (reply := server.answer(data)) is not None:
            frames.send(reply.frame(AP_MAC, "192.168.4.1"))

    asyncio.get_running_loop().add_reader(handle, ready)


def _kind(data: bytes) -> int:
    options = BOOTP(data)["DHCP"].options
    return int(next(o[1] for o in options if o[0] == "message-type"))
