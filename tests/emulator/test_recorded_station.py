"""Personality nonos-1.3 with real timing against recordings of slow commands, byte for byte.

The recorder read until a final result code, until silence or until `ready`, and not for ever; so
does this, on a clock that jumps.  Nobody was in the air then, and nobody is here.
"""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from emulator_bench import Bench

from rigs.emulator.timers import MILLISECOND, SECOND

DATA = Path(__file__).parent / "data" / "nonos_1_3_station.jsonl"

_OVER = re.compile(rb"\r\n(?:OK|ERROR|FAIL|busy p\.\.\.)\r\n\Z")
_LIMIT_S, _SILENCE_S = 9.0, 0.15
_A_MOMENT = 5 * MILLISECOND
_LOST = (b"  SPI Sp", b"rf cal sector")
"""What the recorder lost of the boot text stands between these."""


def _groups() -> dict[str, list[dict[str, Any]]]:
    rows = [json.loads(line) for line in DATA.read_text("ascii").splitlines()[1:]]
    by_group = itertools.groupby(rows, key=lambda row: str(row["group"]))
    return {name: list(steps) for name, steps in by_group}


GROUPS = _groups()


def test_the_recordings_are_there() -> None:
    assert len(GROUPS) == 67
    assert sum(map(len, GROUPS.values())) == 418


@pytest.mark.parametrize("name", GROUPS)
def test_same_bytes(name: str) -> None:
    bench = Bench("nonos-1.3", timing="real").booted()
    for step in GROUPS[name]:
        said, expected = _read(bench, step), step["recv"].encode("latin-1")
        if b"SPI Sperf cal" in expected:
            said, expected = _without_loss(said), _without_loss(expected)
        assert said == expected, f"step {step['step']}: {step['send']!r}"


def _read(bench: Bench, step: dict[str, Any]) -> bytes:
    """What is said to a step, as far as the recorder would have listened."""
    until = bench.now_ns + int(step.get("max", _LIMIT_S) * SECOND)
    bench.board.receive(step["send"].encode("latin-1"))
    said = bench.settle_for(_A_MOMENT)
    while bench.now_ns < until and not _heard_enough(step, said):
        due = bench.board.next_due_ns()
        silence = int(step.get("quiet", _SILENCE_S) * SECOND)
        if step.get("read") == "quiet" and (due is None or due > bench.now_ns + silence):
            return said + bench.settle_for(silence)
        if due is None or due > until:
            return said + bench.settle_for(until - bench.now_ns)
        said += bench.settle_for(max(0, due - bench.now_ns))
    return said


def _heard_enough(step: dict[str, Any], said: bytes) -> bool:
    if step.get("read") == "ready":
        return said.endswith(b"\r\nready\r\n")
    return step.get("read") != "quiet" and _OVER.search(said) is not None


def _without_loss(text: bytes) -> bytes:
    before, after = _LOST
    return text.partition(before)[0] + text.partition(after)[2]
