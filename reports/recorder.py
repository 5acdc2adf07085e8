"""The recorder: takes the records of a run, keeps its journal and writes its report.

Law of this file: one recorder a process. On an xdist worker it only hands out transcripts; all
records travel to the controller in the reports of the tests and are written down there, in one
journal, by one writer.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import shlex
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from conformance import verdict
from conformance.document import Edition
from conformance.record import PROPERTY, EndRecord, Record, RunRecord
from conformance.transcript import TranscriptWriter
from reports import clock
from reports.folder import FolderTaken, fresh_folder, named_folder, point_latest
from reports.journal import JOURNAL, JournalWriter, read_journal
from reports.names import safe_name
from reports.obstacles import broken_elsewhere
from reports.output import INDEX, edition_of, write_report
from reports.progress import Progress, Writing, tell
from reports.results import deciding_verdicts

#: Under this name the plugin manager knows the recorder.
NAME = "conformance-recorder"

#: Under this key the controller tells its workers where the report is.
_HANDED_DOWN = "conformance_report_dir"

#: Under this key a worker tells its controller what its rig's board has borne.
_HANDED_UP = "conformance_wear"

_TRANSCRIPTS = "transcripts"

#: A report of so many purposes is not written in a moment.
_MANY = 500

#: pytest's own statuses that the verdicts may replace; all others stay as they are.
_REPLACED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)


def exit_status(own: int, verdicts: list[verdict.Verdict], collected: bool = True) -> int:
    """The exit status of pytest, given its own and the verdicts of the purposes."""
    if own not in _REPLACED or not collected:
        return own
    code = verdict.exit_code(verdicts)
    # Something failed that no record tells of (a crashed worker, another test): never green.
    if own == pytest.ExitCode.TESTS_FAILED and code in (
        verdict.EXIT_CLEAN,
        verdict.EXIT_NOTHING_DECIDED,
    ):
        return own
    return code


class Recorder:
    """Writes down what the rig plugin reports; inert until `begin`."""

    def __init__(self, config: pytest.Config, expected: bool = False) -> None:
        self._config = config
        handed_down = getattr(config, "workerinput", {}).get(_HANDED_DOWN)
        #: Whether a conformance run is about to begin, going by the options; on an xdist worker,
        #: whether one has begun on the controller.
        self.expected = expected or bool(handed_down)
        self._is_worker = hasattr(config, "workerinput")
        self._folder: Path | None = Path(handed_down) if handed_down else None
        self._journal: JournalWriter | None = None
        self._edition: Edition | None = None
        self._seen: set[tuple[str, bytes]] = set()
        self._interrupted = ""
        self._collected = True
        self._ended = False
        #: What Ctrl-C at the end of the run kept from being written; empty if nothing.
        self._missing = ""
        self._progress = Progress()
        self._session: pytest.Session | None = None
        self._results: dict[str, Any] | None = None
        self._wear: Counter[str] = Counter()

    # What the rig plugin calls ------------------------------------------------------------------

    def begin(self, run: RunRecord, edition: Edition | None = None) -> None:
        """A run begins: make its folder and open its journal. On an xdist worker, do nothing.

        To be called once, before xdist starts its workers: not later than `pytest_sessionstart`.
        `edition` need only be given if `run.edition` does not name one that can be loaded.
        """
        if self._is_worker:
            return
        if self._journal is not None:
            raise RuntimeError("a run has begun already; one session is one run")
        # Before anything is written: a run that nobody can report on should not start.
        self._edition = edition or edition_of(run.edition)
        folder = self.folder()
        self._journal = JournalWriter(folder / JOURNAL)
        self._journal.append(run)
        if self._config.getoption("report_dir") is None:
            point_latest(self._config.rootpath, folder)

    def note(self, record: Record) -> None:
        """Write down a record that travels with no test. Without a journal here, do nothing."""
        if self._journal is not None:
            self._journal.append(record)

    def add_wear(self, wear: Mapping[str, int]) -> None:
        """What the use of a rig has cost its board; on an xdist worker, the controller is told."""
        self._wear.update(wear)
        if self._is_worker:
            self._config.workeroutput[_HANDED_UP] = dict(self._wear)  # type: ignore[attr-defined]

    def transcript(self, purpose_id: str, attempt: int = 1) -> tuple[TranscriptWriter, str]:
        """A new transcript for this attempt, and its path relative to the report's folder.

        The caller closes it; until then, what a killed harness had written may be cut short.
        """
        if self._folder is None:
            raise RuntimeError("no run has begun, so there is no place for a transcript")
        folder = self._folder / _TRANSCRIPTS
        folder.mkdir(exist_ok=True)
        for number in itertools.count(attempt):
            name = f"{safe_name(purpose_id)}.{number}.jsonl"
            try:
                # "x": should a purpose run twice, the second does not write over the first.
                stream = (folder / name).open("x", encoding="ascii", newline="\n")
            except FileExistsError:
                continue
            return TranscriptWriter(stream), f"{_TRANSCRIPTS}/{name}"
        raise AssertionError("counting has no end")

    def clock(self) -> tuple[int, int]:
        """Offset of real time to the monotonic clock, and its uncertainty, in nanoseconds."""
        return clock.measure()

    # What the other half of this plugin asks ----------------------------------------------------

    @property
    def begun(self) -> bool:
        """Whether this process keeps the journal of a run."""
        return self._journal is not None

    def folder(self) -> Path:
        """The folder of the report, decided and made at the first call."""
        if self._folder is None:
            asked = self._config.getoption("report_dir")
            try:
                if asked is None:
                    self._folder = fresh_folder(self._config.rootpath)
                else:
                    self._folder = named_folder(self._config.invocation_params.dir / asked)
            except FolderTaken as error:
                raise pytest.UsageError(str(error)) from error
            except OSError as error:
                raise pytest.UsageError(
                    f"cannot write a report into {asked or self._config.rootpath}: {error}; "
                    "name another folder with --report-dir"
                ) from error
        return self._folder

    def page(self) -> Path:
        """Where pytest-html writes its page."""
        path = os.path.expandvars(str(self._config.option.htmlpath))
        return self._config.invocation_params.dir / Path(path).expanduser()

    def cut_short(self, session: pytest.Session) -> None:
        """Ctrl-C, when the purposes were over and only rigs to be closed and pages to be made."""
        if self._ended:
            self._missing = self._missing or "pytest.html"
        else:
            self._interrupted = self._interrupted or "interrupted by hand"
            self.pytest_sessionfinish(session, pytest.ExitCode.INTERRUPTED)
        session.exitstatus = pytest.ExitCode.INTERRUPTED

    # pytest's hooks -----------------------------------------------------------------------------

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """xdist is about to start a worker."""
        if self._journal is not None:
            node.workerinput[_HANDED_DOWN] = str(self.folder())

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """An xdist worker has ended, of itself or not."""
        self._wear.update(getattr(node, "workeroutput", {}).get(_HANDED_UP, {}))

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        self._session = session

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._collected = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if self._journal is None:
            return
        for name, value in report.user_properties:
            if name == PROPERTY:
                self._record_once(report.nodeid, str(value))

    def pytest_runtest_logstart(self) -> None:
        self._progress.begin()

    def pytest_runtest_logfinish(self) -> None:
        session = self._session
        if self._journal is None or session is None:
            return
        if line := self._progress.ended(session.testscollected):
            tell(self._config, line)

    def _record_once(self, nodeid: str, line: str) -> None:
        # The reports of setup, call and teardown share their properties, and so do reruns.
        key = nodeid, hashlib.blake2b(line.encode(), digest_size=16).digest()
        if key not in self._seen and self._journal is not None:
            self._seen.add(key)
            self._journal.append_line(line)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        # xdist ends a run after -x in this way too, and says why.
        said = str(excinfo.value)
        self._interrupted = f"{excinfo.typename}: {said}" if said else "interrupted by hand"

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self._interrupted = f"an error inside the harness: {excinfo.exconly()[:300]}"

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self._journal is None:
            return
        stopped = self._interrupted or str(session.shouldfail or session.shouldstop or "")
        if not self._collected and exitstatus == pytest.ExitCode.INTERRUPTED:
            stopped = "not everything could be collected"
        assert self._edition is not None
        verdicts = deciding_verdicts(read_journal(self.folder() / JOURNAL), self._edition)
        session.exitstatus = exit_status(int(exitstatus), verdicts, self._collected)
        self._finish(int(session.exitstatus), stopped)
        if self._missing:
            session.exitstatus = pytest.ExitCode.INTERRUPTED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._results is not None:
            terminalreporter.section("conformance")
            for line in _told(self._results["summary"], self._results["run"]["wear"]):
                terminalreporter.write_line(line)
            for each in broken_elsewhere(self._results["requirements"]):
                terminalreporter.write_line(f"{each['id']}: {each['sentence']}")

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self, config: pytest.Config) -> None:
        if self._journal is None:
            self._forget_empty_folder()
            return
        try:
            if not self._ended:
                # The session never started, or a hook before ours broke: report what there is.
                self._finish(pytest.ExitCode.INTERNAL_ERROR, "the session broke off")
        finally:
            self._journal.close()
        self._say_where(config)

    # The end of a run ---------------------------------------------------------------------------

    def _finish(self, code: int, interrupted: str) -> None:
        self._ended = True  # even if writing the report fails: a run ends once
        offset, uncertainty = clock.measure()
        ended = datetime.now(UTC).isoformat(timespec="milliseconds")
        wear = dict(sorted(self._wear.items()))
        self.note(EndRecord(ended, code, offset, uncertainty, interrupted, wear))
        assert self._edition is not None
        if self._progress.done >= _MANY:
            tell(self._config, "writes the report; Ctrl-C would lose nothing that the run found")
        writing = Writing(lambda text: tell(self._config, text))
        try:
            records = read_journal(self.folder() / JOURNAL)
            self._results = write_report(
                self.folder(), records, self._edition, reached=writing.reached
            )
        except KeyboardInterrupt:
            self._missing = "the report"

    def _forget_empty_folder(self) -> None:
        """No run began (the rig was refused, say): leave nothing behind but what has content."""
        if self._folder is not None and not self._is_worker:
            try:
                self._folder.rmdir()
            except OSError:
                return

    def _say_where(self, config: pytest.Config) -> None:
        # Here and not in the summary: this is the last line of all, where people and scripts look.
        if self._results is None and self._missing:
            run = shlex.quote(_short(self.folder()))
            tell(
                config,
                f"interrupted: {self._missing} is not written, and nothing that the run found is "
                f"lost; to write it: python -m reports render {run}",
            )
            return
        if self._missing:
            tell(config, f"interrupted: {self._missing} is not written")
        if self._results is not None:
            tell(config, f"report: {_short(self.folder() / INDEX)}")


def _short(path: Path) -> str:
    """`path` as one would type it here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def _told(summary: dict[str, Any], wear: Mapping[str, int]) -> list[str]:
    """The answer in a few lines, for the terminal."""
    counts = [f"{n} {word}" for word, n in summary["purposes"].items() if n and word != "total"]
    lines = [
        f"{summary['headline']}: {summary['sentence']}",
        f"purposes: {', '.join(counts) or 'none ended; nothing was decided'}",
    ]
    for group in summary["beside"]:
        word = "without a verdict" if group["verdict"] == "none" else group["verdict"]
        lines.append(
            f"beside it: {group['requirements']} requirements {word} ({group['reason']}), "
            f"{group['mandatory']} of them mandatory"
        )
    if observed := summary["requirements"][verdict.Verdict.OBSERVED.value]:
        lines.append(f"observed, and not judged: {observed} requirements")
    for each in summary["unshown_deviations"]:
        lines.append(f"the profile is out of date: {each['requirement']} passed")
    if (restarts := summary["unasked_restarts"])["total"]:
        lines.append(
            f"unasked restarts: {restarts['total']} in {restarts['purposes']} purposes, "
            f"{restarts['idle']} of them while nothing was asked; if they come anywhere, look at "
            "the board's supply"
        )
    if wear:
        counts = [f"{count} {name.replace('_', ' ')}" for name, count in wear.items()]
        lines.append(f"what it cost the board: {', '.join(counts)}")
    return lines
