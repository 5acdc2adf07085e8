"""All faults there are, in the order in which `--list-faults` prints them.

Law: only the collection; each theme has its file.  Mutants are faults that the firmware does not
know; the others are asked for.
"""

from __future__ import annotations

from ..mutants.catalogue import MUTANTS
from . import (
    sending,
)
from .active import Fault, Faults

CATALOGUE: tuple[Fault, ...] = (
    *MUTANTS,
    *sending.FAULTS,
)


def no_faults() -> Faults:
    """Healthy: all faults known, none active."""
    return Faults(CATALOGUE, _of_the_product)


def _of_the_product(id_: str) -> Fault | None:
    from ..mutants import product  # thousands, which most runs can do without

    return product.product().get(id_) if id_.startswith("product:") else None
