"""Whole runs, as a stranger starts them: what is printed, the exit code, the report."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from tests.rigs.whole_runs import (
    ALONE,
    LIMIT_S,
    ROOT,
    SIX,
    EmulatorProcess,
    report_is_complete,
)

FAULT = "emulator:net=none,fault=at.query-restarts"
QUERY = "TP/GENERAL/ABSENT/BI-01[AT-query]"
RATE = "TP/GENERAL/RATE/BV-01"
#: A selection with every kind of purpose in it.
SOME = ("-q", SIX, "--req=2/-/general/09", "--req=3.2.2", "--req=3.2.5")

WRONG_OPTIONS = {
    "--rig=emulater": "did you mean 'emulator'?",
    "--pics=no-such-file": "cannot read no-such-file: No such file or directory",
    "--pixit=no-such-file": "cannot read no-such-file: No such file or directory",
    "--profile=no-such-profile": "no deviation profile 'no-such-profile'",
    "--allow=fire": "--allow=fire: known classes: destructive",
}


#: Runs that tests ask for without anything of their own, in the order in which they are wanted.
AHEAD = (
    ("-q", SIX, "--rig=emulator"),
    ("-q", SIX, f"--rig={FAULT}"),
    ("-q", SIX, f"{ALONE},fault=no.such"),
    ("-q", SIX, "--req=2/-/general/09", f"{ALONE},endpoint=tcp"),
    ("-q", SIX, "--rig=/dev/doesnotexist"),
    ("-q", SIX, "-k", "no_such_purpose"),
    *(("-q", SIX, option) for option in WRONG_OPTIONS),
    ("-q", "-n", "2", "--rig=/dev/doesnotexist"),
    ("-q", SIX, f"--rig={FAULT}", "-n", "2"),
    ("-q", SIX, f"{ALONE},fault=at.error", "-x"),
    ("-q", SIX, "--collect-only", "--rig=/dev/doesnotexist"),
    (*SOME, ALONE),
    (*SOME, f"--rig={FAULT}"),
)


@pytest.fixture(scope="module", autouse=True)
def _ahead(runs, request):
    """Begins runs beforehand, because whole runs mostly wait."""
    if len(request.session.items) > len(AHEAD):
        for arguments in AHEAD:
            runs.begin(*arguments)


# The emulator


def test_six_purposes_on_the_default_rig_pass(runs):
    run = runs.run("-q", SIX, "--rig=emulator")
    assert run.exit_code == 0
    assert set(run.verdicts.values()) == {"pass"}
    assert len(run.verdicts) == 6
    assert report_is_complete(run)


def test_a_selection_is_never_called_conformant(runs):
    assert runs.run("-q", SIX, "--rig=emulator").results["summary"]["conformant"] == "undecided"


def test_what_the_iut_is_and_which_profile_holds_is_printed(runs):
    lines = runs.run("-q", SIX, "--rig=emulator").lines
    assert [line for line in lines if line.startswith("IUT: AT version:")]
    assert [line for line in lines if line.startswith("profile: ")]


def test_a_fault_fails_with_requirement_expected_and_actual(runs):
    run = runs.run("-q", SIX, f"--rig={FAULT}")
    assert run.exit_code == 1
    assert [name for name, verdict in run.verdicts.items() if verdict == "fail"] == [QUERY]
    printed = [line.strip() for line in run.lines]
    row = next(at for at, line in enumerate(printed) if line.startswith("-> 3.2.1/AT/query/02"))
    assert "FAIL: AT? asks at most" in printed[row]
    assert "expected: no restart" in printed[row:]
    assert "actual: a restart after the answer" in printed[row:]
    assert any(line.endswith(r"> AT?\r\n") for line in printed[row:])
    assert run.results["summary"]["conformant"] == "no"


def test_what_the_emulator_does_not_know_is_told_by_it_in_one_line(runs):
    run = runs.run("-q", SIX, f"{ALONE},fault=no.such")
    (line,) = [line for line in run.lines if "no.such" in line]
    assert line.startswith("the emulator did not start: emulator: ")
    assert run.purposes == {}
    assert run.results["run"]["exit_code"] == 5


def test_an_emulator_that_does_not_start_decides_nothing(runs):
    run = runs.run("-q", SIX, f"{ALONE},fault=no.such")
    assert "Traceback" not in run.out + run.err
    assert run.exit_code == 5


def test_an_emulator_behind_tcp_is_not_asked_for_its_rate_and_says_why(runs):
    run = runs.run("-q", SIX, "--req=2/-/general/09", f"{ALONE},endpoint=tcp")
    assert run.exit_code == 0
    assert run.verdicts.pop(RATE) == "not run"
    assert run.purposes[RATE]["sentence"].startswith(
        "the rig lacks it: a TCP connection carries no baud rate"
    )
    assert {verdict for name, verdict in run.verdicts.items() if name != RATE} == {"pass"}
    assert any("1 not run" in line for line in run.lines)


# Rigs that cannot be opened, options that are wrong


def test_a_device_that_does_not_exist_decides_nothing_and_says_so_in_one_line(runs):
    run = runs.run("-q", SIX, "--rig=/dev/doesnotexist")
    assert run.exit_code == 5
    (line,) = [line for line in run.lines if "doesnotexist" in line]
    assert line.startswith("cannot open /dev/doesnotexist: no such port; ")
    assert not run.err
    assert "Traceback" not in run.out


def test_the_report_of_a_rig_that_could_not_be_opened_says_that_nothing_was_decided(runs):
    run = runs.run("-q", SIX, "--rig=/dev/doesnotexist")
    assert report_is_complete(run)
    assert run.purposes == {}
    assert set(run.requirements.values()) == {"none"}
    assert run.results["summary"]["conformant"] == "undecided"
    assert "no such port" in (run.folder / "index.html").read_text(encoding="utf-8")


def test_a_selection_that_matches_nothing_decides_nothing(runs):
    run = runs.run("-q", SIX, "-k", "no_such_purpose")
    assert run.exit_code == 5
    assert not [line for line in run.lines if line.startswith("IUT:")]


@pytest.mark.parametrize(("option", "complaint"), WRONG_OPTIONS.items())
def test_an_option_that_cannot_be_understood_is_one_line_and_exit_code_4(runs, option, complaint):
    run = runs.run("-q", SIX, option)
    assert run.exit_code == 4
    (line,) = run.lines
    assert line.startswith("ERROR: ")
    assert complaint in line
    assert not run.folder.exists()


def test_two_workers_on_one_device_are_refused_in_one_line(runs):
    run = runs.run("-q", "-n", "2", "--rig=/dev/doesnotexist")
    assert run.exit_code == 4
    (line,) = run.lines
    assert "-n 2: there is one IUT at /dev/doesnotexist" in line


# pytest's own options


def test_two_workers_with_an_emulator_each_come_to_the_same_verdicts(runs):
    plain, both = runs.run("-q", SIX, f"--rig={FAULT}"), runs.run(
        "-q", SIX, f"--rig={FAULT}", "-n", "2"
    )  # fmt: skip
    assert both.exit_code == plain.exit_code
    assert both.verdicts == plain.verdicts
    assert both.requirements == plain.requirements


def test_a_rig_that_no_worker_can_open_decides_nothing_and_says_so_once(runs, tmp_path):
    run = runs.run("-q", SIX, "-n", "2", f"--rig=replay:{tmp_path}")
    assert run.exit_code == 5
    (line,) = [line for line in run.lines if "cannot replay" in line]
    assert line.endswith("name the folder of a report")
    assert run.purposes == {}
    assert not run.results["summary"]["interrupted"]
    assert [rig["opened"] for rig in run.results["rigs"]] == [False, False]
    assert "Interrupted" not in run.out


def test_what_both_workers_found_is_printed_once_on_lines_of_its_own(runs):
    run = runs.run("-q", SIX, f"--rig={FAULT}", "-n", "2")
    assert len([line for line in run.lines if "IUT: " in line]) == 1
    assert len([line for line in run.lines if line.startswith("IUT: ")]) == 1


def test_last_failed_runs_again_what_failed_and_nothing_else(runs, tmp_path):
    cache = ("-q", SIX, "-o", f"cache_dir={tmp_path}")
    assert runs.run(*cache, f"--rig={FAULT}").exit_code == 1
    again = runs.run(*cache, ALONE, "--lf")
    assert again.exit_code == 0
    assert again.verdicts == {QUERY: "pass"}


def test_exitfirst_stops_after_the_first_fail_and_still_reports(runs):
    run = runs.run("-q", SIX, f"{ALONE},fault=at.error", "-x")
    assert run.exit_code == 1
    assert list(run.verdicts.values()) == ["fail"]
    assert report_is_complete(run)


def test_collecting_opens_no_rig_and_writes_no_report(runs):
    run = runs.run("-q", SIX, "--collect-only", "--rig=/dev/doesnotexist")
    assert run.exit_code == 0
    assert len([line for line in run.lines if "::test_" in line]) == 6
    assert not [line for line in run.lines if "doesnotexist" in line]
    assert not run.folder.exists()


def test_purposes_are_written_down_and_no_rig_is_opened(runs, tmp_path):
    file = tmp_path / "purposes.json"
    run = runs.run("-q", SIX, f"--purposes={file}", "--rig=/dev/doesnotexist")
    purposes = json.loads(file.read_text(encoding="utf-8"))
    assert len(purposes) == 6
    assert QUERY in {purpose["id"] for purpose in purposes}
    assert not [line for line in run.lines if "doesnotexist" in line]
    assert not run.folder.exists()


def test_a_form_that_the_pics_does_not_claim_is_not_applicable(runs, tmp_path):
    pics = tmp_path / "pics.toml"
    pics.write_text("[claims.GMR]\nexecute = false\n", encoding="utf-8")
    run = runs.run(
        "-q", "--req=3.2.3/GMR/execute", "--req=3.2.1/AT/execute", ALONE, f"--pics={pics}"
    )
    assert run.exit_code == 0
    gmr = {name: purpose for name, purpose in run.purposes.items() if "/GMR/" in name}
    assert len(gmr) == 4
    assert {purpose["verdict"] for purpose in gmr.values()} == {"not applicable"}
    assert {purpose["reason"] for purpose in gmr.values()} == {"not-claimed"}
    assert run.requirements["3.2.3/GMR/execute/01"] == "not applicable"
    assert run.requirements["3.2.1/AT/execute/01"] == "pass"


def test_where_nothing_is_applicable_nothing_is_decided(runs, tmp_path):
    pics = tmp_path / "pics.toml"
    pics.write_text("[claims.GMR]\nexecute = false\n", encoding="utf-8")
    assert runs.run("-q", "--req=3.2.3/GMR/execute", ALONE, f"--pics={pics}").exit_code == 5


# Boards


@pytest.fixture(scope="module", params=["--pty", "--tcp=127.0.0.1:0"])
def theirs(runs, request):
    """A run on an emulator of somebody else's."""
    board = EmulatorProcess(request.param)
    try:
        return runs.run(*SOME, f"--rig={board.port}")
    finally:
        board.end()


