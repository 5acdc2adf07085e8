"""`python -m tests.orders`: devices in several orders of the purposes; whether a verdict differs.

Law of this file: it draws devices, starts pytest and compares what the runs wrote down. No verdict
may depend on which purposes ran before.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from reports.compare import differences, verdicts
from reports.journal import JOURNAL, read_journal
from tests.faults.runs import known_faults
from tests.suite_runs import RAN, SHUFFLED, parser_of_runs, run_suites

#: How many faults a device has, if nobody says otherwise.
FAULTS = (1, 3, 10)
#: What pytest exits with if the device was not to be woken, in this order or any.
_NOT_WOKEN = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if no order made a difference, 1 if one did, 2 if a run came to nothing."""
    options = command_line().parse_args(arguments)
    seed = options.seed or random.SystemRandom().randrange(1, 1 << 32)
    print(f"seed {seed}", flush=True)
    folder = Path(options.out)
    shutil.rmtree(folder, ignore_errors=True)
    differ = 0
    for number, rig in enumerate(rigs(options, seed)):
        print(f"{rig}", flush=True)
        runs = []
        for turn in range(options.orders + 1):
            order = (seed + turn) % (1 << 32) or 1
            place = folder / f"{number + 1:02}-{'shuffled' if turn else 'written'}-{turn}"
            run = run_suites(place, f"--rig={rig}", *SHUFFLED, f"--order={order if turn else 0}",
                             *options.more)  # fmt: skip
            print(f"  {place.name}: exit {run.exit_code}, {run.took_s:.0f} s", flush=True)
            if run.exit_code not in (*RAN, _NOT_WOKEN):
                print(f"pytest could not run: see {place}.txt", file=sys.stderr)
                return 2
            runs.append(verdicts(read_journal(place / JOURNAL)))
        found = differences(runs)
        print("\n".join(f"  {each}" for each in found), end="\n" if found else "")
        print(f"  {len({pair for run in runs for pair in run})} pairs, {len(found)} differ")
        differ += len(found)
    return 1 if differ else 0


def rigs(options: argparse.Namespace, seed: int) -> Iterator[str]:
    """The rigs that were named, or an emulator for each number of faults, drawn by the seed."""
    if options.rig:
        yield from options.rig
        return
    known = sorted(known_faults())
    chance = random.Random(seed)
    for count in options.faults:
        chosen = chance.sample(known, count)
        yield f"emulator:net={options.net}," + ",".join(f"fault={each}" for each in chosen)


def command_line() -> argparse.ArgumentParser:
    parser = parser_of_runs("orders", __doc__, "--req=4.1")
    parser.add_argument("--rig", action="append", help="this rig instead of devices with faults")
    parser.add_argument(
        "--faults", nargs="+", type=int, default=list(FAULTS),
        help="a device with so many random faults, for each number (default: 1 3 10)",
    )  # fmt: skip
    parser.add_argument("--net", default="none", help="of devices with faults (default: none)")
    parser.add_argument("--orders", type=int, default=3, help="so many shuffled ones (default: 3)")
    parser.add_argument("--seed", type=int, default=0, help="of faults and orders (default: any)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
