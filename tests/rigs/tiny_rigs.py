"""What the tests of `--rig=exec:` share: a tiny device on each kind of line.

Law: what is asserted here is that nothing is left of a device.
"""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.commandline import execute
from conformance.session import Session
from conformance.statement import Pixit, load_pixit
from conformance.testbed import PortError
from conformance.wiring import Board
from tests.rigs.whole_runs import (
    PIXIT,
    children,
    command_line,
    soon,
)

TINY = (sys.executable, str(Path(__file__).with_name("tiny_device.py")))

#: How a device is asked for that speaks on each kind of line, and what it is asked to do.
LINES = {
    "stdio": ("exec[port=stdio]", ("--port", "stdio")),
    "tcp": ("exec", ("--port", "tcp")),
    "pty": ("exec", ("--port", "pty")),
    "rfc2217": ("exec", ("--port", "rfc2217")),
    "place": ("exec[port=socket://127.0.0.1:{port}]", ("--at", "{port}")),
}
#: The quickest of them.
STDIO = "stdio"

QUICK = load_pixit(PIXIT)
#: For devices that a busy machine takes long to start.
PATIENT = replace(QUICK, timing=replace(QUICK.timing, answer_s=30, restart_s=30, recovery_s=60))


def text_of(line: str, *more: str) -> str:
    head, options = LINES[line]
    return f"{head}:{shlex.join((*TINY, *options, *more))}"


def hasty(**board) -> Pixit:
    return replace(PATIENT, board=Board(**{"command_s": 30.0, **board}))


def session_of(rig) -> Session:
    return Session(rig.port, PATIENT.timing, controls=rig.controls, line=rig.settings)


def answer_of(rig, command: str = "GMR") -> bytes:
    return session_of(rig).observe(execute(command)).raw


def problem_of(start, text: str, pixit: Pixit | None = None) -> str:
    """What is said of a device that cannot be had, in one line; nothing is left of it."""
    with pytest.raises(PortError) as raised:
        start(text, pixit or hasty())
    assert not keepers()
    assert "\n" not in str(raised.value)
    return str(raised.value)


def keepers() -> list[int]:
    """The keepers of our own devices."""
    return [pid for pid in children(os.getpid()) if b"keeper.py" in command_line(pid)]


def with_flash(file: str = "{folder}/flash.bin", **board) -> Pixit:
    return replace(PATIENT, board=Board(flash_file=file, **board))


def pids_in(file: Path) -> list[int]:
    assert soon(lambda: file.exists() and file.read_text(encoding="ascii"))
    return [int(word) for word in file.read_text(encoding="ascii").split()]
