"""How long slow things take, as a setting.

Law: durations only, in nanoseconds; field guide 8 and the recordings say what a board needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .timers import MILLISECOND


@dataclass(frozen=True)
class Timing:
    """Durations in ns.  The three boot moments count from the start of the boot."""

    name: str
    command: int
    softap_change: int
    restart: int
    boot_rom: int
    boot_sdk: int
    boot_ready: int
    line_gap: int = 20 * MILLISECOND


FAST = Timing(
    name="fast",
    command=0,
    softap_change=0,
    restart=2 * MILLISECOND,
    boot_rom=2 * MILLISECOND,
    boot_sdk=25 * MILLISECOND,
    boot_ready=50 * MILLISECOND,
)
REAL = Timing(
    name="real",
    command=1 * MILLISECOND,
    softap_change=300 * MILLISECOND,
    restart=15 * MILLISECOND,
    boot_rom=20 * MILLISECOND,
    boot_sdk=250 * MILLISECOND,
    boot_ready=400 * MILLISECOND,
)
TIMINGS: Mapping[str, Timing] = {each.name: each for each in (FAST, REAL)}
