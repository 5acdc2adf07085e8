"""One purpose against the faults that it may notice: whether any of them fails it.

Law of this file: it chooses the faults and prints; running them is for `runs.py`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from conformance.document import TestPurpose
from tests.faults.judging import Entry
from tests.faults.runs import Job, run_all


def jobs_for(purpose: TestPurpose, entries: Mapping[str, Entry]) -> list[Job]:
    """A job for each fault that says that it breaks what the purpose verifies; then for those that
    may fail it, too. Readings, which rulings accept, fail nothing."""
    verified = set(purpose.verifies)
    faults = {name: each for name, each in entries.items() if each.kind == "fault"}
    breaking = [name for name, each in faults.items() if verified & set(each.breaks)]
    allowing = [name for name, each in faults.items() if any(map(each.allows, verified))]
    return [_job(name, purpose) for name in dict.fromkeys((*breaking, *allowing))]


def _job(fault: str, purpose: TestPurpose) -> Job:
    return Job(fault, (fault,), purposes=(purpose.id,))


def show(
    wanted: str,
    purposes: Sequence[TestPurpose],
    entries: Mapping[str, Entry],
    folder: Path,
    processes: int,
    every: bool,
) -> int:
    """Print which fault fails the purpose `wanted`; `every`: all that do. 0 if there is one.

    2 if no purpose has that id.
    """
    found = [each for each in purposes if each.id == wanted]
    if not found:
        print(f"{wanted}: no purpose has this id; python -m conformance list shows them")
        return 2
    jobs = jobs_for(found[0], entries)
    print(f"{wanted}: {len(jobs)} faults may fail it")
    failed = 0
    with contextlib.closing(run_all(jobs, folder, processes)) as outcomes:
        for outcome in outcomes:
            if outcome.complaint:
                print(f"{outcome.fault}: decided nothing: {outcome.complaint}", flush=True)
            if outcome.purposes.get(wanted) == "fail":
                failed += 1
                print(f"{outcome.fault}: fails it: {outcome.sentences[wanted]}", flush=True)
                if not every:
                    break
    if not failed:
        print(f"{wanted}: no fault makes it fail; docs/emulator.md says how one is written")
    return 0 if failed else 1
