"""Reset lines of a real board.

Law of this file: it moves wires and waits for nothing but the width of its own pulse.
"""

from __future__ import annotations

import time

from rigs.serialport import SerialPort

#: How long EN is held low, in seconds: far above what the chip needs, far below what one notices.
_PULSE_S = 0.1


class RtsReset:
    """RTS wired to EN, as on most adapters: active means reset."""

    def __init__(self, port: SerialPort) -> None:
        self._port = port

    def pulse(self) -> None:
        """Hold the board in reset for a tenth of a second; raises `PortError`."""
        self._port.set_rts(True)
        time.sleep(_PULSE_S)  # the width of the pulse, not a wait for the board
        self._port.set_rts(False)
