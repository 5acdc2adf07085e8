"""What the tests of `reports/` share: a small edition, and records made by hand."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Tests are not installed, and importlib mode leaves sys.path alone.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.reports.fake_rig import FAKE_RIG  # noqa: E402
from tests.reports.made_by_hand import edition, run_record  # noqa: E402


@pytest.fixture(name="edition")
def _edition():
    return edition()


@pytest.fixture
def run():
    return run_record()


@pytest.fixture
def project(pytester, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makeini("[pytest]\ntestpaths = suites\nfilterwarnings = error\n")
    pytester.makepyfile(fakerig=FAKE_RIG)
    pytester.makeconftest('pytest_plugins = ["reports.plugin", "fakerig"]\n')
    pytester.mkdir("suites")
    pytester.syspathinsert()
    return pytester
