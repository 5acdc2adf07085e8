"""The device knows no fault: only what stands on a list that shrinks may speak of one."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2] / "rigs" / "emulator"
LIST = Path(__file__).with_name("not_converted.txt")
WRITTEN_FROM_OUTSIDE = {"mutants", "faults", "variants"}
SWITCHES = {"cli.py", "control.py", "server.py", "switching.py", "__init__.py"}
"""The process around the device, which switches faults and variants on."""

SPOKEN = re.compile(r"(?<!de)fault|mutant|variant", re.IGNORECASE)


def _listed() -> set[str]:
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def _speaking() -> set[str]:
    """What speaks of faults, mutants or variants, and commands that know more than a `Chip`."""
    files = {path.relative_to(ROOT): path.read_text("utf-8") for path in ROOT.rglob("*.py")}
    return {
        str(file)
        for file, text in files.items()
        if file.parts[0] not in WRITTEN_FROM_OUTSIDE | SWITCHES and SPOKEN.search(text)
    } | {
        str(file)
        for file, text in files.items()
        if file.parts[0] == "commands" and re.search(r"\bfirmware import\b", text)
    }


def test_only_files_on_the_list_speak_of_faults() -> None:
    assert _speaking() - _listed() == set()


def test_what_speaks_of_none_any_more_goes_from_the_list() -> None:
    assert _listed() - _speaking() == set()
