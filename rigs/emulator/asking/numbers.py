"""Parameters that are numbers with a range, and what a careless firmware takes for one.

Law: text in, values out; what a value does is for the command.  The faults live here, and the
healthy way (`Parameters`) does not know them: a faulty parser mends the text beforehand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..command import BadParameter
from ..faults import Faults
from ..parameters import COMMA, ParameterRules

if TYPE_CHECKING:
    from ..firmware import Firmware


@dataclass(frozen=True)
class Field:
    """One parameter.

    `name`: as fault ids spell it, empty for a command's only parameter.  `default`: what a faulty
    parser assumes.  `legal`: what is taken.  `known`, `foreign`: values in and just outside that a
    fault may refuse or take.  `wraps`: widths in bits to which a fault may cut too large numbers.
    """

    name: str
    default: int
    legal: Container[int]
    known: tuple[int, ...]
    foreign: tuple[int, ...] = ()
    wraps: tuple[int, ...] = (8, 32)

    def family(self, slug: str) -> str:
        """What the ids of this parameter's faults begin with."""
        return f"{slug}.{self.name}-" if self.name else f"{slug}."


class Refused(BadParameter):
    """The parameters are not taken.

    `read`: the numbers that stood there, in order.  `complete`: they were as many as they had to
    be and nothing else stood there, so that one of them is out of its range.
    """

    def __init__(self, why: str, read: Sequence[int], complete: bool) -> None:
        super().__init__(why)
        self.read = tuple(read)
        self.complete = complete


def spelled(value: int) -> str:
    """A number as fault ids spell it."""
    return f"minus-{-value}" if value < 0 else str(value)


Meaning = Callable[[bytes], int]

ODDITIES: Mapping[str, tuple[re.Pattern[bytes], Meaning, str]] = {
    "quoted": (re.compile(rb'"[0-9]+"'), lambda text: int(text[1:-1]), "a number in quotes"),
    "plus": (re.compile(rb"\+[0-9]+"), int, "a number with a plus sign (+1)"),
    "hex": (re.compile(rb"0x[0-9A-Fa-f]+"), lambda text: int(text, 16), "a hex number (0x1)"),
    "space": (re.compile(rb" +[0-9]+ *|[0-9]+ +"), int, "a number with spaces around it"),
    "fraction": (
        re.compile(rb"[0-9]+\.[0-9]+"),
        lambda text: int(text.partition(b".")[0]),
        "a number with decimals (1.5), which are cut off",
    ),
    "tail": (
        re.compile(rb"[0-9]+[A-Za-wyz]+"),
        lambda text: int(re.sub(rb"[^0-9]", b"", text)),
        "a number with letters behind it (1a), which are ignored",
    ),
}
"""Texts that are no decimal number -> what a faulty parser reads, and what they are."""


def read(
    firmware: Firmware,
    slug: str,
    text: bytes,
    fields: Sequence[Field],
    rules: ParameterRules | None = None,
) -> tuple[int, ...]:
    """The values, one for each field, no more and no less; raises Refused.

    `rules`: how numbers are written, if not as usual in this firmware.
    """
    faults = firmware.faults
    mended = _mended(firmware, slug, text, fields)
    parameters = firmware.parameters(mended, rules)
    values: list[int] = []
    try:
        for _ in fields:
            values.append(parameters.number())
        parameters.end()
    except BadParameter as error:
        raise Refused(str(error), values, complete=False) from error
    for field, value in zip(fields, values, strict=True):
        try:
            check(faults, slug, field, value)
        except BadParameter as error:
            raise Refused(str(error), values, complete=True) from error
    return tuple(values)


def check(faults: Faults, slug: str, field: Field, value: int) -> None:
    """BadParameter if the value is out of its range, or a fault says otherwise."""
    if not taken(faults, slug, field, value):
        raise BadParameter(f"{field.name} {value}")


def taken(faults: Faults, slug: str, field: Field, value: int) -> bool:
    """Whether a value is in its range, or a fault has it the other way round."""
    legal = value in field.legal
    verdict = "refused" if legal else "accepted"
    wrong = faults.listed_and_active(f"{field.family(slug)}{spelled(value)}-{verdict}")
    return legal is not wrong


def mended(firmware: Firmware, slug: str, text: bytes, fields: Mapping[int, Field]) -> bytes:
    """Parameters of which some are numbers, by their place, as the active faults see them."""
    parts = text.split(COMMA)
    for at, field in fields.items():
        if at < len(parts):
            parts[at] = mended_one(firmware, slug, parts[at], field)
    return COMMA.join(parts)


def _mended(firmware: Firmware, slug: str, text: bytes, fields: Sequence[Field]) -> bytes:
    """The parameters as the active faults see them."""
    active = firmware.faults.active
    parts = text.split(COMMA)
    if active(f"{slug}.surplus-accepted"):
        parts = parts[: len(fields)]
    if len(fields) > 1 and firmware.faults.listed_and_active(f"{slug}.missing-accepted"):
        parts += [b"%d" % each.default for each in fields[len(parts) :]]
    mended = [
        mended_one(firmware, slug, part, field) for part, field in zip(parts, fields, strict=False)
    ]
    return COMMA.join(mended + parts[len(fields) :])


def mended_one(firmware: Firmware, slug: str, part: bytes, field: Field) -> bytes:
    """One parameter as the active faults see it."""
    active, family = firmware.faults.active, field.family(slug)
    if not part and active(f"{family}empty-accepted"):
        return b"%d" % field.default
    if part.isalpha() and active(f"{slug}.letters-accepted"):
        return b"%d" % field.default
    for word, (shape, meaning, _says) in ODDITIES.items():
        if shape.fullmatch(part) and active(f"{slug}.{word}-accepted"):
            return b"%d" % meaning(part)
    for width in field.wraps:
        if part.isdigit() and active(f"{family}wraps-{width}"):
            return b"%d" % (int(part) % 2**width)
    return part
