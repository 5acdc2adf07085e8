"""A pytest plugin: one collection of the suites, run again and again under one fault after another.

Law of this file: what a run of the suites does, it does in the same way, from opening the rig to
the verdicts; it only saves starting Python and collecting anew, which would take most of the time.

Jobs come as JSON lines on one descriptor, each a `runs.Job`, and each is answered with one line on
another.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest
from _pytest.runner import runtestprotocol

from conformance.document import starts_with_segments
from conformance.record import PROPERTY, PurposeRecord, load
from conformance.testbed import LAB_CAPABILITIES
from conformance.verdict import Verdict, roll_up
from rigs.emulated import EmulatorOptions
from rigs.processors import pin
from rigs.purposes import PURPOSE, with_purpose
from rigs.run import Run
from tests.faults.reused import Reused
from tests.faults.shown import Shown

LAB = frozenset(LAB_CAPABILITIES)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the jobs come from and the outcomes go to."""
    parser.addoption(
        "--serve", action="append", default=[], metavar="FROM:TO",
        help="descriptors to read jobs from and to write outcomes to; one process for each pair",
    )  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Do the jobs, until there are no more, in a child for each pair of descriptors."""
    from rigs.plugin import RUN  # late, because pytest has to import plugins first

    run = session.config.stash[RUN]
    run.close()  # the rig of the command line, which the other hook has opened
    run.recorder = None  # there is one report folder, and many children
    suites = Suites(with_purpose(session.items))
    pairs = [tuple(map(int, pair.split(":"))) for pair in session.config.getoption("serve")]
    children = []
    for number, (jobs_from, outcomes_to) in enumerate(pairs):
        if child := os.fork():
            children.append(child)
            continue
        pin(number, len(pairs))
        for descriptor in {each for pair in pairs for each in pair} - {jobs_from, outcomes_to}:
            os.close(descriptor)
        _serve(jobs_from, outcomes_to, session, run, suites)
    for pair in pairs:
        for descriptor in pair:
            os.close(descriptor)
    for child in children:
        os.waitpid(child, 0)
    return True


class Suites:
    """What was collected, by what it verifies: most jobs want a few of thousands."""

    def __init__(self, items: list[pytest.Item]) -> None:
        self.items = items
        #: Requirement -> the places of the items that verify it.
        self._places: dict[str, list[int]] = {}
        for place, item in enumerate(items):
            # Nobody reads what pytest would write of a failure; a record has the verdict.
            item.repr_failure = _unsaid  # type: ignore[method-assign]
            for name in item.stash[PURPOSE].verifies:
                self._places.setdefault(name, []).append(place)

    def chosen(self, wanted: list[str], beside: list[str]) -> list[pytest.Item]:
        """All that verify one of `wanted`, which may be prefixes, and one for each of `beside`.

        Both empty: everything. In the order of the suites.
        """
        if not wanted and not beside:
            return self.items
        names = [n for n in self._places if any(starts_with_segments(n, each) for each in wanted)]
        places = {place for name in names for place in self._places[name]}
        left = set(beside)
        for place in sorted({p for name in beside for p in self._places.get(name, ())} - places):
            if shown := left.intersection(self.items[place].stash[PURPOSE].verifies):
                left -= shown
                places.add(place)
        return [self.items[place] for place in sorted(places)]

    def named(self, ids: list[str]) -> list[pytest.Item]:
        """The purposes with these ids."""
        return [item for item in self.items if item.stash[PURPOSE].id in ids]


def _unsaid(_excinfo: object, _style: object = None) -> str:
    return ""


def _serve(
    jobs_from: int, outcomes_to: int, session: pytest.Session, run: Run, suites: Suites
) -> NoReturn:
    """What a child does; it ends as soon as nobody gives it jobs, and leaves nothing to pytest."""
    status = 1
    family, failed = "", set[str]()
    try:
        with (
            os.fdopen(jobs_from, encoding="utf-8") as jobs,
            os.fdopen(outcomes_to, "w", encoding="utf-8", buffering=1) as outcomes,
        ):
            for line in iter(jobs.readline, ""):
                job = json.loads(line)
                signal.alarm(job["limit_s"])  # we die of it, and whoever waits for us says so
                if job["family"] != family:
                    family, failed = job["family"], set()
                shown = Shown(job["foreseen"], job["contrast"], failed)
                outcomes.write(json.dumps(_done(job, session, run, suites, shown)) + "\n")
        status = 0
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _done(
    job: dict[str, Any], session: pytest.Session, run: Run, suites: Suites, shown: Shown
) -> dict[str, Any]:
    """What came of running what verifies the requirements of `job` on its rig."""
    begin = time.monotonic()
    chosen = suites.named(job["purposes"]) or suites.chosen(job["requirements"], job["beside"])
    chosen = _with_first(chosen, job["first"])
    run.choice = Reused(
        EmulatorOptions(
            faults=tuple(job["on"]), variants=tuple(job["varied"]), net=_net(chosen, run)
        )
    )
    run.open()
    records: list[PurposeRecord] = []
    if run.rig is not None:
        for item in _not_idle(chosen, shown, run):
            records.append(_ran(item))
            shown.add(records[-1])
            if job["until_failed"] and records[-1].verdict is Verdict.FAIL:
                break
            if session.shouldfail:
                break
        session._setupstate.teardown_exact(None)
    complaint = str(session.shouldfail or run.found.problem)
    run.close()
    run.forget()
    session._shouldfail = False  # pytest lets nobody take it back, but here the rig is a new one
    return {
        "fault": job["fault"],
        "duration_s": time.monotonic() - begin,
        "purposes": {record.id: record.verdict for record in records},
        "requirements": _requirements(records),
        "complaint": complaint,
        "sentences": {
            record.id: record.sentence
            for record in records
            if record.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR)
        },
    }


def _with_first(items: list[pytest.Item], first: list[str]) -> list[pytest.Item]:
    """Those with one of `first` in their ids, then the others, both in their order."""
    return sorted(items, key=lambda i: not any(part in i.stash[PURPOSE].id for part in first))


def _net(items: list[pytest.Item], run: Run) -> str:
    """A lab if one of the purposes, or what it verifies, needs it; most get along without one."""
    rows = run.edition.requirements
    purposes = [item.stash[PURPOSE] for item in items]
    needs = {need for each in purposes for need in each.needs}
    needs |= {need for each in purposes for name in each.verifies for need in rows[name].needs}
    return "lab" if LAB & needs else "none"


def _not_idle(items: list[pytest.Item], shown: Shown, run: Run) -> Iterator[pytest.Item]:
    """Those of `items` that may show something new when their turn comes, in their order; then
    those that were left out, until one of them has passed where one has to.
    """
    left_out = []
    for item in items:
        if shown.all_of(item.stash[PURPOSE]):
            left_out.append(item)
            run.skip()
        else:
            yield item
    for item in left_out:
        if shown.still_wants(item.stash[PURPOSE]):
            yield item


def _ran(item: pytest.Item) -> PurposeRecord:
    """The record of one more run of `item`; its module stays set up for the next one of it."""
    item.user_properties.clear()
    item.session._setupstate.teardown_exact(item)
    runtestprotocol(item, nextitem=item.parent, log=False)  # type: ignore[arg-type]
    records = [load(str(line)) for name, line in item.user_properties if name == PROPERTY]
    return next(record for record in records if isinstance(record, PurposeRecord))


def _requirements(records: list[PurposeRecord]) -> dict[str, Verdict]:
    """What each requirement came to over all purposes."""
    verdicts: dict[str, list[Verdict]] = {}
    for record in records:
        for name, judgement in record.pairs.items():
            verdicts.setdefault(name, []).append(judgement.verdict)
    return {name: roll_up(each) for name, each in verdicts.items()}
