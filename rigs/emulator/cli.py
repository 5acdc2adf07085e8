"""The command line: options in, one line out, an exit status.

Law: what a stranger reads first.  Errors are one line: what happened, why, what to do; status 2.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from .endpoint import EmulatorError
from .faults import UnknownFault
from .faults.catalogue import CATALOGUE, no_faults
from .personalities import PERSONALITIES
from .server import Options, serve
from .timing import FAST, TIMINGS

PROGRAM = "python -m rigs.emulator"

DESCRIPTION = """\
An ESP8266 with AT firmware, emulated: it boots, says ready, echoes, answers AT commands, keeps its
settings over restarts, and can be told to misbehave. Talk to it as to a board on a serial port.
"""

EPILOG = """\
examples:
  %(prog)s --pty --link /tmp/esp --control /tmp/esp.ctl
      then open /tmp/esp with any terminal program, 115200 8N1, lines end with CR LF
  %(prog)s --tcp 127.0.0.1:0 --firmware nonos-1.3
      prints the port that was chosen; open it as socket://127.0.0.1:PORT
  %(prog)s --pty --fault rst.no-return --fault ate.0-ignored
      a firmware with two bugs

the line:
  A pty starts raw at 115200 baud; if you set another rate than the firmware's, both directions
  turn into garbage. The text of the boot ROM comes at 74880 baud after power-on and reset, so that
  it is garbage at 115200; after AT+RST it is legible. Input before ready is lost. What nobody
  reads is lost, too, once the buffers are full. The first boot begins when the emulator starts:
  send a power cycle or a reset to see one from its beginning.

the control socket (--control PATH): one JSON object a line, one reply a line
  {"do": "status"}                      port, firmware, powered, ready, uptime_ns, boots, faults,
                                        uart_rate
  {"do": "faults"}                      all faults: [{"id": ..., "says": ...}, ...]
  {"do": "fault", "set": ["rst.error"]} makes exactly these active, from now on; [] clears them
  {"do": "power", "state": "off"}       off, on or cycle; off loses what is not saved
  {"do": "reset"}                       the EN pin; what is saved is kept
  {"do": "firmware", "name": "..."}     flashes another firmware, factory settings, and boots it
  {"do": "quit"}
  replies: {"ok": true, ...} or {"ok": false, "error": "a sentence"}
  A fault that hung the parser is cured by clearing it and a reset.

exit status: 0 when told to stop (quit, SIGTERM, SIGINT, end of stdin), 2 on any error.
"""


class _Parser(argparse.ArgumentParser):
    """Errors in one line instead of three."""

    def error(self, message: str) -> NoReturn:
        raise EmulatorError(f"{message}; see {PROGRAM} --help")


def main(arguments: Sequence[str]) -> int:
    """Run the emulator; returns the exit status."""
    try:
        parsed = _parser().parse_args(arguments)
        if parsed.list_faults:
            _list_faults()
        else:
            serve(_options(parsed))
    except EmulatorError as error:
        print(f"emulator: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever started us no longer reads what we print
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    return 0


def _parser() -> _Parser:
    parser = _Parser(
        prog=PROGRAM,
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--pty", action="store_true", help="offer a pseudo-terminal")
    where.add_argument(
        "--tcp", metavar="HOST:PORT", type=_address,
        help="offer a TCP port instead, one client at a time; port 0 lets the system choose",
    )  # fmt: skip
    add("--link", metavar="PATH", help="with --pty: make a symbolic link to it there")
    add("--control", metavar="PATH", help="open a control socket there (see below)")
    add(
        "--firmware", choices=PERSONALITIES, default="document",
        help="; ".join(f"{each.name}: {each.says}" for each in PERSONALITIES.values()),
    )  # fmt: skip
    add("--fault", metavar="ID", action="append", default=[], help="start with this fault active")
    add("--list-faults", action="store_true", help="print all faults and exit")
    add(
        "--timing", choices=TIMINGS, default=FAST.name,
        help="fast: a boot takes 50 ms (default); real: like a board",
    )  # fmt: skip
    add(
        "--announce", choices=("text", "json"), default="text",
        help="how the first line on stdout tells where the emulator is, once it is ready",
    )  # fmt: skip
    add(
        "--exit-with-stdin", action="store_true",
        help="stop when standard input ends, so that nothing outlives the program that started it",
    )  # fmt: skip
    return parser


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 0xFFFF:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT")
    return host.strip("[]") or "127.0.0.1", int(port)


def _options(parsed: argparse.Namespace) -> Options:
    if not parsed.pty and not parsed.tcp:
        raise EmulatorError(f"nowhere to be found: give --pty or --tcp; see {PROGRAM} --help")
    if parsed.link and not parsed.pty:
        raise EmulatorError("--link has nothing to link to without --pty; leave it out")
    try:
        no_faults().set(parsed.fault)
    except UnknownFault as error:
        raise EmulatorError(str(error)) from error
    return Options(
        tcp=parsed.tcp,
        link=parsed.link,
        control=parsed.control,
        firmware=PERSONALITIES[parsed.firmware],
        faults=tuple(parsed.fault),
        timing=TIMINGS[parsed.timing],
        announce_json=parsed.announce == "json",
        exit_with_stdin=parsed.exit_with_stdin,
    )


def _list_faults() -> None:
    width = max(len(each.id) for each in CATALOGUE)
    for each in CATALOGUE:
        print(f"{each.id:{width}}  {each.says}")
    sys.stdout.flush()
