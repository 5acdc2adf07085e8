"""Recorded steps of real firmware, and how each was read.

Law of this file: frozen values from a file of JSON lines. It knows no command.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent.parent / "data" / "nonos_1_3.jsonl"

#: How a step can have been read: until a final result code, until `ready`, until silence.
READS = ("result", "ready", "quiet")

#: How a line begins (clause 2): `AT`, perhaps a name, and then a form or the end.
_NAME = re.compile(rb"(AT(?:\+[A-Z0-9_]{1,20}|[A-Z]{0,2}))[0-9]?[=?\r\n]")


@dataclass(frozen=True, slots=True)
class Step:
    """Bytes that were sent, and what came."""

    group: str
    number: int
    send: bytes
    recv: bytes
    note: str = ""
    #: One of `READS`.
    read: str = "result"
    #: The silence that ended the reading, in seconds; None: the recorder's own, which is short.
    quiet_s: float | None = None
    #: The most that the reading could take, in seconds; None: the recorder's own.
    max_s: float | None = None
    #: How long nothing was sent before, in seconds.
    delay_s: float = 0.0
    #: How long it took until the last byte, in seconds.
    took_s: float = 0.0
    timed_out: bool = False
    #: Why the answer may be the recorder's or the emulated chip's doing; empty: it is not.
    doubt: str = ""

    @property
    def name(self) -> str:
        """`group/number`."""
        return f"{self.group}/{self.number}"

    @property
    def command(self) -> str:
        """What the step is counted under: how the line begins, for whoever reads the table."""
        if not self.send.endswith(b"\n"):
            return "(no line)"
        name = _NAME.match(self.send)
        return name[1].decode("ascii") if name else "(other)"


Recording = Mapping[str, Sequence[Step]]


def load(path: Path = DATA) -> Recording:
    """The groups in `path`, each with its steps; the first line only says where they are from."""
    lines = path.read_text("ascii").splitlines()[1:]
    steps = [_step(json.loads(line)) for line in lines]
    by_group = itertools.groupby(steps, key=lambda step: step.group)
    groups = {name: tuple(members) for name, members in by_group}
    if sum(map(len, groups.values())) != len(steps):
        raise ValueError(f"{path}: a group that does not stand together")
    return groups


def _step(row: Mapping[str, Any]) -> Step:
    read = row.get("read", READS[0])
    if read not in READS:
        raise ValueError(f"{row['group']}/{row['step']}: unknown read {read!r}")
    return Step(
        row["group"],
        row["step"],
        row["send"].encode("latin-1"),
        row["recv"].encode("latin-1"),
        row.get("note", ""),
        read,
        row.get("quiet"),
        row.get("max"),
        row.get("delay", 0.0),
        row.get("ms", 0.0) / 1000,
        row.get("timed_out", False),
        row.get("suspect") or row.get("volatile") or "",
    )
