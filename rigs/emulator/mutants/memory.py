"""What mutants remember of one run of the firmware.

Law: it dies with the run, and the firmware does not know of it.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

_REMEMBERED: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()


def memory(chip: Any) -> dict[str, Any]:
    """What is remembered of this run, by what it is; at first nothing."""
    return _REMEMBERED.setdefault(chip, {})
