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
    Fault("mdns.first-address", "the host name goes on to lead to the station's first address"),
    Fault("mdns.host-cut", "the host is announced under the first 10 bytes of its name"),
    Fault("softap-dhcp.default-time-renewed", "a lease that is renewed has the default time"),
    Fault("softap-dhcp.asked-outside", "who asks for an address outside of the range is given it"),
)
