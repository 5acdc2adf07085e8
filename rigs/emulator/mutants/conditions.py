"""When a mutant is wrong.

Law: each asks the chip, and changes nothing.
"""

from __future__ import annotations

from ..ip.interfaces import has_softap, has_station
from .mutant import Condition


def in_mode(mode: int) -> Condition:
    """In one Wi-Fi mode (clause 4.1.1)."""
    return Condition(f"in mode {mode}", lambda chip: chip.current.mode == mode)


NOT_BOTH = Condition(
    "unless station and softAP are both enabled",
    lambda chip: not (has_station(chip.current) and has_softap(chip.current)),
)
BOTH = Condition("in mode 3", lambda chip: has_station(chip.current) and has_softap(chip.current))
HAS_STATION = Condition("with a station", lambda chip: has_station(chip.current))
JOINED = Condition("while joined", lambda chip: chip.station.joined)
WITH_ADDRESS = Condition("with an address", lambda chip: chip.station.has_address)
WITH_GUESTS = Condition("with guests", lambda chip: bool(chip.air.guests))
