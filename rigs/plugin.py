"""The pytest hooks that open a rig, offer it to the purposes and see that each gets its verdict.

Law of this file: hooks and fixtures only; what they decide is decided in `purposes.py`, `open.py`
and `judging.py`. It acts on items that carry the marker `purpose` and on no others.
"""

from __future__ import annotations

import importlib.metadata
import json
import platform
import time
from collections.abc import Generator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

import conformance
from conformance.catalogue import EditionError, load_edition
from conformance.record import PROPERTY, RigRecord, RunRecord, load
from conformance.review import told
from conformance.session import Session
from conformance.statement import (
    Pics,
    Pixit,
    StatementError,
    load_pics,
    load_pixit,
    load_shipped_profiles,
    profile_named,
)
from conformance.testbed import HAZARDS, LineSettings
from rigs.judging import Checks
from rigs.open import DEFAULT_RIG, RigTextError, read_choice
from rigs.purposes import MARKER, PURPOSE, Conditions, attach_purposes, is_selected, with_purpose
from rigs.run import CHECKS, SESSION, VERDICT, Run

RUN = pytest.StashKey[Run]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options that say where the IUT is and what to ask of it."""
    group = parser.getgroup("conformance", "conformance to the ESP8266 AT instruction set")
    group.addoption(
        "--rig", metavar="RIG", default=DEFAULT_RIG,
        help="where the IUT is: emulator[:firmware=NAME,fault=ID,variant=ID,timing=fast|real,"
        "endpoint=rfc2217|pty|tcp,flash=FILE,flash-map=512+512|1024+1024,flash-size=1M|2M|4M,"
        "wake=yes|no,net=lab|host|none] (default), a device path (/dev/ttyUSB0), a pyserial URL "
        "(socket://host:port, rfc2217://, hwgrep://), a name in rigs.toml, or replay:FOLDER "
        "to judge the stored run in FOLDER again",
    )  # fmt: skip
    group.addoption(
        "--pics", metavar="FILE",
        help="TOML: what the maker claims to implement (default: everything; "
        "`python -m conformance pics` writes a blank one)",
    )  # fmt: skip
    group.addoption(
        "--pixit", metavar="FILE",
        help="TOML: what this bench must tell: tables [timing], [line], [board]; "
        "docs/pixit.md has all keys",
    )  # fmt: skip
    group.addoption(
        "--profile", metavar="NAME|FILE|auto|none", default="auto",
        help="registered deviations of the firmware; auto (default) chooses by AT+GMR",
    )  # fmt: skip
    group.addoption(
        "--req", metavar="PREFIX", action="append", default=[],
        help="run only what verifies a requirement under PREFIX, by whole segments "
        "(3.2.5 or 3.2.5/ATE/set); may be given several times",
    )  # fmt: skip
    group.addoption(
        "--allow", metavar="CLASS,...", default="",
        help="let purposes run on a board that could hurt it: "
        + "; ".join(f"{name} ({danger})" for name, danger in HAZARDS.items()),
    )  # fmt: skip
    group.addoption(
        "--no-review", action="store_true",
        help="do not ask the IUT, before the run, which test and query forms it knows",
    )  # fmt: skip
    group.addoption(
        "--purposes", metavar="FILE", default=None,
        help="write the collected test purposes to FILE as JSON and run nothing",
    )  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Read what the options name; whatever is wrong with it is said now, in one line."""
    config.addinivalue_line("markers", MARKER)
    try:
        config.stash[RUN] = _run(config)
    except (EditionError, RigTextError, StatementError) as error:
        raise pytest.UsageError(str(error)) from error
    _refuse_to_share(config)
    if config.getoption("numprocesses", None):
        config.pluginmanager.register(WorkersRigs(config), "conformance-workers-rigs")


def _run(config: pytest.Config) -> Run:
    edition = load_edition()
    pics, pixit = config.getoption("pics"), config.getoption("pixit")
    choice, profile = read_choice(config.getoption("rig"), Path.cwd()), config.getoption("profile")
    if profile == "auto":
        load_shipped_profiles(edition)  # what is wrong with one is said before anything is opened
    return Run(
        choice=choice,
        edition=edition,
        conditions=Conditions(
            edition=edition,
            pics=load_pics(Path(pics), edition) if pics else Pics(),
            allowed=_allowed(config.getoption("allow")),
        ),
        pixit=load_pixit(Path(pixit), choice.timing) if pixit else Pixit(timing=choice.timing),
        profile=None if profile == "auto" else profile_named(profile, edition),
        suites=config.rootpath / "suites",
        worker=getattr(config, "workerinput", {}).get("workerid", "main"),
        reviews=not config.getoption("no_review"),
    )


