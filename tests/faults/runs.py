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
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

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
    #: Purpose id -> why it was a fail, inconclusive or an error.
    sentences: dict[str, str] = field(default_factory=dict)

    def with_more(self, other: Outcome) -> Outcome:
        """Both as one: of the same fault, against other requirements."""
        return Outcome(
            self.fault,
            self.duration_s + other.duration_s,
            self.purposes | other.purposes,
            self.requirements | other.requirements,
            "; ".join(filter(None, (self.complaint, other.complaint))),
            self.sentences | other.sentences,
        )


def known_faults() -> dict[str, str]:
    """Every fault that the emulator has, and what it says of it."""
    return _listed("--list-faults")


def known_product() -> dict[str, str]:
    """Every mutant that is an operator on a seam."""
    return _listed("--list-product")


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


#: What a job may take by default, in seconds.
LIMIT_S = 300


@dataclass(frozen=True, slots=True)
class Job:
    """One fault, or a variant, or neither, against what verifies `requirements`."""

    fault: str
    #: The faults and the variants that the emulator has.
    on: tuple[str, ...] = ()
    varied: tuple[str, ...] = ()
    #: All purposes that verify these (prefixes are allowed); empty, and `beside` too: everything.
    requirements: tuple[str, ...] = ()
    #: And one purpose for each of these.
    beside: tuple[str, ...] = ()
    #: Instead: these purposes alone, by their ids.
    purposes: tuple[str, ...] = ()
    #: What may fail, and the commands of which a purpose has to pass: see `shown.py`.
    foreseen: tuple[str, ...] = ()
    contrast: tuple[str, ...] = ()
    #: One process does the jobs of a family, one after the other, and none of another meanwhile.
    family: str = ""
    #: It ends with the first purpose that fails; those with one of `first` in their ids go first.
    until_failed: bool = False
    first: tuple[str, ...] = ()
    #: How many seconds it may take; its process dies of more.
    limit_s: int = LIMIT_S


def run_all(jobs: Sequence[Job], folder: Path, processes: int) -> Iterator[Outcome]:
    """The outcomes as they come; so many processes take the families one after the other.

    If it is closed early, no further job is begun.
    """
    folder.mkdir(parents=True, exist_ok=True)
    waiting = deque(families(jobs))
    done: queue.Queue[Outcome | None] = queue.Queue()
    pairs = [_Pair() for _ in range(processes)]
    command = [
        sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider",
        "-p", "tests.faults.batch", *(f"--serve={pair}" for pair in pairs),
        "--profile=none", "--no-review",
        f"--report-dir={folder / 'report'}", "suites",
    ]  # fmt: skip
    with (folder / "printed.txt").open("w") as printed:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | _BARE, stdin=subprocess.DEVNULL, stdout=printed,
            stderr=subprocess.STDOUT, pass_fds=[each for pair in pairs for each in pair.theirs],
        )  # fmt: skip
    for pair in pairs:
        pair.hand_over()
        threading.Thread(target=_feed, args=(pair, waiting, done), daemon=True).start()
    try:
        for _ in pairs:
            while (outcome := done.get()) is not None:
                yield outcome
    except GeneratorExit:  # who asked has seen enough
        waiting.clear()
        raise
    finally:
        process.wait()
    for job in itertools.chain.from_iterable(waiting):
        yield Outcome(job.fault, 0, {}, {}, f"nobody was left to run it; see {folder}/printed.txt")


def families(jobs: Sequence[Job]) -> list[deque[Job]]:
    """The jobs of each family, in their order; one without a family is its own."""
    found: dict[object, deque[Job]] = {}
    for number, job in enumerate(jobs):
        found.setdefault(job.family or number, deque()).append(job)
    return list(found.values())


class _Pair:
    """Two pipes: jobs to one process, and its outcomes back."""

    def __init__(self) -> None:
        self._jobs_from, self._jobs = os.pipe()
        self._outcomes, self._outcomes_to = os.pipe()

    def __str__(self) -> str:
        return f"{self._jobs_from}:{self._outcomes_to}"

    @property
    def theirs(self) -> tuple[int, int]:
        """The ends that belong to the process."""
        return self._jobs_from, self._outcomes_to

    def hand_over(self) -> None:
        """The process has its ends now; ours of them go."""
        for descriptor in self.theirs:
            os.close(descriptor)
        self.jobs = os.fdopen(self._jobs, "w", buffering=1)
        self.outcomes = os.fdopen(self._outcomes)


def _feed(pair: _Pair, waiting: deque[deque[Job]], done: queue.Queue[Outcome | None]) -> None:
    """Give one process a job after the other; it dies of a job that never ends."""
    family: deque[Job] = deque()
    with contextlib.suppress(IndexError), pair.jobs as jobs, pair.outcomes as outcomes:
        while True:
            family = family or waiting.popleft()
            job = family.popleft()
            with contextlib.suppress(BrokenPipeError):
                jobs.write(json.dumps(asdict(job)) + "\n")
            line = outcomes.readline()
            if not line:
                done.put(Outcome(job.fault, 0, {}, {}, "the process died in the middle of it"))
                break
            done.put(Outcome(**json.loads(line)))
    waiting.appendleft(family)  # what is left of it, another process does
    done.put(None)
