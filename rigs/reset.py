"""Resets of a real board: by the lines of its adapter, or by a command of the user's.

Law of this file: it moves wires and waits for nothing but the width of its own pulse.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from conformance.testbed import Reset
from conformance.wiring import Board, Step
from rigs.command import run
from rigs.serialport import SerialPort


class LineReset:
    """DTR and RTS, driven step by step."""

    def __init__(self, port: SerialPort, steps: Sequence[Step]) -> None:
        self._port = port
        self._steps = steps

    def pulse(self) -> None:
        """Go through the sequence once; raises `PortError`."""
        for step in self._steps:
            if step.what == "wait":
                time.sleep(step.value)  # the width of the pulse, not a wait for the board
            elif step.what == "rts":
                self._port.set_rts(bool(step.value))
            else:
                self._port.set_dtr(bool(step.value))


class CommandReset:
    """A program that resets the board."""

    def __init__(self, command: Sequence[str], limit_s: float) -> None:
        self._command = command
        self._limit_s = limit_s

    def pulse(self) -> None:
        """Run it; raises `PortError`."""
        run(self._command, "reset the board", self._limit_s)


def reset_of(board: Board, port: SerialPort) -> Reset | None:
    """What resets `board`, as its PIXIT says; None if nothing does."""
    if board.reset_command:
        return CommandReset(board.reset_command, board.command_s)
    return LineReset(port, board.steps) if board.steps else None
