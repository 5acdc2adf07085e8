"""How a scan is told (clause 4.1.7).

Law: a value; AT+CWLAPOPT sets it, AT+CWLAP heeds it, a reset brings it back.
"""

from __future__ import annotations

from dataclasses import dataclass

ALL_FIELDS = 0x7F


@dataclass(frozen=True)
class ScanOptions:
    """`by_strength`: the strongest first.  `mask`: which fields, bit 0 is the first."""

    by_strength: bool = False
    mask: int = ALL_FIELDS
