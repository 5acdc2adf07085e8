"""A run of a firmware, as far as what it does on its networks by itself asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from rigs.emulator.mutants.active import no_faults
from rigs.emulator.mutants.mutant import mutated
from rigs.emulator.personalities.document import DOCUMENT
from rigs.emulator.variants.catalogue import no_variants
from rigs.emulator.variants.varied import varied


class Chip:
    """See chip.Chip; `host` has its time."""

    def __init__(self, host: Any, mutants: Iterable[str] = (), variants: Iterable[str] = ()):
        known, others = no_faults(), no_variants()
        known.set(mutants)
        others.set(variants)
        self.personality = mutated(varied(DOCUMENT, others), known.active)
        self.later = host.later

    def client(self, **rules: Any) -> Chip:
        """With other rules of its DHCP client."""
        network = self.personality.network
        network = replace(network, client=replace(network.client, **rules))
        self.personality = replace(self.personality, network=network)
        return self
