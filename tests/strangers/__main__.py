"""A stranger behind a socket: `python -m tests.strangers NAME`; see docs/strangers.md."""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
from pathlib import Path

from conformance.catalogue import load_edition
from rigs.clock.party import Party, RealTime
from tests.strangers.device import MS
from tests.strangers.host import Board, Delay, Loop, RawPeer, Rfc2217Peer
from tests.strangers.roster import STRANGERS, pics_of


def main() -> None:
    options = _options()
    stranger = STRANGERS[options.name]
    if options.pics:
        sys.stdout.write(pics_of(stranger.about, load_edition()))
        return
    raw = options.tcp is not None
    where = options.tcp if raw else options.rfc2217
    try:
        listener = _listener(where)
    except (OSError, ValueError) as error:
        sys.exit(f"cannot listen on {where!r}: {error}; wanted fd:N or HOST:PORT")
    handed = os.environ.get("CONFORMANCE_CLOCK")
    loop = Loop(RealTime() if handed is None else Party(int(handed)))
    board = Board(stranger.make, loop, options.flash, options.seed, options.delay)
    host, port = listener.getsockname()[:2]
    url = f"{'socket' if raw else 'rfc2217'}://{host}:{port}"
    print(json.dumps({"port": url, "stranger": options.name, "seed": options.seed}), flush=True)
    loop.stop_at_end_of(sys.stdin.fileno())
    loop.serve(listener, board, RawPeer if raw else Rfc2217Peer)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.strangers", description=__doc__)
    parser.add_argument("name", choices=sorted(STRANGERS), metavar="NAME", help="which stranger")
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--rfc2217",
        default="127.0.0.1:0",
        metavar="fd:N|HOST:PORT",
        help="listen here, with settings, and RTS as the reset line (default)",
    )
    where.add_argument("--tcp", metavar="fd:N|HOST:PORT", help="listen here; bytes, nothing else")
    parser.add_argument("--flash", type=Path, metavar="FILE", help="keep the flash here, as JSON")
    parser.add_argument("--seed", type=int, default=1, help="of random delays")
    parser.add_argument(
        "--delay",
        type=_delay,
        metavar="MS|MS-MS",
        help="everything that it sends arrives so much later: always, or at random in between",
    )
    parser.add_argument("--pics", action="store_true", help="print its PICS and end")
    return parser.parse_args()


def _delay(text: str) -> Delay:
    least, _, most = text.partition("-")
    if not least.isdigit() or not (most or least).isdigit() or int(least) > int(most or least):
        raise argparse.ArgumentTypeError(f"milliseconds wanted, as 350 or 0-350, found {text!r}")
    return Delay(int(least) * MS, int(most or least) * MS)


def _listener(where: str) -> socket.socket:
    head, _, tail = where.rpartition(":")
    if head == "fd":
        return socket.socket(fileno=int(tail))
    return socket.create_server((head, int(tail)))


if __name__ == "__main__":
    main()
