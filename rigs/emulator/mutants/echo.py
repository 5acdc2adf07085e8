"""The mutants of the echo (clause 3.2.5).

Law: each is an echo that differs from the healthy one in one step.  What the echo is after a boot
is in `boot.py`.
"""

from __future__ import annotations

from ..line.echo import Echo
from ..line.reader import CR, LF
from .mutant import Mutant, Mutation, Seam, mutant
from .operators import mixed

ECHO = Seam(("echo",))
"""From bytes to what is sent back."""

_LOST_BYTE, _LOST_BEYOND = 4, 32
_EXTENDED = b"AT+"


class _Counting(Echo):
    """An echo that knows where in a line it is."""

    head = b""
    length = 0

    def repeat(self, byte: int) -> None:
        """See Echo."""
        if byte == LF:
            self.head, self.length = b"", 0
        else:
            self.head, self.length = (self.head + bytes((byte,)))[:4], self.length + 1
        super().repeat(byte)


class _ByteLost(_Counting):
    def _heard(self, byte: int) -> bytes:
        return b"" if self.length == _LOST_BYTE else super()._heard(byte)


class _LongLost(_Counting):
    def _heard(self, byte: int) -> bytes:
        return b"" if self.length > _LOST_BEYOND else super()._heard(byte)


class _ExtendedLost(_Counting):
    def _heard(self, byte: int) -> bytes:
        return b"" if self.head == _EXTENDED + b"G" else super()._heard(byte)


class _CrLost(Echo):
    def _heard(self, byte: int) -> bytes:
        return b"" if byte == CR else super()._heard(byte)


class _LowerCase(Echo):
    def _heard(self, byte: int) -> bytes:
        return super()._heard(byte).lower()


class _PlusAsSpace(Echo):
    def _heard(self, byte: int) -> bytes:
        return super()._heard(byte).replace(b"+", b" ")


class _SevenBit(Echo):
    def _heard(self, byte: int) -> bytes:
        return bytes(each & 0x7F for each in super()._heard(byte))


class _Doubled(Echo):
    def _heard(self, byte: int) -> bytes:
        return super()._heard(byte) * 2


class _LeaksCr(Echo):
    def _unheard(self, byte: int) -> bytes:
        return b"\r" if byte == CR else super()._unheard(byte)


class _LeaksExtended(_Counting):
    def _unheard(self, byte: int) -> bytes:
        if self.head[:3] != _EXTENDED:
            return super()._unheard(byte)
        return _EXTENDED if self.length == len(_EXTENDED) else bytes((byte,))


def _row(word: str, says: str, step: type[Echo]) -> Mutant:
    return mutant(f"echo.{word}", f"the echo {says}", Mutation(ECHO, mixed(step)))


def _off(word: str, says: str, step: type[Echo]) -> Mutant:
    return mutant(
        f"echo.off-leaks-{word}", f"with the echo off, {says}", Mutation(ECHO, mixed(step))
    )


MUTANTS: tuple[Mutant, ...] = (
    _row("byte-lost", "loses the fourth byte of every line", _ByteLost),
    _row("cr-lost", "loses the CR of every line", _CrLost),
    _row("lower-case", "comes back in lower case", _LowerCase),
    _row("plus-as-space", "shows a space for every plus", _PlusAsSpace),
    _row("7-bit", "clears the top bit of every byte", _SevenBit),
    _row("doubled", "sends every byte twice", _Doubled),
    _row("lost-in-long-lines", "stops after 32 bytes of a line", _LongLost),
    _row(
        "extended-lost",
        "of lines that begin with AT+G is lost after the plus",
        _ExtendedLost,
    ),
    _off("cr", "the CR of every line is still echoed", _LeaksCr),
    _off("extended", "lines that begin with AT+ are echoed", _LeaksExtended),
)
