"""The faults of AT+CIPSERVER, and of silent clients.

Law: ids and sentences; the places that ask are `commands/tcpserver.py` and `tcpip.py`.
"""

from __future__ import annotations

from ..commands import tcpserver
from .active import Fault
from .numeric import families

SILENT_CLIENTS: tuple[Fault, ...] = (
    Fault("cipsto.never-disconnects", "the server disconnects no silent client, whatever CIPSTO"),
    Fault("cipsto.hour-at-most", "CIPSTO of more than an hour disconnects after an hour"),
    Fault("cipsto.default-not-kept", "without AT+CIPSTO= no silent client is disconnected"),
    Fault("cipsto.active-disconnected", "CIPSTO disconnects clients that send, too"),
    Fault("cipsto.one-for-all", "whatever one client sends keeps all of them, whatever CIPSTO"),
    Fault("cipsto.0-at-once", "CIPSTO=0 disconnects silent clients after 5 s"),
    Fault("cipsto.0-two-hours", "CIPSTO=0 disconnects silent clients after two hours"),
    Fault("cipsto.0-16-bits", "CIPSTO=0 disconnects silent clients after 65536 s"),
)
"""What only a client of the server notices."""

_SERVER = (
    Fault("cipserver.single-accepted", "AT+CIPSERVER= works with CIPMUX=0"),
    Fault("cipserver.refused-deletes", "AT+CIPSERVER= answers ERROR and yet deletes a server"),
    Fault("cipserver.again-refused", "AT+CIPSERVER= is refused if it changes nothing"),
    Fault("cipserver.port-required", "AT+CIPSERVER=1 is refused without a port"),
    Fault("cipserver.0-not-applied", "AT+CIPSERVER=0 answers OK, but the server stays"),
    Fault("cipserver.1-not-applied", "AT+CIPSERVER=1 answers OK, but there is no server"),
    *(
        each
        for each in families("cipserver", "AT+CIPSERVER=", (tcpserver.MODE, tcpserver.PORT))
        if each.id != "cipserver.missing-accepted"
    ),
)

FAULTS: tuple[Fault, ...] = (
    *SILENT_CLIENTS,
    *_SERVER,
)
