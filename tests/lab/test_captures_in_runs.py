"""Captures in whole runs: linked from the report, and not believed if they cannot be trusted."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess

import pytest

from tests.rigs.whole_runs import Runs

#: Ours alone, though a suite is named: only a run of the suites has a report.
PURPOSES = (
    "tests/lab/purposes_of_captures.py", "suites/basic/test_at.py", "-k", "purposes_of_captures",
)  # fmt: skip

VERDICTS = {
    "A-sees": ("pass", "as-required"),
    "B-dropped": ("inconclusive", "capture-dropped"),
    "C-unproven-end": ("inconclusive", "capture-dropped"),
    "D-late": ("inconclusive", "capture-late"),
    "E-new-lab": ("error", "lab-failed"),
    "F-gone": ("error", "lab-failed"),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    with contextlib.closing(Runs(tmp_path_factory.mktemp("runs"))) as runs:
        yield runs.run(*PURPOSES)


def purpose(run, name):
    return run.purposes[f"TP/CAPTURE/{name}"]


@pytest.mark.parametrize("name", VERDICTS)
def test_a_capture_that_cannot_be_trusted_decides_nothing(run, name):
    told = purpose(run, name)

    assert (told["verdict"], told["reason"]) == VERDICTS[name]


def test_a_capture_is_linked_and_told_in_a_few_lines(run):
    evidence = purpose(run, "A-sees")["evidence"]
    (path,) = evidence["captures"]

    assert (run.folder / path).stat().st_size > 500
    assert any(re.match(r"\+\d+\.\d{6} > DHCP offer 192\.168\.", each) for each in evidence["seen"])
    assert f'href="{path}"' in (run.folder / "index.html").read_text(encoding="utf-8")


def test_a_capture_that_is_no_evidence_is_linked_all_the_same(run):
    evidence = purpose(run, "B-dropped")["evidence"]

    assert len(evidence["captures"]) == 1
    assert evidence["seen"] == []
    assert "lost" in purpose(run, "B-dropped")["sentence"]


@pytest.mark.skipif(not shutil.which("tshark"), reason="no tshark here")
def test_tshark_reads_every_capture_of_a_run_without_a_complaint(run):
    files = sorted((run.folder / "captures").iterdir())
    assert len(files) >= 3
    for file in files:
        asked = ["tshark", "-n", "-r", str(file), "-Y", "_ws.malformed"]
        done = subprocess.run(asked, capture_output=True, text=True, check=True)
        complaints = [line for line in done.stderr.splitlines() if "be dangerous" not in line]
        assert (done.stdout, complaints) == ("", [])
