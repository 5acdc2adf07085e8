"""Taking a command line apart: name, form, tail (clause 2; field guide 2, Parser).

Law: text in, Call out.  Which names exist is asked, not known; faults that bend the shape of a
command line live here, one function each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from .command import Call, Form
from .faults import Faults

_NAME = re.compile(rb"[^\r=?0-9]*")
_SPACE_OUTSIDE_QUOTES = re.compile(rb' +(?=(?:[^"]*"[^"]*")*[^"]*$)')
_WITH_TRAILER = re.compile(rb"(\+[A-Z_]+(?:=?\?)?|)([^=?0-9A-Z_+].*)", re.DOTALL)
_ECHO_AND_LETTER, _ECHO_AND_MINUS = re.compile("E[A-Za-z]"), "E-"


@dataclass(frozen=True)
class LineEnd:
    """Where a command ends.

    `first_cr`: at the first CR, whatever comes between it and the LF (NONOS); otherwise the one CR
    must stand right before the LF.
    """

    first_cr: bool

    def cut(self, body: bytes) -> bytes | None:
        """The command without its line end, or None if it was not ended by CR LF."""
        text, cr, rest = body.partition(b"\r")
        return text if cr and (self.first_cr or not rest) else None


def parse(body: bytes, end: LineEnd, names: Collection[str], faults: Faults) -> Call | None:
    """One command line, without `AT`, with its CR; None if it cannot be a command."""
    text = end.cut(body)
    if text is None:
        return None
    text = _without_trailer(_unspaced(text, faults), faults)
    found = _NAME.match(text)
    name = (found[0] if found else b"").decode("latin-1")
    tail = text[len(name) :]
    if name not in names:
        name, tail = _mistaken(name, text, names, faults)
    return Call(name, _form(name, tail, faults), tail)


def longest_beginning(text: str, names: Collection[str]) -> str | None:
    """The longest of the names that a text begins with."""
    return max((each for each in names if text.startswith(each)), key=len, default=None)


def _form(name: str, tail: bytes, faults: Faults) -> Form:
    if not tail:
        return Form.EXECUTE
    if tail == b"?":
        return Form.QUERY
    if tail.isdigit() and name != "E" and faults.active("name.digit-suffix-accepted"):
        return Form.EXECUTE
    return Form.TEST if tail == b"=?" else Form.SET


def _unspaced(text: bytes, faults: Faults) -> bytes:
    kept = text.rstrip(b" ")
    trailing = text[len(kept) :]
    if faults.active("line.trailing-space-accepted"):
        trailing = b""
    if faults.active("line.inner-space-accepted"):
        kept = _SPACE_OUTSIDE_QUOTES.sub(b"", kept)
    return kept + trailing


def _without_trailer(text: bytes, faults: Faults) -> bytes:
    found = _WITH_TRAILER.fullmatch(text)
    if found is None or not faults.active("line.trailing-ignored"):
        return text
    return found[1]


def _mistaken(name: str, text: bytes, names: Collection[str], faults: Faults) -> tuple[str, bytes]:
    """The name and tail that a fault takes an unknown name for; the name itself if none does."""
    for fault, mistake in _MISTAKES.items():
        assumed = mistake(name, names) if faults.active(fault) else None
        if assumed is not None:
            return assumed, text[len(assumed if assumed == "E" else name) :]
    return name, text[len(name) :]


def _upper(name: str, names: Collection[str]) -> str | None:
    return name.upper() if name.upper() in names else None


def _with_plus(name: str, names: Collection[str]) -> str | None:
    return f"+{name}" if f"+{name}" in names else None


def _beginning(name: str, names: Collection[str]) -> str | None:
    return longest_beginning(name, [each for each in names if each.startswith("+")])


def _completed(name: str, names: Collection[str]) -> str | None:
    known = [each for each in names if each.startswith(name)] if len(name) > 2 else []
    return min(known, key=len, default=None)


def _echo_letter(name: str, _names: Collection[str]) -> str | None:
    return "E" if _ECHO_AND_LETTER.fullmatch(name) else None


def _echo_minus(name: str, _names: Collection[str]) -> str | None:
    return "E" if name == _ECHO_AND_MINUS else None


def _echo_and_anything(name: str, names: Collection[str]) -> str | None:
    return _echo_letter(name, names) or _echo_minus(name, names)


_MISTAKES: dict[str, Callable[[str, Collection[str]], str | None]] = {
    "name.lower-case-accepted": _upper,
    "name.plus-missing-accepted": _with_plus,
    "name.longer-accepted": _beginning,
    "name.shorter-accepted": _completed,
    "ate.letter-accepted": _echo_letter,
    "ate.minus-accepted": _echo_minus,
    "ate.refused-takes-effect": _echo_and_anything,
}
