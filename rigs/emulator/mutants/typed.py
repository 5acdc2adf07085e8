"""What a careless parser takes for a number or a string, and how it mends a text beforehand.

Law: from texts to texts; the healthy way of reading does not know it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..line.parameters import COMMA, Parameters
from .mutant import Operator
from .operators import given

_PART = re.compile(rb'(?:"(?:\\.|[^"\\])*"|[^,])*', re.DOTALL)

Place = int | Callable[[Any, Sequence[bytes]], int | None]
"""Where a parameter stands, or how many there are: always the same, or told by the chip and by
what was typed; None: nowhere."""

Mend = Callable[[bytes], bytes]
"""One parameter as it was typed -> as it is read."""


def parts(text: bytes) -> list[bytes]:
    """The text between the commas that stand outside quotes."""
    found, at = [], 0
    while True:
        part = _PART.match(text, at)
        end = part.end() if part else at
        found.append(text[at:end])
        if end >= len(text):
            return found
        at = end + 1


def reread(parameters: Parameters, source: bytes) -> Parameters:
    """The same cursor, at the beginning of another text."""
    return type(parameters)(source, parameters.rules)


def rewritten(name: str, change: Callable[[list[bytes]], Sequence[bytes]]) -> Operator:
    """The parameters as other ones than were typed."""

    return rewritten_on(name, lambda _chip, typed: change(typed))


def rewritten_on(name: str, change: Callable[[Any, list[bytes]], Sequence[bytes]]) -> Operator:
    """The same, where it depends on the chip."""

    def rewrite(chip: Any, parameters: Parameters) -> Parameters:
        return reread(parameters, COMMA.join(change(chip, parts(parameters.source))))

    return given(name, rewrite)


def mended(name: str, mends: Mapping[Place, Mend]) -> Operator:
    """Some parameters, by their place, read as something else than they are."""

    def change(chip: Any, typed: list[bytes]) -> list[bytes]:
        at = {_placed(place, chip, typed): mend for place, mend in mends.items()}
        return [at[place](part) if place in at else part for place, part in enumerate(typed)]

    return rewritten_on(name, change)


def cut(count: Place) -> Operator:
    """What stands behind so many parameters is not read."""
    return rewritten_on("surplus ignored", lambda chip, typed: typed[: _placed(count, chip, typed)])


def _placed(place: Place, chip: Any, typed: Sequence[bytes]) -> int | None:
    return place if isinstance(place, int) else place(chip, typed)


def filled(defaults: Sequence[bytes]) -> Operator:
    """Where parameters are missing, the parser assumes these."""
    return rewritten("missing assumed", lambda typed: [*typed, *defaults[len(typed) :]])
