"""All strangers by name, and the PICS that each would be given.

Law of this file: it gathers what stands beside the devices, and adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from conformance.document import Edition
from tests.strangers import (
    bytewise,
    divisor,
    late,
    literal,
    mislabelled,
    old,
    pieces,
    quiet,
    skittish,
    talkative,
)
from tests.strangers.device import About, Device, Host


@dataclass(frozen=True, slots=True)
class Stranger:
    """One of them: what is said of it, and how it is made."""

    about: About
    make: Callable[[Host], Device]


STRANGERS: Mapping[str, Stranger] = {
    stranger.about.name: stranger
    for stranger in (
        Stranger(quiet.ABOUT, quiet.Quiet),
        Stranger(late.ABOUT, late.Late),
        Stranger(pieces.ABOUT, pieces.Pieces),
        Stranger(bytewise.ABOUT, bytewise.Bytewise),
        Stranger(literal.ABOUT, literal.Literal),
        Stranger(old.ABOUT, old.Old),
        Stranger(skittish.ABOUT, skittish.Skittish),
        Stranger(talkative.ABOUT, talkative.Talkative),
        Stranger(divisor.ABOUT, divisor.Divisor),
        Stranger(mislabelled.ABOUT, mislabelled.Mislabelled),
    )
}


def pics_of(about: About, edition: Edition) -> str:
    """The PICS in TOML: every form of the edition, claimed or not."""
    lines = [f"# What the stranger {about.name!r} claims to implement."]
    for command in edition.commands.values():
        has = about.has.get(command.name, "").split()
        lines += ["", f"[claims.{command.name}]"]
        lines += [f"{form} = {str(form in has).lower()}" for form in command.forms]
    return "\n".join(lines) + "\n"


def open_ids(about: About, edition: Edition) -> frozenset[str]:
    """The requirements that may pass or come out inconclusive, with the prefixes expanded."""
    decided = about.breaks.keys() | about.inconclusive.keys()
    heads = tuple(key for key in about.open if key.endswith("/"))
    below = {each for each in edition.requirements if heads and each.startswith(heads)}
    return frozenset((below | {key for key in about.open if not key.endswith("/")}) - decided)
