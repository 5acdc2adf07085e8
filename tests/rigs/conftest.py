"""What the tests of `rigs/` share: the checkout can be imported, and a port that is a script."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Tests are not installed, and importlib mode leaves sys.path alone.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

pytest.register_assert_rewrite("tests.rigs.port_checks", "tests.rigs.tiny_rigs")

from rigs.open import read_choice  # noqa: E402
from tests.rigs.scripted import ScriptedPort  # noqa: E402
from tests.rigs.tiny_rigs import PATIENT  # noqa: E402
from tests.rigs.whole_runs import EmulatorProcess, Runs  # noqa: E402


@pytest.fixture
def port():
    """A port with a healthy IUT at its other end, and a clock that jumps."""
    return ScriptedPort()


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """Whole runs; those that several tests look at are made once."""
    made = Runs(tmp_path_factory.mktemp("runs"))
    yield made
    made.close()


@pytest.fixture
def emulator():
    """Starts emulators that belong to nobody but the test."""
    running: list[EmulatorProcess] = []

    def start(*arguments: str) -> EmulatorProcess:
        running.append(EmulatorProcess(*arguments))
        return running[-1]

    yield start
    for each in running:
        each.end()


@pytest.fixture
def started():
    """Starts devices, and sees to it that they end."""
    with contextlib.ExitStack() as stack:

        def start(text, pixit=PATIENT):
            rig = read_choice(text, Path.cwd()).open(pixit)
            stack.callback(rig.close)
            return rig

        yield start
