"""The faults of what works at first: it fails the second time, in another mode, while joined.

Law: ids and sentences; the places that ask are the commands, `station.py` and
`firmware.py`.  Whoever tries a thing
once, in the usual mode, finds nothing wrong with these.
"""

from __future__ import annotations

from .active import Fault

FAULTS: tuple[Fault, ...] = (
    Fault("cifsr.static-missing", "AT+CIFSR tells 0.0.0.0 for a station's static address"),
    Fault("cifsr.after-leave", "AT+CIFSR tells the last address of a station that has left"),
    *(
        Fault(f"ping.fails-in-mode-{mode}", f"AT+PING hears no answer in mode {mode}")
        for mode in (2, 3)
    ),
    Fault("ping.remembered", "AT+PING of a host that has answered once sends nothing, and is OK"),
    Fault("cwstartsmart.second-deaf", "the second AT+CWSTARTSMART of a run hears nobody"),
    Fault("cwstartsmart.open-unheard", "SmartConfig does not hear of open access points"),
    Fault("cwstartsmart.ssid-cut", "SmartConfig joins by the first 16 bytes of an SSID"),
    Fault("cwstartsmart.password-cut", "SmartConfig joins with the first 32 bytes of a password"),
    Fault("cwstopsmart.leaves", "AT+CWSTOPSMART leaves the access point, too"),
    Fault("wps.password-cut", "WPS joins with the first 32 bytes of a password"),
    Fault("wps.second-deaf", "the second AT+WPS=1 of a run hears nobody"),
    Fault("wps.mixed-refused", "WPS does not join an access point of WPA and WPA2"),
    Fault("discover.not-after-stop", "after AT+CWSTOPDISCOVER no more packets are sent"),
    Fault("discover.0-goes-on", "AT+CWSTARTDISCOVER= with a time of 0 stops no packets"),
    Fault("discover.first-interval", "AT+CWSTARTDISCOVER= keeps the interval that it had first"),
    Fault("mdns.first-kept", "AT+MDNS=1 keeps the names and the port that it was told first"),
    Fault("mdns.once", "AT+MDNS=1 after AT+MDNS=0 answers OK and names nothing"),
    Fault("mdns.first-address", "the host name goes on to lead to the station's first address"),
    Fault("mdns.host-cut", "the host is announced under the first 10 bytes of its name"),
    Fault("softap-dhcp.default-time-renewed", "a lease that is renewed has the default time"),
    Fault("softap-dhcp.asked-outside", "who asks for an address outside of the range is given it"),
)
