"""A pytest plugin: one collection of the suites, run again and again under one fault after another.

Law of this file: what a run of the suites does, it does in the same way, from opening the rig to
the verdicts; it only saves starting Python and collecting anew, which would take most of the time.

Jobs come as JSON lines on one descriptor, `{"fault": ..., "rig": ..., "requirements": [...]}`, and
each is answered with one line on another.
"""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from conformance.record import PROPERTY, PurposeRecord, load
from conformance.verdict import Verdict, roll_up
from rigs.open import read_choice
from rigs.purposes import PURPOSE, is_selected, with_purpose
from rigs.run import Run

#: No job may take longer, in seconds: the process dies of it, and whoever started it says so.
LIMIT_S = 300


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the jobs come from and the outcomes go to."""
    parser.addoption("--jobs-from", type=int, help="descriptor to read jobs from")
    parser.addoption("--outcomes-to", type=int, help="descriptor to write outcomes to")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Do the jobs, until there are no more."""
    from rigs.plugin import RUN  # late, because pytest has to import plugins first

    config = session.config
    run = config.stash[RUN]
    run.close()  # the rig of the command line, which the other hook has opened
    with (
        os.fdopen(config.getoption("jobs_from"), encoding="utf-8") as jobs,
        os.fdopen(config.getoption("outcomes_to"), "w", encoding="utf-8", buffering=1) as outcomes,
    ):
        for line in iter(jobs.readline, ""):
            signal.alarm(LIMIT_S)
            outcomes.write(json.dumps(_done(json.loads(line), session, run)) + "\n")
    return True


def _done(job: dict[str, Any], session: pytest.Session, run: Run) -> dict[str, Any]:
    """What came of running what verifies the requirements of `job` on its rig."""
    begin = time.monotonic()
    run.choice = read_choice(job["rig"], Path.cwd())
    run.open()
    records: list[PurposeRecord] = []
    if run.rig is not None:
        records = [_ran(item) for item in _chosen(session, run, job) if not session.shouldfail]
    complaint = str(session.shouldfail or run.found.problem)
    run.close()
    run.forget_losses()
    session._shouldfail = False  # pytest lets nobody take it back, but here the rig is a new one
    return {
        "fault": job["fault"],
        "duration_s": time.monotonic() - begin,
        "purposes": {record.id: record.verdict for record in records},
        "requirements": _requirements(records),
        "complaint": complaint,
        "undecided": {
            record.id: record.sentence
            for record in records
            if record.verdict in (Verdict.INCONCLUSIVE, Verdict.ERROR)
        },
    }


def _chosen(session: pytest.Session, run: Run, job: dict[str, Any]) -> list[pytest.Item]:
    items = with_purpose(session.items)
    wanted = job["requirements"]
    if not wanted:
        return items
    return [item for item in items if is_selected(item.stash[PURPOSE], run.edition, wanted)]


def _ran(item: pytest.Item) -> PurposeRecord:
    """The record of one more run of `item`."""
    item.user_properties.clear()
    runtestprotocol(item, nextitem=None, log=False)
    records = [load(str(line)) for name, line in item.user_properties if name == PROPERTY]
    return next(record for record in records if isinstance(record, PurposeRecord))


def _requirements(records: list[PurposeRecord]) -> dict[str, Verdict]:
    """What each requirement came to over all purposes."""
    verdicts: dict[str, list[Verdict]] = {}
    for record in records:
        for name, judgement in record.pairs.items():
            verdicts.setdefault(name, []).append(judgement.verdict)
    return {name: roll_up(each) for name, each in verdicts.items()}
