"""Plays recorded groups on a rig, each from a factory-fresh device.

Law of this file: what is read never depends on what was recorded, only on how it was read; it
knows no command but the one that brings a board back to the factory. Every wait has a deadline.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from conformance.commandline import execute
from conformance.dialogue import Until
from conformance.grammar import BUSY, ERROR, FAIL, OK, READY, SENT
from conformance.session import Session
from conformance.testbed import Port, Reflashable, Rig, TestbedError, Timing, after
from conformance.transcript import NullRecorder
from conformance.verdict import Inconclusive
from tests.recordings.recording import Step

#: The silence that ends a step which was recorded without one, in seconds; and the shortest that
#: says anything on a line with processes at both ends.
QUIET_S = 0.05
#: How long a step is waited for that was recorded without a limit, in seconds, beside the time
#: that it took then, twice.
LIMIT_S = 1.5
#: How long a device may take to start, in seconds.
START_S = 10.0

_FINALS = b"|".join(map(re.escape, sorted({OK, ERROR, FAIL, *SENT})))
#: A whole line that ends a step, and one that says that the device is up.
_RESULT = re.compile(rb"(?:^|[\r\n])(?:" + _FINALS + rb"|" + BUSY.pattern + rb")\r?\n")
_READY = re.compile(rb"(?:^|[\r\n])" + re.escape(READY) + rb"\r?\n")

_ENDED: Mapping[str, Callable[[bytes], bool]] = {
    "result": lambda heard: _RESULT.search(heard) is not None,
    "ready": lambda heard: _READY.search(heard) is not None,
    "quiet": lambda heard: True,
}


@dataclass(frozen=True, slots=True)
class Played:
    """A step, and what the device said to it."""

    step: Step
    heard: bytes


class NotPlayed(Exception):
    """A group that could not be played; the message says why."""


def play(rig: Rig, steps: Sequence[Step], limit_s: float | None = None) -> Sequence[Played]:
    """`steps` of one group, from a factory-fresh device; no step takes longer than `limit_s`."""
    try:
        refresh(rig)
        return [Played(step, _answer(rig.port, step, limit_s)) for step in steps]
    except (TestbedError, Inconclusive) as error:  # the latter from a stored run
        raise NotPlayed(f"{steps[0].group}: {error}") from error


def refresh(rig: Rig) -> None:
    """Bring the device of `rig` to its factory settings; it has started then, and is silent."""
    if isinstance(rig, Reflashable):
        rig.reflash()
        _hear(rig.port, "ready", QUIET_S, START_S, last=True)
        return
    rig.recover(NullRecorder())
    session = Session(rig.port, Timing(restart_s=START_S))
    session.observe(execute("RESTORE"), Until.RESTART)
    session.settle()


def _answer(port: Port, step: Step, limit_s: float | None) -> bytes:
    early = _until(port, after(port.now(), step.delay_s)) if step.delay_s else b""
    if step.send:
        port.write(step.send)
    most_s = min(limit_of(step), limit_s or math.inf)
    return early + _hear(port, step.read, silence_of(step), most_s)


def limit_of(step: Step) -> float:
    """How long `step` may take, in seconds."""
    return LIMIT_S + 2 * step.took_s if step.max_s is None else step.max_s


def silence_of(step: Step) -> float:
    """The silence that ends it, in seconds."""
    return max(step.quiet_s or 0, QUIET_S)


def _hear(port: Port, read: str, quiet_s: float, most_s: float, *, last: bool = False) -> bytes:
    """What comes until it has `read` what it should and then is silent for `quiet_s` seconds.

    With `last` what ends it must stand at the end: what was under way before does not count.
    """
    limit = after(port.now(), most_s)
    heard, ended = b"", _ENDED[read](b"")
    deadline = min(limit, after(port.now(), quiet_s)) if ended else limit
    while True:
        data, now = port.read(deadline)
        heard += data
        if not data:
            return heard
        ended = _ENDED[read](_last_line(heard) if last else heard)
        deadline = min(limit, after(now, quiet_s)) if ended else limit


def _last_line(heard: bytes) -> bytes:
    return heard[heard.rstrip(b"\r\n").rfind(b"\n") + 1 :]


def _until(port: Port, deadline: int) -> bytes:
    """Whatever comes until `deadline`."""
    heard = b""
    while port.now() < deadline:
        heard += port.read(deadline)[0]
    return heard
