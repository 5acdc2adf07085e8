"""The faults of AT+MDNS.

Law: ids and sentences; the places that ask are `commands/mdns.py`, `shapes.py` and `numbers.py`.
"""

from __future__ import annotations

from ..commands import mdns
from . import shapes
from .active import Fault

FAULTS: tuple[Fault, ...] = (
    Fault("mdns.0-alone-refused", "AT+MDNS=0 is refused"),
    Fault("mdns.odd-name-restarts", "AT+MDNS= restarts at a name that it should not have"),
    *shapes.families("mdns", "AT+MDNS=", mdns.SHAPES),
)
