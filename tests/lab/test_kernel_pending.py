"""What a kernel may still bring by itself, asked in a namespace of its own."""

from __future__ import annotations

import contextlib
import socket

from worlds import in_a_world

from rigs.clock.kernel import Doors
from rigs.lab.machines import Machines
from rigs.lab.world import World

_PORT = 7


def test_a_namespace_in_which_nothing_goes_on():
    async def test(world: World) -> None:
        with world.namespace.inside():
            doors = Doors.opened()
        assert doors.pending() == ""
        doors.close()

    in_a_world(test)


def test_a_neighbour_that_is_looked_for():
    async def test(world: World) -> None:
        machine = await Machines(world).add(1)
        await machine.settle("10.9.9.1", 24)
        await world.links.up(machine.wire)
        with machine.namespace.inside():
            doors = Doors.opened()
        assert doors.pending() == ""
        with machine.socket(socket.SOCK_DGRAM) as handle:
            handle.sendto(b"anybody?", ("10.9.9.2", _PORT))
            assert doors.pending() == "neighbour"

    in_a_world(test)


def test_a_connection_at_rest_and_one_that_is_kept_alive():
    async def test(world: World) -> None:
        machine = await Machines(world).add(1)
        await world.links.address(machine.wire, "10.9.9.2")
        await machine.settle("10.9.9.1", 24)
        await machine.plugged(world.links)
        with machine.namespace.inside():
            doors = Doors.opened()
        with world.namespace.inside():
            server = socket.create_server(("10.9.9.2", _PORT))
        client = machine.socket(socket.SOCK_STREAM)
        with contextlib.suppress(BlockingIOError):
            client.connect(("10.9.9.2", _PORT))
        there, _ = server.accept()
        assert doors.pending() == ""
        client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        assert doors.pending() == "tcp"
        for each in (there, client, server):
            each.close()

    in_a_world(test)
