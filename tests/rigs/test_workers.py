"""How many processes share a run: what decides it, and what their rigs are told to have found."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

import rigs.workers
from conformance.catalogue import load_edition
from conformance.record import PROPERTY, Review, RigRecord, dump
from rigs.open import read_choice
from rigs.workers import WorkersRigs, share
from tests.rigs.whole_runs import ROOT

ONE_REQUIREMENT = "3.2.5/ATE/set/03"


@pytest.fixture(autouse=True)
def _three_processors(monkeypatch):
    monkeypatch.setattr(rigs.workers, "processors", lambda: 3)


class Config:
    """A pytest that was given some options."""

    def __init__(self, rig="emulator", args=("suites",), expected=True, **options):
        plain = {
            "numprocesses": None, "dist": "no", "tx": [], "maxschedchunk": None, "capture": "fd",
            "req": [],
        }  # fmt: skip
        self.option = SimpleNamespace(**plain | options)
        self.args = args
        self.invocation_params = SimpleNamespace(dir=ROOT)
        self.pluginmanager = SimpleNamespace(
            get_plugin=lambda name: SimpleNamespace(expected=expected)
        )
        self.choice = read_choice(rig, ROOT)

    def getoption(self, name, default=None):
        return getattr(self.option, name, default)


def workers(config):
    """How many processes run the purposes; 1 is pytest's own."""
    share(config, config.choice, load_edition())
    return len(config.option.tx) if config.option.dist != "no" else 1


def test_the_whole_run_takes_all_processors():
    config = Config()
    assert workers(config) == 3
    assert config.option.dist == "load"
    assert config.option.numprocesses == 3


@pytest.mark.parametrize("prefix", ["4", "3.2", "6"])
def test_a_chapter_takes_all_processors(prefix):
    assert workers(Config(req=[prefix])) == 3


@pytest.mark.parametrize(
    "options",
    [
        {"req": [ONE_REQUIREMENT]},
        {"req": ["3.2.1"]},
        {"args": ("suites/basic/test_at.py::test_it",)},
        {"args": ("suites/basic/test_at.py",)},
        {"keyword": "ATE"},
        {"markexpr": "purpose"},
        {"lf": True},
        {"stepwise": True},
        {"maxfail": 1},
        {"usepdb": True},
        {"trace": True},
        {"capture": "no"},
        {"expected": False},  # --collect-only, --purposes, --help
        {"numprocesses": 0},
        {"rig": "/dev/ttyUSB0"},
        {"rig": "emulator:flash=image.bin"},
    ],
    ids=str,
)
def test_what_is_small_or_looked_at_or_the_only_one_has_one_process(options):
    assert workers(Config(**options)) == 1


def test_one_processor_has_one_process(monkeypatch):
    monkeypatch.setattr(rigs.workers, "processors", lambda: 1)
    config = Config()
    assert workers(config) == 1
    assert config.option.numprocesses is None


def test_who_names_a_number_gets_it():
    assert workers(Config(numprocesses=5, dist="load", tx=["popen"] * 5, keyword="ATE")) == 5


def test_two_workers_for_one_iut_are_refused():
    with pytest.raises(pytest.UsageError, match="-n 2: there is one IUT at /dev/ttyUSB0"):
        workers(Config(rig="/dev/ttyUSB0", numprocesses=2, dist="load", tx=["popen"] * 2))


def test_one_worker_for_one_iut_is_pytest_s_own_process():
    board = Config(rig="/dev/ttyUSB0", numprocesses=1, dist="load", tx=["popen"])
    workers(board)
    assert (board.option.numprocesses, board.option.dist, board.option.tx) == (0, "no", [])


def test_without_xdist_there_is_one_process():
    config = Config()
    del config.option.numprocesses
    assert workers(config) == 1


def test_purposes_are_given_out_one_by_one_unless_somebody_says_otherwise():
    for asked, given in ((None, 1), (7, 7)):
        config = Config(maxschedchunk=asked)
        workers(config)
        assert config.option.maxschedchunk == given


@pytest.mark.parametrize(("on", "pinned"), [("emulator", [(1, 2)]), ("/dev/ttyUSB0", [])])
def test_a_worker_shares_with_nobody_and_has_a_processor_unless_it_has_a_board(
    monkeypatch, on, pinned
):
    seen = []
    monkeypatch.setattr(rigs.workers, "pin", lambda *told: seen.append(told))
    config = Config(rig=on)
    config.workerinput = {"workerid": "gw1", "workercount": 2}
    share(config, config.choice, load_edition())
    assert (seen, config.option.numprocesses) == (pinned, None)


class Terminal:
    """What is told, as lines."""

    width_of_current_line = 0

    def __init__(self):
        self.lines = []

    def ensure_newline(self):
        pass

    def line(self):
        self.lines.append("")

    def write_line(self, text, **_):
        self.lines.append(text)


def told(*records):
    """What the controller tells of these rigs."""
    terminal = Terminal()
    plugins = {"terminalreporter": terminal}
    config = SimpleNamespace(
        pluginmanager=SimpleNamespace(get_plugin=plugins.get),
        get_terminal_writer=lambda: terminal,
    )
    controller = WorkersRigs(config)
    for record in records:
        report = SimpleNamespace(user_properties=[(PROPERTY, dump(record))])
        controller.pytest_runtest_logreport(report)
    return terminal.lines


FOUND = RigRecord(
    "gw0", "emulator", True, ("AT version:1",), transcript="a", review=Review(4, 4, transcript="b")
)
LINES = ["IUT: AT version:1", "profile: none", "review: 4 of 4 forms asked for, 0 contradictions"]


def test_what_all_workers_found_is_told_once():
    other = replace(FOUND, worker="gw1", transcript="c", review=Review(4, 4, transcript="d"))
    assert told(FOUND, other, FOUND) == LINES


def test_what_another_worker_found_is_told_with_its_name():
    other = replace(FOUND, worker="gw1", identity=("AT version:2",))
    assert told(FOUND, other) == [
        *LINES, "another rig, of worker gw1:", "IUT: AT version:2", *LINES[1:],
    ]  # fmt: skip
