"""The pytest hooks that open a rig, offer it to the purposes and see that each gets its verdict.

Law of this file: hooks and fixtures only; what they decide is decided in `purposes.py`, `open.py`
and `judging.py`. It acts on items that carry the marker `purpose` and on no others.
"""

from __future__ import annotations

import gc
import importlib.metadata
import json
import os
import platform
from collections.abc import Callable, Generator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import conformance
from conformance.catalogue import EditionError, load_edition
from conformance.exchange import Exchange
from conformance.installed import suites_of
from conformance.record import RunRecord
from conformance.session import Session
from conformance.statement import Pixit, StatementError
from conformance.testbed import HAZARDS, LONG, LONG_TAKES, LineSettings
from rigs.asked import Asked, asked, selection_of
from rigs.index import FileIndex
from rigs.judging import Checks
from rigs.open import DEFAULT_RIG, RigTextError, read_choice
from rigs.processors import processors
from rigs.purposes import MARKER, PURPOSE, Conditions, attach_purposes, is_selected, with_purpose
from rigs.run import CHECKS, SESSION, VERDICT, Run
from rigs.signals import end_as_ctrl_c, leave_alone
from rigs.stored import REMEMBERING, SELECTING
from rigs.telling import tell_found
from rigs.workers import WorkersRigs, hand_up, share

