"""The mutant of the places on a softAP (clause 4.1.10): who has left goes on to count.

Law: a row, and what it needs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..net.airrules import Knock, Shown
from .memory import memory
from .mutant import Mutant, Mutation, Operator, Seam, mutant
from .operators import given, made, wrapped


def _at(function: str, operator: Operator) -> Mutation:
    return Mutation(Seam(("network", "air", function)), operator)


def _places(chip: Any) -> set[bytes]:
    """Those who have left since the softAP is as it is."""
    left: set[bytes] = memory(chip).setdefault("places", set())
    return left


def _remember(chip: Any, shown: Shown) -> Shown:
    if memory(chip).get("shown") != shown:
        memory(chip)["shown"] = shown
        _places(chip).clear()
    return shown


def _keep(healthy: Any, chip: Any, mac: bytes, guests: Any) -> Any:
    _places(chip).add(mac)
    return healthy(chip, mac, guests)


def _with_those_who_left(chip: Any, knock: Knock) -> Knock:
    return replace(knock, guests=tuple({*knock.guests, *_places(chip)}))


MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "softap.places-kept",
        "a station that has left the softAP goes on to count",
        _at("shown", made("remembered", _remember)),
        _at("without", wrapped("place kept", _keep)),
        _at("admits", given("with those who left", _with_those_who_left)),
    ),
)
