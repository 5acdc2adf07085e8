"""What all tests share: the order in which their files begin, and that no process is left."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
# Tests are not installed, and importlib mode leaves sys.path alone.
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

from tests.leftovers import is_marked, left, mark  # noqa: E402
from tests.rigs.whole_runs import soon  # noqa: E402

# A busy machine may take its time for one example: tests assert no timings.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

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


@pytest.fixture(scope="session", autouse=True)
def _no_process_is_left_behind() -> Iterator[None]:
    """The last thing that a session does: whatever it started has ended, or does so soon."""
    if is_marked():  # a run within a test: who began it looks
        yield
        return
    mark()
    yield
    assert soon(lambda: not left()), f"tests have left behind: {left()}"
