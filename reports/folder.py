"""The folder of a report: where it is, and that no two runs share one.

Law of this file: a folder that holds a run is never written over; evidence is not ours to lose.
"""

from __future__ import annotations

import contextlib
import itertools
from datetime import UTC, datetime
from pathlib import Path

from reports.journal import JOURNAL

#: Where the reports of runs go that did not say where.
RUNS = Path("reports", "runs")
LATEST = Path("reports", "latest")


class FolderTaken(Exception):
    """The folder that was asked for holds a run already."""


def named_folder(folder: Path) -> Path:
    """`folder`, made if need be; raises `FolderTaken` if a run lives there, or `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / JOURNAL).exists():
        raise FolderTaken(
            f"{folder} holds the report of an earlier run; "
            "name another folder with --report-dir, or move that one away"
        )
    return folder


def fresh_folder(root: Path, moment: datetime | None = None) -> Path:
    """A new folder below `root`, named after the time; two runs of one second get two."""
    stamp = (moment or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    runs = root / RUNS
    runs.mkdir(parents=True, exist_ok=True)
    for number in itertools.count(1):
        folder = runs / (stamp if number == 1 else f"{stamp}-{number}")
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
            return folder
    raise AssertionError("counting has no end")


def point_latest(root: Path, folder: Path) -> None:
    """Let `reports/latest` point to `folder`; where links are impossible there is none."""
    link = root / LATEST
    # Made aside and renamed, so that there is no moment at which `latest` is missing.
    aside = link.with_name(f".latest-{folder.name}")
    with contextlib.suppress(OSError, NotImplementedError):
        aside.symlink_to(Path(RUNS.name, folder.name), target_is_directory=True)
        aside.replace(link)
    with contextlib.suppress(OSError):
        aside.unlink(missing_ok=True)
