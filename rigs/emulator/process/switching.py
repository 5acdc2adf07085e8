"""A board whose firmware may be another one at any time: wrong, or otherwise conforming.

Law: what is switched on is put into the personality; the board runs that, and knows nothing of it.
"""

from __future__ import annotations

from typing import Any

from ..board.board import Board
from ..firmware.personality import Personality
from ..mutants.active import Faults
from ..mutants.mutant import mutated
from ..timing import Timing
from ..variants import Variants
from ..variants.catalogue import no_variants
from ..variants.flash import written_late
from ..variants.pace import slowed
from ..variants.varied import varied
from ..variants.wording import worded


class SwitchedBoard(Board):
    """See Board.  `faults`, `variants`: those that are known, and those that are active."""

    def __init__(
        self,
        personality: Personality,
        timing: Timing,
        faults: Faults,
        *arguments: Any,
        variants: Variants | None = None,
        **options: Any,
    ) -> None:
        self.faults = faults
        self.variants = variants or no_variants()
        super().__init__(personality, timing, *arguments, **options)
        self._usual = timing
        self._switch()
        self.faults.changed = self.variants.changed = self._switch

    def become(self, personality: Personality) -> None:
        """See Board."""
        self.timing = slowed(self._usual, self.variants)
        made = mutated(varied(personality, self.variants), self.faults.active)
        super().become(written_late(worded(made, self.variants), self.variants))

    def _switch(self) -> None:
        self.become(self._installed)
