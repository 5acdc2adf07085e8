"""`python -m tests.repeat`: the same run again and again; whether its verdicts are ever different.

Law of this file: it starts pytest and compares what the runs wrote down. The ways of running take
turns, because one process, two workers and a clock that skips nothing must judge alike.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from conformance.record import Record
from conformance.verdict import Verdict
from reports.compare import Pair, differences, verdicts
from reports.journal import JOURNAL, read_journal

ROOT = Path(__file__).resolve().parent.parent.parent

#: What pytest is told beside what all runs are told, and how that way of running is called.
WAYS = {
    "one": ("-n", "0"),
    "two": ("-n", "2"),
    "real": ("--rig=emulator:clock=real", "-n", "0"),
}

#: What may stand behind `--`; more is a pytest that could not run.
_RAN = (0, 1, 10)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if nothing differed, 1 if something did, 2 if a run came to nothing."""
    options = _parser().parse_args(arguments)
    folder = Path(options.out)
    shutil.rmtree(folder, ignore_errors=True)
    runs = []
    for number, way in zip(range(options.times), itertools.cycle(options.ways), strict=False):
        place = folder / f"{number + 1:02}-{way}"
        begin = time.monotonic()
        code = _run((*WAYS[way], *options.more), place)
        print(f"[{number + 1}/{options.times}] {way}: exit {code}, "
              f"{time.monotonic() - begin:.0f} s", flush=True)  # fmt: skip
        if code not in _RAN:
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
    parser = argparse.ArgumentParser(
        prog="python -m tests.repeat",
        description=__doc__,
        epilog="What stands behind -- is given to every run, for example `-- --req=4.1`.",
    )
    parser.add_argument("--times", type=int, default=20, help="so many runs (default: 20)")
    parser.add_argument(
        "--ways", nargs="+", choices=WAYS, default=["one", "two"],
        help="take turns; one: one process, two: two workers, real: in real time "
        "(default: one two)",
    )  # fmt: skip
    parser.add_argument(
        "--out", default=str(ROOT / "reports" / "runs" / "repeated"),
        help="where the runs' reports go; replaced if it exists",
    )  # fmt: skip
    parser.add_argument("more", nargs="*", metavar="-- OPTION", help="for pytest")
    return parser


def _run(options: Sequence[str], place: Path) -> int:
    """Run the suites; what pytest printed stands beside the report."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{place}.txt").open("w") as printed:
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--no-review", *options,
             f"--report-dir={place}"],
            cwd=ROOT, env=os.environ, stdin=subprocess.DEVNULL, stdout=printed,
            stderr=subprocess.STDOUT, check=False,
        ).returncode  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
