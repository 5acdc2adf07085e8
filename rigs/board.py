"""A real board, or anything else that speaks AT on a serial line.

Law of this file: what the line can carry decides which capabilities are offered; nothing is
assumed of what is at its other end. A line that goes away is opened again, and no board is left
without power.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from conformance.statement import Pixit
from conformance.testbed import (
    CAPABILITIES,
    Controls,
    LineSettings,
    Port,
    PortError,
    Recorder,
)
from rigs.bench import BenchLab
from rigs.flash import flash_of, why_unreadable
from rigs.power import power_of
from rigs.recovery import Ladder
from rigs.reset import reset_of
from rigs.serialport import SerialPort


class BoardRig:
    """A `testbed.Rig` on a serial port."""

    is_board = is_real_time = True

    def __init__(self, where: str, pixit: Pixit) -> None:
        self.name = where
        self._timing = pixit.timing
        self._board = board = pixit.board
        self.settings: LineSettings = pixit.line
        self._port = SerialPort(where, pixit.line, board.idle)
        reset = reset_of(board, self._port)
        self._power = power_of(board, self._port, self._timing.recovery_s)
        self._lab = BenchLab(pixit.network)
        self.controls = Controls(
            reset,
            self._power,
            flash_of(board, self._port, reset),
            self._lab if self._lab.is_there else None,
        )
        if reset is not None and board.reset_on_open:
            reset.pulse()

    @property
    def port(self) -> Port:
        return self._port

    @property
    def capabilities(self) -> frozenset[str]:
        return frozenset(CAPABILITIES) - self.missing().keys()

    def missing(self) -> Mapping[str, str]:
        return {
            **self._missing_of_line(), **self._missing_of_board(), **self._lab.missing,
        }  # fmt: skip

    @property
    def returns(self) -> int:
        """See `testbed.Returning`."""
        return self._port.returns

    def _missing_of_line(self) -> Mapping[str, str]:
        if self._port.is_terminal or self.name.startswith("rfc2217://"):
            return {}
        why = f"{self.name} carries no %s that the harness could rely on"
        return {"uart-rate": why % "baud rate", "uart-framing": why % "framing"}

    def _missing_of_board(self) -> Mapping[str, str]:
        board, untold = self._board, "the PIXIT names no board.%s"
        whys = {
            "reset": "" if board.has_reset else untold % "reset",
            "power": "" if board.has_power else untold % "power_off_command",
            "flash-read": why_unreadable(board),
            "wake-wire": "" if board.wake_wire else untold % "wake_wire",
            "rts-cts": "" if board.rts_cts else untold % "rts_cts",
        }
        return {capability: why for capability, why in whys.items() if why}

    def keep_captures(self, folder: Path | None, prefix: str) -> None:
        self._lab.keep_captures(folder, prefix)

    def lab_problem(self) -> str:
        return self._lab.problem()

    def begin(self, purpose: str) -> None:
        self._lab.begin(purpose)

    def recover(self, recorder: Recorder, suspects: Sequence[LineSettings] = ()) -> None:
        if self._power is not None and self._power.restore():
            recorder.acted("power-on", "it had been left off", self._port.now())
        try:
            self._climb(recorder, suspects)
        except PortError:
            self._port.reopen(self._timing.recovery_s)
            recorder.acted("reopened", self._port.where, self._port.now())
            self._climb(recorder, suspects)

    def _climb(self, recorder: Recorder, suspects: Sequence[LineSettings]) -> None:
        self.settings = Ladder(self, self._timing, recorder, suspects).climb()

    def wear(self) -> Mapping[str, int]:
        return {}  # nothing on the line tells it

    def power_left(self) -> str:
        """See `testbed.Powered`."""
        return self._power.left if self._power is not None else ""

    def close(self) -> None:
        try:
            if self._power is not None:
                self._power.leave_on()
        finally:
            self._lab.close()
            self._port.close()
