"""The default rig: an emulator in a process of its own, started and stopped by the harness.

Law of this file: the emulator is met as a stranger, through its command line, its serial endpoint
and its control socket. When its process dies a new one is started.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import select
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance.statement import Pixit
from conformance.testbed import (
    CAPABILITIES,
    LineSettings,
    NotRecovered,
    Port,
    PortError,
    Recorder,
    TestbedError,
    Timing,
)
from rigs.control import ControlSocket, controls_of, wear_of
from rigs.recovery import Ladder
from rigs.serialport import SerialPort

#: How long an emulator may take to start, in seconds; it takes a fraction of one.
_START_S = 20.0
#: How long it may take to end before it is killed, in seconds.
_END_S = 5.0

_ROOT = Path(__file__).resolve().parent.parent


#: The serial endpoints that an emulator has, and how each is asked for.
ENDPOINTS: Mapping[str, Sequence[str]] = {
    "rfc2217": ("--rfc2217", "127.0.0.1:0"),
    "pty": ("--pty",),
    "tcp": ("--tcp", "127.0.0.1:0"),
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


@dataclass(frozen=True, slots=True)
class EmulatorOptions:
    """What `--rig=emulator:key=value,...` may say."""

    firmware: str = "document"
    timing: str = "fast"
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

    def arguments(self) -> Sequence[str]:
        """The emulator's command line."""
        words = [*ENDPOINTS[self.endpoint], "--firmware", self.firmware, "--timing", self.timing]
        for option, values in (
            ("--fault", self.faults),
            ("--variant", self.variants),
            ("--flash", (self.flash,)),
            ("--flash-map", (self.flash_map,)),
            ("--flash-size", (self.flash_size,)),
        ):
            words += [word for value in values if value for word in (option, value)]
        return words if self.wake == "yes" else [*words, "--no-wake-wire"]

    def patience(self) -> Timing:
        """How long to wait for such an emulator, unless the PIXIT says otherwise.

        It answers in microseconds, so that silence is found out sooner than a board would allow.
        """
        return Timing() if self.timing == "real" else Timing(quiet_s=0.15)

    def missing(self) -> Mapping[str, str]:
        """Each capability that such an emulator lacks, and why."""
        without = {"wake-wire": "wake=no asks for a board without it"} if self.wake == "no" else {}
        return {**_NOT_CARRIED[self.endpoint], **without}


class EmulatorRig:
    """A `testbed.Rig` around an emulator that it starts itself."""

    is_board = False

    def __init__(self, name: str, options: EmulatorOptions, pixit: Pixit) -> None:
        self.name = name
        self._options = options
        self._timing = pixit.timing
        self._line = pixit.line
        # No folder of our own: the emulator removes its socket even when we are killed.
        path = Path(tempfile.gettempdir(), f"esp8266-{secrets.token_hex(8)}.control")
        self._control = ControlSocket(path)
        self.controls = controls_of(self._control)
        self.settings: LineSettings = pixit.line
        self._process, self._port = self._start()

    @property
    def port(self) -> Port:
        return self._port

    @property
    def capabilities(self) -> frozenset[str]:
        return frozenset(CAPABILITIES) - self.missing().keys()

    def missing(self) -> Mapping[str, str]:
        return self._options.missing()

    def begin(self, purpose: str) -> None:
        pass

    def recover(self, recorder: Recorder, suspects: Sequence[LineSettings] = ()) -> None:
        if self._process.poll() is not None:
            recorder.acted("respawn", f"emulator ended with {self._process.returncode}", 0)
            self._respawn()
            suspects = ()
        try:
            self.settings = Ladder(self, self._timing, recorder, suspects).climb()
        except NotRecovered:
            # A saved setting that no reset takes back: what esptool is for on a board.
            recorder.acted("reflash", "factory settings", self._port.now())
            self._control.ask("firmware", name=self._options.firmware)
            self.settings = Ladder(self, self._timing, recorder).climb()

    def reflash(self) -> None:
        if self._process.poll() is not None:
            self._respawn()
        self._port.configure(self._line)
        self.settings = self._line
        self._control.ask("firmware", name=self._options.firmware)

    def wear(self) -> Mapping[str, int]:
        # What an emulator that died had counted died with it.
        return wear_of(self._control)

    def close(self) -> None:
        self._port.close()
        _stop(self._process)

    def _respawn(self) -> None:
        self.close()
        self._process, self._port = self._start()
        self.settings = self._line

    def _start(self) -> tuple[subprocess.Popen[bytes], SerialPort]:
        command = [
            sys.executable, "-m", "rigs.emulator", *self._options.arguments(),
            "--control", str(self._control.path), "--announce", "json", "--exit-with-stdin",
        ]  # fmt: skip
        process = subprocess.Popen(
            command,
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the harness, which ends the emulator itself
        )
        try:
            return process, SerialPort(_announced(process), self._line)
        except TestbedError:
            _stop(process)
            raise


def _announced(process: subprocess.Popen[bytes]) -> str:
    """Where the emulator serves, from the first line it prints."""
    assert process.stdout is not None
    readable, _, _ = select.select([process.stdout], [], [], _START_S)
    line = process.stdout.readline() if readable else b""
    try:
        return str(json.loads(line)["port"])
    except (ValueError, KeyError, TypeError) as error:
        raise PortError(f"the emulator did not start: {_last_words(process)}") from error


def _last_words(process: subprocess.Popen[bytes]) -> str:
    """What an emulator that would not start said, in one line."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.terminate()
        _, complaint = process.communicate(timeout=_END_S)
        lines = complaint.decode("utf-8", "replace").strip().splitlines()
        if lines:
            return lines[-1]
    return f"no word of it within {_START_S:g} s"


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the emulator: it ends itself when its stdin does; kill it if it does not."""
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    try:
        process.wait(timeout=_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
