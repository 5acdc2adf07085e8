"""Where a command saves that still asks for faults itself: in the flash, or in a copy.

Law: nothing new comes here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..mutants.keeping import COPIES, Lifetime, write_again
from ..settings import Changes

if TYPE_CHECKING:
    from ..firmware import Firmware


def save(firmware: Firmware, lifetime: Lifetime | None, again: bool, changes: Changes) -> None:
    """In the flash, in a copy, or in the flash even if it is there."""
    if lifetime is not None:
        store: Any = firmware.store
        store.__class__ = COPIES.operator.mutates(type(store))
        store.copy(lifetime, changes)
    elif again:
        write_again(firmware, changes)
    else:
        firmware.store.write(**changes)
