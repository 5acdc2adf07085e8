"""Whole runs that somebody interferes with: what dies, goes away, is killed or interrupted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rigs.whole_runs import (
    ALONE,
    LIMIT_S,
    LONG,
    ROOT,
    SIX,
    EmulatorProcess,
    Watch,
    children,
    report_is_complete,
    starting,
)


@pytest.fixture
def running(runs):
    with starting(runs) as start:
        yield start


@pytest.mark.parametrize("endpoint", ["pty", "tcp", "rfc2217"])
def test_an_emulator_that_dies_is_an_error_and_the_run_goes_on(running, endpoint):
    run = running(LONG, f"{ALONE},endpoint={endpoint}")
    run.wait_for("PASSED", 2)
    os.kill(run.emulator_pid(), signal.SIGKILL)
    done = run.finish()
    assert done.exit_code == 10
    errors = [each for each in done.purposes.values() if each["verdict"] == "error"]
    assert errors
    assert {each["reason"] for each in errors} == {"port-failed"}
    where = {
        "pty": "/dev/pts/", "tcp": "socket://127.0.0.1:", "rfc2217": "rfc2217://127.0.0.1:"
    }[endpoint]  # fmt: skip
    assert all(where in each["sentence"] for each in errors)
    assert set(done.verdicts.values()) == {"pass", "error"}
    assert list(done.verdicts.values())[-1] == "pass"
    assert report_is_complete(done)


@pytest.fixture(scope="module")
def unplugged(runs):
    """A run whose board went away in the middle."""
    board = EmulatorProcess("--pty")
    run = runs.start(LONG, f"--rig={board.port}")
    try:
        run.wait_for("PASSED", 2)
        board.process.kill()
        return run.finish()
    finally:
        run.end()
        board.end()


def test_a_board_that_is_unplugged_ends_the_run_with_errors(unplugged):
    errors = [each for each in unplugged.purposes.values() if each["verdict"] == "error"]
    assert 1 <= len(errors) <= 2
    assert "the rig is lost" in unplugged.results["run"]["interrupted"]
    assert report_is_complete(unplugged)
    assert unplugged.exit_code != 0


def test_a_board_that_is_unplugged_makes_exit_code_10(unplugged):
    assert unplugged.exit_code == 10


def unplug_in_between(runs, link, *options):
    """A run whose board goes away in the middle; then one with `options` comes in its place."""
    board = EmulatorProcess("--pty", "--link", link)
    run = runs.start(LONG, f"--rig={link}")
    back = None
    try:
        run.wait_for("PASSED", 2)
        board.process.kill()
        board.process.wait()
        Path(link).unlink(missing_ok=True)
        back = EmulatorProcess("--pty", "--link", link, *options)
        return run.finish()
    finally:
        run.end()
        board.end()
        if back:
            back.end()


def test_a_board_that_goes_away_and_comes_back_costs_one_purpose(runs, tmp_path):
    done = unplug_in_between(runs, str(tmp_path / "board"))
    assert not done.results["run"]["interrupted"]
    wrong = [verdict for verdict in done.verdicts.values() if verdict != "pass"]
    assert wrong in ([], ["error"])


def test_another_board_in_its_place_ends_the_run_as_it_does_when_it_is_played_back(runs, tmp_path):
    done = unplug_in_between(runs, str(tmp_path / "board"), "--firmware", "nonos-1.3")
    (last,) = [each for each in done.purposes.values() if each["verdict"] != "pass"]
    assert (last["verdict"], last["reason"]) == ("error", "port-failed")
    assert "the line came back with another board at its end: AT+GMR told `" in last["sentence"]
    assert "with another board" in done.results["run"]["interrupted"]
    assert done.exit_code == 10
    again = runs.run(f"--rig=replay:{done.folder}")
    assert {name: each["sentence"] for name, each in again.purposes.items()} == {
        name: each["sentence"] for name, each in done.purposes.items()
    }


def test_no_purpose_begins_on_a_board_that_the_one_before_lost(runs, tmp_path):
    pixit = tmp_path / "pixit.toml"
    pixit.write_text(
        "[timing]\nanswer_s = 0.3\nquiet_s = 0.1\nrecovery_s = 1.0\n", encoding="utf-8"
    )
    board = EmulatorProcess("--pty")
    run = runs.start(LONG, f"--rig={board.port}", f"--pixit={pixit}")
    try:
        run.wait_for("PASSED", 2)
        board.process.send_signal(signal.SIGSTOP)
        done = run.finish()
    finally:
        run.end()
        board.process.send_signal(signal.SIGCONT)
        board.end()
    lost, not_begun = [each for each in done.purposes.values() if each["verdict"] == "error"]
    assert lost["reason"] == not_begun["reason"] == "not-recovered"
    assert not_begun["sentence"].startswith("not begun, because a purpose before lost the IUT: ")
    assert not_begun["evidence"]["trace"] == []


def test_a_killed_harness_leaves_a_journal_that_renders_and_no_emulator(running):
    run = running(LONG, ALONE)
    run.wait_for("PASSED", 3)
    with Watch(run.emulator_pid()) as emulator:
        os.kill(run.pid, signal.SIGKILL)
        run.process.wait(LIMIT_S)
        assert emulator.ended()
    journal = (run.folder / "journal.jsonl").read_text(encoding="utf-8")
    kept = [json.loads(line) for line in journal.splitlines() if line.endswith("}")]
    assert len([each for each in kept if each["kind"] == "purpose"]) >= 2
    assert not [each for each in kept if each["kind"] == "end"]

    rendered = subprocess.run(
        [sys.executable, "-m", "reports", "render", str(run.folder)], cwd=ROOT,
        capture_output=True, encoding="utf-8", timeout=LIMIT_S, check=False,
    )  # fmt: skip
    assert rendered.returncode == 0, rendered.stderr
    done = run.finish()
    assert report_is_complete(done)
    assert set(done.verdicts.values()) == {"pass"}
    assert done.results["summary"]["conformant"] == "undecided"


def test_ctrl_c_ends_the_run_with_exit_code_2_and_a_report(running):
    run = running(LONG, ALONE)
    run.wait_for("PASSED", 2)
    with Watch(run.emulator_pid()) as emulator:
        os.kill(run.pid, signal.SIGINT)
        done = run.finish()
        assert emulator.ended()
    assert done.exit_code == 2
    assert report_is_complete(done)
    assert "interrupted by hand" in done.results["run"]["interrupted"]
    assert "pass" in done.verdicts.values()


def test_a_run_leaves_no_process_behind(running):
    run = running(SIX, ALONE)
    run.wait_for("PASSED")
    with Watch(run.emulator_pid()) as emulator:
        assert run.finish().exit_code == 0
        assert emulator.ended()
    assert run.pid not in children(os.getpid())
