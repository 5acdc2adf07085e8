"""How many processes share the purposes of a run, and what they tell of their rigs.

Law of this file: whoever names a number of workers gets it, unless there are fewer IUTs; one IUT is
the affair of pytest's own process, whose last lines reach its user. Nobody else has to know that
there are workers. It decides by the options alone, before anything is collected, and what it
decides changes no verdict.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from conformance.document import Edition
from conformance.record import PROPERTY, Record, RigRecord, dump, load
from rigs.open import RigChoice
from rigs.processors import pin, processors
from rigs.telling import tell_found

#: Under this key a worker hands its controller what it found when it could not open its rig.
_UNOPENED = "conformance_unopened"

#: Options of pytest with which one process runs, because its user looks at it or picked something.
_BY_HAND = (
    "usepdb", "trace", "keyword", "markexpr", "lf", "failedfirst", "newfirst", "stepwise",
    "maxfail", "setuponly", "setupplan", "setupshow",
)  # fmt: skip

#: A selection of so many requirements is worth the start of a second process.
_WORTH = 40


def share(config: pytest.Config, choice: RigChoice, edition: Edition) -> None:
    """Set xdist's options, before it looks at them; a worker takes a processor for itself.

    Raises `pytest.UsageError`.
    """
    option = config.option
    if worker := getattr(config, "workerinput", None):
        _take_a_processor(worker, choice)
        return
    if not hasattr(option, "numprocesses"):
        return  # xdist is switched off
    workers = len(option.tx) if option.dist != "no" else 0
    if workers > 1 and choice.only_one:
        raise pytest.UsageError(
            f"-n {workers}: there is one IUT at {choice.text}, so one worker at most can use it"
        )
    if workers and choice.only_one:
        workers, option.numprocesses, option.dist, option.tx = 0, 0, "no", []
    if option.numprocesses is None and not workers and _is_worth_it(config, choice, edition):
        workers = processors()
        if workers > 1:
            option.numprocesses, option.dist, option.tx = workers, "load", ["popen"] * workers
    if option.maxschedchunk is None:
        # One by one and in order: nobody waits at the end for what somebody else has in store, and
        # -x and a lost rig end a run soon. No fixture of ours is worth more than that.
        option.maxschedchunk = 1


def _take_a_processor(worker: Mapping[str, Any], choice: RigChoice) -> None:
    """Have the worker and its rig on one processor; a board has all of them."""
    if not choice.only_one:
        pin(int(worker["workerid"].removeprefix("gw")), worker["workercount"])


def _is_worth_it(config: pytest.Config, choice: RigChoice, edition: Edition) -> bool:
    """Whether several processes end sooner than one, and nobody would miss the one."""
    if choice.only_one or not _runs_suites(config):
        return False
    if any(config.getoption(name, None) for name in _BY_HAND) or config.option.capture == "no":
        return False
    prefixes = config.getoption("req")
    return not prefixes or _asked_for(edition, prefixes) >= _WORTH


def _runs_suites(config: pytest.Config) -> bool:
    """Whether all purposes are to be run, or those of a folder of them."""
    recorder = config.pluginmanager.get_plugin("conformance-recorder")
    if recorder is not None and not recorder.expected:
        return False
    here = config.invocation_params.dir
    return any(Path(here, str(argument)).is_dir() for argument in config.args)


def _asked_for(edition: Edition, prefixes: Sequence[str]) -> int:
    """How many requirements `--req` asks for."""
    return sum(
        any(requirement.selected_by(prefix) for prefix in prefixes)
        for requirement in edition.requirements.values()
    )


def hand_up(config: pytest.Config, found: RigRecord) -> None:
    """On a worker: tell the controller that the rig could not be opened."""
    config.workeroutput[_UNOPENED] = dump(found)  # type: ignore[attr-defined]


class WorkersRigs:
    """On xdist's controller: tells once what the workers found when they opened their rigs."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._told: list[RigRecord] = []
        self._lost = False
        self._ran = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._ran = True
        for name, line in report.user_properties:
            if name == PROPERTY and _is_of_a_rig(str(line)):
                self._tell(load(str(line)))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker has ended; one that had no rig says why."""
        if line := getattr(node, "workeroutput", {}).get(_UNOPENED):
            self._lost = True
            found = load(line)
            recorder = self._config.pluginmanager.get_plugin("conformance-recorder")
            if recorder is not None:
                recorder.note(found)
            self._tell(found)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        """Without a rig nothing is run: that is no interruption."""
        from xdist.dsession import Interrupted  # type: ignore[import-untyped]

        try:
            return (yield)
        except Interrupted:
            if self._lost and not self._ran:
                return True
            raise

    def _tell(self, record: Record) -> None:
        if not isinstance(record, RigRecord):
            return
        alike = _without_worker(record)
        if alike not in self._told:
            self._told.append(alike)
            tell_found(self._config, record, of_worker=len(self._told) > 1)


def _is_of_a_rig(line: str) -> bool:
    return line.startswith('{"kind": "rig"')  # reading the others takes longer


def _without_worker(record: RigRecord) -> RigRecord:
    """`record` as it would be if another worker had found the same."""
    review = record.review and dataclasses.replace(record.review, transcript="")
    return dataclasses.replace(record, worker="", transcript="", review=review)
