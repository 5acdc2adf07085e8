"""Looking again for what may come late.

Law of this file: between two looks the IUT is listened to until it is silent for a moment, so that
what it says is kept, and that so many looks take at least the time that was given.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from conformance.session import Session


def looks(session: Session, within_s: float) -> Iterator[int]:
    """A turn for each look, numbered from 0, for `within_s` seconds or a little longer."""
    for turn in range(max(1, math.ceil(within_s / session.timing.quiet_s))):
        yield turn
        session.settle()
