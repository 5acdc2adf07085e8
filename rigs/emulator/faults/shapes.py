"""The faults of parameters that are strings and numbers in a row (asked in `asking/shapes.py`).

Law: one family for every parameter of a command and one for the command, made from its shapes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..asking.numbers import Field
from ..asking.shapes import Shape, Text
from . import numeric
from .active import Fault


def families(
    slug: str, typed: str, shapes: Sequence[Shape], required: int | None = None
) -> Iterator[Fault]:
    """`typed` is the command as one types it, without parameters; `required` as in Shaped."""
    fields = [each for each in shapes if isinstance(each, Field)]
    if fields:
        yield from numeric.families(slug, typed, fields)
    else:
        yield Fault(f"{slug}.surplus-accepted", f"{typed} ignores surplus parameters")
    needed = len(shapes) if required is None else required
    if needed > 1 >= len(fields):
        yield Fault(f"{slug}.missing-accepted", f"{typed} assumes defaults for missing parameters")
    for each in shapes:
        if isinstance(each, Text):
            yield from _text(slug, typed, each)


def _text(slug: str, typed: str, text: Text) -> Iterator[Fault]:
    family, what = text.family(slug), f"<{text.name}>"
    if text.bounded:
        limit = text.longest
        yield Fault(f"{family}{limit + 1}-accepted", f"{typed} takes a {what} of {limit + 1} bytes")
        yield Fault(f"{family}{limit}-refused", f"{typed} refuses a {what} of {limit} bytes")
    yield Fault(f"{family}unquoted-accepted", f"{typed} takes a {what} without quotes")
    yield Fault(f"{family}empty-accepted", f"{typed} assumes a default if {what} is nothing")
    yield Fault(f"{family}tail-accepted", f"{typed} ignores what follows the quotes of {what}")
    if not text.free:
        return
    yield Fault(f"{family}escapes-kept", f"{typed} leaves the backslashes in {what}")
    yield Fault(f"{family}comma-refused", f"{typed} refuses a comma in {what}")
    yield Fault(f"{family}8-bit-refused", f"{typed} refuses bytes above 127 in {what}")
