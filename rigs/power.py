"""The power of a real board: two commands of the user's.

Law of this file: it runs what the PIXIT names and believes its exit status; who can hear whether
the board is without power is the Session.
"""

from __future__ import annotations

from collections.abc import Sequence

from conformance.testbed import Power
from conformance.wiring import Board
from rigs.command import run


class CommandPower:
    """A switchable socket, hub or supply, through programs."""

    def __init__(self, off: Sequence[str], on: Sequence[str], limit_s: float) -> None:
        self._off = off
        self._on = on
        self._limit_s = limit_s

    def off(self) -> None:
        """Take the power away; raises `PortError`."""
        run(self._off, "switch the board off", self._limit_s)

    def on(self) -> None:
        """Give it back; raises `PortError`."""
        run(self._on, "switch the board on", self._limit_s)


def power_of(board: Board) -> Power | None:
    """What switches `board`, as its PIXIT says; None if nothing does."""
    if not board.has_power:
        return None
    return CommandPower(board.power_off_command, board.power_on_command, board.command_s)
