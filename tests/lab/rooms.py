"""The network of a bench in a world of the test: the host, an access point, others, a board."""

from __future__ import annotations

from typing import Any

from rigs.lab import ether
from rigs.lab.links import Links
from rigs.lab.machines import Machine, Machines
from rigs.lab.world import World

MAC, BOARD, ROUTER, HOST, OTHER = (
    "18:fe:34:00:00:01", "192.168.8.77", "192.168.8.1", "192.168.8.2", "192.168.8.20"
)  # fmt: skip
LAN = "lan0"


async def plug_in_an_access_point(links: Links) -> None:
    """`lan0` is made; it has a link, as an interface has whose cable is in."""
    await links.bridge(LAN, "02:00:5e:77:00:01")
    await links.veth("cable", "far-end")
    await links.enslave("cable", LAN)
    for name in ("far-end", "cable"):
        await links.up(name)
    for name in ("cable", LAN):
        assert await links.carried(name)


class Room:
    """The host's network `lan0`, with an access point, somebody else, and the board."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.board = Links(world.board)
        self.router: Machine
        self.other: Machine

    async def furnish(self, host: str = HOST) -> None:
        links = self.world.links
        await links.bridge(LAN, "02:00:5e:77:00:01")
        if host:
            await links.address(LAN, host, 24)
        if host != ROUTER:
            self.router = await self._machine(ROUTER)
        self.other = await self._machine(OTHER)
        await self.board.mac("sta", MAC)
        await self.board.up("sta")
        await links.enslave("sta-air", LAN)
        await links.up("sta-air")
        for name in ("sta-air", LAN):
            await links.carried(name)
        await self.board.address("sta", BOARD, 24)

    async def _machine(self, address: str) -> Machine:
        machine = await self.world.of(Machines).add(0x40)
        await machine.settle(address, 24)
        await self.world.links.enslave(machine.wire, LAN)
        await machine.plugged(self.world.links)
        return machine

    def board_says(self, frame: Any) -> None:
        with self.world.board.inside(), ether.raw_socket("sta", 0) as handle:
            handle.send(bytes(frame))
