"""The faults that only a network shows: what is told on the UART is well, and is not so.

Law: ids and sentences; the places that ask are the commands.
"""

from __future__ import annotations

from .active import Fault

_ASKED = (
    Fault("dns.unasked", "a name is taken for the gateway's, and no name server is asked"),
    Fault("dns.never", "a name is never looked up: it has no address"),
)
FAULTS: tuple[Fault, ...] = (*_ASKED,)
