"""One run of the suites for each fault, several at a time; what came of every purpose.

Law of this file: it runs and reads, and judges nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PIXIT = Path(__file__).with_name("pixit.toml")

#: Plugins that nobody asks for here take half of the time of a run.
_BARE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

#: No run may take longer, in seconds; a hanging emulator must not hang CI.
LIMIT_S = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run came to; `fault` is empty for the healthy emulator."""

    fault: str
    exit_code: int
    duration_s: float
    #: Purpose id -> verdict, and requirement id -> verdict.
    purposes: dict[str, str]
    requirements: dict[str, str]
    #: The last line of a run that left no results.
    complaint: str = ""


def known_faults() -> dict[str, str]:
    """Every fault that the emulator has, and what it says of it."""
    listed = subprocess.run(
        [sys.executable, "-m", "rigs.emulator", "--list-faults"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    rows = (line.split(maxsplit=1) for line in listed.stdout.splitlines() if line.strip())
    return {name: says.strip() for name, says in rows}


def run_all(selections: Mapping[str, Sequence[str]], folder: Path, jobs: int) -> Iterator[Outcome]:
    """The outcomes as they come: of each fault, against what verifies its requirements."""
    with ThreadPoolExecutor(jobs) as pool:
        futures = [pool.submit(run_one, *item, folder) for item in selections.items()]
        for future in as_completed(futures):
            yield future.result()


def run_one(fault: str, requirements: Sequence[str], folder: Path) -> Outcome:
    """Run what verifies `requirements` (all, if there are none) on an emulator with `fault`."""
    report = folder / (fault or "healthy")
    rig = f"emulator:fault={fault}" if fault else "emulator"
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
        f"--rig={rig}", f"--pixit={PIXIT}", "--profile=none", f"--report-dir={report}",
        *(f"--req={name}" for name in requirements), "suites",
    ]  # fmt: skip
    try:
        finished = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S,
            stdin=subprocess.DEVNULL, check=False, env=os.environ | _BARE,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Outcome(fault, -1, LIMIT_S, {}, {}, f"still running after {LIMIT_S} s")
    results = report / "results.json"
    if not results.exists():
        lines = (finished.stdout + finished.stderr).strip().splitlines()
        return Outcome(fault, finished.returncode, 0, {}, {}, "".join(lines[-1:]))
    content = json.loads(results.read_text(encoding="utf-8"))
    return Outcome(
        fault,
        finished.returncode,
        sum(purpose["duration_s"] for purpose in content["purposes"]),
        {purpose["id"]: purpose["verdict"] for purpose in content["purposes"]},
        {row["id"]: row["verdict"] for row in content["requirements"]},
    )
