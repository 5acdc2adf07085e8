"""A world of the lab for one test, in a child that has namespaces of its own and nothing else.

Law of this file: what the test raises, the parent tells; the child ends in time or is killed.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import socket
import traceback
import warnings
from collections.abc import Awaitable, Callable
from contextlib import closing, contextmanager

import pytest

from rigs.clock.party import RealTime
from rigs.lab.namespaces import NoNamespaces, leave_the_hosts
from rigs.lab.world import World, made

#: How long a test may take, in seconds.
PATIENCE = 110.0
#: Within this comes whatever comes at once, however busy the machine is, in seconds.
IN_TIME_S = 60.0
_NO_NAMESPACES = "no namespaces: "


def in_a_world(test: Callable[[World], Awaitable[None]]) -> None:
    """Run `test` on a world of its own; what it raises fails the test that called this."""
    ours, theirs = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads
        child = os.fork()
    if child == 0:
        os.close(ours)
        _be_the_child(theirs, test)
    os.close(theirs)
    try:
        told = _told(ours)
    finally:
        os.close(ours)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if told.startswith(_NO_NAMESPACES):
        pytest.skip(told)
    if told != "done":
        pytest.fail(told or "the child ended without a word", pytrace=False)


def _told(pipe: int) -> str:
    told = b""
    while select.select([pipe], [], [], PATIENCE)[0]:
        if not (piece := os.read(pipe, 65536)):
            return told.decode()
        told += piece
    return f"the child took more than {PATIENCE:g} s"


def _be_the_child(pipe: int, test: Callable[[World], Awaitable[None]]) -> None:
    try:
        asyncio.run(_live(test))
        said = "done"
    except NoNamespaces as error:
        said = f"{_NO_NAMESPACES}{error}"
    except BaseException:
        said = traceback.format_exc()
    try:
        os.write(pipe, said.encode()[:60_000])
    finally:
        os._exit(0)


async def _live(test: Callable[[World], Awaitable[None]]) -> None:
    with closing(leave_the_hosts()) as namespace:
        world = await made(namespace, RealTime())
        await test(world)
        await world.forget()


async def plug_in(world: World) -> None:
    """Both ends of the station's wire are up, as when the station has joined."""
    from rigs.lab.links import Links

    with closing(Links(world.board)) as there:
        await there.up("sta")
        await world.links.up("sta-air")
        assert await world.links.carried("sta-air")
        assert await there.carried("sta")


@contextmanager
def board_socket(world: World):
    """A raw socket on the board's end of the wire."""
    with world.board.inside():
        raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        raw.bind(("sta", 0))
    with raw:
        yield raw
