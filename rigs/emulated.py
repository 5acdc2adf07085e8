"""The default rig: an emulator in a process of its own, started and stopped by the harness.

Law of this file: the emulator is met as a stranger, through its command line and its serial
endpoint. When its process dies a new one is started, which is this rig's way to power-cycle.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance.statement import Pixit
from conformance.testbed import CAPABILITIES, LineSettings, Port, PortError, Recorder, TestbedError
from rigs.recovery import Ladder
from rigs.serialport import SerialPort

#: How long an emulator may take to start, in seconds; it takes a fraction of one.
_START_S = 20.0
#: How long it may take to end before it is killed, in seconds.
_END_S = 5.0

#: A reply of the control socket is one short line.
_LONGEST_REPLY = 65536

_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class EmulatorOptions:
    """What `--rig=emulator:key=value,...` may say."""

    firmware: str = "document"
    timing: str = "fast"
    #: `pty` or `tcp`.
    endpoint: str = "pty"
    faults: tuple[str, ...] = ()

    def arguments(self) -> Sequence[str]:
        """The emulator's command line."""
        endpoint = ["--pty"] if self.endpoint == "pty" else ["--tcp", "127.0.0.1:0"]
        faults = [word for fault in self.faults for word in ("--fault", fault)]
        return [*endpoint, "--firmware", self.firmware, "--timing", self.timing, *faults]


class EnPin:
    """The EN pin of an emulated chip, reached through its control socket."""

    def __init__(self, control: Path) -> None:
        self._control = control

    def pulse(self) -> None:
        """Reset the chip; raises `PortError` if the emulator does not obey."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(_END_S)
                connection.connect(str(self._control))
                connection.sendall(b'{"do": "reset"}\n')
                reply = json.loads(connection.makefile("rb").readline(_LONGEST_REPLY))
        except (OSError, ValueError) as error:
            raise PortError(f"the emulator's control socket failed: {error}") from error
        if not reply.get("ok"):
            raise PortError(f"the emulator would not reset: {reply.get('error')}")


class EmulatorRig:
    """A `testbed.Rig` around an emulator that it starts itself."""

    is_board = False

    def __init__(self, name: str, options: EmulatorOptions, pixit: Pixit) -> None:
        self.name = name
        self._options = options
        self._timing = pixit.timing
        self._line = pixit.line
        # No folder of our own: the emulator removes its socket even when we are killed.
        self._control = Path(tempfile.gettempdir(), f"esp8266-{secrets.token_hex(8)}.control")
        self.settings: LineSettings = pixit.line
        self._process, self._port = self._start()

    @property
    def port(self) -> Port:
        return self._port

    @property
    def capabilities(self) -> frozenset[str]:
        return frozenset(CAPABILITIES) - self.missing().keys()

    def missing(self) -> Mapping[str, str]:
        if self._options.endpoint == "pty":
            return {}
        return {"uart-rate": "a TCP connection carries no baud rate"}

    def begin(self, purpose: str) -> None:
        pass

    def recover(self, recorder: Recorder) -> None:
        if self._process.poll() is not None:
            recorder.acted("respawn", f"emulator ended with {self._process.returncode}", 0)
            self.close()
            self._process, self._port = self._start()
            self.settings = self._line
        pin = EnPin(self._control)
        self.settings = Ladder(self._port, self.settings, self._timing, recorder, pin).climb()

    def close(self) -> None:
        self._port.close()
        _stop(self._process)

    def _start(self) -> tuple[subprocess.Popen[bytes], SerialPort]:
        command = [
            sys.executable, "-m", "rigs.emulator", *self._options.arguments(),
            "--control", str(self._control), "--announce", "json", "--exit-with-stdin",
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
