"""How real time, this host's monotonic clock and the harness's are related.

Law of this file: the kernel stamps frames with real time and the transcripts are monotonic, so one
is measured against the other, at both ends of what is to be stamped, and the doubt is told. A
harness on another host has a clock of its own, and tells how far it is from here: while a purpose
goes on that stays what it was when the purpose began, and what is measured later adds to the doubt.
On one host both clocks are the same, and there is no doubt.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rigs.clock import party


@dataclass(frozen=True, slots=True)
class Clock:
    """Real time minus monotonic time, and how wrong that may be, in nanoseconds."""

    offset_ns: int
    uncertainty_ns: int

    @classmethod
    def measured(cls) -> Clock:
        """The best of a few measurements."""
        return min((cls._once() for _ in range(5)), key=lambda clock: clock.uncertainty_ns)

    @classmethod
    def _once(cls) -> Clock:
        before, real, after = time.monotonic_ns(), time.time_ns(), time.monotonic_ns()
        return cls(real - (before + after) // 2, (after - before + 1) // 2)

    def until(self, later: Clock) -> Clock:
        """For the time between both: as wrong as the clocks have moved apart meanwhile."""
        moved = abs(later.offset_ns - self.offset_ns)
        return Clock(self.offset_ns, moved + max(self.uncertainty_ns, later.uncertainty_ns))

    def to(self, harness: HarnessClock) -> Clock:
        """Real time minus the harness's clock, where that is real time, too."""
        return Clock(self.offset_ns - harness.shift_ns, self.uncertainty_ns + harness.doubt_ns)

    def monotonic(self, real_ns: int) -> int:
        """The monotonic time of a real one."""
        return real_ns - self.offset_ns


#: How far two clocks move apart at most, as a fraction: the kernel slews one by 0.05 % when it
#: follows others, and a crystal is off by less than a tenth of that.
_APART = 1 / 1000


@dataclass(slots=True)
class HarnessClock:
    """The clock of the harness, as this host knows it."""

    #: That of this process, which the harness shares where both are of one rig.
    source: party.Clock = field(default_factory=party.RealTime)
    #: The harness's clock minus that.
    shift_ns: int = 0
    #: How wrong that was when it was last measured, and when that was; 0: it needs no measuring.
    _measured_doubt_ns: int = 0
    _measured_at: int = 0

    def now(self) -> int:
        """What the harness's clock shows."""
        return self.source.now() + self.shift_ns

    def shown_at(self, monotonic_ns: int) -> int:
        """What it showed at a moment of this host's monotonic time; raises `LookupError`."""
        return self.source.shown_at(monotonic_ns) + self.shift_ns

    def doubt_since(self, monotonic_ns: int, real_doubt_ns: int) -> int:
        """How wrong its times may be for what real times that are so wrong date since then."""
        return self.source.doubt(monotonic_ns, real_doubt_ns) + self.doubt_ns

    @property
    def doubt_ns(self) -> int:
        """How wrong every time since the purpose began may be; it grows until the next measure."""
        if not self._measured_at:
            return 0
        age = time.monotonic_ns() - self._measured_at
        return self._measured_doubt_ns + int(age * _APART)

    def doubted(self, rows: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
        """Rows with a time `at`, and how wrong that may be, unless there is no doubt."""
        doubt_ns = self.doubt_ns
        return [{**row, "uncertainty_ns": doubt_ns} for row in rows] if doubt_ns else rows

    def set(self, shift_ns: int, doubt_ns: int) -> None:
        """A purpose begins, and it was measured just now."""
        self.shift_ns, self._measured_doubt_ns = shift_ns, doubt_ns
        self._measured_at = time.monotonic_ns()

    def check(self, shift_ns: int, doubt_ns: int) -> None:
        """It was measured again: as wrong as the clocks have moved apart meanwhile."""
        moved = abs(shift_ns - self.shift_ns)
        self._measured_doubt_ns = max(self._measured_doubt_ns, moved + doubt_ns)
        self._measured_at = time.monotonic_ns()