def test_an_emulator_of_somebody_else_s_is_a_board_with_the_same_verdicts(runs, theirs):
    ours = runs.run(*SOME, ALONE)
    assert theirs.exit_code == ours.exit_code == 0
    assert ours.verdicts[RATE] == "pass"
    assert theirs.purposes[RATE]["verdict"] == "not run"
    assert "carries no baud rate" in theirs.purposes[RATE]["sentence"]
    # Theirs has real time, and nobody reads its flash.
    missing = {name for name in ours.verdicts if "/IDLE/" in name or "/UNLISTED/" in name}
    assert theirs.verdicts == ours.verdicts | dict.fromkeys((RATE, *missing), "not run")


def test_the_run_s_cost_to_the_board_is_told(runs):
    run = runs.run("-q", SIX, "--rig=emulator")
    wear = run.results["run"]["wear"]
    assert wear.keys() == {"boots", "programs", "sector_erases"}
    assert wear["boots"] >= 1
    assert f"what it cost the board: {wear['boots']} boots, " in run.out
    assert "What it cost the board" in (run.folder / "index.html").read_text(encoding="utf-8")


def test_the_cost_to_the_boards_of_two_workers_is_told_together(runs):
    run = runs.run("-q", SIX, f"--rig={FAULT}", "-n", "2")
    assert run.results["run"]["wear"]["boots"] >= 2


