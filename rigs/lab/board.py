"""The emulated board: a process in the lab's namespace for it, started and ended by the lab.

Law of this file: it dies with the lab, whatever the lab dies of. It is met through its command
line, the line that it prints first, and the air.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import IO, Any

from rigs.clock.party import Clock

from .air import Air
from .boardside import BoardSide
from .channel import Channel
from .namespaces import Namespace

#: How long it may take to start and to end, in seconds.
_START_S, _END_S = 60.0, 3.0
#: How often it is looked whether it has ended.
_POLL_S = 0.005
#: The longest line of a board about its radio; the longest that it needs is under 2 kB.
_LONGEST_LINE = 1 << 16
_PR_SET_PDEATHSIG = 1


class BoardFailed(Exception):
    """It did not start; the message is its own complaint, if it had one."""


class Board:
    """One emulator."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        side: BoardSide,
        complaints: IO[bytes],
        clock: Clock,
    ) -> None:
        self._process = process
        self._complaints = complaints
        self._clock = clock
        self.side = side
        self._hearing = asyncio.create_task(side.hear())

    @classmethod
    async def start(
        cls, arguments: Sequence[str], pass_fds: Sequence[int], namespace: Namespace, air: Air
    ) -> tuple[Board, Mapping[str, Any]]:
        """Start one; it, and the line that it announced itself with. Raises `BoardFailed`."""
        ours, theirs = socket.socketpair()
        command = [
            sys.executable, "-m", "rigs.emulator", *arguments, "--announce", "json",
            "--exit-with-stdin", "--net", "lab", "--air", str(theirs.fileno()),
        ]  # fmt: skip
        complaints = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        with theirs, namespace.inside():
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints,
                pass_fds=[*pass_fds, theirs.fileno()], preexec_fn=_die_with_the_parent,
            )  # fmt: skip
        side = BoardSide(air, await Channel.on(ours, _LONGEST_LINE))
        board = cls(process, side, complaints, air.clock.source)
        try:
            return board, await board._announcement()
        except (ValueError, TimeoutError):
            raise BoardFailed(await board._last_words()) from None

    async def _announcement(self) -> Mapping[str, Any]:
        assert self._process.stdout is not None
        line = await asyncio.wait_for(_first_line(self._process.stdout), _START_S)
        announced = json.loads(line)
        if not isinstance(announced, dict):
            raise ValueError(f"{announced!r} is no announcement")
        return announced

    async def _last_words(self) -> str:
        """What a board that would not start said, in one line."""
        await self.stop()
        self._complaints.seek(0)
        lines = self._complaints.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"no word of it within {_START_S:g} s"

    @property
    def status(self) -> int | None:
        """What it ended with; None while it runs."""
        return self._process.poll()

    async def ended(self, within_s: float) -> None:
        """Wait until it has ended, or the time is over."""
        deadline = asyncio.get_running_loop().time() + within_s
        with self._clock.held("process"):
            while self.status is None and asyncio.get_running_loop().time() < deadline:
                await asyncio.sleep(_POLL_S)

    async def stop(self) -> None:
        """End it; it ends itself when its stdin does, and is killed if it does not."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        await self.ended(_END_S)
        self._process.kill()
        self._process.wait()
        await self._hearing


async def _first_line(stream: Any) -> bytes:
    """One line of a pipe."""
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), stream
    )
    try:
        return await reader.readline()
    finally:
        transport.pause_reading()


def _die_with_the_parent() -> None:
    # With a signal that lets it remove its control socket.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
