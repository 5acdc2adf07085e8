"""The process: a board, its line, its control socket, one loop.

Law: wiring and nothing else; the options come ready-made.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rigs.clock.party import Clock, Party, RealTime

from ..board.pins import Pins, Wiring
from ..board.wire import Wire
from ..error import EmulatorError
from ..firmware.personality import Personality
from ..flash import Flash, FlashMap
from ..flash.build import in_file, in_memory
from ..loop import Loop
from ..mutants.active import no_faults
from ..net.host import HostNetwork
from ..net.none import NoNetwork
from ..serial.endpoint import READ_SIZE, Endpoint
from ..serial.pty_endpoint import PtyEndpoint
from ..serial.tcp_endpoint import TcpEndpoint
from ..serial.tcp_listener import Where
from ..timing import Timing
from ..variants.catalogue import no_variants
from .control import ControlSocket, Requests
from .switching import SwitchedBoard

if TYPE_CHECKING:
    from ..serial.rfc2217_endpoint import Rfc2217Endpoint

NETS = (NONE, HOST, LAB) = ("none", "host", "lab")
"""What `--net` takes."""


@dataclass(frozen=True)
class Options:
    """What the command line said.

    `tcp` and `rfc2217` are where to listen, at most one of them; without both it is a pty.  `air`:
    the socket that leads to the air, with `net` lab alone.  `clock`: the socket over which a clock
    is joined that skips idle time.
    """

    tcp: Where | None
    rfc2217: Where | None
    wiring: Wiring
    reset_on_open: bool
    link: str | None
    control: str | None
    firmware: Personality
    faults: tuple[str, ...]
    variants: tuple[str, ...]
    flash: str | None
    layout: FlashMap
    wake_wire: bool
    net: str
    air: int | None
    clock: int | None
    timing: Timing
    announce_json: bool
    exit_with_stdin: bool


def serve(options: Options) -> None:
    """Run until told to stop; raises EmulatorError if it cannot begin."""
    loop, faults = Loop(_clock(options)), no_faults()
    faults.set(options.faults)
    variants = no_variants()
    variants.set(options.variants)
    flash = _flash(options)
    board = SwitchedBoard(
        options.firmware,
        options.timing,
        faults,
        loop.clock.now,
        flash=flash,
        variants=variants,
        wake_wire=options.wake_wire,
        network=HostNetwork(loop) if options.net == HOST else NoNetwork(),
    )
    pins = Pins(board.pins, options.wiring, loop.clock.now)
    wire = Wire(board, pins)
    board.lead(wire.from_board)
    with ExitStack() as closing:
        if options.air is not None:
            _in_a_lab(board, loop, options.air, options.firmware)
        closing.callback(flash.close)
        wire.endpoint = endpoint = _endpoint(loop, wire, board, pins, options)
        closing.callback(endpoint.close)
        if options.control:
            requests = Requests(board, endpoint, pins, loop.stop)
            closing.callback(ControlSocket(loop, requests, options.control).close)
        loop.stop_on(signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        if options.exit_with_stdin:
            loop.watch(_stdin(), partial(_drain_stdin, loop))
        board.power_on()
        _announce(endpoint, options, variants.ids)
        loop.run(wire)


def _clock(options: Options) -> Clock:
    if options.clock is None:
        return RealTime()
    try:
        return Party(options.clock)
    except (OSError, ValueError) as error:
        raise EmulatorError(
            f"cannot join the clock at descriptor {options.clock}: {error}; leave out --clock, "
            "which is for the program that has one"
        ) from error


def _endpoint(
    loop: Loop, wire: Wire, board: SwitchedBoard, pins: Pins, options: Options
) -> Endpoint:
    opened = board.reset if options.reset_on_open else None
    if options.tcp is not None:
        return TcpEndpoint(loop, wire.to_board, opened, options.tcp)
    if options.rfc2217 is not None:
        return _rfc2217()(loop, wire.to_board, opened, pins.lines, options.rfc2217)
    return PtyEndpoint(loop, wire.to_board, opened, options.link)


def _in_a_lab(board: SwitchedBoard, loop: Loop, descriptor: int, firmware: Personality) -> None:
    """Put the board into the air and the network of a lab."""
    from ..net.kernel import KernelInterfaces
    from ..net.lab import DNS_TICKS, LabNetwork
    from ..net.labair import LabAir
    from ..net.services import Services

    tick = board.timing.dns_timeout // DNS_TICKS
    air = LabAir(loop, descriptor, loop.stop, lambda: board.chip)
    network = LabNetwork(loop, board.later, loop.clock.now, tick)
    services = Services(_Chip(loop, board), board)
    air.lease_of = services.address_of
    network.name_server = lambda: services.name_server
    board.air = air
    board.network = network
    board.followers = (services.partings, KernelInterfaces(), network, air, services)
    air.hello(firmware.macs.station, firmware.macs.softap)


class _Chip:
    """What the services run on (see net.ether.Host): the loop's files, the board's time."""

    def __init__(self, loop: Loop, board: SwitchedBoard) -> None:
        self.watch = loop.watch
        self.forget = loop.forget
        self.later = board.later
        self.now_ns = loop.clock.now


def _flash(options: Options) -> Flash:
    if options.flash is not None:
        return in_file(options.flash, options.layout, options.firmware.name)
    return in_memory(options.layout, options.firmware.name)


def _rfc2217() -> type[Rfc2217Endpoint]:
    """Imported only if wanted, because pyserial is slow to import."""
    try:
        from ..serial.rfc2217_endpoint import Rfc2217Endpoint
    except ImportError as error:
        raise EmulatorError(
            f"--rfc2217 needs pyserial: {error}; install it with pip install pyserial"
        ) from error
    return Rfc2217Endpoint


def _announce(endpoint: Endpoint, options: Options, variants: list[str]) -> None:
    name = options.firmware.name
    if options.announce_json:
        line = json.dumps(
            {
                "port": endpoint.port,
                "control": options.control,
                "firmware": name,
                "variants": variants,
                "pid": os.getpid(),
            }
        )
    else:
        line = f"emulator of ESP8266 AT (firmware {name}) on {endpoint.port}"
        line += f", variants {' '.join(variants)}" if variants else ""
    print(line, flush=True)


def _stdin() -> int:
    if sys.stdin is None:
        raise EmulatorError("standard input is closed; leave out --exit-with-stdin or open it")
    return sys.stdin.fileno()


def _drain_stdin(loop: Loop) -> None:
    try:
        data = os.read(_stdin(), READ_SIZE)
    except OSError:
        data = b""
    if not data:
        loop.stop()
