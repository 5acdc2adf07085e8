"""The files of a report, written from the records of a run.

Law of this file: results.json first, and the pages from the very value that went into it; a file
is there whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from conformance.catalogue import EDITIONS, load_edition
from conformance.document import Edition
from conformance.record import Record
from reports import html, junit, validate
from reports.results import build

RESULTS = "results.json"
INDEX = "index.html"
JUNIT = "junit.xml"


#: How much of the work is done when each step is, as measured on a run of 5,285 purposes.
_BUILT, _CHECKED, _STORED = 0.15, 0.5, 0.65


def write_report(
    folder: Path,
    records: Iterable[Record],
    edition: Edition,
    evidence: str = "",
    reached: Callable[[float], None] = lambda share: None,
) -> dict[str, Any]:
    """Write the report of `records` into `folder`; the results that it was made from.

    `evidence` leads from `folder` to the folder of the run, if they are not the same; `reached`
    is told what share of the work is done.
    """
    results = build(records, edition)
    reached(_BUILT)
    validate.check(results)
    reached(_CHECKED)
    folder.mkdir(parents=True, exist_ok=True)
    # ASCII, as the journal is: a lone surrogate from a garbled line must not stop a report.
    _replace(folder / RESULTS, _dumped(results))
    reached(_STORED)
    _replace(folder / INDEX, html.render(results, evidence))
    _replace(folder / JUNIT, junit.render(results))
    return results


def _dumped(results: Mapping[str, Any]) -> str:
    """`results` as JSON, a line for each row of its tables: to be searched, and made in a third."""
    return "{\n" + ",\n".join(f'"{key}": {_table(each)}' for key, each in results.items()) + "\n}\n"


def _table(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return json.dumps(value)
    return "[\n" + ",\n".join(map(json.dumps, value)) + "\n]"


def _replace(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_text(text, encoding="utf-8", newline="\n")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)  # Ctrl-C


def edition_of(name: str) -> Edition:
    """The edition that a run calls `name`; raises `FileNotFoundError` if there is none."""
    try:
        return load_edition(name)
    except FileNotFoundError:
        for folder in sorted(path.name for path in EDITIONS.iterdir() if path.is_dir()):
            if any((EDITIONS / folder).glob("*.toml")) and load_edition(folder).name == name:
                return load_edition(folder)
        raise
