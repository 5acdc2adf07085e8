"""The conversation with a lab, however it is reached: asked, answered, lost.

Law of this file: one question at a time, each with a deadline, and one bounded answer. A lab that
is gone, or does not answer in time, is a `LabError`, and is asked nothing more; what it says it
cannot do is `Inconclusive`.
"""

from __future__ import annotations

import json
import socket
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance.testbed import LabError, after
from conformance.verdict import Inconclusive, Reason
from rigs.clock.harness import RealClock, RigClock

#: How long an answer may take beyond the time that the question itself gives, in seconds.
_ANSWER_S = 10.0
#: The longest answer that is read: what a capture of 4,000 frames shows is a few megabytes.
_LONGEST_ANSWER = 32 << 20


class NoNamespaces(Exception):
    """The kernel lets nobody make a lab there; the message says what it said."""


class LabTalk(ABC):
    """A `testbed.Lab` at the other end of a stream socket."""

    def __init__(self, end: socket.socket, clock: RigClock | None = None) -> None:
        self._end = end
        self._clock = clock or RealClock()
        self._unread = bytearray()
        self._number = 0
        self._broken = ""
        #: What the emulator announced, and what this lab lacks, and why.
        self.emulator: Mapping[str, Any] = {}
        self.missing: Mapping[str, str] = {}

    def _meet(self, bench: Mapping[str, Any] | None, within_s: float) -> None:
        """Tell it of its bench, if it has one, and hear that it is ready.

        Raises `LabError`, and `NoNamespaces` if it says that there can be none.
        """
        first: dict[str, Any] = {}
        try:
            if bench is not None:
                self._end.settimeout(self._answer_s())
                self._end.sendall(json.dumps({"bench": dict(bench)}).encode() + b"\n")
            first = self._message(after(self._clock.now(), within_s))
            if "failed" in first:
                raise self._refused(first)
            ready = first["ready"]
            self.emulator = dict(ready["emulator"])
            self.missing = dict(ready["missing"])
        except (KeyError, TypeError, ValueError, OSError) as error:
            raise LabError(f"the lab began with {str(first)[:200]}") from error

    def _refused(self, first: Mapping[str, Any]) -> Exception:
        """Why there is no lab, by its first message."""
        refusal = NoNamespaces if first.get("forbidden") else LabError
        return refusal(str(first["failed"]))

    def begin(self, purpose: str, captures: Path | None, prefix: str) -> None:
        """Another purpose begins; its captures go into that folder, if there is one."""
        folder = str(captures or "")
        self.ask("begin", {"purpose": purpose, "captures": folder, "prefix": prefix})

    def ask(self, question: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `testbed.Lab`."""
        if self._broken:
            raise LabError(self._broken)
        self._number += 1
        asked = {"id": self._number, "ask": question, "with": arguments}
        within_s = arguments.get("within_s", 0.0)
        deadline = after(self._clock.now(), self._answer_s() + within_s)
        try:
            self._end.settimeout(self._answer_s())
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
        if not self._broken and (why := self._gone()):
            self._broken = why
        return self._broken

    def distrust(self, why: str) -> None:
        """From now on nobody asks it anything: it may not be as a purpose must find it."""
        self._broken = self._broken or why

    def _answer_s(self) -> float:
        """How long an answer may take beyond the time that the question itself gives."""
        return _ANSWER_S

    @abstractmethod
    def close(self) -> None:
        """End it."""

    @abstractmethod
    def _gone(self) -> str:
        """What shows that nobody is there any more, without a question; empty if nothing does."""

    @abstractmethod
    def _last_words(self) -> str:
        """How it ended, when it says nothing more."""

    def _message(self, deadline: int) -> dict[str, Any]:
        """The next message; raises `LabError` if there is none until `deadline` of the clock."""
        searched = 0
        while (end := self._unread.find(b"\n", searched)) < 0:
            searched = len(self._unread)
            if searched > _LONGEST_ANSWER:
                raise self._lost("its answer has no end")
            if not self._clock.wait(self._end.fileno(), deadline):
                raise self._lost("it did not answer in time")
            try:
                data = self._end.recv(1 << 18)
            except OSError:  # it had not read all that we said
                data = b""
            if not data:
                raise self._lost(self._last_words())
            self._unread += data
        line = bytes(self._unread[:end])
        del self._unread[: end + 1]
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            raise self._lost(f"it said {line[:200]!r}")
        if "ended" in message:
            raise self._lost(str(message["ended"])[:400])
        return message

    def _lost(self, why: str) -> LabError:
        """From now on nobody asks it anything."""
        self._broken = f"the lab is lost: {why}"
        return LabError(self._broken)


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
