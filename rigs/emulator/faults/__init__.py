"""Faults: what the firmware may be told to get wrong.

Law: a fault is a plausible bug that breaks one obligation.  Most become mutants, of which the
firmware knows nothing (see `mutants`); for the others it asks at the one place concerned
(`faults.active("ate.0-ignored")`).  Nothing new comes here.  This file offers what the firmware
needs; the list of all faults is `catalogue.CATALOGUE`.
"""

from .active import Fault, Faults, UnknownFault

__all__ = ["Fault", "Faults", "UnknownFault"]
