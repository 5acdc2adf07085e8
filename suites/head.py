"""How a line of an answer begins: the command's name behind a plus sign, then a colon.

Law of this file: the document prints spaces behind the plus sign of some commands and around the
colon of others; they are typography (ruling R-03), whatever the command. Where the value may be a
string without quotes, a space in front of it is its own.
"""

from __future__ import annotations

#: A space in front of a quote.
_BEFORE_QUOTE = rb'(?: (?="))?'


def head(*names: str, signs: bytes = b":", bare_text: bool = False) -> bytes:
    """A pattern for the head of a line under one of `names`; one of `signs` stands behind it.

    `bare_text`: what follows may be a string without quotes.
    """
    alternatives = b"|".join(name.encode() for name in names)
    space = _BEFORE_QUOTE if bare_text else b" ?"
    return rb"\+ ?(?:%b) ?[%b]" % (alternatives, signs) + space
