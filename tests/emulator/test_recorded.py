"""Personality nonos-1.3 against recordings of the real firmware, byte for byte.

The data file holds the groups of the recordings as far as they need nothing but commands that the
emulator has; a group starts from a factory-fresh board.  No step of it is marked suspect or
volatile, and the bytes are handed over whatever the rate, as they were when they were recorded.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from emulator_bench import Bench

DATA = Path(__file__).parent / "data" / "nonos_1_3_basic.jsonl"

_SESSION = "session-of-255-steps"
VARIES = {
    ("persist-CWMODE_DEF", 9): (b"  SPI Speed", b"rf cal sector"),
    (_SESSION, 238): (b"  SPI Sp", b"rf cal sector"),
    (_SESSION, 241): (b"  SPI Sp", b"rf cal sector"),
}
"""Steps in which the recorder lost bytes of the boot text, and what stands before and behind."""


def _groups() -> dict[str, list[dict[str, Any]]]:
    rows = [json.loads(line) for line in DATA.read_text("ascii").splitlines()[1:]]
    by_group = itertools.groupby(rows, key=lambda row: str(row["group"]))
    return {name: list(steps) for name, steps in by_group}


GROUPS = _groups()


def test_the_recordings_are_there() -> None:
    assert len(GROUPS) == 98
    assert sum(map(len, GROUPS.values())) == 845


@pytest.mark.parametrize("name", GROUPS)
def test_same_bytes(name: str) -> None:
    bench = Bench("nonos-1.3").booted()
    for step in GROUPS[name]:
        said = bench.say(step["send"].encode("latin-1"))
        expected = step["recv"].encode("latin-1")
        if gap := VARIES.get((name, step["step"])):
            said, expected = _without(said, *gap), _without(expected, *gap)
        assert said == expected, f"step {step['step']}: {step['send']!r}"


def _without(text: bytes, start: bytes, end: bytes) -> bytes:
    head, tail = text.partition(start)[0], text.partition(end)[2]
    assert head != text
    assert tail
    return head + tail
