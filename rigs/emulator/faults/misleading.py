"""A fault of what is in force on an interface: what it says, and what it makes of it.

Law: the shape of a row; the tables stand in `inforce.py` and `firstkept.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from ..firmware import Firmware

Side = TypeVar("Side")


@dataclass(frozen=True)
class Misleading(Generic[Side]):
    """A fault and what it makes of a side; None: as if the side were not there."""

    id: str
    says: str
    makes: Callable[[Side, Firmware], Side | None]
