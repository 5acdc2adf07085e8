"""The line discipline, changed between two lines.

Law: no rule of lines is here but that of what may come before `AT`.
"""

from __future__ import annotations

from collections.abc import Callable

from ..faults import Faults
from ..reader import LF, PREFIX, Event, Reader, ReaderFactory, WholeLineReader


class SkippingReader(WholeLineReader):
    """A whole line is a command from its first `AT` on."""

    @property
    def body(self) -> bytes | None:
        """See Reader."""
        _nonsense, found, rest = bytes(self._line).partition(PREFIX)
        return rest if found else None


class LiveReader:
    """Begins every line with the reader that is wanted then."""

    def __init__(self, wanted: Callable[[], ReaderFactory], faults: Faults) -> None:
        self._wanted = wanted
        self._faults = faults
        self._factory = wanted()
        self._reader: Reader = self._factory(faults)
        self._begins = True

    @property
    def body(self) -> bytes | None:
        """See Reader."""
        return self._reader.body

    def feed(self, byte: int) -> Event:
        """See Reader."""
        if self._begins and self._wanted() is not self._factory:
            self._factory = self._wanted()
            self._reader = self._factory(self._faults)
        self._begins = byte == LF
        return self._reader.feed(byte)

    def reset(self) -> None:
        """See Reader."""
        self._reader.reset()
        self._begins = True
