"""The faults of being told whom to join, and of being found.

Law: ids and sentences; the places that ask are `commands/smartconfig.py` and `beaconing.py`.
"""

from __future__ import annotations

from .active import Fault

FAULTS: tuple[Fault, ...] = (
    Fault("cwstartsmart.type-ignored", "SmartConfig hears ESP-TOUCH and AirKiss whatever its type"),
    Fault("cwstartsmart.other-type", "SmartConfig of type 1 hears AirKiss, of type 2 ESP-TOUCH"),
    Fault("cwstartsmart.untyped-hears-1", "AT+CWSTARTSMART without a type hears ESP-TOUCH alone"),
    Fault("cwstartsmart.untyped-hears-2", "AT+CWSTARTSMART without a type hears AirKiss alone"),
    Fault(
        "cwstopsmart.still-hears", "AT+CWSTOPSMART answers OK, and a phone is heard all the same"
    ),
    Fault("cwstopsmart.still-locks", "after AT+CWSTOPSMART commands are refused as before"),
    Fault("discover.sends-nothing", "AT+CWSTARTDISCOVER= answers OK, and nothing is sent"),
    Fault("discover.sends-at-0", "AT+CWSTARTDISCOVER= sends packets although its time is 0"),
    Fault("discover.once", "AT+CWSTARTDISCOVER= sends one packet and no more"),
    Fault("discover.other-interval", "AT+CWSTARTDISCOVER= takes 5 times as long between packets"),
    Fault("discover.every-second", "AT+CWSTARTDISCOVER= sends every second whatever its time"),
    Fault("discover.goes-on", "AT+CWSTOPDISCOVER answers OK, and packets are sent all the same"),
)
