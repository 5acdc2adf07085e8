"""Whole runs of the harness as a stranger starts them: processes, their output, their reports.

Law: no assertion about a verdict lives here. Every wait has a deadline, and nothing sleeps.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import pytest

from rigs.emulator.process.cli import main as emulate
from tests.forked import fork

ROOT = Path(__file__).parents[2]
PIXIT = ROOT / "tests" / "data" / "quick.pixit.toml"

#: No process may take longer, in seconds.
LIMIT_S = 240.0

#: Options of every run. Importing plugins takes longer than most of the runs.
PLAIN = ("-p", "no:hypothesispytest", "-p", "no:html", "-p", "no:metadata")
#: The same with little patience, and without what is asked again of an IUT in use: that needs a
#: network, which most runs do not have. Who says -k selects by that alone.
QUICK = (*PLAIN, f"--pixit={PIXIT}", "-k", "not in_use and not joined and not visited")

#: The rig of runs that ask for no lab: one costs a third of such a run.
ALONE = "--rig=emulator:net=none"

#: Five purposes of a moment each, and one that waits for an hour where time is skipped.
SIX = "--req=3.2.1"


def environment(scratch: str) -> dict[str, str]:
    """Ours, without what would steer an inner pytest; output unbuffered, to be read as it comes."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return ours | {"PYTHONUNBUFFERED": "1", "TMPDIR": scratch}


@dataclass(frozen=True)
class Finished:
    """A run that is over."""

    exit_code: int
    #: Standard output, and standard error.
    out: str
    err: str
    folder: Path

    @cached_property
    def results(self) -> dict[str, Any]:
        return json.loads(self.folder.joinpath("results.json").read_text(encoding="utf-8"))

    @property
    def lines(self) -> list[str]:
        """What it printed, without empty lines."""
        return [line for line in (self.out + self.err).splitlines() if line.strip()]

    @property
    def purposes(self) -> dict[str, dict[str, Any]]:
        return {purpose["id"]: purpose for purpose in self.results["purposes"]}

    @property
    def verdicts(self) -> dict[str, str]:
        return {name: purpose["verdict"] for name, purpose in self.purposes.items()}

    @property
    def requirements(self) -> dict[str, str]:
        return {row["id"]: row["verdict"] for row in self.results["requirements"]}


def report_is_complete(run: Finished) -> bool:
    """Whether each page of its report is there."""
    names = ("index.html", "results.json", "junit.xml", "journal.jsonl")
    return all((run.folder / name).stat().st_size > 0 for name in names)


#: Some seconds of purposes that wait for silence.
LONG = "--req=2/-/general/11"


class Runs:
    """Runs the harness; a run that was made already is not made again."""

    def __init__(self, folder: Path, options: tuple[str, ...] = QUICK) -> None:
        self._folder = folder
        self._options = options
        self._made: dict[tuple[str, ...], Future[Finished]] = {}
        self._pool = ThreadPoolExecutor(2)
        self._count = 0
        #: All that are made in one go share it, so that one of them alone collects everything.
        self._cache = ("-o", f"cache_dir={_shared(folder) / 'cache'}")
        #: What a harness that is killed leaves behind is left here; the path is short, for sockets.
        self._scratch = tempfile.TemporaryDirectory(prefix="runs-")
        self.environment = environment(self._scratch.name)

    def begin(self, *arguments: str, limit_s: float = LIMIT_S) -> Future[Finished]:
        """Make this run beside whatever else goes on."""
        if arguments not in self._made:
            folder = self.new_folder()
            self._made[arguments] = self._pool.submit(self._run, arguments, folder, limit_s)
        return self._made[arguments]

    def run(self, *arguments: str, limit_s: float = LIMIT_S) -> Finished:
        return self.begin(*arguments, limit_s=limit_s).result(limit_s)

    def start(self, *arguments: str) -> Running:
        """A run to be interfered with."""
        return Running(self._all(arguments), self.new_folder(), self.environment)

    def new_folder(self) -> Path:
        self._count += 1
        return self._folder / f"run-{self._count}"

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._scratch.cleanup()

    def _all(self, arguments: tuple[str, ...]) -> tuple[str, ...]:
        cached = any(argument.startswith("cache_dir=") for argument in arguments)
        return (*self._options, *(() if cached else self._cache), *arguments)

    def _run(self, arguments: tuple[str, ...], folder: Path, limit_s: float) -> Finished:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            words = options(self._all(arguments), folder)
            # Forked, not started: to import pytest and all that is tested takes half of a run.
            run = fork(lambda: _pytest(words, self.environment), (), out.fileno(), err.fileno())
            try:
                code = run.wait(limit_s)
            except TimeoutError:
                run.kill()
                run.wait(limit_s)
                raise
            return Finished(code, _text(out), _text(err), folder)


def _pytest(words: list[str], environment: Mapping[str, str]) -> int:
    """What `python -m pytest` does, in a process that has run other tests until now."""
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None  # it is looked up anew
    _warn_as_python_does()
    return int(pytest.main(words))


