"""A program of the bench that runs as long as the lab: started, listened to, ended.

Law of this file: it dies with the lab. Its configuration is a file that nobody else can read, in a
folder that goes with it. What it says is kept, bounded, and given to whoever waits for a line.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import ctypes
import os
import shutil
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

#: How long it may take to end before it is killed, in seconds.
_END_S = 3.0
#: How many of its last lines are kept.
_KEPT = 200
_PR_SET_PDEATHSIG = 1

#: Where programs for the administrator stand, in case the search path does not say.
_MORE = "/usr/local/sbin:/usr/sbin:/sbin"


class ProgramFailed(Exception):
    """It would not start, or ended unasked; the message has its last words."""


def found(name: str) -> str:
    """Where the program is; empty if it is not here."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:{_MORE}") or ""


class Program:
    """One run of a program; `heard` is called with each line."""

    def __init__(self, process: asyncio.subprocess.Process, heard: Callable[[str], None]) -> None:
        self._process = process
        self._heard = heard
        self.lines: collections.deque[str] = collections.deque(maxlen=_KEPT)
        self._stirred = asyncio.Condition()
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(
        cls, command: Sequence[str], heard: Callable[[str], None] = lambda line: None
    ) -> Self:
        """Start it; raises `ProgramFailed`."""
        path = found(command[0])
        if not path:
            raise ProgramFailed(f"{command[0]} is not installed here")
        try:
            process = await asyncio.create_subprocess_exec(
                path, *command[1:], stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
                preexec_fn=_die_with_the_parent,
            )  # fmt: skip
        except OSError as error:
            raise ProgramFailed(f"{path} cannot be started: {error.strerror}") from error
        return cls(process, heard)

    async def until(self, said: Callable[[str], bool], within_s: float) -> str:
        """The first line since it started of which `said` is true; raises `ProgramFailed`.

        It fails if the program ends before, or does not say so in time.
        """

        def line() -> str:
            return next((each for each in self.lines if said(each)), "")

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s), self._stirred:
                await self._stirred.wait_for(lambda: line() or self._listening.done())
        if not line():
            raise ProgramFailed(self.last_words)
        return line()

    @property
    def has_ended(self) -> bool:
        return self._process.returncode is not None

    @property
    def last_words(self) -> str:
        """What it said last, in one line."""
        return " / ".join(list(self.lines)[-3:]) or "it said nothing"

    async def stop(self) -> None:
        """End it, with time to undo what it did to its interface."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), _END_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._listening

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(OSError, ValueError):  # a line without an end: it is not heard
            while raw := await self._process.stdout.readline():
                line = raw.decode("utf-8", "replace").rstrip()
                self.lines.append(line)
                self._heard(line)
                await self._wake()
        await self._process.wait()
        await self._wake()

    async def _wake(self) -> None:
        async with self._stirred:
            self._stirred.notify_all()


def written(folder: Path, name: str, text: str) -> Path:
    """A file in `folder` that nobody else can read."""
    path = folder / name
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
    return path


def _die_with_the_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
