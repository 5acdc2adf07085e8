"""What mutants remember of one run of the firmware, and of the one before.

Law: it dies with the run, and the firmware does not know of it.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

_REMEMBERED: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()


_BEFORE = "before"


def memory(chip: Any) -> dict[str, Any]:
    """What is remembered of this run, by what it is; at first nothing."""
    return _REMEMBERED.setdefault(chip, {})


def ended(store: Any, run: Any | None) -> None:
    """A restart by software begins, which has ended this run: nobody has cleared its RAM."""
    memory(store)[_BEFORE] = run


def begun(store: Any) -> None:
    """The next run has begun; what was before is forgotten."""
    memory(store).pop(_BEFORE, None)


def before(machine: Any) -> Any | None:
    """The run that a restart by software has ended, if that is what boots the machine, or chip."""
    return memory(machine.store).get(_BEFORE)
