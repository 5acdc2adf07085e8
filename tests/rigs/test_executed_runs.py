"""`--rig=exec:COMMAND` in whole runs: with workers, with devices that die, killed."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.rigs.tiny_rigs import (
    STDIO,
    pids_in,
    text_of,
)
from tests.rigs.whole_runs import (
    LIMIT_S,
    SIX,
    Watch,
    soon,
)


def test_two_workers_start_a_device_each_and_the_report_has_its_words(runs):
    rig = f"--rig={text_of('tcp')}"
    run = runs.run("-q", "--req=3.2.1/AT/execute", "--no-review", "-n", "2", rig)
    assert set(run.verdicts.values()) == {"pass", "not run"}  # one takes too long
    words = [file.read_text(encoding="utf-8") for file in run.folder.glob("device-gw?.txt")]
    assert len(words) == 2
    assert all(each.startswith("booting\n") for each in words)


#: A run on a device that dies in several purposes.
FRAGILE = ("-q", SIX, f"--rig={text_of(STDIO, '--fragile')}", "--no-review")


def test_a_run_on_a_device_that_died_is_played_back(runs):
    stored = runs.run(*FRAGILE)
    again = runs.run("-q", f"--rig=replay:{stored.folder}")
    assert again.verdicts == stored.verdicts


def test_a_device_that_dies_again_and_again_is_started_anew_and_the_run_goes_on(runs):
    run = runs.run(*FRAGILE)
    assert run.results["run"]["interrupted"] == ""
    died = [each["sentence"] for each in run.purposes.values() if each["verdict"] == "error"]
    assert len(died) > 2
    assert set(died) == {f"{sys.executable} ended with 7"}
    assert "pass" in run.verdicts.values()


def test_two_workers_at_one_place_are_refused(runs):
    run = runs.run("-q", SIX, "-n", "2", "--rig=exec[port=./tty]:./fw")
    assert run.exit_code == 4
    assert any("-n 2: there is one IUT at exec[port=./tty]:./fw" in line for line in run.lines)


def test_two_workers_on_one_flash_file_are_refused(runs, tmp_path):
    pixit = tmp_path / "pixit.toml"
    pixit.write_text('[board]\nflash_file = "flash.bin"\n', encoding="utf-8")
    run = runs.run("-q", SIX, "-n", "2", f"--pixit={pixit}", "--rig=exec:./fw")
    assert run.exit_code == 4


def test_a_killed_harness_leaves_no_device_nothing_it_started_and_no_folder(runs, tmp_path):
    pids, flash = tmp_path / "pids", "{folder}/flash.bin"
    run = runs.start(
        "--req=2/-/general/11", f"--rig={text_of(STDIO, '--child', str(pids), '--flash', flash)}"
    )
    try:
        child, device = pids_in(pids)
        folders = set(Path(runs.environment["TMPDIR"]).glob("device-*"))
        assert folders
        with Watch(child) as first, Watch(device) as second:
            os.kill(run.pid, signal.SIGKILL)
            run.process.wait(LIMIT_S)
            assert first.ended()
            assert second.ended()
        assert soon(lambda: not any(folder.exists() for folder in folders))
    finally:
        run.end()
