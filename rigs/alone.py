"""An emulator without a lab: a process in the host's own network.

Law of this file: it starts one, reads what it announces and ends it; nothing is left of it.
"""

from __future__ import annotations

import contextlib
import json
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.testbed import PortError

#: How long an emulator may take to start, in seconds; it takes a fraction of one, and many times
#: that on a busy machine.
_START_S = 60.0
#: How long it may take to end before it is killed, in seconds.
_END_S = 5.0

_ROOT = Path(__file__).resolve().parent.parent


class LoneEmulator:
    """An emulator that the harness started itself."""

    def __init__(self, arguments: Sequence[str], pass_fds: Sequence[int] = ()) -> None:
        """Start it with `arguments` and the descriptors `pass_fds`; raises `PortError`."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "rigs.emulator", *arguments,
             "--announce", "json", "--exit-with-stdin"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=pass_fds,
            start_new_session=True,  # Ctrl-C is for the harness, which ends the emulator itself
        )  # fmt: skip
        #: What it announced.
        self.emulator: Mapping[str, Any] = self._announced()

    def emulator_ended(self, within_s: float = 0.0) -> str:
        """How it ended, now or before the time is over; empty while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return f"emulator ended with {self._process.wait(within_s)}"
        return ""

    def close(self) -> None:
        """End it: it ends itself when its stdin does; kill it if it does not."""
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        try:
            self._process.wait(timeout=_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _announced(self) -> Mapping[str, Any]:
        """The first line that it prints."""
        assert self._process.stdout is not None
        readable, _, _ = select.select([self._process.stdout], [], [], _START_S)
        line = self._process.stdout.readline() if readable else b""
        try:
            announced = json.loads(line)
            if not isinstance(announced, dict):
                raise ValueError(f"{announced!r} is no announcement")
        except ValueError as error:
            complaint = self._last_words()
            self.close()
            raise PortError(f"the emulator did not start: {complaint}") from error
        return announced

    def _last_words(self) -> str:
        """What an emulator that would not start said, in one line."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.terminate()
            _, complaint = self._process.communicate(timeout=_END_S)
            lines = complaint.decode("utf-8", "replace").strip().splitlines()
            if lines:
                return lines[-1]
        return f"no word of it within {_START_S:g} s"
