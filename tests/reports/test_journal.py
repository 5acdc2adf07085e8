"""The journal: appended record by record, readable whatever killed its writer."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.record import dump
from conformance.verdict import Verdict
from reports.journal import JournalWriter, read_journal
from tests.reports.conftest import ROOT
from tests.reports.made_by_hand import HOSTILE, end_record, full_run, purpose, rig_record

RECORDS = full_run(purpose("TP/A", Verdict.FAIL, ("3.2.9/ATE/set/01",), actual=HOSTILE))


def test_what_is_written_is_read(tmp_path):
    path = tmp_path / "journal.jsonl"
    with JournalWriter(path) as journal:
        for record in RECORDS:
            journal.append(record)
    assert list(read_journal(path)) == RECORDS


def test_a_record_can_be_read_as_soon_as_it_is_written(tmp_path):
    path = tmp_path / "journal.jsonl"
    with JournalWriter(path) as journal:
        journal.append(rig_record())
        assert list(read_journal(path)) == [rig_record()]


def test_a_journal_is_never_written_over(tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_text("evidence", encoding="utf-8")
    with pytest.raises(FileExistsError):
        JournalWriter(path)
    assert path.read_text(encoding="utf-8") == "evidence"


@given(cut=st.integers(1, 10_000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_journal_cut_anywhere_gives_every_whole_record(tmp_path, cut):
    lines = [dump(record) + "\n" for record in RECORDS]
    whole = "".join(lines)
    path = tmp_path / "journal.jsonl"
    path.write_text(whole[: cut % len(whole)], encoding="utf-8")
    left, count = cut % len(whole), 0
    for line in lines:
        left -= len(line)
        count += left >= 0
    assert list(read_journal(path)) == RECORDS[:count]


@pytest.mark.parametrize("line", ["{", "[]", '{"kind": "nonsense"}', "\xff", '{"kind": "end"}'])
def test_a_damaged_line_is_named(tmp_path, line):
    path = tmp_path / "journal.jsonl"
    path.write_text(f"{dump(end_record())}\n{line}\n{dump(end_record())}\n", encoding="latin-1")
    with pytest.raises(ValueError, match=r"journal\.jsonl, line 2"):
        list(read_journal(path))


KILLED = """
import os, signal, sys
from pathlib import Path
from reports.journal import JournalWriter
from tests.reports.made_by_hand import purpose, run_record
journal = JournalWriter(Path(sys.argv[1]))
journal.append(run_record())
journal.append(purpose("TP/A"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_writer_loses_nothing_that_had_ended(tmp_path):
    path = tmp_path / "journal.jsonl"
    ended = subprocess.run([sys.executable, "-c", KILLED, path], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert [type(record).__name__ for record in read_journal(path)] == [
        "RunRecord",
        "PurposeRecord",
    ]
