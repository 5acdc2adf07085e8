"""The faults of parameters that are numbers with a range (asked for in `asking/numbers.py`).

Law: one family for every parameter of a command and one for the command, made from its fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..asking.numbers import ODDITIES, Field, spelled
from .active import Fault


def families(slug: str, typed: str, fields: Sequence[Field]) -> Iterator[Fault]:
    """`typed` is the command as one types it, without parameters: `AT+SLEEP=`."""
    for field in fields:
        family, what = field.family(slug), f"<{field.name}>" if field.name else "the value"
        for value in field.known:
            yield Fault(f"{family}{spelled(value)}-refused", f"{typed} refuses {what} {value}")
        for value in field.foreign:
            yield Fault(f"{family}{spelled(value)}-accepted", f"{typed} takes {what} {value}")
        for width in field.wraps:
            yield Fault(f"{family}wraps-{width}", f"{typed} cuts {what} to {width} bits")
        default = f"assumes {field.default}"
        yield Fault(f"{family}empty-accepted", f"{typed} {default} if {what} is empty")
    yield Fault(f"{slug}.letters-accepted", f"{typed} assumes a default for letters (abc)")
    yield Fault(f"{slug}.surplus-accepted", f"{typed} ignores surplus parameters")
    if len(fields) > 1:
        yield Fault(f"{slug}.missing-accepted", f"{typed} assumes defaults for missing parameters")
    for word, (_shape, _meaning, says) in ODDITIES.items():
        yield Fault(f"{slug}.{word}-accepted", f"{typed} takes {says}")
