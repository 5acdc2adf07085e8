"""`python -m tests.repeat`: the same run again and again; whether its verdicts are ever different.

Law of this file: it starts pytest and compares what the runs wrote down. The ways of running take
turns, because one process, two workers and a clock that skips nothing must judge alike.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from conformance.record import Record
from conformance.verdict import Verdict
from reports.compare import Pair, differences, verdicts
from reports.journal import JOURNAL, read_journal
from tests.suite_runs import RAN, parser_of_runs, run_suites

#: What pytest is told beside what all runs are told, and how that way of running is called.
WAYS = {
    "one": ("-n", "0"),
    "two": ("-n", "2"),
    "real": ("--rig=emulator:clock=real", "-n", "0"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if nothing differed, 1 if something did, 2 if a run came to nothing."""
    options = _parser().parse_args(arguments)
    folder = Path(options.out)
    shutil.rmtree(folder, ignore_errors=True)
    runs = []
    for number, way in zip(range(options.times), itertools.cycle(options.ways), strict=False):
        place = folder / f"{number + 1:02}-{way}"
        run = run_suites(place, *WAYS[way], *options.more)
        print(f"[{number + 1}/{options.times}] {way}: exit {run.exit_code}, {run.took_s:.0f} s",
              flush=True)  # fmt: skip
        if run.exit_code not in RAN:
            print(f"pytest could not run: see {place}.txt", file=sys.stderr)
            return 2
        runs.append(decided(read_journal(place / JOURNAL)))
    # In real time the long purposes are not run, and that is no other verdict.
    common = set.intersection(*(set(run) for run in runs)) if "real" in options.ways else None
    if common is not None:
        runs = [{pair: run[pair] for pair in run if pair in common} for run in runs]
    found = differences(runs)
    print("\n".join(map(str, found)))
    pairs = len({pair for run in runs for pair in run})
    print(f"{len(runs)} runs, {pairs} pairs of purpose and requirement, {len(found)} differ")
    return 1 if found else 0


def decided(records: Sequence[Record]) -> dict[Pair, str]:
    """The verdict of each pair that was run."""
    return {pair: each for pair, each in verdicts(records).items() if each != Verdict.NOT_RUN}


def _parser() -> argparse.ArgumentParser:
    parser = parser_of_runs("repeat", __doc__, "--req=4.1")
    parser.add_argument("--times", type=int, default=20, help="so many runs (default: 20)")
    parser.add_argument(
        "--ways", nargs="+", choices=WAYS, default=["one", "two"],
        help="take turns; one: one process, two: two workers, real: in real time "
        "(default: one two)",
    )  # fmt: skip
    return parser


if __name__ == "__main__":
    sys.exit(main())
