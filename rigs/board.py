"""A real board, or anything else that speaks AT on a serial line.

Law of this file: what the line can carry decides which capabilities are offered; nothing is
assumed of what is at its other end.
"""

from __future__ import annotations

from collections.abc import Mapping

from conformance.statement import Pixit
from conformance.testbed import CAPABILITIES, LineSettings, Port, Recorder
from rigs.recovery import Ladder
from rigs.reset import RtsReset
from rigs.serialport import SerialPort


class BoardRig:
    """A `testbed.Rig` on a serial port."""

    is_board = True

    def __init__(self, where: str, pixit: Pixit) -> None:
        self.name = where
        self._timing = pixit.timing
        self.settings: LineSettings = pixit.line
        self._port = SerialPort(where, pixit.line)
        self._reset = RtsReset(self._port) if pixit.board.reset == "rts" else None
        if self._reset is not None and pixit.board.reset_on_open:
            self._reset.pulse()

    @property
    def port(self) -> Port:
        return self._port

    @property
    def capabilities(self) -> frozenset[str]:
        return frozenset(CAPABILITIES) - self.missing().keys()

    def missing(self) -> Mapping[str, str]:
        if self._port.is_terminal or self.name.startswith("rfc2217://"):
            return {}
        return {"uart-rate": f"{self.name} carries no baud rate that the harness could rely on"}

    def begin(self, purpose: str) -> None:
        pass

    def recover(self, recorder: Recorder) -> None:
        ladder = Ladder(self._port, self.settings, self._timing, recorder, self._reset)
        self.settings = ladder.climb()

    def close(self) -> None:
        self._port.close()
