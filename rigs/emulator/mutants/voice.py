"""The mutants of framing and of busy answers.

Law: each is a voice that differs from the healthy one in one step.
"""

from __future__ import annotations

from ..line.command import Final
from ..line.voice import END, Voice
from .mutant import Mutant, Mutation, Seam, mutant
from .operators import mixed

VOICE = Seam(("voice",))
"""From words to bytes."""


class _LowerCase(Voice):
    def framed(self, final: Final) -> bytes:
        """See Voice."""
        return super().framed(final).lower()


class _NoCr(Voice):
    def framed(self, final: Final) -> bytes:
        """See Voice."""
        return super().framed(final).removesuffix(END) + b"\n"


class _NoLf(Voice):
    def framed(self, final: Final) -> bytes:
        """See Voice."""
        return super().framed(final).removesuffix(END) + b"\r"


class _Joined(Voice):
    def framed(self, final: Final) -> bytes:
        """See Voice."""
        return super().framed(final).removeprefix(END)


class _Cut(Voice):
    def framed(self, final: Final) -> bytes:
        """See Voice."""
        return super().framed(final)[: len(END) + 1]


class _InformationCut(Voice):
    def information(self, data: bytes) -> None:
        """See Voice."""
        super().information(data[: len(data) // 2])


class _InformationNoCr(Voice):
    def information(self, data: bytes) -> None:
        """See Voice."""
        super().information(data.replace(END, b"\n"))


class _BusySilent(Voice):
    def busy(self) -> None:
        """See Voice."""


class _BusyOk(Voice):
    def busy(self) -> None:
        """See Voice."""
        self.raw(self.framed(Final.OK))


def _row(id_: str, says: str, step: type[Voice]) -> Mutant:
    return mutant(id_, says, Mutation(VOICE, mixed(step)))


MUTANTS: tuple[Mutant, ...] = (
    _row("final.lower-case", "final codes come in lower case", _LowerCase),
    _row("final.no-cr", "final codes end with LF alone", _NoCr),
    _row("final.no-lf", "final codes end with CR alone", _NoLf),
    _row("final.joined", "final codes lack the line end before them", _Joined),
    _row("final.cut", "final codes are cut off after their first letter", _Cut),
    _row("info.cut", "information is cut off in the middle", _InformationCut),
    _row("info.no-cr", "lines of information end with LF alone", _InformationNoCr),
    _row(
        "busy.silent",
        "a line that comes while a command runs is dropped without a word",
        _BusySilent,
    ),
    _row(
        "busy.ok",
        "a line that comes while a command runs answers OK and is dropped",
        _BusyOk,
    ),
)
