"""`bench/calls.py` counts what an answer costs a healthy emulator; it pays for no fault."""

from __future__ import annotations

import importlib.util
from pathlib import Path

_FILE = Path(__file__).parents[2] / "bench" / "calls.py"
_BOUND = 187
"""A third of what it was when commands asked for faults."""


def test_an_answer_costs_few_calls() -> None:
    spec = importlib.util.spec_from_file_location("bench_calls", _FILE)
    assert spec
    assert spec.loader
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    machine = bench.Machine("document")
    for line in bench.BEFORE:
        machine.say(line)
    calls, said = bench.counted(machine, b"AT+CIPSTO=60")
    assert said.endswith(b"\r\nOK\r\n")
    assert 50 < calls.total() <= _BOUND