RUN = pytest.StashKey[Run]()
ASKED = pytest.StashKey[Asked]()
INDEX = pytest.StashKey[FileIndex]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options that say where the IUT is and what to ask of it."""
    group = parser.getgroup("conformance", "conformance to the ESP8266 AT instruction set")
    group.addoption(
        "--rig", metavar="RIG", default=DEFAULT_RIG,
        help="where the IUT is: emulator[:firmware=NAME,fault=ID,variant=ID,timing=fast|real,"
        "endpoint=rfc2217|pty|tcp,flash=FILE,flash-map=512+512|1024+1024,flash-size=1M|2M|4M,"
        "wake=yes|no,net=lab|host|none,clock=skips|real] (default), a device path "
        "(/dev/ttyUSB0), a pyserial URL (socket://host:port, rfc2217://, hwgrep://), "
        "exec[port=stdio|PLACE,clock=real|skips,restart=yes|no]:COMMAND for a device that a "
        "command starts, a name in rigs.toml, or replay:FOLDER to judge the stored run in FOLDER "
        "again, under the PIXIT, PICS, profile, selection and leave that it had, each unless an "
        "option here says otherwise",
    )  # fmt: skip
    group.addoption(
        "--pics", metavar="FILE",
        help="TOML: what the maker claims to implement (default: everything, or what a "
        "stored run claimed; `python -m conformance pics` writes a blank one)",
    )  # fmt: skip
    group.addoption(
        "--pixit", metavar="FILE",
        help="TOML: what this bench must tell: tables [timing], [line], [board]; "
        "docs/pixit.md has all keys",
    )  # fmt: skip
    group.addoption(
        "--profile", metavar="NAME|FILE|auto|none", default=None,
        help="registered deviations of the firmware; auto (default) chooses by AT+GMR",
    )  # fmt: skip
    group.addoption(
        "--req", metavar="PREFIX", action="append", default=[],
        help="run only what verifies a requirement under PREFIX, by whole segments "
        "(3.2.5 or 3.2.5/ATE/set); may be given several times",
    )  # fmt: skip
    group.addoption(
        "--allow", metavar="CLASS,...", default=None,
        help="let purposes run on a board that could hurt it: "
        + "; ".join(f"{name} ({danger})" for name, danger in HAZARDS.items())
        + f"; or, where time is real, that take their time: {LONG} ({LONG_TAKES})",
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
    share(config, config.stash[RUN].choice, config.stash[RUN].edition)
    if config.getoption("dist", "no") != "no":
        config.pluginmanager.register(WorkersRigs(config), "conformance-workers-rigs")


def _run(config: pytest.Config) -> Run:
    edition = load_edition()
    choice = read_choice(config.getoption("rig"), Path.cwd())
    config.stash[ASKED] = under = asked(config, edition, choice)
    return Run(
        choice=replace(choice, only_one=choice.only_one or choice.only_one_by(under.pixit)),
        edition=edition,
        conditions=Conditions(edition, under.pics, under.allowed),
        pixit=under.pixit,
        profile=under.profile,
        suites=suites_of(config.rootpath),
        worker=getattr(config, "workerinput", {}).get("workerid", "main"),
        reviews=not config.getoption("no_review"),
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """What `-n auto` stands for."""
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else processors()


def pytest_report_header(config: pytest.Config) -> list[str]:
    """What is known before the rig is open."""
    run = config.stash[RUN]
    return [f"rig: {run.choice.text}", f"edition: {run.edition.title}"]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Collect without looking for garbage, which takes as long as collecting and finds none.

    What was collected stays to the end, so that nobody need look through it during the run either.
    """
    config = session.config
    config.stash[INDEX] = FileIndex(config, config.stash[RUN].edition)
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out a file that holds nothing of what `--req` asks for, if that is known."""
    index = config.stash.get(INDEX, None)
    return True if index is not None and index.leaves_out(collection_path) else None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None, None, None]:
    """Make purposes of the items and leave out what `--req`, or a stored run, does not ask for.

    What -k and -m leave is then written down, for `--purposes`.
    """
    run, only = config.stash[RUN], config.stash[ASKED].only
    attach_purposes(items, run.edition)
    config.stash[INDEX].learn(items)
    prefixes = config.getoption("req")
    if prefixes or only is not None:
        wanted: dict[bool, list[pytest.Item]] = {True: [], False: []}
        for item in items:
            wanted[_wanted(item, run, prefixes, only)].append(item)
        if wanted[False]:
            config.hook.pytest_deselected(items=wanted[False])
        items[:] = wanted[True]
    yield
    if destination := config.getoption("purposes"):
        purposes = [asdict(item.stash[PURPOSE]) for item in with_purpose(items)]
        Path(destination).write_text(json.dumps(purposes), encoding="utf-8")
        items.clear()


def _wanted(item: pytest.Item, run: Run, prefixes: list[str], only: frozenset[str] | None) -> bool:
    if PURPOSE not in item.stash:
        return True
    purpose = item.stash[PURPOSE]
    if only is not None and purpose.id not in only:
        return False
    return not prefixes or is_selected(purpose, run.edition, prefixes)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> Generator[None, None, None]:
    """Begin the report, if this is a run of the suites; tell under what a stored run is judged."""
    end_as_ctrl_c()
    _begin_report(session.config)
    yield
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:
        for line in session.config.stash[ASKED].playback:
            terminal.write_line(line)


def _begin_report(config: pytest.Config) -> None:
    recorder = config.pluginmanager.get_plugin("conformance-recorder")
    if (
        recorder is not None
        and getattr(recorder, "expected", True)
        and not config.getoption("purposes")
    ):
        config.stash[RUN].recorder = recorder
        recorder.begin(_run_record(config, recorder.clock()), config.stash[RUN].edition)


def _run_record(config: pytest.Config, clock: tuple[int, int]) -> RunRecord:
    run, under = config.stash[RUN], config.stash[ASKED]
    return RunRecord(
        started=datetime.now(UTC).isoformat(timespec="milliseconds"),
        edition=run.edition.name,
        edition_title=run.edition.title,
        edition_digest=run.edition.digest,
        suite_version=conformance.__version__,
        rig=run.choice.text,
        clock_offset_ns=clock[0],
        clock_uncertainty_ns=clock[1],
        pics=under.pics.source,
        not_claimed=tuple(sorted(under.pics.not_claimed)),
        pixit=under.pixit.shown(),
        profile=under.profile_text,
        selection={
            **selection_of(config),
            "allow": sorted(under.allowed),
            "whole": _is_whole(config),
        },
        playback=under.playback,
        environment={
            "python": platform.python_version(),
            "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
            **{name: importlib.metadata.version(name) for name in ("pytest", "pyserial")},
        },
    )


#: Options with which pytest runs a part of what it collects.
_NARROWING = (*SELECTING, *REMEMBERING)


def _is_whole(config: pytest.Config) -> bool:
    """Whether every purpose is asked for; only then may a run say "conformant"."""
    suites = config.stash[RUN].suites
    here = config.invocation_params.dir
    paths = [Path(here, str(argument).split("::")[0]).resolve() for argument in config.args]
    covered = any(suites.is_relative_to(path) for path in paths)
    narrowed = any(config.getoption(option, None) for option in _NARROWING)
    return covered and not narrowed and config.stash[ASKED].only is None


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
    if run.rig is not None:
        tell_found(config, run.found)
        return None
    if run.worker == "main":
        if run.recorder is not None:
            run.recorder.note(run.found)
        tell_found(config, run.found)
    else:
        hand_up(config, run.found)
        session.shouldfail = f"the rig of worker {run.worker} could not be opened"
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Close the rig, whatever happened."""
    session.config.stash[RUN].close()


def pytest_unconfigure() -> None:
    """Signals are pytest's again, or whoever's it was."""
    leave_alone()


def _tell_now(terminal: pytest.TerminalReporter, line: str) -> None:
    terminal.ensure_newline()
    terminal.write_line(line)
    terminal.flush()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Decide whether the purpose runs; begin its evidence; judge what its fixtures do."""
    if PURPOSE not in item.stash:
        return (yield)
    run = item.config.stash[RUN]
    run.begin(item)
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
def refused(requirement: Checks) -> Callable[[Exchange], Exchange]:
    """Requires a refusal of an exchange, with the code that the document lists for the form.

    Where it lists none, the purpose observes with which code, beside what it verifies.
    """
    return requirement.refused


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
