"""Peers as a purpose asks for them: by name, at an access point or on a second station.

Law of this file: questions only; what a peer is stands in `peers.py`. There are only so many, and
all of them are closed when the purpose is over.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from .peers import PROTOCOLS, Peer, PeerGoneError, kind_of, open_peer
from .places import place
from .questions import Cannot, question
from .world import World

MOST_PEERS = 32


class Peers:
    """The peers of a purpose."""

    def __init__(self, world: World) -> None:
        self.by_name: dict[str, tuple[str, Peer]] = {}
        world.afterwards(self._end)

    async def _end(self) -> None:
        for _, peer in self.by_name.values():
            peer.end()


@question("peer")
async def peer(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """One more peer."""
    protocol, here = arguments["protocol"], place(world, arguments["on"])
    peers = world.of(Peers).by_name
    if protocol not in PROTOCOLS:
        raise Cannot(f"no peer speaks {protocol!r}")
    if len(peers) >= MOST_PEERS:
        raise Cannot(f"a purpose has {MOST_PEERS} peers at most")
    if not here.address:
        raise Cannot(f"{here.name} has no address yet, so no peer can be on it")
    port, target = arguments["port"], None
    if arguments["address"]:
        port, target = 0, (arguments["address"], port)
    try:
        made = await open_peer(
            protocol, here.socket(kind_of(protocol)), (here.address, port), target,
            world.clock.now,
        )  # fmt: skip
    except OSError as error:
        raise Cannot(f"there can be no {protocol} peer at port {port}: {error}") from error
    name = f"peer{len(peers) + 1}"
    peers[name] = here.name, made
    address, port = made.address
    return {"name": name, "address": address, "port": port}


@question("peer-received")
async def received(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """What has come to it so far; `Cannot` if more was wanted and could not come any more."""
    on, there = _named(world, arguments)
    with _gone():
        told = await there.received(arguments["at_least"], arguments["within_s"])
    if sum(len(each["data"]) for each in told) < 2 * arguments["at_least"]:
        place(world, on)
    return {"received": world.clock.doubted(told)}


@question("peer-send")
async def send(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """It sends."""
    on, there = _named(world, arguments)
    place(world, on)
    address, port = arguments["address"], arguments["port"]
    with _gone():
        there.send(bytes.fromhex(arguments["data"]), (address, port) if address else None)
    return {}


@question("peer-connected")
async def connected(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Whether somebody is connected with it."""
    on, there = _named(world, arguments)
    with _gone():
        connected = await there.connected(arguments["within_s"])
    if not connected:
        place(world, on)
    return {"connected": connected}


@question("peer-close")
async def close(world: World, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """It closes what is connected."""
    _, there = _named(world, arguments)
    there.hang_up()
    return {}


@contextlib.contextmanager
def _gone() -> Iterator[None]:
    """A peer that is no more is what the lab cannot do, and says nothing of the IUT."""
    try:
        yield
    except PeerGoneError as error:
        raise Cannot(str(error), "peer-gone") from error


def _named(world: World, arguments: Mapping[str, Any]) -> tuple[str, Peer]:
    name = arguments["name"]
    try:
        return world.of(Peers).by_name[name]
    except KeyError:
        raise Cannot(f"the lab has no peer {name!r}", "peer-gone") from None
