"""How far the clock of a lab on another host is from ours.

Law of this file: somewhere between asking and hearing the answer the lab looked at its clock, and
nothing more is known; so half of that time is the doubt, however uneven the ways were.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shift:
    """Our monotonic clock minus the lab's, and how wrong that may be, in nanoseconds."""

    shift_ns: int
    doubt_ns: int

    @classmethod
    def seen(cls, asked: int, there: int, heard: int) -> Shift:
        """Of one question: when it was asked and answered by our clock, and what the lab's was."""
        return cls((asked + heard) // 2 - there, (heard - asked + 1) // 2)

    @classmethod
    def best(cls, each: Iterable[Shift]) -> Shift:
        """The one of several that is least in doubt."""
        return min(each, key=lambda shift: shift.doubt_ns)
