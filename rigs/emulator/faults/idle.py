"""The faults of what goes on for minutes.

Law: ids and sentences; the places that ask are `station.py` and the commands.
"""

from __future__ import annotations

from .active import Fault

FAULTS: tuple[Fault, ...] = (
    Fault("join.left-after-minutes", "the station leaves its access point after ten minutes"),
    Fault("discover.16-bits", "AT+CWSTARTDISCOVER= keeps the seconds of its interval in 16 bits"),
    Fault("discover.minute-at-most", "AT+CWSTARTDISCOVER= sends once a minute at least"),
    Fault("discover.0-ten-minutes", "AT+CWSTARTDISCOVER= sends every ten minutes at 0, too"),
    Fault("discover.stops-for-minutes", "AT+CWSTOPDISCOVER stops the packets for ten minutes"),
)
