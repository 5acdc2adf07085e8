"""Variants of how lines are echoed.

Law: each is an echo that differs from the usual one in one step.
"""

from __future__ import annotations

from ..line.echo import Echo
from ..line.reader import CR, LF
from ..mutants.echo import Heard
from .active import Variants

_KEPT_BOUND = 512


class _CrLf(Echo):
    def close_line(self) -> None:
        """See Echo."""
        if self.on:
            self.send(b"\n")


class _CrOnly(Echo):
    def close_line(self) -> None:
        """See Echo."""


class _Bare(_CrOnly, Heard):
    def heard(self, byte: int) -> bytes:
        """See Heard."""
        return b"" if byte == CR else super().heard(byte)


class _WholeLine(Heard):
    """What is echoed waits for the end of its line."""

    kept = b""

    def repeat(self, byte: int) -> None:
        """See Echo."""
        if byte != LF:
            self.kept += self.heard(byte) if self.on else self.unheard(byte)
        if byte == LF or len(self.kept) >= _KEPT_BOUND:
            kept, self.kept = self.kept, b""
            if kept:
                self.send(kept)


_ENDS = {"echo.crlf": _CrLf, "echo.cr-only": _CrOnly, "echo.bare": _Bare}
"""They exclude each other; the first prevails."""


def echoing(echo: type[Echo], variants: Variants) -> type[Echo]:
    """The echo as the active variants have it."""
    steps = [step for variant, step in _ENDS.items() if variants.active(variant)][:1]
    if variants.active("echo.whole-line"):
        steps.append(_WholeLine)
    return type("Varied", (*steps, echo), {}) if steps else echo