def _warn_as_python_does() -> None:
    """Not as the tests do, to which a warning is an error."""
    warnings.resetwarnings()
    for kind in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
        warnings.simplefilter("ignore", kind)


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode("utf-8")


def options(arguments: tuple[str, ...], folder: Path) -> list[str]:
    return [f"--report-dir={folder}", *arguments]


def command(arguments: tuple[str, ...], folder: Path) -> list[str]:
    return [sys.executable, "-m", "pytest", *options(arguments, folder)]


def _shared(folder: Path) -> Path:
    """Of a folder of pytest's making, one that the other workers have, too."""
    return folder.parents[1] if "PYTEST_XDIST_WORKER" in os.environ else folder.parent


@contextlib.contextmanager
def starting(runs: Runs) -> Iterator[Callable[..., Running]]:
    """Starts runs to be interfered with, and sees to it that they end."""
    started: list[Running] = []

    def start(*arguments: str) -> Running:
        started.append(runs.start(*arguments))
        return started[-1]

    yield start
    for each in started:
        each.end()


class Running:
    """A run that goes on."""

    def __init__(
        self, arguments: tuple[str, ...], folder: Path, environment: dict[str, str]
    ) -> None:
        self.folder = folder
        self._began = time.monotonic()
        words = options(("-v", *arguments), folder)
        self._output_of, says = os.pipe()
        self.process = fork(lambda: _pytest(words, environment), (), says, says)
        os.close(says)
        self.said = ""

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait_for(self, text: str, times: int = 1) -> None:
        """Return when it has printed `text` so often; TimeoutError at the deadline."""
        for part in self._output():
            self.said += part
            if self.said.count(text) >= times:
                return
        raise TimeoutError(f"{text!r} did not come {times} times, but {self.said!r}")

    def finish(self) -> Finished:
        """What came of it; TimeoutError at the deadline."""
        for part in self._output():
            self.said += part
        code = self.process.wait(LIMIT_S)
        return Finished(code, self.said, "", self.folder)

    def end(self) -> None:
        self.process.kill()
        self.process.wait(LIMIT_S)
        os.close(self._output_of)

    def _output(self) -> Iterator[str]:
        """What it prints, as it comes, until it closes its output."""
        while True:
            left = self._began + LIMIT_S - time.monotonic()
            if not select.select([self._output_of], [], [], max(0, left))[0]:
                raise TimeoutError(f"no more output within {LIMIT_S:g} s; so far {self.said!r}")
            part = os.read(self._output_of, 65536)
            if not part:
                return
            yield part.decode("utf-8", "replace")

    def emulator_pid(self) -> int:
        """The pid of the emulator that the harness started, or its lab did."""
        return self.pid_of(b"rigs.emulator")

    def lab_pid(self) -> int:
        """The pid of the lab that the harness started."""
        return self.pid_of(b"rigs.lab")

    def pid_of(self, module: bytes) -> int:
        """The pid of the descendant that runs a module."""
        below = descendants(self.pid)
        (pid,) = [each for each in below if module in command_line(each).split(b"\0")]
        return pid


def soon(what: Callable[[], object], within_s: float = 30.0) -> bool:
    """Whether it is so before the deadline; it shows in the kernel alone, which calls nobody."""
    end = time.monotonic() + within_s
    while not what() and time.monotonic() < end:
        time.sleep(0.01)  # between two looks, so that who is waited for has the processor
    return bool(what())


def children(pid: int) -> list[int]:
    """The processes that `pid` started and that are still there."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(word) for task in tasks for word in task.read_text(encoding="ascii").split()]


def descendants(pid: int) -> list[int]:
    """The processes that `pid` started, and those that they did."""
    below = children(pid)
    return [*below, *(each for child in below for each in descendants(child))]


def command_line(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


class Watch:
    """Tells when a process that is not our child has ended."""

    def __init__(self, pid: int) -> None:
        self._fd = os.pidfd_open(pid)

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)

    def ended(self) -> bool:
        """Whether it has ended, now or until the deadline."""
        return bool(select.select([self._fd], [], [], LIMIT_S)[0])


class EmulatorProcess:
    """An emulator that was started by hand."""

    def __init__(self, *arguments: str) -> None:
        told = ["--announce", "json", *arguments]
        said, says = os.pipe()
        with os.fdopen(said) as announced:
            self.process = fork(lambda: emulate(told), (), says)
            os.close(says)
            if not select.select([announced], [], [], LIMIT_S)[0]:
                self.end()
                raise TimeoutError("the emulator did not say where it is")
            self.port = str(json.loads(announced.readline())["port"])

    def end(self) -> None:
        """End it, as it ends at the end of a session, unless it is gone."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(LIMIT_S)
        except TimeoutError:
            self.process.kill()
            self.process.wait(LIMIT_S)
