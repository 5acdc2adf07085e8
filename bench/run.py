"""`python bench/run.py`: what a whole run on the emulator costs, and where its time goes.

Law of this file: it starts pytest as anybody does, looks at its processes from outside, and reads
what the run wrote down of its clock. It asserts nothing. Linux, because it reads /proc.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_TICKS = os.sysconf("SC_CLK_TCK")
#: How often it is looked what the processes do, in seconds.
_LOOK_S = 0.01
#: How many of the purposes with the longest real waits are named.
_LONGEST = 10
#: Who is waited for while one of our own processes works.
_OURS = ("computing", "line")


@dataclass
class Processes:
    """What was seen of the processes of a run."""

    #: Process id -> who it is, and its CPU time in seconds.
    cpu: dict[int, tuple[str, float]] = field(default_factory=dict)
    looks: int = 0
    idle: int = 0

    def look(self, root: int) -> None:
        """Look at the process `root` and all that it has started."""
        rows = dict(_processes())
        ours, works = {root}, False
        for pid in sorted(rows):  # children have higher numbers, nearly always
            if rows[pid].parent in ours:
                ours.add(pid)
        for pid in ours & rows.keys():
            row = rows[pid]
            # It may have become another program since it was seen last, and is nobody once it ends.
            self.cpu[pid] = _who(pid) or self.cpu.get(pid, ("others",))[0], row.cpu_s
            works = works or row.state == "R"
        self.looks += 1
        self.idle += not works

    def by_name(self) -> Counter[str]:
        """Who -> CPU time in seconds."""
        total: Counter[str] = Counter()
        for who, seconds in self.cpu.values():
            total[who] += seconds
        return total


@dataclass(frozen=True)
class _Row:
    parent: int
    state: str
    cpu_s: float


def _processes() -> Iterator[tuple[int, _Row]]:
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                text = Path(entry.path, "stat").read_text(encoding="ascii", errors="replace")
            except OSError:  # it has ended meanwhile
                continue
            columns = text.rpartition(")")[2].split()
            cpu_s = (int(columns[11]) + int(columns[12])) / _TICKS
            yield int(entry.name), _Row(int(columns[1]), columns[0], cpu_s)


def _who(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    for module, who in ((b"rigs.lab", "lab"), (b"rigs.emulator", "emulator")):
        if module in words[:4]:
            return who
    return "harness" if words[0] else ""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="What stands behind -- is given to pytest."
    )
    parser.add_argument("more", nargs="*", metavar="-- OPTION", help="for pytest")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report")
        seen, wall_s = _run(given.more, report)
        _print(seen, wall_s, report)


def _run(more: Sequence[str], report: Path) -> tuple[Processes, float]:
    command = [sys.executable, "-m", "pytest", "-q", f"--report-dir={report}", *more]
    seen, began = Processes(), time.monotonic()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            seen.look(process.pid)
            time.sleep(_LOOK_S)  # it looks on, and synchronises nothing
    return seen, time.monotonic() - began


def _print(seen: Processes, wall_s: float, report: Path) -> None:
    results = json.loads((report / "results.json").read_text(encoding="utf-8"))
    passed = list(_passed(report))
    waited: Counter[str] = Counter()
    for _, row in passed:
        waited.update(row["waited_ns"])
    outside = {who: ns / 1e9 for who, ns in waited.most_common() if who not in _OURS}
    cpu = seen.by_name()
    print(f"purposes              {len(results['purposes'])}")
    print(f"wall time             {wall_s:.1f} s")
    print(f"CPU of all            {sum(cpu.values()):.1f} s")
    for who, seconds in cpu.most_common():
        print(f"  {who:<20}{seconds:.1f} s")
    print(f"skipped               {sum(_skipped(row) for _, row in passed) / 1e9:.1f} s")
    print(f"real waits            {sum(outside.values()):.1f} s")
    for who, seconds in outside.items():
        print(f"  {who:<20}{seconds:.2f} s")
    print(f"nobody of us works    {100 * seen.idle / max(1, seen.looks):.0f} % of the wall time")
    print("the longest real waits")
    by_purpose = {name: sum(_outside(row).values()) for name, row in passed}
    for name in sorted(by_purpose, key=by_purpose.__getitem__, reverse=True)[:_LONGEST]:
        print(f"  {by_purpose[name] / 1e9:.2f} s  {name}")


def _passed(report: Path) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The transcript of each purpose, and how the clock went."""
    for path in sorted((report / "clock").glob("*.jsonl")):
        for line in path.read_text(encoding="ascii").splitlines():
            row = json.loads(line)
            yield Path(row["transcript"]).stem, row


def _outside(row: Mapping[str, object]) -> Mapping[str, int]:
    waited: Mapping[str, int] = row["waited_ns"]  # type: ignore[assignment]
    return {who: ns for who, ns in waited.items() if who not in _OURS}


def _skipped(row: Mapping[str, object]) -> int:
    """How much further the clock went than real time, from the first reading to the last."""
    readings: list[list[int]] = row["readings"]  # type: ignore[assignment]
    pairs = itertools.pairwise(readings)
    return sum(max(0, (b[1] - a[1]) - (b[0] - a[0])) for a, b in pairs)


if __name__ == "__main__":
    main()
