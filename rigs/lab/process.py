"""The lab's process: namespaces first, then the board, then questions until the harness is gone.

Law of this file: one line a message, one answer a question. A question that fails is answered so
and breaks nothing else. When the channel ends, so does everything.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .board import Board, BoardFailed
from .channel import Channel, NoMessage
from .namespaces import Namespace, NoNamespaces, leave_the_hosts
from .questions import Cannot, Unknown, handler_of
from .world import World, made

#: The longest question.
_LONGEST_QUESTION = 1 << 20

#: What this lab offers, by the names of `conformance.testbed.CAPABILITIES`.
CAPABILITIES = ("network", "access-points", "second-station", "capture", "pairing")


def main(arguments: Sequence[str]) -> int:
    """Be the lab; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m rigs.lab", description=__doc__)
    parser.add_argument(
        "--channel", metavar="FD", type=int, required=True,
        help="the stream socket over which questions come",
    )  # fmt: skip
    parser.add_argument(
        "--pass-fd", metavar="FD", type=int, action="append", default=[],
        help="a descriptor that the emulator is to have, too",
    )  # fmt: skip
    parser.add_argument("emulator", nargs="*", help="what the emulator's command line says")
    given = parser.parse_args(arguments)
    with socket.socket(fileno=given.channel) as end:
        try:
            namespace = leave_the_hosts()
        except NoNamespaces as error:
            end.sendall(_forbidden(str(error)))
            return 2
        asyncio.run(_live(end, namespace, given))
    return 0


def _forbidden(why: str) -> bytes:
    import json

    return json.dumps({"failed": why, "forbidden": True}).encode() + b"\n"


async def _live(end: socket.socket, namespace: Namespace, given: argparse.Namespace) -> None:
    channel = await Channel.on(end, _LONGEST_QUESTION)
    world = await made(namespace)
    try:
        board, announced = await Board.start(given.emulator, given.pass_fd, world.board, world.air)
    except BoardFailed as error:
        channel.say({"failed": f"the emulator did not start: {error}"})
        return
    finally:
        for descriptor in given.pass_fd:  # the emulator's alone: who calls there when it is gone
            os.close(descriptor)  # is to be refused
    channel.say({"ready": {"capabilities": CAPABILITIES, "missing": {}, "emulator": announced}})
    asked: set[asyncio.Task[None]] = set()
    try:
        async for message in channel.messages():
            if isinstance(message, NoMessage):
                channel.say({"id": None, "failed": f"the lab was sent {message}"})
            elif message.get("ask") == "quit":
                break
            else:
                task = asyncio.create_task(_answer(channel, world, board, message))
                asked.add(task)
                task.add_done_callback(asked.discard)
    finally:
        for task in asked:
            task.cancel()
        await board.stop()
        channel.close()


async def _answer(channel: Channel, world: World, board: Board, message: Mapping[str, Any]) -> None:
    number = message.get("id")
    try:
        told = await _told(world, board, message["ask"], message.get("with", {}))
    except Cannot as error:
        channel.say({"id": number, "cannot": str(error), "reason": error.reason})
    except Exception as error:  # whatever it is, the next question has its chance
        channel.say({"id": number, "failed": _sentence(message.get("ask"), error)})
    else:
        channel.say({"id": number, "told": told})


async def _told(
    world: World, board: Board, name: str, arguments: Mapping[str, Any]
) -> Mapping[str, Any]:
    if name == "begin":
        folder = arguments.get("captures") or ""
        await world.begin(
            arguments["purpose"], Path(folder) if folder else None, arguments.get("prefix", "")
        )
        return {}
    if name == "emulator":
        return {"status": board.status, "complaints": board.side.complaints}
    return await handler_of(name)(world, arguments)


def _sentence(name: object, error: Exception) -> str:
    if isinstance(error, Unknown):
        return str(error)
    with contextlib.suppress(Exception):
        import traceback

        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{name}: {error!r} ({Path(last.filename).name}, line {last.lineno})"
    return f"{name}: {type(error).__name__}"
