"""What each fault breaks: a row of its own in `entries/`, else what its kind says.

Law of this file: the rows are read here and nowhere else. A table's heading names what stands
before the dot of a fault's id (of several commands, or of a family of them), a row's key what
stands behind it; both are unique, so the order of rows and files means nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from conformance.catalogue import load_edition
from tests.faults.judging import Entry
from tests.faults.kinds import Kinds

ENTRIES = Path(__file__).with_name("entries")

#: What a table, or a row, can say beside faults: of what is broken, accepted, waiting.
_SAYS = {"also", "why", "blanket", "on", "ruling", "touches", "until"}
#: The key that says of which kind an entry is; without one it is a fault.
_KINDS = {"ruling": "accepted", "until": "waiting"}


@dataclass(frozen=True, slots=True)
class Row:
    """What one line says of one command's faults."""

    before: str
    #: A glob of what stands behind the dot.
    fault: str
    says: Mapping[str, Any]

    def matches(self, fault: str) -> bool:
        """Whether `fault` is one of its."""
        before, _dot, behind = fault.partition(".")
        return before == self.before and fnmatchcase(behind, self.fault)


def load_entries(faults: Iterable[str], folder: Path = ENTRIES) -> dict[str, Entry]:
    """Fault -> its entry, for each of the faults that has one."""
    kinds = Kinds(load_edition())
    own: dict[str, list[Row]] = {}
    for row in load_rows(kinds, folder):
        own.setdefault(row.before, []).append(row)
    found = {fault: _entry(fault, own.get(fault.partition(".")[0], ()), kinds) for fault in faults}
    return {fault: entry for fault, entry in found.items() if entry is not None}


def load_rows(kinds: Kinds, folder: Path = ENTRIES) -> Iterator[Row]:
    """Every row of every file, one for each command that its table is of."""
    for path in sorted(folder.iterdir()):
        for heading, tables in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for name in kinds.named(heading.split()):
                for table in tables:
                    yield from _rows(name.lower(), table)


def _rows(before: str, table: Mapping[str, Any]) -> Iterator[Row]:
    shared = {key: value for key, value in table.items() if key in _SAYS}
    for fault in table.get("faults", ()):
        yield Row(before, fault, shared)
    for fault, value in table.items():
        if fault not in {"faults", *_SAYS}:
            says = value if isinstance(value, dict) else {"breaks": value}
            yield Row(before, fault, shared | says)


def _entry(fault: str, rows: Iterable[Row], kinds: Kinds) -> Entry | None:
    row = next((each for each in rows if each.matches(fault)), None)
    says = kinds.says(fault) if row is None else row.says
    if says is None:
        return None
    if unknown := says.keys() - {"breaks", *_SAYS}:
        raise ValueError(f"{fault}: unknown key {', '.join(sorted(unknown))}")
    full = kinds.spelt_out(says, fault.partition(".")[0])
    because = next((key for key in _KINDS if key in full), "why")
    return Entry(
        fault,
        _KINDS.get(because, "fault"),
        full.get("breaks", ()),
        full.get("also", ()),
        full.get("blanket", False),
        full.get(because, ""),
        full.get("touches", ()),
    )
