"""The device knows no fault: nothing of it speaks of one, and the contract holds for all of it."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
ROOT = REPOSITORY / "rigs" / "emulator"
WRITTEN_FROM_OUTSIDE = {"mutants", "variants"}
SWITCHES = {"cli", "control", "server", "switching", "__init__", "__main__"}
"""The process around the device, which switches faults and variants on."""

HOLDERS = {"board", "firmware", "wire"}
"""The machine, and what moves its bytes."""

SPOKEN = re.compile(r"(?<!de)fault|mutant|variant", re.IGNORECASE)


def _parts() -> set[str]:
    """The files and folders of the device, as Python names them."""
    there = {path.stem for path in ROOT.iterdir() if path.suffix == ".py" or path.is_dir()}
    return there - {"__pycache__"} - WRITTEN_FROM_OUTSIDE - SWITCHES


def _files(part: str) -> list[Path]:
    folder = ROOT / part
    return list(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def test_nothing_of_the_device_speaks_of_faults() -> None:
    files = [file for part in _parts() for file in _files(part)]
    assert len(files) > 100
    speaking = [str(file) for file in files if SPOKEN.search(file.read_text(encoding="utf-8"))]
    assert speaking == []


@pytest.mark.parametrize(("contract", "others"), [("device", set()), ("machine", HOLDERS)])
def test_a_contract_of_import_linter_holds_for_all_of_it(contract: str, others: set[str]) -> None:
    """What is new of the device has to come into it."""
    read = configparser.ConfigParser()
    read.read(REPOSITORY / ".importlinter", encoding="utf-8")
    modules = read[f"importlinter:contract:{contract}"]["source_modules"].split()
    assert {each.removeprefix("rigs.emulator.") for each in modules} == _parts() - others
