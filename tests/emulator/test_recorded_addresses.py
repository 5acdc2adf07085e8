"""Personality nonos-1.3 against recordings of MAC and IP addresses and of DHCP, byte for byte.

A group belongs here if it has one of these commands and otherwise only commands of clauses 2 to 4;
a group starts from a factory-fresh board.  Steps whose answer may be the emulated chip's doing are
played and not compared; of the boot text, of which the recorder lost bytes here and there, only
how it begins and ends.
"""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from emulator_bench import READY, Bench

DATA = Path(__file__).parents[1] / "data" / "nonos_1_3.jsonl"

_HERE = re.compile(
    r"AT\+(CIPSTAMAC|CIPAPMAC|CIPSTA|CIPAP|CWDHCPS?|CWLIF|CWAUTOCONN|CIFSR)(?![A-Z])", re.I
)
_ELSEWHERE = re.compile(r"AT\+(CIPST(ART|ATUS|O)|CIPSE|CIPM|CIPB|CWJAP|CWLAP|CIPD|PING)")
_SESSION = "session-of-255-steps"
_BOOTS = ("AT+RST\r\n", "AT+RESTORE\r\n")
_HEAD = 40  # bytes of OK and the ROM's first line


def _groups() -> dict[str, list[dict[str, Any]]]:
    rows = [json.loads(line) for line in DATA.read_text("ascii").splitlines()[1:]]
    by_group = itertools.groupby(rows, key=lambda row: str(row["group"]))
    groups = {name: list(steps) for name, steps in by_group}
    return {name: steps for name, steps in groups.items() if _belongs(name, steps)}


def _belongs(name: str, steps: list[dict[str, Any]]) -> bool:
    lines = [step["send"] for step in steps]
    return (
        name != _SESSION
        and any(_HERE.match(line) for line in lines)
        and not any(_ELSEWHERE.match(line) for line in lines)
    )


GROUPS = _groups()


def test_the_recordings_are_there() -> None:
    assert len(GROUPS) == 164
    assert sum(map(len, GROUPS.values())) == 2023


@pytest.mark.parametrize("name", GROUPS)
def test_same_bytes(name: str) -> None:
    bench = Bench("nonos-1.3").booted()
    for step in GROUPS[name]:
        said = bench.say(step["send"].encode("latin-1"))
        expected = step["recv"].encode("latin-1")
        if step["send"] in _BOOTS and expected.endswith(READY):
            assert said[:_HEAD] == expected[:_HEAD]
            assert said.endswith(READY)
        elif not ("suspect" in step or "volatile" in step):
            assert said == expected, f"step {step['step']}: {step['send']!r}"
