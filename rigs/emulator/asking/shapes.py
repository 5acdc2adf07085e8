"""Parameters that are strings and numbers in a row, and what a careless firmware takes for them.

Law: text in, values out; what a value does is for the command.  As in `numbers`, the faults live
here and a faulty parser mends the text beforehand, so that the healthy way does not know them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..command import BadParameter, Call
from ..parameters import COMMA
from . import numbers
from .numbers import Field

if TYPE_CHECKING:
    from ..firmware import Firmware

_PART = re.compile(rb'(?:"(?:\\.|[^"\\])*"|[^,])*', re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_QUOTED_WITH_TAIL = re.compile(rb'("(?:\\.|[^"\\])*")[^",]+', re.DOTALL)


@dataclass(frozen=True)
class Text:
    """One parameter that is a string.

    `name`: as fault ids spell it.  `longest`: in bytes, escapes undone.  `default`: what a faulty
    parser assumes.  `bounded`: whether the document says how long it may be.  `free`: whether any
    byte may stand in it, and can be seen again.
    """

    name: str
    longest: int
    default: bytes = b""
    bounded: bool = True
    free: bool = True

    def family(self, slug: str) -> str:
        """What the ids of this parameter's faults begin with."""
        return f"{slug}.{self.name}-"


Shape = Text | Field


class Shaped:
    """A cursor over the parameters of one call, which are of these shapes.

    `required`: how many must be there; None for all.
    """

    def __init__(
        self,
        firmware: Firmware,
        slug: str,
        call: Call,
        shapes: Sequence[Shape],
        required: int | None = None,
    ) -> None:
        self._faults = firmware.faults
        self._slug = slug
        needed = len(shapes) if required is None else required
        text = _mended(firmware, slug, call.arguments, shapes, needed)
        self._parameters = firmware.parameters(text)

    @property
    def exhausted(self) -> bool:
        """Whether nothing is left, not even a comma."""
        return self._parameters.exhausted

    @property
    def continues(self) -> bool:
        """Whether a comma comes next."""
        return self._parameters.continues

    def text(self, shape: Text, bare: bool = False) -> bytes:
        """The next parameter, a string; with `bare`, nothing at all counts as an empty one."""
        family, active = shape.family(self._slug), self._faults.listed_and_active
        longest = shape.longest + active(f"{family}{shape.longest + 1}-accepted")
        value = self._parameters.text(longest, bare)
        if len(value) == shape.longest and active(f"{family}{shape.longest}-refused"):
            raise BadParameter(f"{shape.name} of {len(value)} bytes")
        if max(value, default=0) >= 0x80 and active(f"{family}8-bit-refused"):
            raise BadParameter(f"8-bit {shape.name}")
        if COMMA in value and active(f"{family}comma-refused"):
            raise BadParameter(f"comma in {shape.name}")
        return value

    def number(self) -> int:
        """The next parameter, a number whose range has not been looked at."""
        return self._parameters.number()

    def optional_number(self, default: int) -> int:
        """A trailing parameter that may be left out together with its comma (errata 5)."""
        return self._parameters.optional_number(default)

    def end(self) -> None:
        """Nothing may follow the last parameter (field guide 2)."""
        self._parameters.end()

    def check(self, field: Field, value: int) -> int:
        """The same value; BadParameter if it is out of its range."""
        numbers.check(self._faults, self._slug, field, value)
        return value

    def legal_number(self, field: Field) -> int:
        """The next parameter, a number in its range."""
        return self.check(field, self.number())


def _mended(
    firmware: Firmware, slug: str, text: bytes, shapes: Sequence[Shape], required: int
) -> bytes:
    """The parameters as the active faults see them."""
    parts = _parts(text)
    if firmware.faults.active(f"{slug}.surplus-accepted"):
        parts = parts[: len(shapes)]
    if required > 1 and firmware.faults.active(f"{slug}.missing-accepted"):
        parts += [_default(each) for each in shapes[len(parts) : required]]
    mended = [
        _mended_one(firmware, slug, part, shape) for part, shape in zip(parts, shapes, strict=False)
    ]
    return COMMA.join(mended + parts[len(shapes) :])


def _parts(text: bytes) -> list[bytes]:
    """The text between the commas that stand outside quotes."""
    parts, at = [], 0
    while True:
        found = _PART.match(text, at)
        end = found.end() if found else at
        parts.append(text[at:end])
        if end >= len(text):
            return parts
        at = end + 1


def _default(shape: Shape) -> bytes:
    if isinstance(shape, Text):
        return b'"%s"' % shape.default
    return b"%d" % shape.default


def _mended_one(firmware: Firmware, slug: str, part: bytes, shape: Shape) -> bytes:
    if isinstance(shape, Field):
        return numbers.mended_one(firmware, slug, part, shape)
    family, active = shape.family(slug), firmware.faults.active
    if not part and active(f"{family}empty-accepted"):
        return _default(shape)
    if part and b'"' not in part and active(f"{family}unquoted-accepted"):
        return b'"%s"' % part
    if shape.free and active(f"{family}escapes-kept"):
        part = _ESCAPED.sub(rb"\\\\\\\1", part)
    tailed = _QUOTED_WITH_TAIL.fullmatch(part)
    if tailed and active(f"{family}tail-accepted"):
        return tailed[1]
    return part
