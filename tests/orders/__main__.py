"""`python -m tests.orders`: devices in several orders of the purposes; whether a verdict differs.

Law of this file: it draws devices, starts pytest and compares what the runs wrote down. No verdict
may depend on which purposes ran before.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from reports.compare import differences, verdicts
from reports.journal import JOURNAL, read_journal
from tests.faults.runs import known_faults

ROOT = Path(__file__).resolve().parent.parent.parent

#: How many faults a device has, if nobody says otherwise.
FAULTS = (1, 3, 10)
#: What pytest ends with if it ran; 5: the device was not to be woken, in this order or any.
_RAN = (0, 1, 5, 10)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if no order made a difference, 1 if one did, 2 if a run came to nothing."""
    options = _parser().parse_args(arguments)
    seed = options.seed or random.SystemRandom().randrange(1, 1 << 32)
    print(f"seed {seed}", flush=True)
    folder = Path(options.out)
    shutil.rmtree(folder, ignore_errors=True)
    differ = 0
    for number, rig in enumerate(_rigs(options, seed)):
        print(f"{rig}", flush=True)
        runs = []
        for turn in range(options.orders + 1):
            order = (seed + turn) % (1 << 32) or 1
            place = folder / f"{number + 1:02}-{'shuffled' if turn else 'written'}-{turn}"
            code, took = _run((f"--rig={rig}", f"--order={order if turn else 0}", *options.more),
                              place)  # fmt: skip
            print(f"  {place.name}: exit {code}, {took:.0f} s", flush=True)
            if code not in _RAN:
                print(f"pytest could not run: see {place}.txt", file=sys.stderr)
                return 2
            runs.append(verdicts(read_journal(place / JOURNAL)))
        found = differences(runs)
        print("\n".join(f"  {each}" for each in found), end="\n" if found else "")
        print(f"  {len({pair for run in runs for pair in run})} pairs, {len(found)} differ")
        differ += len(found)
    return 1 if differ else 0


def _rigs(options: argparse.Namespace, seed: int) -> Iterator[str]:
    """The rigs that were named, or an emulator for each number of faults, drawn by the seed."""
    if options.rig:
        yield from options.rig
        return
    known = sorted(known_faults())
    chance = random.Random(seed)
    for count in options.faults:
        chosen = chance.sample(known, count)
        yield f"emulator:net={options.net}," + ",".join(f"fault={each}" for each in chosen)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.orders",
        description=__doc__,
        epilog="What stands behind -- is given to every run, for example `-- --req=4.1`.",
    )
    parser.add_argument("--rig", action="append", help="this rig instead of devices with faults")
    parser.add_argument(
        "--faults", nargs="+", type=int, default=list(FAULTS),
        help="a device with so many random faults, for each number (default: 1 3 10)",
    )  # fmt: skip
    parser.add_argument("--net", default="none", help="of devices with faults (default: none)")
    parser.add_argument("--orders", type=int, default=3, help="so many shuffled ones (default: 3)")
    parser.add_argument("--seed", type=int, default=0, help="of faults and orders (default: any)")
    parser.add_argument(
        "--out", default=str(ROOT / "reports" / "runs" / "orders"),
        help="where the runs' reports go; replaced if it exists",
    )  # fmt: skip
    parser.add_argument("more", nargs="*", metavar="-- OPTION", help="for pytest")
    return parser


def _run(options: Sequence[str], place: Path) -> tuple[int, float]:
    """Run the suites; what pytest printed stands beside the report."""
    place.parent.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    with Path(f"{place}.txt").open("w") as printed:
        code = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--no-review", "-p", "tests.orders.shuffled",
             *options, f"--report-dir={place}"],
            cwd=ROOT, env=os.environ, stdin=subprocess.DEVNULL, stdout=printed,
            stderr=subprocess.STDOUT, check=False,
        ).returncode  # fmt: skip
    return code, time.monotonic() - begin


if __name__ == "__main__":
    sys.exit(main())
