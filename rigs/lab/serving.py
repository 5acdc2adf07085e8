"""The lab at work: its world, its board, and questions until the harness is gone.

Law of this file: one line a message, one answer a question. A question that fails is answered so
and breaks nothing else. When the channel ends, so does everything.
"""

from __future__ import annotations

import asyncio
import os
import socket
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rigs.clock.party import Clock

from .board import Board, BoardFailed
from .channel import Channel, NoMessage
from .namespaces import Namespace, NoNamespaces
from .questions import Cannot, Unknown, handler_of
from .world import World, made

#: The longest question.
_LONGEST_QUESTION = 1 << 20

#: What this lab offers, by the names of `conformance.testbed.CAPABILITIES`.
CAPABILITIES = ("network", "access-points", "second-station", "capture", "pairing")


async def live(
    end: socket.socket,
    namespace: Namespace,
    clock: Clock,
    emulator: Sequence[str],
    pass_fds: Sequence[int],
) -> None:
    """Be there until the harness is gone; raises `NoNamespaces` if there can be no network."""
    try:
        world = await made(namespace, clock)
    except Exception as error:  # netlink and /proc refuse in many ways, and all mean the same
        raise NoNamespaces(
            f"the kernel gives no virtual network: {str(error) or repr(error)}"
        ) from error
    channel = await Channel.on(end, _LONGEST_QUESTION)
    try:
        board, announced = await Board.start(emulator, pass_fds, world.board, world.air)
    except BoardFailed as error:
        channel.say({"failed": f"the emulator did not start: {error}"})
        return
    finally:
        for descriptor in pass_fds:  # the emulator's alone: who calls there when it is gone
            os.close(descriptor)  # is to be refused
    channel.say({"ready": {"capabilities": CAPABILITIES, "missing": {}, "emulator": announced}})
    try:
        await converse(channel, lambda name, arguments: _told(world, board, name, arguments))
    finally:
        clock.leave()
        await board.stop()
        channel.close()


class Unwell(Exception):
    """The lab could not do what the board asked for, so that nothing it tells can be trusted."""


#: Answers a question; raises `Cannot`, or whatever else.
Teller = Callable[[str, Mapping[str, Any]], Awaitable[Mapping[str, Any]]]


async def converse(channel: Channel, told: Teller) -> None:
    """Answer what is asked, until nobody asks any more."""
    asked: set[asyncio.Task[None]] = set()
    try:
        async for message in channel.messages():
            if isinstance(message, NoMessage):
                channel.say({"id": None, "failed": f"the lab was sent {message}"})
            elif message.get("ask") == "quit":
                break
            else:
                task = asyncio.create_task(_answer(channel, told, message))
                asked.add(task)
                task.add_done_callback(asked.discard)
    finally:
        for task in asked:
            task.cancel()


async def _answer(channel: Channel, teller: Teller, message: Mapping[str, Any]) -> None:
    number = message.get("id")
    try:
        arguments = message.get("with", {})
        if not isinstance(arguments, dict):
            raise TypeError("the arguments are no object")
        told = await teller(message["ask"], arguments)
    except Cannot as error:
        channel.say({"id": number, "cannot": str(error), "reason": error.reason})
    except Exception as error:  # whatever it is, the next question has its chance
        channel.say({"id": number, "failed": _sentence(message.get("ask"), error)})
    else:
        channel.say({"id": number, "told": told})


async def _told(
    world: World, board: Board, name: str, arguments: Mapping[str, Any]
) -> Mapping[str, Any]:
    if name == "emulator":
        await board.ended(arguments.get("within_s", 0.0))
    else:
        await board.side.caught_up()
    if board.side.failure:
        raise Unwell(board.side.failure)
    if name == "begin":
        await begin(world, arguments)
        return {}
    if name == "emulator":
        return {"status": board.status, "complaints": board.side.complaints}
    return await handler_of(name)(world, arguments)


async def begin(world: World, arguments: Mapping[str, Any]) -> None:
    """Another purpose begins."""
    folder = arguments.get("captures") or ""
    await world.begin(
        arguments["purpose"], Path(folder) if folder else None, arguments.get("prefix", "")
    )


def _sentence(name: object, error: Exception) -> str:
    if isinstance(error, Unknown | Unwell):
        return str(error)
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{name}: {error!r} ({Path(last.filename).name}, line {last.lineno})"
