"""The faults of a firmware to which nobody has spoken for half an hour.

Law: ids and sentences; the places that ask are `idleness.py`, and, of what goes on for
minutes, the commands.
"""

from __future__ import annotations

from .active import Fault

FAULTS: tuple[Fault, ...] = (
    Fault("idle.restarts", "half an hour after a boot the watchdog restarts the chip"),
    Fault("idle.first-line-lost", "the first line after half an hour of silence is lost"),
    Fault("idle.forgets", "half an hour of silence takes back all that is set in RAM"),
    Fault("idle.transmission-ends", "half an hour of silence ends a transparent transmission"),
    Fault("idle.plus-unheard", "half an hour of silence makes +++ plain data"),
    Fault("cwstartsmart.ends-after-minutes", "SmartConfig hears nobody any more after ten minutes"),
    Fault("mdns.told-once", "the names are answered as long as what was announced is valid"),
    Fault("discover.16-bits", "AT+CWSTARTDISCOVER= keeps the seconds of its interval in 16 bits"),
    Fault("discover.minute-at-most", "AT+CWSTARTDISCOVER= sends once a minute at least"),
    Fault("discover.0-ten-minutes", "AT+CWSTARTDISCOVER= sends every ten minutes at 0, too"),
    Fault("discover.stops-for-minutes", "AT+CWSTOPDISCOVER stops the packets for ten minutes"),
)
