"""The process of a bench's lab: its first line is the bench, then come questions.

Law of this file: the password comes over the channel and not by the command line, which others
on this host can read. When the channel ends, everything is undone.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import json
import signal
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..channel import Channel, NoMessage
from .config import Config

if TYPE_CHECKING:
    from .answers import Bench
    from .outpost import Outpost

#: The longest question.
_LONGEST_QUESTION = 1 << 20


def main(arguments: Sequence[str]) -> int:
    """Be the lab; returns the exit status, which is 2 if it has said why it is none."""
    parser = argparse.ArgumentParser(prog="python -m rigs.lab.bench", description=__doc__)
    parser.add_argument(
        "--channel", metavar="FD", type=int, required=True,
        help="the stream socket over which the bench is told, and then questions come",
    )  # fmt: skip
    parser.add_argument(
        "--keep", metavar="FOLDER", type=Path, default=None,
        help="the harness is on another host: keep its captures in this folder until they are "
        "fetched; in the end it is gone",
    )  # fmt: skip
    parser.add_argument(
        "--lend", metavar="INTERFACE", action="append", default=[],
        help="with --keep: touch these interfaces alone, whatever the PIXIT names",
    )  # fmt: skip
    given = parser.parse_args(arguments)
    # Ctrl-C is for the harness, which ends the lab by its channel.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=given.channel) as end:
        try:
            from ..serving import converse
            from .answers import Bench
            from .here import why_unfit
            from .outpost import Outpost, why_not_lent
        except ImportError as error:
            why = f"the lab wants {error.name}, which is not installed"
            end.sendall(json.dumps({"failed": why, "forbidden": True}).encode() + b"\n")
            return 2

        async def live() -> int:
            channel = await Channel.on(end, _LONGEST_QUESTION)
            message = await anext(channel.messages(), None)
            if message is None:
                return 0
            if isinstance(message, NoMessage):
                channel.say({"failed": f"the lab was sent {message}"})
                return 2
            config = Config.told(message["bench"])
            why = why_unfit(config.interfaces)
            if given.keep:
                why = why or why_not_lent(config, given.lend)
            if why:
                channel.say({"failed": why})
                return 2
            bench = Bench(config)
            outpost = Outpost(bench.world, given.keep) if given.keep else None

            try:
                await bench.open()
                channel.say({"ready": {"missing": bench.missing, "emulator": {}}})
                await converse(channel, functools.partial(_told, bench, outpost))
            finally:
                await bench.close()
                if outpost is not None:
                    outpost.close()
                channel.close()
            return 0

        return asyncio.run(live())


async def _told(
    bench: Bench, outpost: Outpost | None, name: str, arguments: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The answer to a question; of an outpost also those that it alone is asked."""
    from ..serving import begin

    if name == "begin":
        await (begin(bench.world, arguments) if outpost is None else outpost.begin(arguments))
        await bench.begin()
        return {}
    if name == "well":
        bench.be_well()
        return {}
    answered = None if outpost is None else outpost.answer(name, arguments)
    return await bench.answer(name, arguments) if answered is None else answered