def test_a_board_that_cannot_tell_what_it_cost_is_not_asked(theirs):
    assert theirs.results["run"]["wear"] == {}
    assert "what it cost" not in theirs.out


def test_a_name_in_rigs_toml_is_a_rig(runs, tmp_path):
    tmp_path.joinpath("rigs.toml").write_text(
        '[desk]\nrig = "/dev/doesnotexist"\n', encoding="utf-8"
    )
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:html",
            f"--rootdir={ROOT}", f"--confcutdir={ROOT}", "-c", str(ROOT / "pyproject.toml"),
            "--rig=desk", f"--report-dir={tmp_path / 'report'}", str(ROOT / "suites" / "basic"),
        ],
        cwd=tmp_path, env=runs.environment | {"PYTHONPATH": str(ROOT)}, capture_output=True,
        encoding="utf-8", timeout=LIMIT_S, check=False,
    )  # fmt: skip
    assert done.returncode == 5
    assert "cannot open /dev/doesnotexist: no such port" in done.stdout


# Stored runs


@pytest.mark.parametrize("rig", ["emulator:net=none", FAULT], ids=["pass", "fail"])
def test_a_stored_run_comes_to_the_same_verdicts_again(runs, rig):
    stored = runs.run(*SOME, f"--rig={rig}")
    again = runs.run(*SOME, f"--rig=replay:{stored.folder}")
    assert again.exit_code == stored.exit_code
    assert again.verdicts == stored.verdicts
    assert again.requirements == stored.requirements
    assert stored.lines[0].startswith("IUT: ")
    assert stored.lines[0] in again.lines


