"""How a line of an answer begins: the command's name behind a plus sign, then a colon.

Law of this file: the document prints spaces behind the plus sign of some commands and around the
colon of others; they are typography (ruling R-03), whatever the command.
"""

from __future__ import annotations


def head(*names: str, signs: bytes = b":") -> bytes:
    """A pattern for the head of a line under one of `names`; one of `signs` stands behind it."""
    alternatives = b"|".join(name.encode() for name in names)
    return rb"\+ ?(?:%b) ?[%b] ?" % (alternatives, signs)
