"""Clause 5.2.17: the time that AT+PING tells, held against what was seen.

Law of this file: arithmetic. The document names no unit of that time (ruling R-131).
"""

from __future__ import annotations

#: Units in which a time may be told, in nanoseconds, and how much shorter than seen it may be.
UNITS = (1, 1_000, 1_000_000)
ROUGHLY = 0.75


def fits(
    number: int, least: int, most: int, doubt: int, unit: int, *, doubted: bool = False
) -> bool:
    """Whether `number` of `unit` is as long as the answer took, and no longer than the ping.

    The number is a whole one, rounded in any way. `doubted`: `most` may be wrong by `doubt`.
    """
    return ROUGHLY * least - unit < number * unit < most + unit + doubt * doubted
