"""What a careless parser takes for a number or a string, and how it mends a text beforehand.

Law: from texts to texts; the healthy way of reading does not know it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from ..parameters import COMMA, Parameters
from .mutant import Operator
from .operators import given

_PART = re.compile(rb'(?:"(?:\\.|[^"\\])*"|[^,])*', re.DOTALL)

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

    def rewrite(_chip: object, parameters: Parameters) -> Parameters:
        return reread(parameters, COMMA.join(change(parts(parameters.source))))

    return given(name, rewrite)


def mended(name: str, mends: Mapping[int, Mend]) -> Operator:
    """Some parameters, by their place, read as something else than they are."""

    def change(typed: list[bytes]) -> list[bytes]:
        return [mends[at](part) if at in mends else part for at, part in enumerate(typed)]

    return rewritten(name, change)


def cut(count: int) -> Operator:
    """What stands behind so many parameters is not read."""
    return rewritten("surplus ignored", lambda typed: typed[:count])


def filled(defaults: Sequence[bytes]) -> Operator:
    """Where parameters are missing, the parser assumes these."""
    return rewritten("missing assumed", lambda typed: [*typed, *defaults[len(typed) :]])
