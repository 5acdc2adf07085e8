"""The process of a bench's lab: its first line is the bench, then come questions.

Law of this file: the password comes over the channel and not by the command line, which others
on this host can read. When the channel ends, everything is undone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import socket
from collections.abc import Mapping, Sequence
from typing import Any

from ..channel import Channel, NoMessage
from .config import Config

#: The longest question.
_LONGEST_QUESTION = 1 << 20


def main(arguments: Sequence[str]) -> int:
    """Be the lab; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m rigs.lab.bench", description=__doc__)
    parser.add_argument(
        "--channel", metavar="FD", type=int, required=True,
        help="the stream socket over which the bench is told, and then questions come",
    )  # fmt: skip
    given = parser.parse_args(arguments)
    # Ctrl-C is for the harness, which ends the lab by its channel.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=given.channel) as end:
        try:
            from ..serving import begin, converse
            from .answers import Bench
        except ImportError as error:
            why = f"the lab wants {error.name}, which is not installed"
            end.sendall(json.dumps({"failed": why, "forbidden": True}).encode() + b"\n")
            return 2

        async def live() -> None:
            channel = await Channel.on(end, _LONGEST_QUESTION)
            message = await anext(channel.messages(), None)
            if message is None:
                return
            if isinstance(message, NoMessage):
                channel.say({"failed": f"the lab was sent {message}"})
                return
            bench = Bench(Config.told(message["bench"]))

            async def told(name: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
                if name == "begin":
                    await begin(bench.world, arguments)
                    await bench.begin()
                    return {}
                return await bench.answer(name, arguments)

            try:
                await bench.open()
                channel.say({"ready": {"missing": bench.missing, "emulator": {}}})
                await converse(channel, told)
            finally:
                await bench.close()
                channel.close()

        asyncio.run(live())
    return 0
