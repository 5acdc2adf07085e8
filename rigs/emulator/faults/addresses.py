"""The faults of AT+CIFSR.

Law: ids and sentences; the place that asks is `commands/localip.py`.
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
FAULTS: tuple[Fault, ...] = _CIFSR
