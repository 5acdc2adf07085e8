"""`python -m rigs.lab.afar`: make a key, or be the lab of harnesses on other hosts.

Law of this file: it listens at the loopback interface unless it is told where, and touches no
interface but those that it lends.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import re
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ..bench.here import interface, why_deaf, why_unfit
from . import key
from .door import Door, place

_HOST, _PORT = "127.0.0.1", 7333
_ONLY_HERE = ("127.0.0.1", "::1")
_WHERE = re.compile(r"(?:(?:\[(?P<six>[^\]]+)\]|(?P<host>[^\s:\[\]]+)):)?(?P<port>[0-9]{1,5})")

_KEY = """Make the key that the harness's host and the lab's host both have: a new file that nobody
else can read. Copy it to the other host by a way that others cannot read, as with scp -p, and name
it there in the PIXIT (network.lab_key) or here (serve --key)."""
_SERVE = """Be the lab of a bench: of the board that is beside this host. A harness on another host
is let in if it has the same key; it says what network there is (its PIXIT, [network], which names
this lab, too: lab = "192.168.1.5:7333", lab_key = "lab.key"). One at a time. Raw frames and the
servers' ports take the rights of root, or CAP_NET_RAW and CAP_NET_BIND_SERVICE. Ctrl-C ends it, and
what it did to the interfaces is undone."""


class Unlendable(Exception):
    """An interface that no harness is to have; the message says why."""


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says; returns the exit status."""
    given = _parser().parse_args(arguments)
    try:
        if given.do == "key":
            key.make(given.file)
            print(f"{given.file}: a new key. The other host wants the same file; nobody else does.")
            return 0
        return asyncio.run(_serve(given))
    except (key.KeyProblem, Unlendable) as error:
        print(f"error: {error}", file=sys.stderr)
    except OSError as error:
        host, port = given.listen
        print(
            f"error: nobody can listen at {place((host, port))}: {error.strerror}", file=sys.stderr
        )
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rigs.lab.afar",
        description="The lab of a bench, on another host than the harness. docs/bench.md shows it.",
    )
    commands = parser.add_subparsers(dest="do", required=True, metavar="key|serve")
    making = commands.add_parser("key", help="make the key for both hosts", description=_KEY)
    making.add_argument("file", metavar="FILE", type=Path, help="the file; there must be none yet")
    serving = commands.add_parser("serve", help="be the lab", description=_SERVE)
    serving.add_argument(
        "--key",
        metavar="FILE",
        type=Path,
        required=True,
        help="the key that both hosts have; `key FILE` makes one",
    )
    serving.add_argument(
        "--lend", metavar="INTERFACE", action="append", required=True,
        help="an interface that a harness may use: the lab touches no other. Several times, if "
        "there are several",
    )  # fmt: skip
    serving.add_argument(
        "--listen", metavar="[HOST:]PORT", type=_where, default=(_HOST, _PORT),
        help="where: an address of this host that the harness can reach, as in 192.168.1.5:7333, "
        "0.0.0.0:7333 (everywhere) or [fd00::7]:7333; port 0: one that is free. Without a host, "
        f"and by default, only programs on this one ({_HOST}:{_PORT})",
    )  # fmt: skip
    return parser


def _where(text: str) -> tuple[str, int]:
    found = _WHERE.fullmatch(text)
    if found is None or int(found["port"]) >= 1 << 16:
        raise argparse.ArgumentTypeError(f"{text!r} is not [HOST:]PORT, as in 192.168.1.5:7333")
    return found["six"] or found["host"] or _HOST, int(found["port"])


async def _serve(given: argparse.Namespace) -> int:
    context = key.context(given.key)
    lent = list(dict.fromkeys(given.lend))
    if why := why_unfit(lent):
        raise Unlendable(why)
    with _listening(*given.listen) as listening:
        watching = asyncio.create_task(Door(listening, context, lent, _log).watch())
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, watching.cancel)
        host = listening.getsockname()[0]
        for name in lent:
            _warn(name, host)
        if host in _ONLY_HERE:
            _log("note: only programs on this host can reach it; --listen HOST:PORT lets others")
        _log(f"listening at {place(listening.getsockname())}, lending {', '.join(lent)}")
        with contextlib.suppress(asyncio.CancelledError):
            await watching
    _log("ended")
    return 0


def _listening(host: str, port: int) -> socket.socket:
    family, _, _, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    return socket.create_server(address, family=family)


def _warn(name: str, host: str) -> None:
    """Say what is wrong with an interface now; it may be plugged in later."""
    if why := why_deaf(name):
        _log(f"note: {why}")
    elif interface(name).address == host:
        _log(f"note: {name} has {host}, where harnesses come from: a lab may take that away")


def _log(line: str) -> None:
    with contextlib.suppress(OSError):  # nobody reads it any more
        print(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {line}", flush=True)
