"""The faults of silent clients.

Law: ids and sentences; the place that asks is `tcpip.py`.
"""

from __future__ import annotations

from .active import Fault

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

FAULTS = SILENT_CLIENTS
