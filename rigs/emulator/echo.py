"""The echo of what arrives (field guide 2): every byte but LF at once, CR LF when a line closes.

Law: whether and how a byte is repeated; nothing here knows what a line means.
"""

from __future__ import annotations

from collections.abc import Callable

from .faults import Faults
from .reader import CR, LF

_LOST_BYTE = 4
_LOST_BEYOND = 32
_EXTENDED = b"AT+"


class Echo:
    """Echo is on after every boot; ATE switches it (clause 3.2.5)."""

    def __init__(self, send: Callable[[bytes], None], faults: Faults, on: bool = True) -> None:
        self.on = on
        self._send = send
        self._faults = faults
        self._head = b""  # the first bytes of the line, for the faults that look at them
        self._length = 0

    def repeat(self, byte: int) -> None:
        """Send one received byte back, if that is due."""
        if byte == LF:
            self._head, self._length = b"", 0
            return
        self._head = (self._head + bytes((byte,)))[:4]
        self._length += 1
        out = self._heard(byte) if self.on else self._leak(byte)
        if out:
            self._send(out)

    def close_line(self) -> None:
        """A command line has ended."""
        if self.on:
            self._send(b"\r\n")

    def _heard(self, byte: int) -> bytes:
        if self._faults.active("echo.byte-lost") and self._length == _LOST_BYTE:
            return b""
        if self._faults.active("echo.lost-in-long-lines") and self._length > _LOST_BEYOND:
            return b""
        if self._faults.active("echo.cr-lost") and byte == CR:
            return b""
        if self._faults.active("echo.extended-lost") and self._head == _EXTENDED + b"G":
            return b""
        out = bytes((byte,))
        if self._faults.active("echo.lower-case"):
            out = out.lower()
        if self._faults.active("echo.plus-as-space"):
            out = out.replace(b"+", b" ")
        if self._faults.active("echo.7-bit"):
            out = bytes((out[0] & 0x7F,))
        return out * 2 if self._faults.active("echo.doubled") else out

    def _leak(self, byte: int) -> bytes:
        """What gets out although the echo is off: nothing, if all is well."""
        if self._faults.active("echo.off-leaks-cr") and byte == CR:
            return b"\r"
        if self._faults.active("echo.off-leaks-extended") and self._head[:3] == _EXTENDED:
            return _EXTENDED if self._length == len(_EXTENDED) else bytes((byte,))
        return b""
