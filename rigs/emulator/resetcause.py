"""Why a chip begins anew.

Law: the causes that the ROM tells apart, as it numbers them (field guide 2, Boot).
"""

from __future__ import annotations

from enum import IntEnum


class ResetCause(IntEnum):
    """The `rst cause` of the ROM text."""

    POWER_ON = 1
    PIN = 2
    SOFTWARE = 3
    WATCHDOG = 4
    DEEP_SLEEP = 5
