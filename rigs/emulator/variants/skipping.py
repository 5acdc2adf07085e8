"""The variant of what may come before `AT`.

Law: a line discipline that differs from the usual one in one step.
"""

from __future__ import annotations

from ..line.reader import PREFIX, WholeLineReader


class SkippingReader(WholeLineReader):
    """A whole line is a command from its first `AT` on."""

    @property
    def body(self) -> bytes | None:
        """See LineReader."""
        _nonsense, found, rest = bytes(self._line).partition(PREFIX)
        return rest if found else None
