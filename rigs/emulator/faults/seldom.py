"""The faults of what works at first: it fails the second time, in another mode, while joined.

Law: ids and sentences; the places that ask are the commands, `station.py` and
`firmware.py`.  Whoever tries a thing
once, in the usual mode, finds nothing wrong with these.
"""

from __future__ import annotations

from .active import Fault

FAULTS: tuple[Fault, ...] = (
    Fault("mdns.first-kept", "AT+MDNS=1 keeps the names and the port that it was told first"),
    Fault("mdns.once", "AT+MDNS=1 after AT+MDNS=0 answers OK and names nothing"),
)
