"""The mutants of how a command line is taken apart.

Law: rows and what they need.  The lines themselves, and odd bytes, are asked for in `reader.py` and
`receiver.py` still.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from ..line.command import Form
from . import session
from .mutant import Mutant, Mutation, Operator, Seam, mutant

CUT, SPLIT, FORM = (Seam(("grammar", step)) for step in ("cut", "split", "form"))
"""From a line to a command, from that to name and tail, from those to a form."""

_SPACE_OUTSIDE_QUOTES = re.compile(rb' +(?=(?:[^"]*"[^"]*")*[^"]*$)')
_WITH_TRAILER = re.compile(rb"(\+[A-Z_]+(?:=?\?)?|)([^=?0-9A-Z_+].*)", re.DOTALL)
_NAME_AND_NUMBER = re.compile(rb"(\+[A-Z_]+)([0-9]+)")
_ECHO_AND_LETTER, _ECHO_AND_MINUS = re.compile("E[A-Za-z]"), "E-"


def _cut_to(name: str, change: Callable[[bytes], bytes]) -> Mutation:
    """The command as another text."""

    def mutate(cut: Any) -> Any:
        def made(body: bytes) -> bytes | None:
            text = cut(body)
            return None if text is None else change(text)

        return made

    return Mutation(CUT, Operator(name, mutate))


def _without_inner_spaces(text: bytes) -> bytes:
    kept = text.rstrip(b" ")
    return _SPACE_OUTSIDE_QUOTES.sub(b"", kept) + text[len(kept) :]


def _without_trailer(text: bytes) -> bytes:
    found = _WITH_TRAILER.fullmatch(text)
    return text if found is None else found[1]


def _number_as_value(text: bytes) -> bytes:
    return _NAME_AND_NUMBER.sub(rb"\1=\2", text) if _NAME_AND_NUMBER.fullmatch(text) else text


Mistake = Callable[[str, Collection[str]], str | None]
"""(name, known names) -> the name that it is taken for, if any."""


def _mistaken(name: str, mistake: Mistake) -> Mutation:
    """An unknown name is taken for a known one."""

    def mutate(split: Any) -> Any:
        def made(text: bytes, names: Collection[str]) -> tuple[str, bytes]:
            name, tail = split(text, names)
            assumed = None if name in names else mistake(name, names)
            if assumed is None:
                return name, tail
            return assumed, text[len(assumed if assumed == "E" else name) :]

        return made

    return Mutation(SPLIT, Operator(name, mutate))


def _upper(name: str, names: Collection[str]) -> str | None:
    return name.upper() if name.upper() in names else None


def _with_plus(name: str, names: Collection[str]) -> str | None:
    return f"+{name}" if f"+{name}" in names else None


def longest_beginning(text: str, names: Collection[str]) -> str | None:
    """The longest of the names that a text begins with."""
    return max((each for each in names if text.startswith(each)), key=len, default=None)


def _beginning(name: str, names: Collection[str]) -> str | None:
    return longest_beginning(name, [each for each in names if each.startswith("+")])


def _completed(name: str, names: Collection[str]) -> str | None:
    known = [each for each in names if each.startswith(name)] if len(name) > 2 else []
    return min(known, key=len, default=None)


def _with_one_plus(name: str, names: Collection[str]) -> str | None:
    single = "+" + name.lstrip("+")
    return single if name.startswith("++") and single in names else None


def _end(name: str, names: Collection[str]) -> str | None:
    known = [each for each in names if each and name.endswith(each.removeprefix("+"))]
    return max(known, key=len, default=None)


def _echo_letter(name: str, _names: Collection[str]) -> str | None:
    return "E" if _ECHO_AND_LETTER.fullmatch(name) else None


def _echo_minus(name: str, _names: Collection[str]) -> str | None:
    return "E" if name == _ECHO_AND_MINUS else None


def _echo_and_anything(name: str, names: Collection[str]) -> str | None:
    return _echo_letter(name, names) or _echo_minus(name, names)


def _digits_ignored(form: Any) -> Any:
    def made(name: str, tail: bytes) -> Form:
        ignored = tail.isdigit() and name != "E"
        return Form.EXECUTE if ignored else form(name, tail)

    return made


NAMES: tuple[Mutant, ...] = (
    mutant(
        "name.lower-case-accepted",
        "a command name in lower case (AT+gmr) is accepted",
        _mistaken("upper", _upper),
    ),
    mutant(
        "name.longer-accepted",
        "a name that a known name begins (AT+GMRX) runs the known one",
        _mistaken("beginning", _beginning),
    ),
    mutant(
        "name.shorter-accepted",
        "the beginning of a known name (AT+GM) is accepted",
        _mistaken("completed", _completed),
    ),
    mutant(
        "name.plus-missing-accepted",
        "a name without its plus (ATGMR) is accepted",
        _mistaken("with plus", _with_plus),
    ),
    mutant(
        "name.digit-suffix-accepted",
        "digits after a name (AT+GMR1, AT1) are ignored",
        Mutation(FORM, Operator("digits ignored", _digits_ignored)),
    ),
    mutant(
        "name.plus-doubled-accepted",
        "a name with a second plus (AT++GMR) is accepted",
        _mistaken("with one plus", _with_one_plus),
    ),
    mutant(
        "name.prefixed-accepted",
        "a name with something before it (AT+XCIPMUX=1) is accepted",
        _mistaken("end", _end),
    ),
    mutant(
        "name.number-as-value",
        "a number behind a name (AT+CIPMUX1) is its value",
        _cut_to("number as value", _number_as_value),
    ),
    mutant(
        "ate.minus-accepted",
        "ATE-1 answers OK and changes nothing",
        _mistaken("ATE and a minus", _echo_minus),
        session.MINUS,
    ),
    mutant(
        "ate.letter-accepted",
        "ATE with a letter (ATEx) answers OK and changes nothing",
        _mistaken("ATE and a letter", _echo_letter),
        session.LETTER,
    ),
    mutant(
        "ate.refused-takes-effect",
        "ATE with a wrong value answers ERROR and toggles the echo",
        _mistaken("ATE and anything", _echo_and_anything),
        session.TOGGLES,
    ),
)
LINES: tuple[Mutant, ...] = (
    mutant(
        "line.inner-space-accepted",
        "spaces inside a command (AT +GMR, AT+ GMR) are ignored",
        _cut_to("without inner spaces", _without_inner_spaces),
    ),
    mutant(
        "line.trailing-space-accepted",
        "spaces after a command are ignored",
        _cut_to("without trailing spaces", lambda text: text.rstrip(b" ")),
    ),
    mutant(
        "line.trailing-ignored",
        "text after a command (AT+GMR,1 and AT+GMR;x) is ignored",
        _cut_to("without trailer", _without_trailer),
    ),
)
