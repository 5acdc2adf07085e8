"""The lab of an emulated board, met through its channel: started, asked, ended.

Law of this file: one question at a time, each with a deadline. A lab that is gone, or does not
answer in time, is a `LabError`; what it says it cannot do is `Inconclusive`. Nobody starts a lab
while another one lives that was made here for the same rig.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.testbed import LabError
from conformance.verdict import Inconclusive, Reason

#: How long a lab and its emulator may take to start, in seconds; they take half of one.
_START_S = 25.0
#: How long a bench's lab may take, which waits for a radio.
_OPEN_S = 60.0
#: How long an answer may take beyond the time that the question itself gives, in seconds.
_ANSWER_S = 10.0
#: How long it may take to end before it is killed, in seconds.
_END_S = 6.0
#: How much of what it complained is looked at, from the end.
_LAST_WORDS = 1 << 16
#: The longest answer that is read: what a capture of 4,000 frames shows is a few megabytes.
_LONGEST_ANSWER = 32 << 20

_ROOT = Path(__file__).resolve().parent.parent


class NoNamespaces(Exception):
    """The kernel lets nobody make a lab here; the message says what it said."""


class LabProcess:
    """A lab and the emulator in it. It is a `testbed.Lab`."""

    def __init__(
        self,
        arguments: Sequence[str],
        pass_fds: Sequence[int] = (),
        *,
        bench: Mapping[str, Any] | None = None,
    ) -> None:
        """Start them, the emulator with `arguments` and the descriptors `pass_fds`.

        `bench`: instead of an emulator there is a board, and this is the lab around it. It is told
        over the channel, because others can read a command line.
        Raises `LabError` if they do not start, and `NoNamespaces`.
        """
        self._end, theirs = socket.socketpair()
        module = "rigs.lab" if bench is None else "rigs.lab.bench"
        self._unread = bytearray()
        self._number = 0
        self._broken = ""
        # A file, because a pipe that nobody reads holds up who writes much.
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        command = [
            sys.executable, "-m", module, "--channel", str(theirs.fileno()),
            *(word for each in pass_fds for word in ("--pass-fd", str(each))),
            *(("--", *arguments) if bench is None else ()),
        ]  # fmt: skip
        with theirs:
            self._process = subprocess.Popen(
                command, cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=self._complaints, pass_fds=[*pass_fds, theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for the harness, which ends the lab itself
            )  # fmt: skip
        first: dict[str, Any] = {}
        try:
            if bench is not None:
                self._end.sendall(json.dumps({"bench": dict(bench)}).encode() + b"\n")
            first = self._message(time.monotonic() + (_START_S if bench is None else _OPEN_S))
            if "failed" in first:
                refusal = NoNamespaces if first.get("forbidden") else LabError
                raise refusal(str(first["failed"]))
            ready = first["ready"]
            #: What the emulator announced, and what this lab lacks, and why.
            self.emulator: Mapping[str, Any] = dict(ready["emulator"])
            self.missing: Mapping[str, str] = dict(ready["missing"])
        except (KeyError, TypeError, ValueError, OSError) as error:
            self.close()
            raise LabError(f"the lab began with {str(first)[:200]}") from error
        except BaseException:
            self.close()
            raise

    def ask(self, question: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `testbed.Lab`."""
        if self._broken:
            raise LabError(self._broken)
        self._number += 1
        asked = {"id": self._number, "ask": question, "with": arguments}
        within_s = arguments.get("within_s", 0.0)
        deadline = time.monotonic() + _ANSWER_S + within_s
        try:
            self._end.settimeout(_ANSWER_S)
            self._end.sendall(json.dumps(asked).encode() + b"\n")
        except TimeoutError:
            raise self._lost("it takes no questions") from None
        except OSError:
            raise self._lost(self._last_words()) from None
        answer = self._message(deadline)
        if answer.get("id") != self._number:
            raise self._lost(f"asked {question}, it answered {str(answer)[:200]}")
        return _told(question, answer)

    @property
    def problem(self) -> str:
        """Why it can be used no more; empty if it can."""
        if not self._broken and self._process.poll() is not None:
            self._broken = f"the lab ended with {self._process.returncode}"
        return self._broken

    def distrust(self, why: str) -> None:
        """From now on nobody asks it anything: it may not be as a purpose must find it."""
        self._broken = self._broken or why

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

    def _message(self, deadline: float) -> dict[str, Any]:
        """The next message; raises `LabError` if there is none until `deadline`."""
        searched = 0
        while (end := self._unread.find(b"\n", searched)) < 0:
            searched = len(self._unread)
            if searched > _LONGEST_ANSWER:
                raise self._lost("its answer has no end")
            try:
                self._end.settimeout(max(0.001, deadline - time.monotonic()))
                data = self._end.recv(1 << 18)
            except TimeoutError:
                raise self._lost("it did not answer in time") from None
            except OSError:  # it had not read all that we said
                data = b""
            if not data:
                raise self._lost(self._last_words())
            self._unread += data
        line = bytes(self._unread[:end])
        del self._unread[: end + 1]
        try:
            message = json.loads(line)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            raise self._lost(f"it said {line[:200]!r}")
        return message

    def _lost(self, why: str) -> LabError:
        """From now on nobody asks it anything."""
        self._broken = f"the lab is lost: {why}"
        return LabError(self._broken)

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


def _told(question: str, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    if "failed" in answer:
        raise LabError(f"the lab failed: {answer['failed']}")
    if "cannot" in answer:
        try:
            reason = Reason(answer.get("reason", Reason.LAB_CANNOT))
        except ValueError:
            reason = Reason.LAB_CANNOT
        raise Inconclusive(str(answer["cannot"]), reason)
    told = answer.get("told")
    if not isinstance(told, dict):
        raise LabError(f"asked {question}, the lab told {str(told)[:200]}")
    return told
