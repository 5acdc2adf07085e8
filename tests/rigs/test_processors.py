"""The processors of a run: how many there are, and who keeps to one."""

from __future__ import annotations

import os

import pytest

import rigs.processors
from rigs.processors import pin, processors


@pytest.fixture
def affinity(monkeypatch):
    """Six processors; to which of them the process keeps."""
    kept = [set(range(6))]
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: kept[-1], raising=False)
    monkeypatch.setattr(os, "sched_setaffinity", lambda pid, to: kept.append(to), raising=False)
    return kept


@pytest.mark.parametrize(
    ("limit", "number"),
    [("max 100000", 6), ("150000 100000", 2), ("10000 100000", 1), ("900000 100000", 6), ("", 6)],
)
def test_processors_are_those_that_this_process_may_use(
    monkeypatch, tmp_path, affinity, limit, number
):
    file = tmp_path / "cpu.max"
    file.write_text(limit, encoding="ascii")
    monkeypatch.setattr(rigs.processors, "_CPU_LIMIT", file)
    assert processors() == number


@pytest.mark.parametrize(
    ("worker", "workers", "kept"),
    [(0, 6, {0}), (5, 6, {5}), (1, 2, set(range(6))), (7, 12, set(range(6)))],
)
def test_a_worker_has_a_processor_where_there_is_one_for_each(affinity, worker, workers, kept):
    pin(worker, workers)
    assert affinity[-1] == kept


def test_one_processor_is_nobodys(affinity):
    affinity.append({3})
    pin(0, 1)
    assert affinity[-1] == {3}