def _allowed(text: str) -> frozenset[str]:
    allowed = frozenset(filter(None, text.split(",")))
    if unknown := sorted(allowed - HAZARDS.keys()):
        raise StatementError(f"--allow={','.join(unknown)}: known classes: {', '.join(HAZARDS)}")
    return allowed


def _refuse_to_share(config: pytest.Config) -> None:
    """One IUT cannot serve two workers."""
    workers = config.getoption("numprocesses", None) or 0
    choice = config.stash[RUN].choice
    if workers > 1 and choice.only_one:
        raise pytest.UsageError(
            f"-n {workers}: there is one IUT at {choice.text}, so one worker at most can use it"
        )


def pytest_report_header(config: pytest.Config) -> list[str]:
    """What is known before the rig is open."""
    run = config.stash[RUN]
    return [f"rig: {run.choice.text}", f"edition: {run.edition.title}"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Make purposes of the items and leave out what `--req` does not ask for."""
    run = config.stash[RUN]
    attach_purposes(items, run.edition)
    prefixes = config.getoption("req")
    if prefixes:
        wanted = [i for i in items if _wanted(i, run, prefixes)]
        if left_out := [item for item in items if item not in wanted]:
            config.hook.pytest_deselected(items=left_out)
        items[:] = wanted
    if destination := config.getoption("purposes"):
        purposes = [asdict(item.stash[PURPOSE]) for item in with_purpose(items)]
        Path(destination).write_text(json.dumps(purposes), encoding="utf-8")
        items.clear()


def _wanted(item: pytest.Item, run: Run, prefixes: list[str]) -> bool:
    return PURPOSE not in item.stash or is_selected(item.stash[PURPOSE], run.edition, prefixes)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Begin the report, if this is a run of the suites."""
    config = session.config
    recorder = config.pluginmanager.get_plugin("conformance-recorder")
    if (
        recorder is not None
        and getattr(recorder, "expected", True)
        and not config.getoption("purposes")
    ):
        config.stash[RUN].recorder = recorder
        recorder.begin(_run_record(config, recorder.clock()))


def _run_record(config: pytest.Config, clock: tuple[int, int]) -> RunRecord:
    run = config.stash[RUN]
    return RunRecord(
        started=datetime.now(UTC).isoformat(timespec="milliseconds"),
        edition=run.edition.name,
        edition_title=run.edition.title,
        edition_digest=run.edition.digest,
        suite_version=conformance.__version__,
        rig=run.choice.text,
        clock_offset_ns=clock[0],
        clock_uncertainty_ns=clock[1],
        pics=run.conditions.pics.source,
        pixit=run.pixit.shown(),
        profile=config.getoption("profile"),
        selection={
            "req": list(config.getoption("req")),
            "allow": sorted(run.conditions.allowed),
            "keyword": config.getoption("keyword", ""),
            "paths": [str(argument) for argument in config.args],
            "whole": _is_whole(config),
        },
        environment={
            "python": platform.python_version(),
            "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
            **{name: importlib.metadata.version(name) for name in ("pytest", "pyserial")},
        },
    )


#: Options with which pytest runs a part of what it collects.
_NARROWING = ("req", "keyword", "markexpr", "deselect", "lf", "stepwise", "ignore", "ignore_glob")


def _is_whole(config: pytest.Config) -> bool:
    """Whether every purpose is asked for; only then may a run say "conformant"."""
    suites = config.stash[RUN].suites
    here = config.invocation_params.dir
    paths = [Path(here, str(argument).split("::")[0]).resolve() for argument in config.args]
    covered = any(suites.is_relative_to(path) for path in paths)
    return covered and not any(config.getoption(option, None) for option in _NARROWING)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Open the rig once, when the purposes are known; without one, the loop is over."""
    config = session.config
    run = config.stash[RUN]
    if config.getoption("collectonly") or not with_purpose(getattr(session, "items", ())):
        return None
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:
        run.tell = lambda line: _tell_now(terminal, line)
    run.open()
    _tell(config, run)
    # A worker cannot leave its items undone: each of them will say that there is no rig.
    return True if run.rig is None and run.worker == "main" else None


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Close the rig, whatever happened."""
    session.config.stash[RUN].close()


def _tell(config: pytest.Config, run: Run) -> None:
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if run.rig is None and run.recorder is not None and run.worker == "main":
        run.recorder.note(run.found)
    if terminal is not None:  # an xdist worker has none; its controller tells
        _tell_found(terminal, run.found)


def _tell_now(terminal: pytest.TerminalReporter, line: str) -> None:
    terminal.ensure_newline()
    terminal.write_line(line)
    terminal.flush()


def _tell_found(terminal: pytest.TerminalReporter, found: RigRecord) -> None:
    terminal.ensure_newline()
    if not found.opened:
        terminal.write_line(found.problem, red=True)
        return
    terminal.write_line(f"IUT: {'; '.join(found.identity) or 'does not answer AT+GMR'}")
    terminal.write_line(f"profile: {found.profile}")
    for name, why in found.missing.items():
        terminal.write_line(f"missing: {name} ({why})")
    for line in told(found.review):
        terminal.write_line(line)


class WorkersRigs:
    """On xdist's controller: tells what each worker found when it opened its rig."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._told: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        for name, line in report.user_properties:
            if name != PROPERTY or line in self._told or terminal is None:
                continue
            record = load(str(line))
            if isinstance(record, RigRecord):
                self._told.add(str(line))
                _tell_found(terminal, record)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Decide whether the purpose runs; begin its evidence; judge what its fixtures do."""
    if PURPOSE not in item.stash:
        return (yield)
    run = item.config.stash[RUN]
    run.begin(item, time.monotonic_ns())
    with run.judged(item, final=False):
        yield
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Judge the purpose."""
    if PURPOSE not in item.stash:
        return (yield)
    with item.config.stash[RUN].judged(item, final=True):
        yield
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Make pytest's report say what the verdict says."""
    report = yield
    if (told := item.stash.get(VERDICT, None)) and call.excinfo is not None:
        told.dress(report)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Verdicts that pytest has no word for get one."""
    return getattr(report, "conformance_status", None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what was inconclusive in full, as pytest shows failures, and why what was not run."""
    _tell_left_out(terminalreporter, "not run")
    _tell_left_out(terminalreporter, "not applicable")
    reports = terminalreporter.stats.get("inconclusive", [])
    if reports:
        terminalreporter.section("INCONCLUSIVE")
    for report in reports:
        terminalreporter.write_sep("_", report.nodeid, yellow=True)
        terminalreporter.write_line(str(report.longrepr))


def _tell_left_out(terminal: pytest.TerminalReporter, verdict: str) -> None:
    """Each reason once, with what it kept from running."""
    reasons: dict[str, list[str]] = {}
    for report in terminal.stats.get(verdict, []):
        reasons.setdefault(report.conformance_why, []).append(report.nodeid)
    if reasons:
        terminal.section(verdict.upper())
    for why, nodeids in reasons.items():
        more = f" and {len(nodeids) - 5} more" if len(nodeids) > 5 else ""
        terminal.write_line(f"{why}: {', '.join(nodeids[:5])}{more}")


@pytest.fixture
def session(request: pytest.FixtureRequest) -> Session:
    """The dialogue with the IUT."""
    offered: Session = request.node.stash[SESSION]
    return offered


@pytest.fixture
def requirement(request: pytest.FixtureRequest) -> Checks:
    """Names the check of a purpose that verifies several requirements."""
    checks: Checks = request.node.stash[CHECKS]
    return checks


@pytest.fixture
def pixit(request: pytest.FixtureRequest) -> Pixit:
    """What this bench tells the purposes."""
    return request.config.stash[RUN].pixit


@pytest.fixture
def home(request: pytest.FixtureRequest) -> LineSettings:
    """The line settings at which the IUT answered when the purpose began."""
    rig = request.config.stash[RUN].rig
    assert rig is not None  # a purpose without a rig is judged before its fixtures are made
    return rig.settings
