"""The lab's process, from its command line to its end.

Law of this file: what keeps a lab from being there at all is told on the channel in one line, so
that the harness can do without one and say why. Namespaces come before anything else.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
from collections.abc import Sequence

from rigs.clock.asynchronous import ClockLoop
from rigs.clock.party import Party, RealTime

from .namespaces import NoNamespaces, leave_the_hosts


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
    parser.add_argument(
        "--clock", metavar="FD", type=int,
        help="an inherited socket to the clock of the rig, which skips idle time",
    )  # fmt: skip
    parser.add_argument("emulator", nargs="*", help="what the emulator's command line says")
    given = parser.parse_args(arguments)
    with socket.socket(fileno=given.channel) as end:
        try:
            from .serving import live

            namespace = leave_the_hosts()
            clock = RealTime() if given.clock is None else Party(given.clock)
            with asyncio.Runner(loop_factory=lambda: ClockLoop(clock)) as runner:
                runner.run(live(end, namespace, clock, given.emulator, given.pass_fd))
        except ImportError as error:
            return _forbidden(end, f"the lab wants {error.name}, which is not installed")
        except NoNamespaces as error:
            return _forbidden(end, str(error))
    return 0


def _forbidden(end: socket.socket, why: str) -> int:
    end.sendall(json.dumps({"failed": why, "forbidden": True}).encode() + b"\n")
    return 2
