"""What faulty firmware remembers of one run and should not.

Law: memory for faults alone; healthy firmware never looks here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..addresses import IpConfig

if TYPE_CHECKING:
    from ..settings import Settings


@dataclass
class Astray:
    """`booted`: what RAM began with.

    `first_station`, `last_station`: the first address of the station, and the last one.  `starts`:
    of SmartConfig and WPS.  `interval_s`: the first of AT+CWSTARTDISCOVER=.  `unnamed`: whether
    AT+MDNS=0 was done.  `echoed`: which hosts have answered a ping.
    """

    booted: Settings
    first_station: IpConfig | None = None
    last_station: IpConfig | None = None
    starts: int = 0
    interval_s: int = 0
    unnamed: bool = False
    echoed: set[str] = field(default_factory=set)
