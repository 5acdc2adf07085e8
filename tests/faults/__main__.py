"""`python -m tests.faults`: run every fault, store the kill matrix, say what is wrong with it.

Law of this file: the command line and the order of things.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from conformance.__main__ import collected_purposes
from tests.faults.judging import Entry, entry_of, load_entries, problems
from tests.faults.page import render
from tests.faults.runs import ROOT, Outcome, known_faults, run_all, run_one


def main() -> int:
    """0 if every fault is noticed, every purpose can fail and nothing else broke; else 1."""
    options = _parser().parse_args()
    begin = time.monotonic()
    entries, says = load_entries(), known_faults()
    kinds = {fault: entry_of(fault, entries) for fault in says}
    chosen = [f for f, e in kinds.items() if e is None or e.kind != "waiting"]
    if options.only:
        chosen = [fault for fault in chosen if fault.startswith(options.only)]
    folder = Path(options.out)
    shutil.rmtree(folder, ignore_errors=True)
    purposes = collected_purposes()
    verified = {name for purpose in purposes for name in purpose.verifies}
    selections = {
        fault: [] if options.full else _concerned(kinds[fault], verified) for fault in chosen
    }
    outcomes = _run(selections, folder, options.jobs)
    wrong = problems(outcomes, entries, purposes)
    if options.only:
        wrong = [line for line in wrong if line.startswith(options.only)]
    matrix = _matrix(outcomes, kinds, says, wrong)
    (folder / "matrix.json").write_text(json.dumps(matrix, indent=1) + "\n", encoding="utf-8")
    (folder / "index.html").write_text(render(matrix), encoding="utf-8")
    print("\n".join(wrong))
    missed = {line.split(":")[0] for line in wrong}
    print(f"matrix: {folder / 'index.html'} ({time.monotonic() - begin:.0f} s)")
    print(f"{len(chosen) - len(missed & set(chosen))} passed, {len(wrong)} failed")
    return 1 if wrong else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--only", default="", metavar="PREFIX", help="only faults that begin so")
    parser.add_argument(
        "--full", action="store_true",
        help="every fault against every purpose, not only those it can touch (nightly)",
    )  # fmt: skip
    parser.add_argument(
        "--jobs", type=int, default=2 * (os.cpu_count() or 1),
        help="runs at a time (default: twice the processors, because runs mostly wait)",
    )  # fmt: skip
    parser.add_argument(
        "--out", default=str(ROOT / "reports" / "runs" / "kill-matrix"),
        help="where the matrix and the report of each run go; replaced if it exists",
    )  # fmt: skip
    return parser


def _concerned(entry: Entry | None, verified: set[str]) -> list[str]:
    """What to run under a fault; everything, if a ruling accepts it or nobody knows it."""
    return entry.concerned(verified) if entry is not None and entry.kind == "fault" else []


def _run(selections: dict[str, list[str]], folder: Path, jobs: int) -> dict[str, Outcome]:
    outcomes = {"": run_one("", [], folder)}
    for number, outcome in enumerate(run_all(selections, folder, jobs), 1):
        outcomes[outcome.fault] = outcome
        failed = [name for name, verdict in outcome.requirements.items() if verdict == "fail"]
        print(
            f"[{number}/{len(selections)}] {outcome.fault}: {', '.join(failed) or 'nothing failed'}"
        )
        sys.stdout.flush()
    return outcomes


def _matrix(
    outcomes: dict[str, Outcome],
    kinds: dict[str, Entry | None],
    says: dict[str, str],
    wrong: list[str],
) -> dict[str, Any]:
    faults = [
        _row(outcomes[fault], kinds[fault], says[fault]) for fault in says if fault in outcomes
    ]
    healthy = outcomes[""].purposes
    return {
        "purposes": len(healthy),
        "problems": wrong,
        "faults": faults,
        "waiting": [
            {"id": fault, "until": entry.because}
            for fault, entry in kinds.items()
            if entry is not None and entry.kind == "waiting"
        ],
        "kills": {
            name: sum(name in fault["failed_purposes"] for fault in faults) for name in healthy
        },
    }


def _row(outcome: Outcome, entry: Entry | None, says: str) -> dict[str, Any]:
    return {
        "id": outcome.fault,
        "says": says,
        "kind": entry.kind if entry else "unknown",
        "breaks": list(entry.breaks) if entry else [],
        "because": entry.because if entry else "",
        "failed_requirements": [n for n, v in outcome.requirements.items() if v == "fail"],
        "failed_purposes": [n for n, v in outcome.purposes.items() if v == "fail"],
        "undecided_purposes": [
            n for n, v in outcome.purposes.items() if v in ("inconclusive", "error")
        ],
        "duration_s": outcome.duration_s,
    }


if __name__ == "__main__":
    sys.exit(main())
