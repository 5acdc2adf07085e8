"""The device knows no fault: nothing of it speaks of one."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2] / "rigs" / "emulator"
WRITTEN_FROM_OUTSIDE = {"mutants", "variants"}
SWITCHES = {"process", "__init__.py", "__main__.py"}
"""The process around the device, which switches faults and variants on."""

SPOKEN = re.compile(r"(?<!de)fault|mutant|variant", re.IGNORECASE)


def test_nothing_of_the_device_speaks_of_faults() -> None:
    files = [
        path
        for path in ROOT.rglob("*.py")
        if path.relative_to(ROOT).parts[0] not in WRITTEN_FROM_OUTSIDE | SWITCHES
    ]
    assert len(files) > 100
    speaking = [str(path) for path in files if SPOKEN.search(path.read_text(encoding="utf-8"))]
    assert speaking == []
