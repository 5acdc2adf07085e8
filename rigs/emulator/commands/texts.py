"""Parameters that are strings of a bounded length.

Law: what a string may be; what it does is for the command.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """One parameter.  `name`: as reasons spell it.  `longest`: in bytes, escapes undone."""

    name: str
    longest: int

    def reason(self, length: int) -> str:
        """Why a string of this length is refused."""
        return f"{self.name} of {length} bytes"

    def reasons(self, value: bytes) -> Iterator[str]:
        """Why this string is refused, if it is."""
        if len(value) > self.longest:
            yield self.reason(len(value))
