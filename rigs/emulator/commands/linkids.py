"""Ids below 0, which some firmware does not check (observed 1.3, item 25, and under the suites).

Law: what the memory before the links looks like; what becomes of it is for each command.
"""

from __future__ import annotations

from ..chip.chip import Chip


def is_unchecked(chip: Chip, number: int) -> bool:
    """Whether this id leads to memory before the links."""
    return number < 0 and chip.personality.tcpip.negative_ids


def looks_open(chip: Chip, number: int) -> bool:
    """Whether an open link with segments under way seems to be there."""
    return number == -1 and is_unchecked(chip, number)
