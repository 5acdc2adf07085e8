"""The faults of silent clients, and of what a boot begins with in clause 5.

Law: ids and sentences; the places that ask are `tcpip.py` and `board.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

from .active import Fault

_BEGINNINGS = (
    Fault("cipmux.default-1", "CIPMUX is 1 after every boot"),
    Fault("cipmode.default-1", "CIPMODE is 1 after every boot"),
    Fault("cipsto.default-60", "CIPSTO is 60 after every boot"),
)
SURVIVORS: Mapping[str, str] = {
    "cipmux.survives-rst": "multiple",
    "cipmode.survives-rst": "transparent",
    "cipsto.survives-rst": "server_timeout_s",
    "cipserver.survives-rst": "server",
}
"""Fault -> what it carries over a restart by software; the server's is below."""

_SURVIVING = tuple(
    Fault(f"{name}.survives-rst", f"AT+{name.upper()}= sets what survives AT+RST")
    for name in ("cipmux", "cipmode", "cipsto")
)
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

_SERVER = (Fault("cipserver.survives-rst", "a server is there after AT+RST, too"),)

FAULTS: tuple[Fault, ...] = (
    *_SURVIVING,
    *_BEGINNINGS,
    *SILENT_CLIENTS,
    *_SERVER,
)
