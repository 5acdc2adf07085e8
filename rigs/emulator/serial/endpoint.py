"""What the serial line looks like from inside, whatever it comes out of.

Law: the protocol and the bounds that endpoints share.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from .uart import UartFormat

READ_SIZE = 4096
"""Bytes taken at once."""

READS_A_ROUND = 16
"""Chunks taken in a row, so that a burst stays one burst and a flood leaves room for others."""

Receive = Callable[[bytes], None]

Opened = Callable[[], None]
"""Called whenever somebody opens the port."""

Lines = Callable[[bool, bool], None]
"""Called with DTR and RTS (True: asserted) whenever the other end sets one of them."""


class Endpoint(Protocol):
    """A serial line's other end.  Neither call ever blocks."""

    @property
    def port(self) -> str:
        """What a serial library opens: a device path, a `socket://` or an `rfc2217://` URL."""

    def format(self, near: UartFormat) -> UartFormat:
        """How the other end has set its UART; what the line cannot carry is as at the near end.

        While bytes are handed over by `receive`, it is the format that they were sent in.
        """

    def write(self, data: bytes) -> None:
        """Send; bytes that nobody takes are lost."""

    def close(self) -> None:
        """Give everything back."""
