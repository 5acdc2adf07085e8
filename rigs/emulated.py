"""The default rig: an emulator in a process of its own, started and stopped by the harness.

Law of this file: the emulator is met as a stranger, through its command line, its serial endpoint
and its control socket, and so is the lab around it. When one of their processes dies, new ones are
started.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from conformance.statement import Pixit
from conformance.testbed import (
    CAPABILITIES,
    LAB_CAPABILITIES,
    Controls,
    LabError,
    LineSettings,
    NotRecovered,
    Port,
    PortError,
    Recorder,
    TestbedError,
)
from rigs import respawn
from rigs.alone import LoneEmulator
from rigs.clock.harness import RealClock, SkippingClock
from rigs.clock.kernel import Unsupported
from rigs.control import ControlSocket, controls_of, wear_of
from rigs.labs import LabProcess
from rigs.labtalk import NoNamespaces
from rigs.recovery import Ladder
from rigs.serialport import SerialPort

#: The serial endpoints that an emulator has, and how each is asked for. Where there is to be a
#: socket, it is ours: the emulator may be in a namespace from which nobody could reach one.
ENDPOINTS: Mapping[str, Sequence[str]] = {
    "rfc2217": ("--rfc2217", "fd:%d"),
    "pty": ("--pty",),
    "tcp": ("--tcp", "fd:%d"),
}

_TRY_RFC2217 = "--rig=emulator:endpoint=rfc2217 does"

#: Endpoint -> what its line does not carry, and why.
_NOT_CARRIED: Mapping[str, Mapping[str, str]] = {
    "pty": {"uart-framing": f"a pseudo-terminal carries no framing; {_TRY_RFC2217}"},
    "tcp": {
        "uart-rate": f"a TCP connection carries no baud rate; {_TRY_RFC2217}",
        "uart-framing": f"a TCP connection carries no framing; {_TRY_RFC2217}",
    },
    "rfc2217": {},
}

#: What the time of the rig does while nothing happens.
SKIPS, REAL = "skips", "real"
CLOCKS: Mapping[str, str] = {
    SKIPS: "goes on to the next moment at which something is due",
    REAL: "passes as anywhere else",
}

#: Endpoints of whose bytes it is known how many are under way.
_COUNTED = frozenset({"rfc2217", "tcp"})

#: What the board's network can be, and why the lab's capabilities are missing without one.
LAB = "lab"
NETS: Mapping[str, str] = {
    LAB: "",
    "host": "net=host asks for this host's own network; net=lab makes one",
    "none": "net=none asks for a board without a network; net=lab makes one",
}


@dataclass(frozen=True, slots=True)
class EmulatorOptions:
    """What `--rig=emulator:key=value,...` may say."""

    firmware: str = "document"
    timing: str = "real"
    #: A key of `ENDPOINTS`; RFC 2217 carries all settings, and costs no more than a pty.
    endpoint: str = "rfc2217"
    faults: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    #: A file that keeps the flash; empty: it is forgotten with the emulator.
    flash: str = ""
    #: Empty: the emulator's own.
    flash_map: str = ""
    flash_size: str = ""
    #: `no`: deep sleep does not end by itself.
    wake: str = "yes"
    #: A key of `NETS`.
    net: str = LAB
    #: A key of `CLOCKS`.
    clock: str = SKIPS

    def arguments(self, descriptor: int) -> Sequence[str]:
        """The emulator's command line; `descriptor`: the socket that its endpoint listens on."""
        endpoint = [word.replace("%d", str(descriptor)) for word in ENDPOINTS[self.endpoint]]
        words = [*endpoint, "--firmware", self.firmware, "--timing", self.timing]
        for option, values in (
            ("--fault", self.faults),
            ("--variant", self.variants),
            ("--flash", (self.flash,)),
            ("--flash-map", (self.flash_map,)),
            ("--flash-size", (self.flash_size,)),
        ):
            words += [word for value in values if value for word in (option, value)]
        if self.net != LAB:  # of that the lab tells it
            words += ["--net", self.net]
        return words if self.wake == "yes" else [*words, "--no-wake-wire"]

    def missing(self) -> Mapping[str, str]:
        """Each capability that such an emulator lacks, and why."""
        without = {"wake-wire": "wake=no asks for a board without it"} if self.wake == "no" else {}
        if why := NETS[self.net]:
            without |= dict.fromkeys(LAB_CAPABILITIES, why)
        return {**_NOT_CARRIED[self.endpoint], **without}


class _Running(Protocol):
    """An emulator that was started, with a lab around it or without."""

    emulator: Mapping[str, Any]

    def emulator_ended(self, within_s: float = 0.0) -> str: ...

    def close(self) -> None: ...


