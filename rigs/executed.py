"""A device that a command starts: a firmware on the host, an emulated CPU, a device of a test.

Law of this file: the program is the device, and starting it anew is its reset and its power. It
can be thrown away, so it is no board as far as hazards go, unless the PIXIT says that it drives
one. Its process is started in one place (`_launch`), its line is opened in one (`_open`).
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import socket
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import tenacity

from conformance.flash import FlashLayout
from conformance.statement import Pixit
from conformance.testbed import (
    CAPABILITIES,
    Controls,
    LineSettings,
    NotRecovered,
    Port,
    PortError,
    Recorder,
)
from conformance.wiring import DEVICE_FOLDER, FLASH_SIZES, Board
from rigs import respawn
from rigs.bench import BenchLab
from rigs.clock.harness import RealClock, SkippingClock
from rigs.clock.kernel import Unsupported
from rigs.deviceport import DevicePort, Line
from rigs.program import ANNOUNCE, Program
from rigs.recovery import Ladder
from rigs.serialport import SerialPort
from rigs.streams import StreamPort

#: The port of a device that speaks on its standard input and output.
STDIO = "stdio"

#: Marks in a command, a port and the name of a flash file: a folder of the device's own, and a TCP
#: port of this host that nobody uses.
FOLDER, PORT = DEVICE_FOLDER, "{port}"

#: What a clock may do.
REAL, SKIPS = "real", "skips"
#: In this environment variable a device finds the descriptor over which it joins a clock.
_CLOCK = "CONFORMANCE_CLOCK"

#: How long to wait before a line is tried again that is not there yet, in seconds.
_AGAIN_S = 0.05


@dataclass(frozen=True, slots=True)
class ExecOptions:
    """What `--rig=exec[port=...]:COMMAND` says."""

    command: tuple[str, ...]
    #: Where the device speaks: `stdio`, a device path or a URL; empty: it announces that.
    port: str = ""
    #: `skips`: the device joins a clock that skips idle time (docs/clock.md).
    clock: str = REAL
    #: `no`: as a board without a reset wire and without a switch for its power.
    restart: str = "yes"

    @property
    def only_one(self) -> bool:
        """Whether only one can run at a time: two cannot be at one place."""
        is_place = self.port not in ("", STDIO)
        return is_place and not any(mark in self.port for mark in (FOLDER, PORT))

    def filled(self, marks: Mapping[str, str]) -> ExecOptions:
        """The same with the marks replaced."""
        return replace(
            self,
            command=tuple(_filled(word, marks) for word in self.command),
            port=_filled(self.port, marks),
        )

    def __str__(self) -> str:
        """As it is written down: without the arguments, of which one may be a password."""
        given = {
            "port": self.port,
            "clock": self.clock if self.clock != REAL else "",
            "restart": self.restart if self.restart != "yes" else "",
        }
        said = ",".join(f"{key}={value}" for key, value in given.items() if value)
        options, more = f"[{said}]" if said else "", " ..." if len(self.command) > 1 else ""
        return f"exec{options}:{self.command[0]}{more}"


def read_command(text: str) -> tuple[str, ...]:
    """The words of a command, parted and quoted as for a shell, which none is; `ValueError`."""
    return tuple(shlex.split(text))


def shares_its_flash(board: Board) -> bool:
    """Whether all devices of such a bench would have one flash file."""
    return bool(board.flash_file) and FOLDER not in board.flash_file


class ExecRig:
    """A `testbed.Rig` around a program."""

    def __init__(self, options: ExecOptions, pixit: Pixit) -> None:
        """Start it and open its line; raises `PortError`, and then nothing is left of it."""
        self.name = str(options)
        self.settings: LineSettings = pixit.line
        self.is_board = pixit.board.needs_leave
        self._pixit = pixit
        self._has_joined = False
        self._restarts = options.restart == "yes"
        self._device = device = Device(options, pixit)
        self._lab = BenchLab(pixit.network)
        readable = self._restarts and not _why_unreadable(pixit.board)
        self.controls = Controls(
            Restart(device) if self._restarts else None,
            device if self._restarts else None,
            FileFlash(device, pixit.board) if readable else None,
            self._lab if self._lab.is_there else None,
        )

    @property
    def port(self) -> Port:
        return self._device.port

    @property
    def capabilities(self) -> frozenset[str]:
        return frozenset(CAPABILITIES) - self.missing().keys()

    def missing(self) -> Mapping[str, str]:
        board, untold = self._pixit.board, "the PIXIT names no board.%s"
        whys = {
            "flash-read": _why_unreadable(board),
            "wake-wire": "" if board.wake_wire else untold % "wake_wire",
            "rts-cts": "" if board.rts_cts else untold % "rts_cts",
        }
        if not self._restarts:
            why = "restart=no asks for a device that is not started anew"
            whys |= dict.fromkeys(("reset", "power", "flash-read"), why)
        if not self._device.where.startswith("rfc2217://"):
            why = f"{self._device.where} carries no %s that the harness could rely on"
            whys |= {"uart-rate": why % "baud rate", "uart-framing": why % "framing"}
        return {**{name: why for name, why in whys.items() if why}, **self._lab.missing}

    def keep_captures(self, folder: Path | None, prefix: str) -> None:
        self._lab.keep_captures(folder, prefix)

    def lab_problem(self) -> str:
        return self._lab.problem()

    def begin(self, purpose: str) -> None:
        self._lab.begin(purpose)

    @property
    def is_real_time(self) -> bool:
        """True until the device has joined the clock that it was offered."""
        clock = self._device.clock
        self._has_joined |= isinstance(clock, SkippingClock) and clock.stands
        return not self._has_joined

    def time_passed(self) -> Mapping[str, Any]:
        """See `testbed.Clocked`."""
        clock = self._device.clock
        return clock.passed() if isinstance(clock, SkippingClock) else {}

    def recover(self, recorder: Recorder, suspects: Sequence[LineSettings] = ()) -> None:
        respawned, climb = partial(self._respawned, recorder), partial(self._climb, recorder)
        respawn.recover(respawned, climb, suspects)

    def _respawned(self, recorder: Recorder, within_s: float) -> bool:
        """Start the device anew if it ended; whether that was so."""
        if ended := self._device.program.ended(within_s):
            recorder.acted("respawn", ended, 0)
            self._device.off()  # its line is of no use any more
            self._device.port.configure(self._pixit.line)
            self.settings = self._pixit.line
            self._device.on()
        return bool(ended)

    def _climb(self, recorder: Recorder, suspects: Sequence[LineSettings]) -> None:
        try:
            self.settings = Ladder(self, self._pixit.timing, recorder, suspects).climb()
        except NotRecovered:
            # It saved a setting that no start takes back; what was lent to it is taken back.
            if not (self._restarts and self._device.renew()):
                raise
            recorder.acted("reflash", "an empty folder", self.port.now())
            self.settings = self._pixit.line
            self.settings = Ladder(self, self._pixit.timing, recorder, ()).climb()

    def wear(self) -> Mapping[str, int]:
        return {"boots": self._device.program.starts}

    def words(self) -> str:
        """See `testbed.Talkative`."""
        return self._device.program.words()

    def close(self) -> None:
        self._lab.close()
        self._device.close()


class Device:
    """The program and its line, as one thing that can be on or off: a `testbed.Power`."""

    def __init__(self, options: ExecOptions, pixit: Pixit) -> None:
        """Start it; raises `PortError`."""
        self._limit_s = pixit.board.command_s
        #: A folder of its own, where it wants one; its keeper removes it.
        self._folder = ""
        if any(FOLDER in text for text in (*options.command, options.port, pixit.board.flash_file)):
            self._folder = tempfile.mkdtemp(prefix="device-")
        self._options = options.filled({FOLDER: self._folder, PORT: str(_free_port())})
        #: Where it speaks.
        self.where = self._options.port
        try:
            self.program = Program(self._options.command, self._folder)
        except PortError:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        self._is_closed = False
        self.clock = _clock(options)
        self.port = DevicePort(self.program, pixit.line, self.clock)
        try:
            self.on()
        except PortError:
            self.close()
            raise

    def off(self) -> None:
        """End it and all that it started; raises `PortError`."""
        if isinstance(self.clock, SkippingClock):
            self.clock.remove_parties()
        self.port.unplug()
        self.program.stop()

    def on(self) -> None:
        """Start it and open its line; raises `PortError`."""
        self.port.plug(self._open(self._launch()))

    def renew(self) -> bool:
        """Start it with an empty folder, if it has one of its own; raises `PortError`."""
        if not self._folder:
            return False
        self.off()
        for entry in Path(self._folder).iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)
        self.on()
        return True

    def in_folder(self, name: str) -> Path:
        """A file that may be in the device's own folder."""
        return Path(_filled(name, {FOLDER: self._folder}))

    def close(self) -> None:
        """End it for good; a second time does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        self.port.close()
        self.program.close()
        if isinstance(self.clock, SkippingClock):
            self.clock.close()

    def _launch(self) -> tuple[int, int] | None:
        """Start its process: the descriptors of its streams, if they are its line."""
        streams = self._options.port == STDIO
        if not isinstance(self.clock, SkippingClock):
            return self.program.start(streams)
        with self.clock.add_party() as clock_socket:
            return self.program.start(streams, {_CLOCK: clock_socket.fileno()})

    def _open(self, streams: tuple[int, int] | None) -> Line:
        """Open the line to the process that has just been started."""
        if streams is not None:
            return StreamPort(*streams, self.program.name, self.clock)
        self.where = self._options.port or self._announced()
        attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception(self._may_come),
            stop=tenacity.stop_after_delay(self._limit_s),
            wait=tenacity.wait_fixed(_AGAIN_S),
            reraise=True,
        )
        try:
            # Its start is to be heard from its beginning, and it may have begun already.
            return attempts(
                SerialPort, self.where, self.port.settings, clock=self.clock, keeps=True
            )
        except PortError as error:
            raise PortError(self.program.ended() or str(error)) from error

    def _may_come(self, error: BaseException) -> bool:
        """Whether its line may yet be there."""
        return isinstance(error, PortError) and not self.program.ended()

    def _announced(self) -> str:
        line = self.program.announcement(self._limit_s)
        try:
            port = json.loads(line)["port"]
        except (ValueError, KeyError, TypeError):
            port = None
        if not isinstance(port, str) or not port:
            raise PortError(f"{self.program.name} announced no port with {line[:200]}: {ANNOUNCE}")
        return port


class Restart:
    """A `testbed.Reset`: the program is ended and started anew."""

    def __init__(self, device: Device) -> None:
        self._device = device

    def pulse(self) -> None:
        """Do it; raises `PortError`."""
        self._device.off()
        self._device.on()


class FileFlash:
    """A `testbed.Flash` in a file; to be read, the device is stopped, and started afterwards."""

    def __init__(self, device: Device, board: Board) -> None:
        self._device = device
        self._board = board

    def layout(self) -> FlashLayout:
        """As the PIXIT says, or as large as the file is; raises `PortError`."""
        try:
            size = FLASH_SIZES.get(self._board.flash_size) or self._file.stat().st_size
            return FlashLayout(size, self._board.flash_map)
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from error

    def read(self, areas: Sequence[range]) -> Sequence[bytes]:
        """The bytes at `areas`; the device then starts. Raises `PortError`."""
        self._device.off()
        try:
            with self._file.open("rb") as file:
                contents = [_piece(file.fileno(), area) for area in areas]
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from error
        finally:
            self._device.on()
        return contents

    @property
    def _file(self) -> Path:
        return self._device.in_folder(self._board.flash_file)

    def _unreadable(self, error: OSError | ValueError) -> PortError:
        why = getattr(error, "strerror", None) or str(error)
        return PortError(f"cannot read the flash file {self._file}: {why}; correct the PIXIT")


def _piece(descriptor: int, area: range) -> bytes:
    data = os.pread(descriptor, len(area), area.start)
    if len(data) != len(area):
        raise ValueError(f"it ends before {area.stop:#x}")
    return data


def _why_unreadable(board: Board) -> str:
    """Why the flash of a device cannot be read; empty if it can."""
    return "" if board.flash_file else "the PIXIT names no board.flash_file"


def _filled(text: str, marks: Mapping[str, str]) -> str:
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text


def _clock(options: ExecOptions) -> RealClock | SkippingClock:
    """The clock that was asked for, or real time where there can be no other."""
    if options.clock == REAL:
        return RealClock()
    try:
        return SkippingClock()
    except Unsupported:
        return RealClock()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
