"""The mutants of parameters that are strings.

Law: one family for every string of a command, made from what is known of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ..commands.texts import Text
from ..line.command import Form
from ..line.parameters import COMMA
from .mutant import Mutant, Mutation, mutant, stage
from .naming import slug
from .operators import overlooked, refused
from .typed import Mend, mended

_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_TWO_ESCAPED = re.compile(rb"(\\.)(\\.)", re.DOTALL)
_QUOTED_WITH_TAIL = re.compile(rb'("(?:\\.|[^"\\])*")[^",]+', re.DOTALL)


@dataclass(frozen=True)
class Wording:
    """What is known of one string.

    `text`: the parameter; `place`: among those of the command.  `of`: its value in what is wanted.
    `default`: what a careless parser assumes.  `bounded`: whether the document says how long it may
    be.  `free`: whether any byte may stand in it, and can be seen again.  `beside`: for what else a
    string that is too long may be refused.
    """

    text: Text
    place: int
    of: Callable[[Any], bytes]
    default: bytes = b""
    bounded: bool = True
    free: bool = True
    beside: tuple[str, ...] = ()

    @property
    def written(self) -> bytes:
        """The default, as somebody would type it."""
        return b'"%b"' % self.default


def _quoted(part: bytes) -> bytes:
    return b'"%b"' % part if part and b'"' not in part else part


def _without_tail(part: bytes) -> bytes:
    tailed = _QUOTED_WITH_TAIL.fullmatch(part)
    return tailed[1] if tailed else part


def _escapes_kept(part: bytes) -> bytes:
    return _ESCAPED.sub(rb"\\\\\\\1", part)


def _second_escape_kept(part: bytes) -> bytes:
    return _TWO_ESCAPED.sub(rb"\1\\\\\2", part)


MARKS = {
    "blank": b" ",
    "percent": b"%",
    "apostrophe": b"'",
    "question": b"?",
    "equals": b"=",
    "semicolon": b";",
}
"""What has no meaning inside of quotes, and a parser may stumble over it."""


def of_each(name: str, each: Wording) -> Iterator[Mutant]:
    """The family of one string; `name` is the command's, `+CWSAP`."""
    family, typed = f"{slug(name)}.{each.text.name}-", f"AT{name}="
    what, limit = f"<{each.text.name}>", each.text.longest
    parse, decide = (stage(name, Form.SET, step) for step in ("parse", "decide"))

    def reads(word: str, mend: Mend) -> Mutation:
        return Mutation(parse, mended(word, {each.place: mend}))

    def refuses(why: str, is_so: Callable[[bytes], bool]) -> Mutation:
        return Mutation(decide, refused(why, lambda wanted: is_so(each.of(wanted))))

    if each.bounded:
        yield mutant(
            f"{family}{limit + 1}-accepted",
            f"{typed} takes a {what} of {limit + 1} bytes",
            Mutation(
                decide,
                overlooked(
                    each.text.reason(limit + 1),
                    *each.beside,
                    of=lambda wanted: len(each.of(wanted)) == limit + 1,
                ),
            ),
        )
        yield mutant(
            f"{family}{limit}-refused",
            f"{typed} refuses a {what} of {limit} bytes",
            refuses(each.text.reason(limit), lambda value: len(value) == limit),
        )
    yield mutant(
        f"{family}unquoted-accepted",
        f"{typed} takes a {what} without quotes",
        reads("quotes assumed", _quoted),
    )
    yield mutant(
        f"{family}empty-accepted",
        f"{typed} assumes a default if {what} is nothing",
        reads("empty assumed", lambda part: part or each.written),
    )
    yield mutant(
        f"{family}tail-accepted",
        f"{typed} ignores what follows the quotes of {what}",
        reads("tail ignored", _without_tail),
    )
    if not each.free:
        return
    yield mutant(
        f"{family}escapes-kept",
        f"{typed} leaves the backslashes in {what}",
        reads("escapes kept", _escapes_kept),
    )
    yield mutant(
        f"{family}comma-refused",
        f"{typed} refuses a comma in {what}",
        refuses("a comma", lambda value: COMMA in value),
    )
    yield mutant(
        f"{family}8-bit-refused",
        f"{typed} refuses bytes above 127 in {what}",
        refuses("8 bits", lambda value: max(value, default=0) >= 0x80),
    )
    yield mutant(
        f"{family}second-escape-kept",
        f"{typed} leaves the backslash of each second of two escapes in a row in {what}",
        reads("second escape kept", _second_escape_kept),
    )
    for word, mark in MARKS.items():
        yield mutant(
            f"{family}{word}-refused",
            f"{typed} refuses {mark.decode()!r} in {what}",
            refuses(word, lambda value, mark=mark: mark in value),  # type: ignore[misc]
        )
