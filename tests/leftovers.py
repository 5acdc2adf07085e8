"""Processes that tests leave behind: found by what each inherits, whoever its parent is now.

Law of this file: it looks at processes from outside, and ends none. Linux, because it reads /proc.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

#: A variable that whatever is started inherits; a child that runs no other program has it not.
_MARK = "CONFORMANCE_STARTED_BY"


def is_marked() -> bool:
    """Whether we were started by tests that look for what is left themselves."""
    return _MARK in os.environ


def mark() -> None:
    """From now on whatever this process starts is marked."""
    os.environ[_MARK] = str(os.getpid())


def left() -> Mapping[int, str]:
    """What this process or its children started and has not ended: pid -> command line."""
    mark, ours = f"{_MARK}={os.getpid()}".encode(), str(os.getpid())
    found = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):  # it has ended meanwhile, or is somebody else's
            if not entry.name.isdigit() or entry.name == ours:
                continue
            state, parent = _stat(entry)
            if state != "Z" and (parent == ours or mark in _words(entry / "environ")):
                found[int(entry.name)] = b" ".join(_words(entry / "cmdline")).decode().strip()
    return found


def _stat(process: Path) -> tuple[str, str]:
    """Its state, and its parent."""
    columns = (process / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2]
    state, parent = columns.split()[:2]
    return state, parent


def _words(file: Path) -> list[bytes]:
    return file.read_bytes().split(b"\0")
