"""All faults there are, in the order in which `--list-faults` prints them.

Law: only the collection; each theme has its file.
"""

from __future__ import annotations

from . import (
    addresses,
    basic,
    forms,
    idle,
    inforce,
    keeping,
    lines,
    links,
    network,
    pairing,
    power,
    seldom,
    sending,
    session,
    station,
    transfer,
    uart,
    wifi,
)
from .active import Fault, Faults

CATALOGUE: tuple[Fault, ...] = (
    *forms.FAULTS,
    *basic.FAULTS,
    *uart.FAULTS,
    *power.FAULTS,
    *wifi.FAULTS,
    *addresses.FAULTS,
    *station.FAULTS,
    *links.FAULTS,
    *sending.FAULTS,
    *transfer.FAULTS,
    *lines.FAULTS,
    *session.FAULTS,
    *keeping.FAULTS,
    *inforce.FAULTS,
    *network.FAULTS,
    *pairing.FAULTS,
    *seldom.FAULTS,
    *idle.FAULTS,
)


def no_faults() -> Faults:
    """Healthy: all faults known, none active."""
    return Faults(CATALOGUE)
