"""Faults: what the firmware may be told to get wrong.

Law: a fault is a plausible bug that breaks one obligation.  The firmware asks at the one place
concerned (`faults.active("ate.0-ignored")`); nothing rewrites answers behind its back.  This file
offers what the firmware needs; the list of all faults is `catalogue.CATALOGUE`.
"""

from .active import Fault, Faults, UnknownFault

__all__ = ["Fault", "Faults", "UnknownFault"]
