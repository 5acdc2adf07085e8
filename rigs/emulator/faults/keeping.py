"""The faults of where in the flash things are kept (clause 6), whatever command saves them.

Law: ids and sentences; the places that ask are `store.py`,
`flash/areas.py` and `asking/scope.py`.
"""

from __future__ import annotations

from .active import Fault

FAULTS: tuple[Fault, ...] = (
    Fault("flash.user-elsewhere", "user parameters are kept 32 KB below their area"),
    Fault("flash.system-elsewhere", "system parameters are kept 32 KB below their area"),
    Fault("flash.both-areas", "whatever is saved, both parameter areas are written"),
    Fault("flash.rewrites-equal", "what is saved is written although it is there already"),
)
