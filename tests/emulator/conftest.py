"""Lets the tests find the checkout and the bench beside them, wherever pytest is started."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
for each in (str(HERE), str(HERE.parents[1])):
    if each not in sys.path:
        sys.path.insert(0, each)

from emulator_bench import Bench, Emulator  # noqa: E402  (only now can it be found)
from scripted import Scripted  # noqa: E402


@pytest.fixture(params=["document", "nonos-1.3"])
def bench(request: pytest.FixtureRequest) -> Bench:
    """A board that has booted, in each personality."""
    return Bench(request.param).booted()


@pytest.fixture
def document() -> Bench:
    return Bench("document").booted()


@pytest.fixture
def nonos() -> Bench:
    return Bench("nonos-1.3").booted()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Emulator]]:
    """Starts emulator processes, and sees to it that they end."""
    running: list[Emulator] = []

    def _start(*arguments: str, control: bool = True, program: bool = False) -> Emulator:
        path = tmp_path / f"control-{len(running)}" if control else None
        emulator = Emulator(arguments, path, program)
        running.append(emulator)
        return emulator

    yield _start
    for each in running:
        each.end()


@pytest.fixture
def scripted() -> Iterator[Callable[..., Scripted]]:
    """Starts emulators in an air that the test writes, and sees to it that they end."""
    running: list[Scripted] = []

    def start(*options: str) -> Scripted:
        running.append(Scripted(*options))
        return running[-1]

    yield start
    for each in running:
        each.end()


@pytest.fixture
def board(scripted: Callable[..., Scripted]) -> Scripted:
    """One that has booted, in station mode."""
    return scripted().ready()
