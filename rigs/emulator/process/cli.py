"""The command line: options in, one line out, an exit status.

Law: what a stranger reads first.  Errors are one line: what happened, why, what to do; status 2.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from ..board.pins import WIRINGS, Wiring, wiring
from ..error import EmulatorError
from ..flash.build import layout
from ..flash.flashmap import MAP_DEFAULT, MAPS, SIZE_DEFAULT, SIZES
from ..mutants.active import UnknownFault, no_faults
from ..personalities import PERSONALITIES
from ..serial.tcp_listener import Where
from ..timing import FAST, TIMINGS
from ..variants import UnknownVariant
from ..variants import catalogue as variants
from .server import LAB, NETS, NONE, Options, serve

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
  %(prog)s --rfc2217 127.0.0.1:2217
      a port with DTR and RTS: esptool --port rfc2217://127.0.0.1:2217 flash_id
  %(prog)s --pty --fault rst.no-return --fault ate.0-ignored
      a firmware with two bugs
  %(prog)s --pty --variant random:7
      a firmware that conforms in its own manner; the first line tells in which
  %(prog)s --pty --flash board.bin --control /tmp/esp.ctl
      a board whose settings outlive the emulator

the line:
  A pty starts raw at 115200 baud; if you set another rate than the firmware's, both directions
  turn into garbage. The text of the boot ROM comes at 74880 baud after power-on and reset, so that
  it is garbage at 115200; after AT+RST it is legible. Input before ready is lost. What nobody
  reads is lost, too, once the buffers are full. The first boot begins when the emulator starts:
  send a power cycle or a reset to see one from its beginning.
  AT+UART sets the firmware's format: baud rate, size, parity and stop bits. A pty carries the baud
  rate alone, TCP nothing, RFC 2217 all four; what a line does not carry is never wrong, but with
  fewer than 7 data bits text is no text. A receiver that waits for more stop bits than are sent
  hears only the last byte of a burst. Flow control has no wires here: it is kept and does nothing.
  Deep sleep (AT+GSLP) takes as many milliseconds as it says, whatever the timing; what comes
  meanwhile is lost, and at its end the board boots as after a reset, with rst cause 5.

the pins (--rfc2217 with --wiring, or the control request pins):
  EN low: the chip is silent and deaf. EN rising boots it, with rst cause 2; if GPIO0 is low then,
  or at power-on or a reset, it is in download mode, boot mode (1,x), until the next reset. A client
  finds the lines released, and they are released when it leaves. pyserial asserts DTR and RTS when
  it opens a port: wired directly, they hold the chip in reset, as on a real board; set dtr = False
  and rts = False before you open it, and nothing is reset. A pty and TCP have no such lines.
  pyserial takes 50 to 100 ms for every setting over RFC 2217, more than the capacitor of a nodemcu
  bridges: the classic sequence of esptool fails there as on hardware, unless it is nodemcu:100.
  The order is kept: bytes sent before a change of settings or lines are heard as they were sent.

download mode:
  esptool (4.12 and 5) finds an ESP8266EX: flash_id, read_mac, read_flash, write_flash,
  verify_flash, erase_flash, erase_region, run, with its stub or with --no-stub. The loader takes
  its rate from the first SYNC. Over RFC 2217 esptool resets the board itself, and needs some 20 s
  for that (see above); elsewhere pull GPIO0 low with the control request pins, reset, and give it
  --before no_reset --after no_reset. Uploaded programs do not run: whatever is started in RAM acts
  as esptool's stub. Reading RAM tells zeros.

the network (--net host):
  AT+CIPSTART opens real sockets on 127.0.0.1 and reaches 127.0.0.0/8 and localhost, nothing else;
  AT+CIPSERVER listens on 127.0.0.1 (below 1024, 333 among them, only if the user may). SSL checks
  no certificate. A reset closes everything.

the network (--net lab --air FD), for the program that is the lab:
  The interfaces sta and ap of the network namespace are the board's: the emulator gives them the
  MAC and the IP addresses that are in force, and takes them down with the station and the softAP.
  It needs the right to set them. The socket FD is the air: one JSON object a line, both ways.
  The emulator tells who it is, whom it joins, and what its softAP is; the lab tells who can be
  heard, what came of a wish to join, and who comes to the softAP. End of the socket: exit.

the flash:
  Sectors of 4096 bytes; erasing sets a sector to 0xFF, programming only clears bits. What commands
  save lies in the user parameter area (UART; 0x7C000..0x7FFFF, with map 1024+1024 at
  0xFC000..0xFFFFF) and in the system parameter area (Wi-Fi mode, softAP; the last 16 KB). Both are
  read at every boot, so that an image that was edited takes effect; a blank or damaged area means
  the factory's settings. They are written only if a value changes. Without a firmware at 0x0 and
  0x1000 the board does not boot. A file is locked while it is in use, and killing the emulator
  loses nothing that was written to it.

the control socket (--control PATH): one JSON object a line, one reply a line
  {"do": "status"}                      port, firmware, powered, ready, asleep, downloads,
                                        pins, uptime_ns, boots, faults,
                                        variants, uart_rate, uart (all of its settings),
                                        sector_erases, programs
  {"do": "faults"}                      all faults: [{"id": ..., "says": ...}, ...]
  {"do": "fault", "set": ["rst.error"]} makes exactly these active, from now on; [] clears them
  {"do": "variants"}                    all variants: [{"id", "says", "open"}, ...]
  {"do": "variant", "set": ["gmr.bin-version"]}
                                        makes exactly these active; random:SEED is a mixture; the
                                        reply tells which are active. Those of boot and factory
                                        show at the next boot
  {"do": "power", "state": "off"}       off, on or cycle; off loses what is not saved
  {"do": "reset"}                       the EN pin; what is saved is kept
  {"do": "pins", "gpio0": false}        pulls a pin low (false) or lets it go (true): en, gpio0 or
                                        both; the reply tells the levels. A line of the adapter
                                        may pull it, too
  {"do": "firmware", "name": "..."}     flashes another firmware, factory settings, and boots it
  {"do": "snapshot"}                    size, map, user_area and system_area as [start, end),
                                        sector_erases, programs, erased [[sector, times], ...],
                                        boots; counts are those since the emulator started
  {"do": "snapshot", "offset": 507904, "length": 16384}
                                        also offset, length and data in base64; at most 65536 bytes
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
        if parsed.list_product:
            _list_product()
        elif parsed.list_faults:
            _list_faults()
        elif parsed.list_variants:
            _list_variants()
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
        "--tcp", metavar="HOST:PORT|fd:N", type=_where,
        help="offer a TCP port instead, one client at a time; port 0 lets the system choose; "
        "fd:N is an inherited socket that listens already",
    )  # fmt: skip
    where.add_argument(
        "--rfc2217", metavar="HOST:PORT|fd:N", type=_where,
        help="offer an RFC 2217 port, which carries baud rate, size, parity, stop bits, DTR and "
        "RTS; one client at a time; port 0 and fd:N as with --tcp",
    )  # fmt: skip
    add(
        "--wiring", metavar="NAME", type=_wiring,
        help="with --rfc2217: how DTR and RTS reach the chip (default: direct); "
        + "; ".join(f"{each.name}: {each.says}" for each in WIRINGS.values()),
    )  # fmt: skip
    add(
        "--reset-on-open", action="store_true",
        help="opening the port resets the board, as with adapters that pulse a line",
    )  # fmt: skip
    add("--link", metavar="PATH", help="with --pty: make a symbolic link to it there")
    add(
        "--control", metavar="PATH|fd:N",
        help="open a control socket there (see below); fd:N is one that was inherited and listens",
    )  # fmt: skip
    add(
        "--firmware", choices=PERSONALITIES, default="document",
        help="; ".join(f"{each.name}: {each.says}" for each in PERSONALITIES.values()),
    )  # fmt: skip
    add("--fault", metavar="ID", action="append", default=[], help="start with this fault active")
    add("--list-faults", action="store_true", help="print all faults and exit")
    add(
        "--list-product",
        action="store_true",
        help="print the mutants of every operator on every seam, and exit",
    )
    add(
        "--variant", metavar="ID", action="append", default=[],
        help="start with this variant active, a way to differ and still conform; may be given "
        "several times; random:SEED picks a mixture, the same one for the same seed; printed is "
        "everything as the document prints it",
    )  # fmt: skip
    add("--list-variants", action="store_true", help="print all variants and exit")
    add(
        "--flash", metavar="FILE",
        help="keep the flash in this file, made if missing (default: in memory)",
    )  # fmt: skip
    add(
        "--flash-size", choices=SIZES,
        help=f"size of the flash (default: {SIZE_DEFAULT}, or that of the file)",
    )  # fmt: skip
    add(
        "--flash-map", choices=MAPS, default=MAP_DEFAULT,
        help=f"its layout (default: {MAP_DEFAULT}); 1024+1024 needs 2M or more",
    )  # fmt: skip
    add(
        "--no-wake-wire", action="store_true",
        help="XPD_DCDC is not wired to the reset pin: only a reset ends deep sleep (AT+GSLP)",
    )  # fmt: skip
    add(
        "--net", choices=NETS, default=NONE,
        help="none: nobody is at the other end of any link (default); host: the servers and "
        "clients of this host, at 127.0.0.1 and localhost, which real drivers can be tried on; "
        "lab: a network of packets, with an air around it; a lab starts the emulator so",
    )  # fmt: skip
    add(
        "--air", metavar="FD", type=int,
        help="with --net lab: an inherited stream socket to the air; the emulator ends with it",
    )  # fmt: skip
    add(
        "--clock", metavar="FD", type=int,
        help="an inherited socket to a clock that skips idle time (see docs/clock.md); the rig of "
        "the conformance suites has one",
    )  # fmt: skip
    add(
        "--timing", choices=TIMINGS, default=FAST.name,
        help="fast: a boot takes 20 ms (default); real: like a board",
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


def _where(text: str) -> Where:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 0xFFFF:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT or fd:N")
    return int(port) if host == "fd" else (host.strip("[]") or "127.0.0.1", int(port))


def _wiring(text: str) -> Wiring:
    try:
        return wiring(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _options(parsed: argparse.Namespace) -> Options:
    if not parsed.pty and parsed.tcp is None and parsed.rfc2217 is None:
        raise EmulatorError(
            f"nowhere to be found: give --pty, --tcp or --rfc2217; see {PROGRAM} --help"
        )
    if parsed.wiring and parsed.rfc2217 is None:
        raise EmulatorError("--wiring has no lines to connect without --rfc2217; leave it out")
    if parsed.link and not parsed.pty:
        raise EmulatorError("--link has nothing to link to without --pty; leave it out")
    if (parsed.net == LAB) is (parsed.air is None):
        raise EmulatorError(
            "--net lab and --air FD go together: a lab starts the emulator; give both or neither"
        )
    try:
        no_faults().set(parsed.fault)
        variants.no_variants().set(parsed.variant)
    except (UnknownFault, UnknownVariant) as error:
        raise EmulatorError(str(error)) from error
    return Options(
        tcp=parsed.tcp,
        rfc2217=parsed.rfc2217,
        wiring=parsed.wiring or WIRINGS["direct"],
        reset_on_open=parsed.reset_on_open,
        link=parsed.link,
        control=parsed.control,
        firmware=PERSONALITIES[parsed.firmware],
        faults=tuple(parsed.fault),
        variants=tuple(parsed.variant),
        flash=parsed.flash,
        layout=layout(parsed.flash_map, parsed.flash_size, parsed.flash),
        wake_wire=not parsed.no_wake_wire,
        net=parsed.net,
        air=parsed.air,
        clock=parsed.clock,
        timing=TIMINGS[parsed.timing],
        announce_json=parsed.announce == "json",
        exit_with_stdin=parsed.exit_with_stdin,
    )


def _list_variants() -> None:
    width = max(len(each.id) for each in variants.CATALOGUE)
    for each in variants.CATALOGUE:
        print(f"{each.id:{width}}  {each.says} [{each.open}]")
    sys.stdout.flush()


def _list_product() -> None:
    from ..mutants.product import product  # thousands, which nothing else here needs

    for each in product().values():
        print(f"{each.id}  {each.says}")
    sys.stdout.flush()


def _list_faults() -> None:
    known = no_faults().known
    width = max(map(len, known))
    for each in known.values():
        print(f"{each.id:{width}}  {each.says}")
    sys.stdout.flush()
