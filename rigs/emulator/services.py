"""What goes on in the background of one run of the firmware, besides the station's own link.

Law: states in RAM that commands set and others heed; no command and no text.
"""

from __future__ import annotations

from dataclasses import dataclass

ALL_FIELDS = 0x7F


@dataclass(frozen=True)
class ScanOptions:
    """How AT+CWLAP tells what it heard (clause 4.1.7).  `mask`: bit 0 is the first field."""

    by_strength: bool = False
    mask: int = ALL_FIELDS


@dataclass
class Services:
    """`smartconfig`: whether it listens for a phone (clause 4.1.32)."""

    scan_options: ScanOptions = ScanOptions()
    smartconfig: bool = False
