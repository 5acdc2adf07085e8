"""Variants that change the rules of a personality: a table of what each changes.

Law: it applies tables, and names no variant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from .active import Variants

Changes = Mapping[str, Mapping[str, Any]]
"""Variant -> the rules that it changes, and what it makes of them."""

Rules = TypeVar("Rules")


def changed(rules: Rules, changes: Changes, variants: Variants) -> Rules:
    """The rules as the active variants have them; where several change one, the last prevails."""
    made: dict[str, Any] = {}
    for variant, each in changes.items():
        if variants.active(variant):
            made |= each
    return replace(rules, **made) if made else rules  # type: ignore[type-var]
