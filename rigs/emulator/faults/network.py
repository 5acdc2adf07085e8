"""The faults that only a network shows: what is told on the UART is well, and is not so.

Law: ids and sentences; the places that ask are `net/services.py`, `firmware.py` and
the commands.
"""

from __future__ import annotations

from .active import Fault

_DHCP = (
    Fault("station-dhcp.invented", "the station makes up an address instead of asking for one"),
    Fault("station-dhcp.other-client", "the station asks for an address with the chip's own MAC"),
    Fault("softap-dhcp.outside-range", "the softAP's DHCP server hands out beside its range"),
    Fault("softap-dhcp.1-early", "it hands out from the address before its range on"),
    Fault("softap-dhcp.time-in-seconds", "it takes the minutes of the lease time for seconds"),
    Fault("softap-dhcp.time-60-fold", "it leases for 60 times as long as is set"),
    Fault("softap-dhcp.one-for-all", "it gives the first address of its range to everybody"),
)
LEASES: tuple[Fault, ...] = (
    Fault("softap-dhcp.never-over", "it keeps what it has given for ever, whatever the lease time"),
    Fault("softap-dhcp.over-at-half", "half of the lease time over, an address is given to others"),
    Fault("softap-dhcp.over-16-bits", "it keeps the seconds of a lease in 16 bits"),
    Fault("softap-dhcp.renewal-forgotten", "a lease that was renewed ends as if it were not"),
    Fault("station-dhcp.never-renews", "the station keeps its address and asks for no more time"),
    Fault("station-dhcp.off-yet-asks-later", "without DHCP the station asks after half an hour"),
)
"""What shows when the time of a lease passes."""

_CIFSR = (
    Fault("cifsr.first-address", "AT+CIFSR goes on to tell the first address of the station"),
    Fault("cifsr.softap-as-station", "AT+CIFSR tells the softAP's address as the station's"),
)
_SOFTAP = (Fault("softap.places-kept", "a station that has left the softAP goes on to count"),)
_MDNS = (
    Fault("mdns.unfindable", "AT+MDNS=1 answers OK, and nobody can find the names"),
    Fault("mdns.0-stays", "AT+MDNS=0 answers OK, and the names are found all the same"),
    Fault("mdns.port-plus-1", "the service is announced at a port that is 1 larger"),
    Fault("mdns.other-server", "the service is announced under another server name"),
    Fault("mdns.other-host", "the host is announced under another name"),
    Fault("mdns.other-address", "the host name leads to an address that is 1 larger"),
    Fault("mdns.no-a", "the host name leads to no address"),
    Fault("mdns.no-srv", "the service leads to no port"),
    Fault("mdns.no-ptr", "the service is not found by its kind"),
)
_ASKED = (
    Fault("ping.unsent", "AT+PING tells a time and OK, and sends nothing"),
    Fault("ping.other-host", "AT+PING sends its echo to the gateway, whomever it is asked about"),
    Fault("ping.time-invented", "AT+PING tells 1 ms, however long the answer took"),
    Fault("dns.unasked", "a name is taken for the gateway's, and no name server is asked"),
    Fault("dns.never", "a name is never looked up: it has no address"),
)
_PAIRED = (
    Fault("cwstartsmart.told-not-joined", "SmartConfig tells what it has got, and joins nobody"),
    Fault("cwstartsmart.joins-untold", "SmartConfig joins without a word of what it has got"),
    Fault("wps.wep-joined", "WPS joins an access point that WEP secures"),
    Fault("wps.0-goes-on", "AT+WPS=0 answers OK, and WPS goes on"),
    Fault("wps.told-not-joined", "WPS takes what the access point tells, and joins nobody"),
)

FAULTS: tuple[Fault, ...] = (
    *_DHCP,
    *LEASES,
    *_CIFSR,
    *_SOFTAP,
    *_MDNS,
    *_ASKED,
    *_PAIRED,
)
