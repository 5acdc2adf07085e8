"""Taking a command line apart: name, form, tail (clause 2; field guide 2, Parser).

Law: text in, Call out.  Which names exist is asked, not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from .command import Call, Form

_NAME = re.compile(rb"[^\r=?0-9]*")


def first_cr(body: bytes) -> bytes | None:
    """A command ends at the first CR, whatever comes between that and the LF (NONOS)."""
    text, cr, _rest = body.partition(b"\r")
    return text if cr else None


def only_cr(body: bytes) -> bytes | None:
    """A command ends at its only CR, which stands right before the LF."""
    text, cr, rest = body.partition(b"\r")
    return text if cr and not rest else None


def split(text: bytes, _names: Collection[str]) -> tuple[str, bytes]:
    """The name, up to `=`, `?` or a digit, and the tail behind it."""
    found = _NAME.match(text)
    name = found[0] if found else b""
    return name.decode("latin-1"), text[len(name) :]


def form(_name: str, tail: bytes) -> Form:
    """Which of the four types it is."""
    if not tail:
        return Form.EXECUTE
    if tail == b"?":
        return Form.QUERY
    return Form.TEST if tail == b"=?" else Form.SET


@dataclass(frozen=True)
class Grammar:
    """How a firmware takes a command line apart.

    `cut`: the line, with its CR -> the command; None if it was not ended by CR LF.
    """

    cut: Callable[[bytes], bytes | None]
    split: Callable[[bytes, Collection[str]], tuple[str, bytes]] = split
    form: Callable[[str, bytes], Form] = form

    def parse(self, body: bytes, names: Collection[str]) -> Call | None:
        """One command line, without `AT`, with its CR; None if it cannot be a command."""
        text = self.cut(body)
        if text is None:
            return None
        name, tail = self.split(text, names)
        return Call(name, self.form(name, tail), tail)