@pytest.fixture
def stored(runs, tmp_path):
    """A copy of a stored run that may be tampered with."""
    return shutil.copytree(runs.run("-q", SIX, "--rig=emulator").folder, tmp_path / "stored")


def transcript_of(folder, purpose):
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    (found,) = [each for each in results["purposes"] if each["id"] == purpose]
    return folder / found["evidence"]["transcript"]


def test_a_stored_run_that_asked_something_else_is_inconclusive_and_says_what(runs, stored):
    transcript = transcript_of(stored, QUERY)
    text = transcript.read_text(encoding="ascii")
    assert r'"data": "AT?\r\n"' in text
    transcript.write_text(text.replace(r'"AT?\r\n"', r'"AT!\r\n"', 1), encoding="ascii")
    run = runs.run("-q", SIX, f"--rig=replay:{stored}")
    assert run.exit_code == 10
    changed = run.purposes[QUERY]
    assert (changed["verdict"], changed["reason"]) == ("inconclusive", "evidence-differs")
    assert changed["sentence"] == r"the stored run has sent AT!\r\n where AT?\r\n is sent now"
    assert {v for name, v in run.verdicts.items() if name != QUERY} == {"pass"}


def test_a_purpose_that_the_stored_run_did_not_have_is_inconclusive(runs, stored):
    run = runs.run("-q", "--req=3.2.3/GMR/execute/01", f"--rig=replay:{stored}")
    assert run.exit_code == 10
    (purpose,) = run.purposes.values()
    assert purpose["sentence"] == "the stored run has no evidence for this"


def test_a_folder_that_holds_no_run_decides_nothing(runs, tmp_path):
    run = runs.run("-q", SIX, f"--rig=replay:{tmp_path}")
    assert run.exit_code == 5
    (line,) = [line for line in run.lines if "cannot replay" in line]
    assert line.endswith("name the folder of a report")


# The main job


@pytest.mark.nightly  # by day `tox -e suites` is the same job
@pytest.mark.timeout(1800)
def test_the_main_job_says_that_the_emulator_conforms(runs):
    run = runs.run("-q", limit_s=1700)
    assert run.exit_code == 0
    assert run.results["summary"]["conformant"] == "yes"
    assert set(run.verdicts.values()) == {"pass"}
    assert report_is_complete(run)
