"""Runs of the suites that are held against each other: how one is started, where it reports.

Law of this file: pytest is started as an engineer starts it, and what it prints stands beside its
report. Nothing is judged here.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: What pytest exits with if it could run.
RAN = (0, 1, 10)

#: The purposes in the order that `--order=SEED` says; 0: as written.
SHUFFLED = ("-p", "tests.orders.shuffled")


@dataclass(frozen=True, slots=True)
class Finished:
    """How a run ended."""

    exit_code: int
    took_s: float


def run_suites(place: Path, *options: str) -> Finished:
    """Run the suites; the report is the folder `place`, what pytest printed is `place`.txt."""
    place.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with Path(f"{place}.txt").open("w") as printed:
        exit_code = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--no-review", *options,
             f"--report-dir={place}"],
            cwd=ROOT, env=os.environ, stdin=subprocess.DEVNULL, stdout=printed,
            stderr=subprocess.STDOUT, check=False,
        ).returncode  # fmt: skip
    return Finished(exit_code, time.monotonic() - began)


def parser_of_runs(name: str, says: str | None, example: str) -> argparse.ArgumentParser:
    """The command line of `python -m tests.NAME`: where reports go, and what pytest is given."""
    package = name.partition(".")[0]
    parser = argparse.ArgumentParser(
        prog=f"python -m tests.{name}",
        description=says,
        epilog=f"What stands behind -- is given to every run, for example `-- {example}`.",
    )
    parser.add_argument(
        "--out", default=str(ROOT / "reports" / "runs" / package),
        help="where the runs' reports go; replaced if it exists",
    )  # fmt: skip
    parser.add_argument("more", nargs="*", metavar="-- OPTION", help="for pytest")
    return parser
