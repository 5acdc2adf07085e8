"""The faults of what the echo is after a boot.

Law: ids and sentences; the place that asks is `board.py`.
"""

from __future__ import annotations

from .active import Fault

FAULTS: tuple[Fault, ...] = (
    Fault("echo.off-after-boot", "the echo is off after every boot"),
    Fault("echo.survives-rst", "AT+RST leaves the echo as it was"),
)
