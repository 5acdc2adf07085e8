"""The chip, as it is seen by what goes on on its networks without a command.

Law: Protocols and nothing else.
"""

from __future__ import annotations

from typing import Protocol

from ..chip.chip import Chip
from ..chip.rules import Rules
from .networkrules import NetworkRules


class NetworkedRules(Rules, Protocol):
    """See Rules."""

    @property
    def network(self) -> NetworkRules:
        """What the firmware does on its networks by itself."""


class Networked(Chip, Protocol):
    """See Chip."""

    @property
    def personality(self) -> NetworkedRules:
        """Which firmware this is."""
