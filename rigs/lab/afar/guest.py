"""A harness that was let in, and the lab that was started for it.

Law of this file: the lab is the same process that a harness on its host would start, and ends as
that does, when its channel ends; so it undoes everything even if this process is killed. What is
passed on is bounded: who does not read is not read from either.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import socket
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

#: How much is passed on at once.
_PIECE = 1 << 16
#: How long the lab may take to undo everything before it is killed, in seconds.
_END_S = 15.0
#: How much of what the lab complained is kept, from the end.
_LAST_WORDS = 1 << 12
#: How it ends when all is well, or when it has said itself what was not.
_SAID_ALL = (0, 2)
_ROOT = Path(__file__).resolve().parents[3]


class Guest:
    """The conversation of a harness with its lab."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._complaints = b""

    async def stay(self, lent: Sequence[str]) -> str:
        """Until either is gone and everything is undone; how it ended."""
        keep = tempfile.mkdtemp(prefix="lab-captures-")  # for nobody else to read
        try:
            return await self._stay(lent, keep)
        finally:  # the lab does so, too, in case we are killed, and it is
            shutil.rmtree(keep, ignore_errors=True)

    async def _stay(self, lent: Sequence[str], keep: str) -> str:
        ours, theirs = socket.socketpair()
        with theirs:
            lab = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "rigs.lab.bench", "--channel", str(theirs.fileno()),
                "--keep", keep, *(word for name in lent for word in ("--lend", name)),
                cwd=_ROOT, pass_fds=[theirs.fileno()], stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for the door, which ends the lab itself
            )  # fmt: skip
        from_lab, to_lab = await asyncio.open_connection(sock=ours)
        listening = asyncio.create_task(self._listen(lab))
        answers = _Way(from_lab, self._writer)
        asked = asyncio.create_task(_Way(self._reader, to_lab).go())
        told = asyncio.create_task(answers.go())
        try:
            await asyncio.wait({asked, told}, return_when=asyncio.FIRST_COMPLETED)
            has_left = asked.done() and asked.result()
        finally:
            asked.cancel()
            to_lab.close()
            await _ended(lab)
            told.cancel()
            await listening
        if has_left or lab.returncode == 0:
            return "it has left"
        if lab.returncode in _SAID_ALL:
            return "it was told why there is no lab for it"
        self._tell_the_end(lab.returncode, behind="" if answers.whole else "\n")
        return f"the lab ended with {lab.returncode}"

    def _tell_the_end(self, status: int | None, behind: str) -> None:
        """The last line that it hears, on a line of its own."""
        lines = self._complaints.decode("utf-8", "replace").strip().splitlines()
        why = f" ({lines[-1][:200]})" if lines else ""
        ended = json.dumps({"ended": f"it ended with {status}{why}"})
        self._writer.write(f"{behind}{ended}\n".encode())

    async def _listen(self, lab: asyncio.subprocess.Process) -> None:
        """What it complains is for whoever looks at the door, too."""
        assert lab.stderr is not None
        while data := await lab.stderr.read(_PIECE):
            self._complaints = (self._complaints + data)[-_LAST_WORDS:]
            with contextlib.suppress(OSError):  # nobody reads it any more
                sys.stderr.buffer.write(data)
                sys.stderr.flush()


@dataclass
class _Way:
    """One direction of the conversation."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    #: Whether what was passed on ends with a line.
    whole: bool = True

    async def go(self) -> bool:
        """Until there is nothing more to read, or nobody to write to; whether it was the reader."""
        while True:
            try:
                data = await self.reader.read(_PIECE)
            except OSError:  # it was cut: that is an end, too
                data = b""
            if not data:
                return True
            self.whole = data.endswith(b"\n")
            try:
                self.writer.write(data)
                await self.writer.drain()
            except OSError:
                return False


async def _ended(lab: asyncio.subprocess.Process) -> None:
    try:
        await asyncio.wait_for(lab.wait(), _END_S)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            lab.kill()
        await lab.wait()
