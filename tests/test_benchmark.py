"""`bench/run.py` tells of a run what it cost, and for whom was waited in real time."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path

import pytest

_FILE = Path(__file__).parents[1] / "bench" / "run.py"
_MS = 1_000_000


@pytest.fixture
def bench(monkeypatch):
    spec = importlib.util.spec_from_file_location("bench_run", _FILE)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "bench_run", module)
    spec.loader.exec_module(module)
    return module


def row(name, waited_ms, readings=()):
    return {
        "transcript": f"transcripts/{name}.jsonl",
        "waited_ns": {who: ms * _MS for who, ms in waited_ms.items()},
        "readings": [[real * _MS, shown * _MS, runs] for real, shown, runs in readings],
    }


def test_the_table_of_a_run(bench, tmp_path, capsys):
    (tmp_path / "clock").mkdir()
    rows = [row(f"TP-{ms}", {"neighbour": ms, "computing": 10_000}) for ms in range(100, 1300, 100)]
    # 4 s of the clock in 1 s of real time, which runs for 0.5 s more.
    jumped = [(0, 0, False), (500, 3500, False), (1000, 4000, True), (1500, 4500, True)]
    rows.append(row("TP-jumps", {"capture": 50, "line": 7}, jumped))
    told = "".join(json.dumps(each) + "\n" for each in rows)
    (tmp_path / "clock" / "main.jsonl").write_text(told, encoding="ascii")
    (tmp_path / "results.json").write_text('{"purposes": [{}, {}, {}]}', encoding="utf-8")
    cpu = {1: ("harness", 30.0), 2: ("harness", 10.0), 3: ("emulator", 15.5), 4: ("lab", 4.5)}
    seen = bench.Processes(cpu, looks=200, idle=20)

    bench._print(seen, 61.25, tmp_path)

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["purposes", "3"]
    assert lines[1].split() == ["wall", "time", "61.2", "s"]
    assert lines[2].split() == ["CPU", "of", "all", "60.0", "s"]
    cost = [line.split() for line in lines[3:6]]
    assert cost == [["harness", "40.0", "s"], ["emulator", "15.5", "s"], ["lab", "4.5", "s"]]
    assert lines[6].split() == ["skipped", "3.0", "s"]
    # Who of us computes, or is on the line, is no real wait.
    assert lines[7].split() == ["real", "waits", "7.8", "s"]
    assert [line.split() for line in lines[8:10]] == [
        ["neighbour", "7.80", "s"], ["capture", "0.05", "s"],
    ]  # fmt: skip
    assert lines[10].split() == [
        "nobody",
        "of",
        "us",
        "works",
        "10",
        "%",
        "of",
        "the",
        "wall",
        "time",
    ]
    longest = [line.split()[-1] for line in lines[12:]]
    assert longest == [f"TP-{ms}" for ms in range(1200, 200, -100)]


def test_processes_are_looked_at_with_what_they_started(bench):
    seen = bench.Processes()
    seen.look(os.getpid())
    who, cpu_s = seen.cpu[os.getpid()]
    assert (who, cpu_s > 0) == ("harness", True)
    assert seen.looks == 1
