"""The faults of being found.

Law: ids and sentences; the place that asks is `beaconing.py`.
"""

from __future__ import annotations

from .active import Fault

FAULTS: tuple[Fault, ...] = (
    Fault("discover.sends-nothing", "AT+CWSTARTDISCOVER= answers OK, and nothing is sent"),
    Fault("discover.sends-at-0", "AT+CWSTARTDISCOVER= sends packets although its time is 0"),
    Fault("discover.once", "AT+CWSTARTDISCOVER= sends one packet and no more"),
    Fault("discover.other-interval", "AT+CWSTARTDISCOVER= takes 5 times as long between packets"),
    Fault("discover.every-second", "AT+CWSTARTDISCOVER= sends every second whatever its time"),
    Fault("discover.goes-on", "AT+CWSTOPDISCOVER answers OK, and packets are sent all the same"),
)
