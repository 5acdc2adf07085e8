"""The echo of what arrives (field guide 2): every byte but LF at once, CR LF when a line closes.

Law: whether and how a byte is repeated; nothing here knows what a line means.
"""

from __future__ import annotations

from collections.abc import Callable

from .reader import LF


class Echo:
    """Echo is on after every boot; ATE switches it (clause 3.2.5)."""

    def __init__(self, send: Callable[[bytes], None], on: bool = True) -> None:
        self.on = on
        self.send = send

    def repeat(self, byte: int) -> None:
        """Send one received byte back, if that is due."""
        if byte != LF and (out := self._heard(byte) if self.on else self._unheard(byte)):
            self.send(out)

    def close_line(self) -> None:
        """A command line has ended."""
        if self.on and (end := self._end()):
            self.send(end)

    def _heard(self, byte: int) -> bytes:
        """What comes back of a byte."""
        return bytes((byte,))

    def _unheard(self, _byte: int) -> bytes:
        """The same with the echo off."""
        return b""

    def _end(self) -> bytes:
        """What closes the echo of a line."""
        return b"\r\n"
