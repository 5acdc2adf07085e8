"""The power of a real board: two commands of the user's.

Law of this file: it runs what the PIXIT names and believes its exit status; who can hear whether
the board is without power is the Session. What was switched off is switched on again, whatever goes
wrong in between. The line may go away with the power, and is opened again when that is back.
"""

from __future__ import annotations

from collections.abc import Sequence

from conformance.testbed import PortError
from conformance.wiring import Board
from rigs.command import run
from rigs.serialport import SerialPort


class CommandPower:
    """A switchable socket, hub or supply, through programs."""

    def __init__(
        self,
        off: Sequence[str],
        on: Sequence[str],
        limit_s: float,
        port: SerialPort | None = None,
        back_s: float = 0.0,
    ) -> None:
        """`port` is the line to the board, which may stay away for `back_s` seconds."""
        self._off = off
        self._on = on
        self._limit_s = limit_s
        self._port = port
        self._back_s = back_s
        self._is_off = False
        #: What became of it at the end of a run, if it was away then.
        self.left = ""

    def off(self) -> None:
        """Take the power away; raises `PortError`."""
        self._is_off = True  # also if the command breaks: nobody knows how far it came
        if self._port is not None:
            self._port.may_be_gone = True
        run(self._off, "switch the board off", self._limit_s)

    def on(self) -> None:
        """Give it back; raises `PortError`, also if the line is not back."""
        run(self._on, "switch the board on", self._limit_s)
        self._is_off = False
        if self._port is not None:
            self._port.may_be_gone = False
            if self._port.is_gone:
                self._port.reopen(self._back_s)

    def restore(self) -> bool:
        """Give it back if it is away; whether it was. Raises `PortError`."""
        was_off = self._is_off
        if was_off:
            self.on()
        return was_off

    def leave_on(self) -> None:
        """Like `restore`, at the end of a run: `left` says how that went, and nothing is raised."""
        try:
            if self.restore():
                self.left = "the board was switched off when the run ended; it is on again"
        except PortError as error:
            if self._is_off:
                self.left = f"the board is left without power: {error}; switch it on by hand"
            else:
                self.left = f"the board is on again, but its line is not: {error}"


def power_of(
    board: Board, port: SerialPort | None = None, back_s: float = 0.0
) -> CommandPower | None:
    """What switches `board`, as its PIXIT says; None if nothing does."""
    if not board.has_power:
        return None
    return CommandPower(
        board.power_off_command, board.power_on_command, board.command_s, port, back_s
    )
