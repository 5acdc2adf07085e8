"""The suites under each fault, in several processes at a time; what came of every purpose.

Law of this file: it runs and reads, and judges nothing.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PIXIT = Path(__file__).with_name("pixit.toml")

#: Plugins that nobody asks for here take half of the time of a run.
_BARE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run came to; `fault` is empty for the healthy emulator."""

    fault: str
    duration_s: float
    #: Purpose id -> verdict, and requirement id -> verdict.
    purposes: dict[str, str]
    requirements: dict[str, str]
    #: What kept it from running, or from running to its end.
    complaint: str = ""
    #: Purpose id -> why it was inconclusive or an error.
    undecided: dict[str, str] = field(default_factory=dict)


def known_faults() -> dict[str, str]:
    """Every fault that the emulator has, and what it says of it."""
    return _listed("--list-faults")


def known_variants() -> dict[str, str]:
    """Every way in which the emulator can differ and still conform."""
    return _listed("--list-variants")


def _listed(option: str) -> dict[str, str]:
    listed = subprocess.run(
        [sys.executable, "-m", "rigs.emulator", option],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    rows = (line.split(maxsplit=1) for line in listed.stdout.splitlines() if line.strip())
    return {name: says.strip() for name, says in rows}


@dataclass(frozen=True, slots=True)
class Job:
    """One fault (none: the healthy emulator), on one rig, against what verifies `requirements`."""

    fault: str
    rig: str
    #: Empty: everything.
    requirements: tuple[str, ...] = ()


def run_all(jobs: Sequence[Job], folder: Path, processes: int) -> Iterator[Outcome]:
    """The outcomes as they come; so many processes take the jobs one after the other."""
    waiting = deque(jobs)
    done: queue.Queue[Outcome | None] = queue.Queue()
    folder.mkdir(parents=True, exist_ok=True)

    reports = itertools.count(1)

    def work() -> None:
        try:
            while waiting:
                _serve(waiting, folder / f"process-{next(reports)}", done.put)
        finally:
            done.put(None)

    for _ in range(processes):
        threading.Thread(target=work, daemon=True).start()
    for _ in range(processes):
        while (outcome := done.get()) is not None:
            yield outcome


def _serve(waiting: deque[Job], folder: Path, put: Callable[[Outcome], None]) -> None:
    """One process takes jobs until there are no more, or until one kills it."""
    jobs_from, jobs = os.pipe()
    outcomes, outcomes_to = os.pipe()
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.faults.batch",
        f"--jobs-from={jobs_from}", f"--outcomes-to={outcomes_to}",
        f"--pixit={PIXIT}", "--profile=none", f"--report-dir={folder}", "suites",
    ]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | _BARE, pass_fds=(jobs_from, outcomes_to),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    os.close(jobs_from)
    os.close(outcomes_to)
    with os.fdopen(jobs, "w", buffering=1) as to, os.fdopen(outcomes) as answers:
        while waiting:
            job = _next(waiting)
            if job is None:
                break
            with contextlib.suppress(BrokenPipeError):
                to.write(json.dumps(asdict(job)) + "\n")
            line = answers.readline()
            if not line:
                put(Outcome(job.fault, 0, {}, {}, _last_words(process)))
                return
            put(Outcome(**json.loads(line)))
    process.communicate()


def _next(waiting: deque[Job]) -> Job | None:
    try:
        return waiting.popleft()
    except IndexError:  # another process took it
        return None


def _last_words(process: subprocess.Popen[str]) -> str:
    """Why a process ended in the middle of a job."""
    printed, _ = process.communicate()
    return "".join(printed.strip().splitlines()[-1:]) or f"exit code {process.returncode}"
