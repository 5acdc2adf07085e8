"""The processors that a run may use, and how its workers share them.

Law of this file: what depends on it is speed alone. A worker and the emulator that it starts take
turns, so that they lose nothing on one processor, and need not wake each other across two.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_CPU_LIMIT = Path("/sys/fs/cgroup/cpu.max")


def processors() -> int:
    """How many processors this process may use at a time."""
    number = len(_allowed()) or os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError):  # a container may have less
        limit, period = _CPU_LIMIT.read_text(encoding="ascii").split()
        number = min(number, max(1, round(int(limit) / int(period))))
    return number


def pin(worker: int, workers: int) -> None:
    """Keep this process, and all that it starts, on the processor of `worker`, counted from 0.

    Only where there is one processor for each of `workers` and none besides: with fewer workers
    the others would lie idle.
    """
    allowed = _allowed()
    if workers == len(allowed) > 1:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, {allowed[worker % workers]})


def _allowed() -> list[int]:
    """The numbers of the processors; empty where the system does not tell."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
