"""How the monotonic clock and real time are related, and how sure that is.

Law of this file: it measures and judges nothing. Real time is monotonic time plus the offset,
give or take the uncertainty; all three are nanoseconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable

#: More brackets make it likelier that one of them was not interrupted by the scheduler.
BRACKETS = 32


def measure(
    brackets: int = BRACKETS,
    monotonic: Callable[[], int] = time.monotonic_ns,
    real: Callable[[], int] = time.time_ns,
) -> tuple[int, int]:
    """Offset and uncertainty, from the tightest of several brackets around one reading."""
    tightest = min(_bracket(monotonic, real) for _ in range(brackets))
    uncertainty, offset = tightest
    return offset, uncertainty


def _bracket(monotonic: Callable[[], int], real: Callable[[], int]) -> tuple[int, int]:
    """Half the width of one bracket, rounded up, and the offset at its middle."""
    before = monotonic()
    moment = real()
    after = monotonic()
    # Never zero: a clock that did not tick in between still has a resolution.
    return max((after - before + 1) // 2, 1), moment - (before + after) // 2
