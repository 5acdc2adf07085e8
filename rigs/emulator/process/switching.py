"""A board whose firmware may be another one at any time: wrong, or otherwise conforming.

Law: what is switched on is put into the personality; the board runs that, and knows nothing of it.
"""

from __future__ import annotations

from typing import Any

from ..board.board import Board, Transmit
from ..firmware.personality import Personality
from ..mutants.active import Faults
from ..mutants.keeping import outlived
from ..mutants.memory import begun, ended
from ..mutants.mutant import mutated
from ..resetcause import ResetCause
from ..timing import Timing
from ..variants import Variants
from ..variants.catalogue import no_variants
from ..variants.flash import release, written_late
from ..variants.pace import Dribble, slowed
from ..variants.varied import varied
from ..variants.wording import worded

_WARM = (ResetCause.SOFTWARE, ResetCause.WATCHDOG)
"""Nothing that was said is lost."""


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
        self._dribble = Dribble(self.transmit, self.later)
        self._switch()
        self.faults.changed = self.variants.changed = self._switch

    def lead(self, transmit: Transmit) -> None:
        """See Board; bytes may have to go one by one."""
        self._dribble.send = transmit
        one_by_one = self.variants.active("pace.dribble")
        super().lead(self._dribble.put if one_by_one else transmit)

    def become(self, personality: Personality) -> None:
        """See Board."""
        release(self.store)
        self._dribble.flush()
        self.lead(self._dribble.send)
        self.timing = slowed(self._usual, self.variants)
        made = mutated(varied(personality, self.variants), self.faults.active)
        super().become(written_late(worded(made, self.variants), self.variants))

    def sleep(self, duration_ns: int | None) -> None:
        """See Board; what was said has left before."""
        self._dribble.flush()
        super().sleep(duration_ns)

    def _stop(self) -> None:
        self._outlived(None)
        super()._stop()

    def _boot(self, cause: ResetCause) -> None:
        if cause in _WARM:
            self._dribble.flush()
        ended(self.store, self._firmware if cause is ResetCause.SOFTWARE else None)
        self._outlived(cause)
        super()._boot(cause)

    def _outlived(self, cause: ResetCause | None) -> None:
        self._dribble.drop()
        release(self.store)
        outlived(self.store, cause)

    def _ready(self) -> None:
        super()._ready()
        begun(self.store)

    def _switch(self) -> None:
        self.become(self._installed)
