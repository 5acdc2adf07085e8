"""The journal of a run: one line a record, appended as things happen.

Law of this file: a line is in the hands of the operating system before the next thing happens,
so that a harness killed without warning loses nothing that had ended. It is not forced to the
disk: that would cost milliseconds a purpose, and guard only against a machine that loses power.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from conformance.record import Record, dump, load

#: Its name in the folder of a report.
JOURNAL = "journal.jsonl"


class JournalWriter:
    """Appends records to a journal that must not exist yet."""

    def __init__(self, path: Path) -> None:
        # Unbuffered: each line is one write, whole or not at all as far as a signal goes.
        self._stream = path.open("xb", buffering=0)

    def append(self, record: Record) -> None:
        """Write `record`; when this returns, killing the harness no longer loses it."""
        self.append_line(dump(record))

    def append_line(self, line: str) -> None:
        """Write `line`, which `dump` made of a record, maybe in another process."""
        self._stream.write(line.encode("ascii") + b"\n")

    def close(self) -> None:
        self._stream.close()

    def __enter__(self) -> JournalWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def read_journal(path: Path) -> Iterator[Record]:
    """The records of the journal at `path`; raises `ValueError` on a damaged line.

    A last line that was cut short (the writer was killed) ends the journal without an error.
    """
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if not line.endswith(b"\n"):
                return
            try:
                yield load(line.decode("ascii"))
            except ValueError as error:
                raise ValueError(f"{path}, line {number}: {error}") from error
