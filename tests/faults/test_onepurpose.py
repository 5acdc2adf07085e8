"""Whether a fault fails one purpose: the faults that are tried, and what is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.document import TestPurpose
from tests.faults.judging import Entry
from tests.faults.onepurpose import jobs_for, show

ECHO_OFF = TestPurpose("TP/BASIC/ATE/BV-03[AT]", "", ("3.2.5/ATE/set/03",), "")


def fault(name: str, breaks: str, also: str = "", kind: str = "fault") -> Entry:
    return Entry(name, kind, (breaks,), (also,) if also else ())


ENTRIES = {
    each.id: each
    for each in (
        fault("may", "3.2.5/ATE/set/06", also="3.2.5/ATE/set/*"),
        fault("reading", "3.2.5/ATE/set/03", kind="accepted"),
        fault("ate.0-ignored", "3.2.5/ATE/set/03"),
        fault("elsewhere", "3.2.1/AT/execute/01"),
    )
}


def test_faults_that_break_it_come_first_and_readings_never() -> None:
    jobs = jobs_for(ECHO_OFF, ENTRIES)
    assert [job.fault for job in jobs] == ["ate.0-ignored", "may"]
    assert {job.purposes for job in jobs} == {(ECHO_OFF.id,)}


def test_an_unknown_purpose_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert show("TP/NONE", [ECHO_OFF], ENTRIES, tmp_path, 1, every=False) == 2
    assert "no purpose has this id" in capsys.readouterr().out


def test_the_first_fault_that_fails_it_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = {"ate.0-ignored": ENTRIES["ate.0-ignored"]}
    assert show(ECHO_OFF.id, [ECHO_OFF], entries, tmp_path, 1, every=False) == 0
    assert "ate.0-ignored: fails it: expected no echo" in capsys.readouterr().out


def test_a_purpose_that_no_fault_fails_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = {"rfpower.silent": fault("rfpower.silent", "3.2.5/ATE/set/03")}
    assert show(ECHO_OFF.id, [ECHO_OFF], entries, tmp_path, 1, every=False) == 1
    assert "no fault makes it fail" in capsys.readouterr().out
