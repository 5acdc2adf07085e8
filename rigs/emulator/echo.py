"""The echo of what arrives (field guide 2): every byte but LF at once, CR LF when a line closes.

Law: whether and how a byte is repeated; nothing here knows what a line means.
"""

from __future__ import annotations

from collections.abc import Callable

from .faults import Faults
from .reader import CR, LF
from .variants import Variants

_LOST_BYTE = 4
_LOST_BEYOND = 32
_KEPT_BOUND = 512
_EXTENDED = b"AT+"


class Echo:
    """Echo is on after every boot; ATE switches it (clause 3.2.5)."""

    def __init__(
        self,
        send: Callable[[bytes], None],
        faults: Faults,
        variants: Variants,
        on: bool = True,
    ) -> None:
        self.on = on
        self._send = send
        self._faults = faults
        self._variants = variants
        self._kept = bytearray()  # of the line under way, for the variant that echoes it as a whole
        self._head = b""  # the first bytes of the line, for the faults that look at them
        self._length = 0

    def repeat(self, byte: int) -> None:
        """Send one received byte back, if that is due."""
        if byte == LF:
            self._head, self._length = b"", 0
            self._release()
            return
        self._head = (self._head + bytes((byte,)))[:4]
        self._length += 1
        out = self._heard(byte) if self.on else self._leak(byte)
        if self._variants.active("echo.whole-line"):
            self._kept += out
            out = b""
        if len(self._kept) >= _KEPT_BOUND:
            self._release()
        if out:
            self._send(out)

    def close_line(self) -> None:
        """A command line has ended."""
        if self.on and (end := self._end()):
            self._send(end)

    def _end(self) -> bytes:
        """What closes the echo of a line."""
        if self._variants.active("echo.crlf"):
            return b"\n"
        return b"" if self._without_end() else b"\r\n"

    def _without_end(self) -> bool:
        return self._variants.active("echo.cr-only") or self._bare()

    def _bare(self) -> bool:
        others = self._variants.active("echo.crlf") or self._variants.active("echo.cr-only")
        return self._variants.active("echo.bare") and not others

    def _release(self) -> None:
        """Send what was kept."""
        if self._kept:
            self._send(bytes(self._kept))
            self._kept.clear()

    def _heard(self, byte: int) -> bytes:
        if self._faults.active("echo.byte-lost") and self._length == _LOST_BYTE:
            return b""
        if self._faults.active("echo.lost-in-long-lines") and self._length > _LOST_BEYOND:
            return b""
        if byte == CR and (self._bare() or self._faults.active("echo.cr-lost")):
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
