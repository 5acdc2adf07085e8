"""What faulty firmware remembers of one run and should not.

Law: memory for faults alone; healthy firmware never looks here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..settings import Settings


@dataclass
class Astray:
    """`booted`: what RAM began with."""

    booted: Settings
