"""Dotted addresses, as C libraries read them.

Law: text in, a dotted quad out, or None for what is no address and therefore a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Literal = Callable[[bytes], str | None]

NOBODY, EVERYBODY = "0.0.0.0", "255.255.255.255"
"""No host has these."""

_DECIMAL = re.compile(rb"(0|[1-9][0-9]{0,2})")
_PART = re.compile(rb"0[xX][0-9A-Fa-f]+|[0-9]+")


def quad(text: bytes) -> str | None:
    """Four decimal numbers of 0 to 255 and nothing else."""
    parts = text.split(b".")
    if len(parts) != 4 or not all(_DECIMAL.fullmatch(each) for each in parts):
        return None
    if any(int(each) > 255 for each in parts):
        return None
    return ".".join(str(int(each)) for each in parts)


def aton(text: bytes) -> str | None:
    """As inet_aton does: one to four numbers, the last one fills what is left (observed 12)."""
    parts = text.split(b".")
    if len(parts) > 4 or not all(_PART.fullmatch(each) for each in parts):
        return None
    try:
        *head, last = (_number(each) for each in parts)
    except ValueError:  # an 8 or 9 behind a leading zero
        return None
    if any(each > 255 for each in head) or last >= 256 ** (4 - len(head)):
        return None
    return ".".join(map(str, (*head, *last.to_bytes(4 - len(head), "big"))))


def _number(part: bytes) -> int:
    text = part.decode("ascii")
    if text[:2].lower() == "0x":
        return int(text, 16)
    return int(text, 8) if len(text) > 1 and text[0] == "0" else int(text)
