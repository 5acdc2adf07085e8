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


class Heard(Echo):
    """An echo that says byte by byte what comes back of it, also while it is off."""

    def repeat(self, byte: int) -> None:
        """See Echo."""
        if byte != LF and (out := self.heard(byte) if self.on else self.unheard(byte)):
            self.send(out)

    def heard(self, byte: int) -> bytes:
        """What comes back of a byte."""
        return bytes((byte,))

    def unheard(self, _byte: int) -> bytes:
        """The same with the echo off."""
        return b""


class _Counting(Heard):
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
    def heard(self, byte: int) -> bytes:
        """See Heard."""
        return b"" if self.length == _LOST_BYTE else super().heard(byte)


class _LongLost(_Counting):
    def heard(self, byte: int) -> bytes:
        """See Heard."""
        return b"" if self.length > _LOST_BEYOND else super().heard(byte)


class _ExtendedLost(_Counting):
    def heard(self, byte: int) -> bytes:
        """See Heard."""
        return b"" if self.head == _EXTENDED + b"G" else super().heard(byte)


class _CrLost(Heard):
    def heard(self, byte: int) -> bytes:
        """See Heard."""
        return b"" if byte == CR else super().heard(byte)


class _LowerCase(Heard):
    def heard(self, byte: int) -> bytes:
        """See Heard."""
        return super().heard(byte).lower()


class _PlusAsSpace(Heard):
    def heard(self, byte: int) -> bytes:
        """See Heard."""
        return super().heard(byte).replace(b"+", b" ")


class _SevenBit(Heard):
    def heard(self, byte: int) -> bytes:
        """See Heard."""
        return bytes(each & 0x7F for each in super().heard(byte))


class _Doubled(Heard):
    def heard(self, byte: int) -> bytes:
        """See Heard."""
        return super().heard(byte) * 2


class _LeaksCr(Heard):
    def unheard(self, byte: int) -> bytes:
        """See Heard."""
        return b"\r" if byte == CR else super().unheard(byte)


class _LeaksExtended(_Counting):
    def unheard(self, byte: int) -> bytes:
        """See Heard."""
        if self.head[:3] != _EXTENDED:
            return super().unheard(byte)
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
