"""How the firmware says what it says (field guide 2): two literals end everything.

Law: everything that the firmware says goes through here on its way out.  What begins a line begins
it at the beginning of one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .command import Final

END = b"\r\n"
BUSY = b"\r\nbusy p...\r\n"
FORCED_RESTART = b"\r\nWill force to restart!!!\r\n"


class Voice:
    """What the firmware speaks with.

    `send` puts bytes on the UART; `chip` is whose voice it is.
    """

    def __init__(self, chip: Any, send: Callable[[bytes], None]) -> None:
        self.chip = chip
        self._send = send
        self._fresh = True  # at the beginning of a line

    def raw(self, data: bytes) -> None:
        """Anything, as it is."""
        if data:
            self._send(data)
            self._fresh = data.endswith(b"\n")

    echo = raw
    """A part of the echo of a line."""

    def received(self, head: bytes, data: bytes) -> None:
        """What a peer has sent: nothing follows it, the next message begins right behind it."""
        self.raw(head + data)
        self._fresh = True

    def information(self, data: bytes) -> None:
        """The information of an answer, if any; every line brings its own end."""
        self.raw(data)

    def final(self, final: Final) -> None:
        """A final result code."""
        self.raw(self.framed(final))

    def framed(self, final: Final) -> bytes:
        """A final result code between its line ends."""
        return END + final + END

    def prompt(self, data: bytes) -> None:
        """The prompt for data."""
        self.raw(data)

    def busy(self) -> None:
        """The answer to a line that came too early."""
        self.raw(BUSY)

    def forced_restart(self) -> None:
        """The answer to the reset that breaks through."""
        self.raw(FORCED_RESTART + self.framed(Final.OK))

    def line(self, text: bytes) -> None:
        """A line that nobody asked for."""
        self._break()
        self.raw(text + END)

    def _break(self) -> None:
        if not self._fresh:
            self.raw(END)
