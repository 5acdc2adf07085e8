"""The faults of AT+CIFSR and AT+CWLIF.

Law: ids and sentences; the places that ask are the files of these commands.
"""

from __future__ import annotations

from .active import Fault

_CIFSR = (
    Fault("cifsr.softap-missing", "AT+CIFSR leaves out the softAP's address"),
    Fault("cifsr.station-missing", "AT+CIFSR leaves out the station's address"),
    Fault("cifsr.phantom-station", "AT+CIFSR tells an address of a station that has none"),
    Fault("cifsr.factory-address", "AT+CIFSR tells the softAP's usual address whatever is set"),
    Fault("cifsr.no-prefix", "AT+CIFSR prints the addresses without its name in front"),
    Fault("cifsr.other-prefix", "AT+CIFSR prints +CIPSTA: in front of the addresses"),
    Fault("cifsr.address-cut", "AT+CIFSR leaves out the last number of the addresses"),
)
_CWLIF = (
    Fault("cwlif.in-station-mode", "AT+CWLIF works in station mode"),
    Fault("cwlif.heading", "AT+CWLIF prints a heading over the stations"),
    Fault("cwlif.phantom", "AT+CWLIF lists a station that is not there"),
)


FAULTS: tuple[Fault, ...] = (*_CWLIF, *_CIFSR)
