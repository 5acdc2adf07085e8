"""The echo of what arrives (field guide 2): every byte but LF at once, CR LF when a line closes.

Law: whether and how a byte is repeated; nothing here knows what a line means.
"""

from __future__ import annotations

from collections.abc import Callable

from .reader import LF

_END = b"\r\n"
_BYTES = tuple(bytes((each,)) for each in range(256))


class Echo:
    """Echo is on after every boot; ATE switches it (clause 3.2.5)."""

    def __init__(self, send: Callable[[bytes], None], on: bool = True) -> None:
        self.on = on
        self.send = send

    def repeat(self, byte: int) -> None:
        """Send one received byte back, if that is due."""
        if self.on and byte != LF:
            self.send(_BYTES[byte])

    def close_line(self) -> None:
        """A command line has ended."""
        if self.on:
            self.send(_END)
