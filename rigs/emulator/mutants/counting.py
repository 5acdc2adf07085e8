"""The mutants that count: final codes since the boot, and refused lines in a row.

Law: each is a voice that counts the final codes that it says.
"""

from __future__ import annotations

from ..line.command import Final
from ..line.voice import Voice
from .memory import memory
from .mutant import Mutant, Mutation, mutant
from .operators import mixed
from .receiving import Deaf
from .voice import VOICE

_BAD_LINES_SURVIVED = 8


class _EchoOn(Voice):
    def final(self, final: Final) -> None:
        """See Voice."""
        super().final(final)
        if final is Final.ERROR:
            self.chip.echo.on = True


class _Hangs(Voice):
    def final(self, final: Final) -> None:
        """See Voice."""
        super().final(final)
        kept = memory(self.chip)
        kept["refused"] = kept.get("refused", 0) + 1 if final is Final.ERROR else 0
        if kept["refused"] >= _BAD_LINES_SURVIVED:
            self.chip.divert(Deaf())


def _restarts(after: int) -> type[Voice]:
    class Restarts(Voice):
        def final(self, final: Final) -> None:
            """See Voice."""
            super().final(final)
            kept, count = memory(self.chip), f"until {after}"
            kept[count] = kept.get(count, 0) + 1
            if kept[count] == after:
                self.chip.crash()

    return Restarts


def _row(id_: str, says: str, step: type[Voice]) -> Mutant:
    return mutant(id_, says, Mutation(VOICE, mixed(step)))


MUTANTS: tuple[Mutant, ...] = (
    _row("final.error-turns-echo-on", "every ERROR switches the echo on", _EchoOn),
    _row(
        "line.many-bad-hang",
        "eight refused lines in a row hang the parser until the next boot",
        _Hangs,
    ),
    *(
        _row(
            f"boot.after-{count}-commands",
            f"the board restarts after the {word} command since boot",
            _restarts(count),
        )
        for count, word in ((3, "third"), (10, "tenth"))
    ),
)
