"""The mutants of parameters that are numbers with a range.

Law: one family for every number of a command and one for the command, made from what is known of
its numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..commands.numbers import Number
from ..line.command import Form
from .mutant import Function, Mutant, Mutation, Operator, mutant, stage
from .naming import slug, spelled
from .operators import overlooked, refused, wrapped
from .typed import Mend, Place, cut, filled, mended


@dataclass(frozen=True)
class Range:
    """What is known of one number.

    `number`: the parameter; `place`: among those of the command.  `word`: its name in ids, empty
    for a command's only one.  `of`: its value in what is wanted.  `default`: what a careless parser
    assumes.  `known`, `foreign`: values in and just outside of its range.  `wraps`: widths in bits
    to which a parser may cut it.  `taken`: a stage, and what becomes of it where a foreign value is
    taken.
    """

    number: Number
    place: Place
    word: str
    of: Callable[[Any], int]
    default: int
    known: tuple[int, ...]
    foreign: tuple[int, ...] = ()
    wraps: tuple[int, ...] = (8, 32)
    taken: tuple[str, Operator] | None = None

    @property
    def what(self) -> str:
        """Its name in a sentence."""
        return f"<{self.word}>" if self.word else "the value"

    @property
    def written(self) -> bytes:
        """The default, as somebody would type it."""
        return b"%d" % self.default


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
"""Texts that are no decimal number -> what a careless parser reads, and what they are."""


def _odd(shape: re.Pattern[bytes], meaning: Meaning) -> Mend:
    return lambda part: b"%d" % meaning(part) if shape.fullmatch(part) else part


def _wrapped(width: int) -> Mend:
    return lambda part: b"%d" % (int(part) % 2**width) if part.isdigit() else part


def _if_empty(default: bytes) -> Mend:
    return lambda part: part or default


def _if_letters(default: bytes) -> Mend:
    return lambda part: default if part.isalpha() else part


def of_each(name: str, each: Range) -> Iterator[Mutant]:
    """The family of one number; `name` is the command's, `+SLEEP`."""
    parse, decide = (stage(name, Form.SET, step) for step in ("parse", "decide"))
    typed, what = f"AT{name}=", each.what
    family = f"{slug(name)}.{each.word}-" if each.word else f"{slug(name)}."
    for value in each.known:
        yield mutant(
            f"{family}{spelled(value)}-refused",
            f"{typed} refuses {what} {value}",
            Mutation(decide, refused(each.number.reason(value), _is(each, value))),
        )
    for value in each.foreign:
        yield mutant(
            f"{family}{spelled(value)}-accepted",
            f"{typed} takes {what} {value}",
            Mutation(decide, overlooked(each.number.reason(value))),
            *_taken(name, each),
        )
    for width in each.wraps:
        yield mutant(
            f"{family}wraps-{width}",
            f"{typed} cuts {what} to {width} bits",
            Mutation(parse, mended(f"{width} bits", {each.place: _wrapped(width)})),
        )
    yield mutant(
        f"{family}empty-accepted",
        f"{typed} assumes {each.default} if {what} is empty",
        Mutation(parse, mended("empty assumed", {each.place: _if_empty(each.written)})),
    )


def _taken(name: str, each: Range) -> Iterator[Mutation]:
    if each.taken:
        step, operator = each.taken
        yield Mutation(stage(name, Form.SET, step), operator)


def _is(each: Range, value: int) -> Callable[[Any], bool]:
    return lambda wanted: each.of(wanted) == value


def of_all(
    name: str, ranges: Sequence[Range], parameters: Place | Operator | None = None
) -> Iterator[Mutant]:
    """The family of a command with such numbers, and of each of them.

    `parameters`: how many it has, if they are not all numbers; or how it reads no more than those.
    """
    parse, typed = stage(name, Form.SET, "parse"), f"AT{name}="

    def reads(word: str, mend: Callable[[Range], Mend]) -> Mutation:
        return Mutation(parse, mended(word, {each.place: mend(each) for each in ranges}))

    for each in ranges:
        yield from of_each(name, each)
    yield mutant(
        f"{slug(name)}.letters-accepted",
        f"{typed} assumes a default for letters (abc)",
        reads("letters assumed", lambda each: _if_letters(each.written)),
    )
    yield surplus(name, len(ranges) if parameters is None else parameters)
    for word, (shape, meaning, says) in ODDITIES.items():
        yield mutant(
            f"{slug(name)}.{word}-accepted",
            f"{typed} takes {says}",
            reads(word, lambda _each, shape=shape, meaning=meaning: _odd(shape, meaning)),  # type: ignore[misc]
        )


def unlimited(name: str, ranges: Sequence[Range]) -> Mutant:
    """Every number is taken, whatever its range.

    It is in no list: no one firmware does so, but what is checked late is not checked at all.
    """
    decide = stage(name, Form.SET, "decide")
    numbers = tuple(f"{each.number.name} " for each in ranges)

    def overlook(healthy: Function, chip: Any, *rest: Any) -> Any:
        return tuple(why for why in healthy(chip, *rest) if not why.startswith(numbers))

    return mutant(
        f"{slug(name)}.anything-accepted",
        f"AT{name}= takes any number",
        Mutation(decide, wrapped("numbers overlooked", overlook)),
        *(mutation for each in ranges for mutation in _taken(name, each)),
    )


def surplus(name: str, count: Place | Operator) -> Mutant:
    """A command of so many parameters that does not mind what stands behind them."""
    operator = count if isinstance(count, Operator) else cut(count)
    return mutant(
        f"{slug(name)}.surplus-accepted",
        f"AT{name}= ignores surplus parameters",
        Mutation(stage(name, Form.SET, "parse"), operator),
    )


def missing(name: str, defaults: Sequence[bytes]) -> Mutant:
    """A command that assumes these where parameters are missing."""
    return mutant(
        f"{slug(name)}.missing-accepted",
        f"AT{name}= assumes defaults for missing parameters",
        Mutation(stage(name, Form.SET, "parse"), filled(defaults)),
    )
