"""How real time and the monotonic clock are related.

Law of this file: the kernel stamps frames with real time and the transcripts are monotonic, so one
is measured against the other, at both ends of what is to be stamped, and the doubt is told.
"""

from __future__ import annotations

import time
from dataclasses import dataclass


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

    def monotonic(self, real_ns: int) -> int:
        """The monotonic time of a real one."""
        return real_ns - self.offset_ns
