"""Text from outside, made fit to be shown.

Law of this file: nothing is dropped in silence. What cannot or must not be shown is replaced by
something that can be seen, and what is cut off is counted. Escaping for HTML or XML is not done
here; those who write HTML or XML do it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

#: Longest text in a cell, and longest line of a trace.
CELL = 1_000
LINE = 400
#: Most lines of a trace that are shown, and how many of them are its last.
LINES = 160
LAST_LINES = 40

# What neither XML 1.0 nor a reader's eye takes: control characters except tab and line feed,
# lone surrogates, non-characters, and marks that turn or hide the text around them.
_UNSHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)


def visible(text: str) -> str:
    r"""`text` with every character that cannot be shown written as `\xNN` or `\uNNNN`."""
    return _UNSHOWN.sub(_written, text)


def _written(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def bounded(text: str, limit: int = CELL) -> str:
    """`text` made visible; past `limit` characters it says how many were left out."""
    rest = len(text) - limit
    if rest <= 0:
        return visible(text)
    return f"{visible(text[:limit])}... ({rest} more characters)"


def bounded_lines(lines: Sequence[str], limit: int = LINES, last: int = LAST_LINES) -> list[str]:
    """`lines`, each bounded; past `limit` of them the middle is left out and counted."""
    rest = len(lines) - limit
    if rest <= 0:
        return [bounded(line, LINE) for line in lines]
    head = [bounded(line, LINE) for line in lines[: limit - last]]
    tail = [bounded(line, LINE) for line in lines[-last:]]
    return [*head, f"... ({rest} more lines; the transcript has all of them)", *tail]


def one_line(text: str, limit: int = CELL) -> str:
    """`text` bounded and on one line, for titles and attributes."""
    return bounded(" ".join(text.split()), limit)


def natural(text: str) -> list[tuple[int, int, str]]:
    """A key that sorts 4.1.9 before 4.1.10."""
    parts = [part for part in re.split("([0-9]+)", text) if part]
    return [(0, int(part), "") if part[0] in "0123456789" else (1, 0, part) for part in parts]
