"""A lab as a process of this host: started, met through its channel, ended.

Law of this file: what it complained is kept, and its end is waited for. Nobody starts a lab while
another one lives that was made here for the same rig.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.testbed import LabError
from conformance.verdict import Inconclusive
from rigs.clock.harness import RigClock
from rigs.labtalk import LabTalk

#: How long a lab and its emulator may take to start, in seconds; they take half of one.
_START_S = 65.0
#: How long a bench's lab may take, which waits for a radio.
OPEN_S = 60.0
#: How long it may take to end before it is killed, in seconds.
_END_S = 6.0
#: How much of what it complained is looked at, from the end.
_LAST_WORDS = 1 << 16

_ROOT = Path(__file__).resolve().parent.parent


class LabProcess(LabTalk):
    """A lab and the emulator in it. It is a `testbed.Lab`."""

    def __init__(
        self,
        arguments: Sequence[str],
        pass_fds: Sequence[int] = (),
        *,
        bench: Mapping[str, Any] | None = None,
        clock: RigClock | None = None,
        clock_socket: int | None = None,
    ) -> None:
        """Start them, the emulator with `arguments` and the descriptors `pass_fds`.

        `clock_socket`: the socket over which the lab joins the clock.
        `bench`: instead of an emulator there is a board, and this is the lab around it. It is told
        over the channel, because others can read a command line.
        Raises `LabError` if they do not start, and `NoNamespaces`.
        """
        end, theirs = socket.socketpair()
        super().__init__(end, clock)
        module = "rigs.lab" if bench is None else "rigs.lab.bench"
        # A file, because a pipe that nobody reads holds up who writes much.
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        command = [
            sys.executable, "-m", module, "--channel", str(theirs.fileno()),
            *(word for each in pass_fds for word in ("--pass-fd", str(each))),
            *(() if clock_socket is None else ("--clock", str(clock_socket))),
            *(("--", *arguments) if bench is None else ()),
        ]  # fmt: skip
        inherited = [*pass_fds] if clock_socket is None else [*pass_fds, clock_socket]
        with theirs:
            self._process = subprocess.Popen(
                command, cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=self._complaints,
                pass_fds=[*inherited, theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for the harness, which ends the lab itself
            )  # fmt: skip
        try:
            self._meet(bench, _START_S if bench is None else OPEN_S)
        except BaseException:
            self.close()
            raise

    def emulator_ended(self, within_s: float = 0.0) -> str:
        """How the emulator ended, now or before the time is over; empty while it runs."""
        if self.problem:
            return self.problem
        try:
            status = self.ask("emulator", {"within_s": within_s})["status"]
        except (LabError, Inconclusive, KeyError) as error:
            return str(error)
        return "" if status is None else f"emulator ended with {status}"

    def close(self) -> None:
        """End both; the lab ends when its channel does, and is killed if it does not."""
        self._end.close()
        self._broken = self._broken or "the lab was ended"
        try:
            self._process.wait(timeout=_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._complaints.close()

    def _gone(self) -> str:
        if self._process.poll() is None:
            return ""
        return f"the lab ended with {self._process.returncode}"

    def _last_words(self) -> str:
        """How it ended, and the last line of what it complained."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=_END_S)
        lines: list[str] = []
        if self._process.returncode is not None and not self._complaints.closed:
            self._complaints.seek(max(0, self._complaints.seek(0, os.SEEK_END) - _LAST_WORDS))
            told = self._complaints.read()
            lines = told.decode("utf-8", "replace").strip().splitlines()
        return f"it ended with {self._process.returncode}" + (f" ({lines[-1]})" if lines else "")
