"""What all tests share: the order in which their files begin."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine may take its time for one example: tests assert no timings.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

HERE = Path(__file__).parent

#: The files that take longest, mostly waiting: several workers are done sooner if these begin.
FIRST = (
    "rigs/test_plugin.py",
    "lab/test_deaths.py",
    "lab/test_bench.py",
    "lab/test_afar.py",
    "lab/test_process.py",
    "rigs/test_violence.py",
    "reports/test_plugin.py",
    "rigs/test_flash.py",
    "emulator/test_process.py",
    "emulator/test_rfc2217.py",
    "emulator/test_faults.py",
    "rigs/test_emulated.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {HERE / name: rank for rank, name in enumerate(FIRST)}
    items.sort(key=lambda item: ranks.get(item.path, len(FIRST)))
