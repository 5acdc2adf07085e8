"""Personality nonos-1.3 with real timing against recordings of clause 5, byte for byte.

The recorder read until a final result code and then until silence if it was told so, until
silence alone, or until `ready`; so does this, on a clock that jumps.  It had no radio: nobody is
at the other end of any link, there and here.
"""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from emulator_bench import Bench

from rigs.emulator.timers import SECOND

DATA = Path(__file__).parent / "data" / "nonos_1_3_tcpip.jsonl"

_OVER = re.compile(rb"(\r\n(OK|ERROR|busy p\.\.\.|SEND OK|SEND Canceled)\r\n|SEND FAIL\r\n|> )\Z")
_READY = b"\r\nready\r\n"
_LIMIT_S = 3.0
_LOST = (b"  SPI Sp", b"rf cal sector")
"""What the recorder lost of the boot text stands between these."""


def _groups() -> dict[str, list[dict[str, Any]]]:
    rows = [json.loads(line) for line in DATA.read_text("ascii").splitlines()[1:]]
    by_group = itertools.groupby(rows, key=lambda row: str(row["group"]))
    return {name: list(steps) for name, steps in by_group}


GROUPS = _groups()


def test_the_recordings_are_there() -> None:
    assert len(GROUPS) == 117
    assert sum(map(len, GROUPS.values())) == 946


@pytest.mark.parametrize("name", GROUPS)
def test_same_bytes(name: str) -> None:
    bench = Bench("nonos-1.3", timing="real").booted()
    for step in GROUPS[name]:
        bench.settle_for(int(step.get("delay", 0) * SECOND))
        bench.board.receive(step["send"].encode("latin-1"))
        said, expected = _heard(bench, step), step["recv"].encode("latin-1")
        if step.get("read") == "ready":
            said, expected = _without_boot(said), _without_boot(expected)
        assert said == expected, f"step {step['step']}: {step['send']!r}"


def _heard(bench: Bench, step: dict[str, Any]) -> bytes:
    """What is said to a step, as far as the recorder would have listened."""
    until = bench.now_ns + int(step.get("max", _LIMIT_S) * SECOND)
    quiet_ns = int(step.get("quiet", 0) * SECOND)
    said, quiet_from = bench.settle_for(0), bench.now_ns
    while True:
        limit = until if _awaits_more(step, said) else min(until, quiet_from + quiet_ns)
        due = bench.board.next_due_ns()
        if due is None or due > limit:
            return said + bench.settle_for(max(0, limit - bench.now_ns))
        more = bench.settle_for(max(0, due - bench.now_ns))
        if more:
            said, quiet_from = said + more, bench.now_ns


def _awaits_more(step: dict[str, Any], said: bytes) -> bool:
    match step.get("read"):
        case "ready":
            return not said.endswith(_READY)
        case "quiet":
            return False
    return _OVER.search(said) is None


def _without_boot(text: bytes) -> bytes:
    """Without what the recorder lost of some boot texts, and as it is without a loss."""
    before, after = _LOST
    return text.partition(before)[0] + text.partition(after)[2]
