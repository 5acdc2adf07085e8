"""All faults there are, in the order in which `--list-faults` prints them.

Law: only the collection; each theme has its file.  Mutants are faults that the firmware does not
know; the others are asked for.
"""

from __future__ import annotations

from ..mutants.catalogue import MUTANTS
from . import (
    idle,
    inforce,
    network,
    pairing,
    seldom,
    sending,
    station,
)
from .active import Fault, Faults

CATALOGUE: tuple[Fault, ...] = (
    *MUTANTS,
    *station.FAULTS,
    *sending.FAULTS,
    *inforce.FAULTS,
    *network.FAULTS,
    *pairing.FAULTS,
    *seldom.FAULTS,
    *idle.FAULTS,
)


def no_faults() -> Faults:
    """Healthy: all faults known, none active."""
    return Faults(CATALOGUE)
