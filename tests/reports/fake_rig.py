"""A rig plugin of a few lines for runs inside pytester, and how such a run is made.

Law: no verdict is asserted here.
"""

from __future__ import annotations

import json
from pathlib import Path

FAKE_RIG = """
import pytest
from conformance.record import PROPERTY, dump
from conformance.verdict import Verdict
from tests.reports import made_by_hand

def pytest_addoption(parser):
    parser.addoption("--rig", default="emulator")
    parser.addoption("--refuse", action="store_true")

def pytest_configure(config):
    config.addinivalue_line("markers", "came_to(verdict, text): what the purpose comes to")

def recorder(config):
    return config.pluginmanager.get_plugin("conformance-recorder")

def pytest_sessionstart(session):
    if session.config.getoption("refuse"):
        raise pytest.UsageError("no such rig")
    if recorder(session.config).expected:
        recorder(session.config).begin(made_by_hand.run_record(), made_by_hand.edition())

def pytest_runtest_setup(item):
    assert recorder(item.config).expected == ("suites" in str(item.path))

def worker(config):
    return getattr(config, "workerinput", {}).get("workerid", "main")

def records(item, failed):
    marker = item.get_closest_marker("came_to")
    verdict = Verdict(marker.args[0]) if marker else Verdict.FAIL if failed else Verdict.PASS
    identifier = f"TP/{item.name}"
    writer, path = recorder(item.config).transcript(identifier)
    with writer:
        writer.sent(b"AT\\r\\n", 1)
        writer.received(b"\\xff\\x00", 2)
    name = worker(item.config)
    told = {"transcript": path, "nodeid": item.nodeid, "worker": name}
    told |= {"captures": (f"captures/{item.name}.pcapng",)}
    if marker:
        told |= marker.kwargs
    yield made_by_hand.rig_record(worker=name)
    yield made_by_hand.purpose(identifier, verdict, ("3.2.9/ATE/set/01",), **told)

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    if call.when == "call" and call.excinfo is None or call.excinfo and call.excinfo.errisinstance(
        AssertionError
    ):
        if "suites" in str(item.path):
            for record in records(item, bool(call.excinfo)):
                item.user_properties.append((PROPERTY, dump(record)))
    return (yield)
"""

SUITE = """
import pytest

def test_one(): pass

@pytest.mark.parametrize("n", [1, 2], ids=["a/b[..]", "<i>"])
def test_two(n): pass
"""


def suite(project, text=SUITE):
    project.path.joinpath("suites", "test_it.py").write_text(text, encoding="utf-8")


# Importing hypothesis anew in each process takes longer than all the rest.
QUICK = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")


def run(project, *arguments):
    """In this process, because that is quick."""
    return project.runpytest_inprocess(*QUICK, *arguments)


def run_apart(project, *arguments):
    """In a process of its own, for what ends a process and for what is truly its last line."""
    return project.runpytest_subprocess(*QUICK, *arguments)


def folder_of(result) -> Path:
    """Where the last line of all says that the report is."""
    said = [line for line in result.outlines if line][-1]
    assert said.startswith("report: ")
    return Path(said.removeprefix("report: ")).parent


def results_of(result):
    folder = folder_of(result)
    for name in ("index.html", "junit.xml", "journal.jsonl", "pytest.html"):
        assert (folder / name).stat().st_size > 0
    return json.loads((folder / "results.json").read_text(encoding="ascii"))