class EmulatorRig:
    """A `testbed.Rig` around an emulator that it starts itself, and a `testbed.Lab` if it has one.

    Its hands stay the same when the processes are others.
    """

    is_board = False

    def __init__(self, name: str, options: EmulatorOptions, pixit: Pixit) -> None:
        self.name = name
        self._options = options
        self._timing = pixit.timing
        self._line = pixit.line
        self._control = ControlSocket()
        self.clock = _clock(options)
        self.settings: LineSettings = pixit.line
        #: Why there is no lab, though one was asked for.
        self._forbidden = ""
        #: Where the lab keeps its captures, and how their names begin.
        self._captures: tuple[Path | None, str] = (None, "")
        try:
            self._running, self._port = self._start()
        except BaseException:
            self._close_clock()
            raise
        self.controls: Controls = controls_of(self._control)
        if self._lab is not None:
            self.controls = replace(self.controls, lab=self)

    @property
    def port(self) -> Port:
        return self._port

    @property
    def _lab(self) -> LabProcess | None:
        return self._running if isinstance(self._running, LabProcess) else None

    @property
    def capabilities(self) -> frozenset[str]:
        return frozenset(CAPABILITIES) - self.missing().keys()

    @property
    def is_real_time(self) -> bool:
        return not isinstance(self.clock, SkippingClock)

    def missing(self) -> Mapping[str, str]:
        forbidden = dict.fromkeys(LAB_CAPABILITIES, self._forbidden) if self._forbidden else {}
        return {**self._options.missing(), **forbidden, **(self._lab.missing if self._lab else {})}

    def keep_captures(self, folder: Path | None, prefix: str) -> None:
        self._captures = (folder.absolute() if folder else None, prefix)

    def begin(self, purpose: str) -> None:
        if self._lab is not None:
            try:
                self._lab.begin(purpose, *self._captures)
            except LabError as error:  # it may have kept something of the purpose before
                self._lab.distrust(str(error))
                raise

    def ask(self, question: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `testbed.Lab`."""
        if self._lab is None:
            raise LabError("there is no lab any more")
        return self._lab.ask(question, arguments)

    def lab_problem(self) -> str:
        if self._lab is None:
            return ""
        try:
            self._lab.ask("emulator", {})
        except LabError as error:
            self._lab.distrust(str(error))
        return self._lab.problem

    def time_passed(self) -> Mapping[str, Any]:
        """See `testbed.Clocked`."""
        return self.clock.passed() if isinstance(self.clock, SkippingClock) else {}

    def recover(self, recorder: Recorder, suspects: Sequence[LineSettings] = ()) -> None:
        respawned, climb = partial(self._respawned, recorder), partial(self._climb, recorder)
        respawn.recover(respawned, climb, suspects)

    def _respawned(self, recorder: Recorder, within_s: float) -> bool:
        """Start another emulator if this one is gone, or its lab is; whether that was so."""
        if ended := self._running.emulator_ended(within_s):
            recorder.acted("respawn", ended, 0)
            self._respawn()
        return bool(ended)

    def _climb(self, recorder: Recorder, suspects: Sequence[LineSettings]) -> None:
        try:
            self.settings = Ladder(self, self._timing, recorder, suspects).climb()
        except NotRecovered:
            # A saved setting that no reset takes back: what esptool is for on a board.
            recorder.acted("reflash", "factory settings", self._port.now())
            self._control.ask("firmware", name=self._options.firmware)
            self.settings = Ladder(self, self._timing, recorder).climb()

    def reflash(self) -> None:
        if self._running.emulator_ended():
            self._respawn()
        self._port.configure(self._line)
        self.settings = self._line
        self._control.ask("firmware", name=self._options.firmware)

    def wear(self) -> Mapping[str, int]:
        # What an emulator that died had counted died with it.
        return wear_of(self._control)

    def close(self) -> None:
        self._end()
        self._close_clock()

    def _close_clock(self) -> None:
        if isinstance(self.clock, SkippingClock):
            self.clock.close()

    def _end(self) -> None:
        """End the processes; what they had joined goes on."""
        if isinstance(self.clock, SkippingClock):
            self.clock.remove_parties()
        self._port.close()
        self._running.close()
        self._control.forget()

    def _respawn(self) -> None:
        self._end()
        self._running, self._port = self._start()
        self.settings = self._line

    def _start(self) -> tuple[_Running, SerialPort]:
        try:
            line = socket.create_server(("127.0.0.1", 0))
        except OSError as error:
            raise PortError(f"there can be no line to an emulator: {error}") from error
        with line, self._control.opened() as control:
            running = self._start_process(line.fileno(), control.fileno())
        where = str(running.emulator.get("port", ""))
        try:
            return running, SerialPort(where, self._line, clock=self.clock)
        except TestbedError:
            running.close()
            raise

    def _start_process(self, line: int, control: int) -> _Running:
        """With a lab, if one is asked for and can be had; the sockets are for the emulator."""
        options = self._options
        if options.net == LAB and not self._forbidden:
            try:
                with self._clock_socket() as lab, self._clock_socket() as emulator:
                    words, descriptors = _shared(line, control, emulator)
                    return LabProcess(
                        [*options.arguments(line), *words],
                        descriptors,
                        clock=self.clock,
                        clock_socket=lab,
                    )
            except NoNamespaces as error:
                self._forbidden = str(error)
            except LabError as error:
                raise PortError(str(error)) from error
        alone = replace(options, net="none") if options.net == LAB else options
        with self._clock_socket() as emulator:
            words, descriptors = _shared(line, control, emulator)
            return LoneEmulator([*alone.arguments(line), *words], descriptors)

    @contextlib.contextmanager
    def _clock_socket(self) -> Iterator[int | None]:
        """A socket over which a process may join the clock, if the clock is one that is joined."""
        if not isinstance(self.clock, SkippingClock):
            yield None
            return
        with self.clock.add_party() as descriptor:
            yield descriptor.fileno()


def _shared(line: int, control: int, clock: int | None) -> tuple[Sequence[str], Sequence[int]]:
    """What the emulator is told of descriptors that it inherits, and these descriptors."""
    words = ["--control", f"fd:{control}"]
    if clock is None:
        return words, [line, control]
    return [*words, "--clock", str(clock)], [line, control, clock]


def _clock(options: EmulatorOptions) -> RealClock | SkippingClock:
    """The clock that was asked for, or real time where there can be no other."""
    if options.clock == REAL or options.endpoint not in _COUNTED or options.net == "host":
        return RealClock()
    try:
        return SkippingClock()
    except Unsupported:
        return RealClock()
