"""The serial line between the board and its endpoint, and the pins beside it.

Law: what crosses here is garbage if the formats of the two ends differ.  The board's bytes go out
once a round, not one by one; this is why the loop's clock is here.
"""

from __future__ import annotations

from ..serial.endpoint import Endpoint
from ..serial.uart import UartFormat, carry
from .board import Board
from .pins import Pins


class Wire:
    """`endpoint` is where the line leads to, once there is one."""

    def __init__(self, board: Board, pins: Pins) -> None:
        self.endpoint: Endpoint | None = None
        self._board = board
        self._pins = pins
        self._outgoing: list[tuple[bytearray, UartFormat]] = []

    def to_board(self, data: bytes) -> None:
        """Bytes from the endpoint."""
        if self.endpoint:
            uart = self._board.uart
            sent = self.endpoint.format(uart)
            self._board.listen(sent)
            self._board.receive(carry(data, sent, self._board.uart))

    def next_due_ns(self) -> int | None:
        """See loop.Clockwork."""
        board, pins = self._board.next_due_ns(), self._pins.next_due_ns()
        if board is None or pins is None:
            return pins if board is None else board
        return min(board, pins)

    def run_due(self) -> None:
        """See loop.Clockwork."""
        self._pins.run_due()
        self._board.run_due()
        for data, sent in self._outgoing:
            if self.endpoint:
                self.endpoint.write(carry(bytes(data), sent, self.endpoint.format(sent)))
        self._outgoing.clear()

    def from_board(self, data: bytes, sent: UartFormat) -> None:
        """Bytes from the board, and how they are sent."""
        before, as_before = self._outgoing[-1] if self._outgoing else (bytearray(), None)
        if as_before is sent or as_before == sent:
            before.extend(data)
        else:
            self._outgoing.append((bytearray(data), sent))
