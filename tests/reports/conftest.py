"""What the tests of `reports/` share: a small edition, and records made by hand."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Tests are not installed, and importlib mode leaves sys.path alone.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.reports.made_by_hand import edition, run_record  # noqa: E402


@pytest.fixture(name="edition")
def _edition():
    return edition()


@pytest.fixture
def run():
    return run_record()
