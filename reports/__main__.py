"""`python -m reports`: reports from journals, also of runs that were killed, and comparisons.

Law of this file: arguments in, an exit code out. 0: done; 1: runs differ; 2: it could not be done,
and one line on the error stream says why and what to do.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from conformance.catalogue import EditionError
from conformance.record import Record, RunRecord
from reports.compare import differences, verdicts
from reports.journal import JOURNAL, read_journal
from reports.output import INDEX, edition_of, write_report

CANNOT = 2
#: Runs were compared and their verdicts differ.
DIFFERENT = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line `arguments`; its exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "compare":
            return _compare(options.run)
        return _render(options.run, options.out)
    except _Refused as refusal:
        print(f"python -m reports: {refusal}", file=sys.stderr)
        return CANNOT


class _Refused(Exception):
    """What was asked for cannot be done; the message says why and what to do."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m reports",
        description="Make compliance reports from journals of conformance runs, or compare runs.",
        epilog="Exit codes: 0 done, 1 compared runs differ, 2 it could not be done.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    render = commands.add_parser(
        "render",
        help="write results.json, index.html and junit.xml from a journal",
        description=(
            "Write results.json, index.html and junit.xml from the journal of a run alone. "
            "Works for a run that was killed too: the report says that it was interrupted and "
            "tells of every purpose that had finished."
        ),
        epilog="Exit codes: 0 done, 2 it could not be done.",
    )
    render.add_argument(
        "run",
        type=Path,
        metavar="RUN_DIR_OR_JOURNAL",
        help=f"the folder of a run, or its {JOURNAL}",
    )
    render.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="write here, made if need be; links lead back to the run (default: the run's folder)",
    )
    compare = commands.add_parser(
        "compare",
        help="tell which verdicts differ between runs",
        description=(
            "Tell every pair of purpose and requirement whose verdict is not the same in all of "
            "the runs. Times, traces and sentences are not compared."
        ),
        epilog="Exit codes: 0 nothing differs, 1 something does, 2 it could not be done.",
    )
    compare.add_argument(
        "run",
        type=Path,
        nargs="+",
        metavar="RUN_DIR_OR_JOURNAL",
        help=f"the folders of two or more runs, or their {JOURNAL}",
    )
    return parser


def _compare(runs: Sequence[Path]) -> int:
    if len(runs) < 2:
        raise _Refused("compare wants two or more runs")
    told = [verdicts(_records(_journal(run))) for run in runs]
    found = differences(told)
    for difference in found:
        print(difference)
    pairs = len({pair for run in told for pair in run})
    print(f"{len(runs)} runs, {pairs} pairs of purpose and requirement, {len(found)} differ")
    return DIFFERENT if found else 0


def _journal(run: Path) -> Path:
    return run / JOURNAL if run.is_dir() else run


def _render(run: Path, out: Path | None) -> int:
    journal = _journal(run)
    records = _records(journal)
    folder = out or journal.parent
    evidence = os.path.relpath(journal.parent, folder) if out else ""
    name = next((r.edition for r in records if isinstance(r, RunRecord)), "")
    try:
        edition = edition_of(name)
        results = write_report(folder, records, edition, "" if evidence == "." else evidence)
    except FileNotFoundError as error:
        raise _Refused(f"{journal}: {error}; use the version of the suite that ran it") from error
    except EditionError as error:
        raise _Refused(f"edition {name!r} is not sound: {error}; mend it first") from error
    except OSError as error:
        raise _Refused(f"cannot write into {folder}: {error}; name another with --out") from error
    except ValueError as error:
        raise _Refused(f"{journal}: {error}; name the journal of one run") from error
    print(f"{results['summary']['headline']}: {results['summary']['sentence']}")
    print(f"report: {folder / INDEX}")
    return 0


def _records(journal: Path) -> list[Record]:
    try:
        records = list(read_journal(journal))
    except OSError as error:
        raise _Refused(
            f"cannot read {journal}: {error.strerror}; name the folder of a run, or its {JOURNAL}"
        ) from error
    except ValueError as error:
        raise _Refused(f"{error}; the journal is damaged, restore it from a copy") from error
    if not any(isinstance(record, RunRecord) for record in records):
        raise _Refused(f"{journal} does not say which run it is of; nothing can be reported")
    return records


if __name__ == "__main__":
    sys.exit(main())
