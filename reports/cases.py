"""pytest.html: the columns that we add to pytest-html's table of cases.

Law of this file: evidence is linked, never inlined, or the page grows past what a browser opens;
and pytest-html takes cells as HTML, so every word of ours is escaped here.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.record import PROPERTY, PurposeRecord, load
from reports.names import fragment, relative_link
from reports.output import INDEX
from reports.text import bounded

if TYPE_CHECKING:
    from reports.recorder import Recorder

_COLUMNS = ("Requirement", "Clause", "Verdict", "Reason")

#: Most characters of a case's failure text and captured output that the page keeps.
LOG = 2_000


class CaseTable:
    """The hooks of pytest-html; without it, or without a run, nobody calls them or they rest."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._active = False
        self._way: str | None = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_report_title(self, report: Any) -> None:
        if self._recorder.begun:
            report.title = "Conformance: all cases"

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_header(self, cells: list[str]) -> None:
        self._active = self._recorder.begun
        if self._active:
            heads = (
                f'<th class="sortable" data-column-type="{name.lower()}">{name}</th>'
                for name in _COLUMNS
            )
            cells[2:2] = heads

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_row(self, report: pytest.TestReport, cells: list[str]) -> None:
        if not self._active or not cells:
            return
        if report.passed and report.when in ("setup", "teardown"):
            # pytest-html has no row for it, but what a teardown printed goes into that of its call.
            if report.when == "setup" or not report.sections:
                cells.clear()
            return
        record = _record(report)
        cells[1] = f'<td class="col-testId">{_text(_case_name(report))}</td>'
        cells[2:2] = self._columns(record)
        if record is not None:
            cells[-1] = f'<td class="col-links">{self._links(record)}</td>'

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_html(self, data: list[str]) -> None:
        if self._active:
            # Cut as text, not as HTML: half an entity would be a mess.
            data[:] = [escape(bounded(unescape("\n".join(map(str, data))), LOG))]

    def _columns(self, record: PurposeRecord | None) -> list[str]:
        if record is None:
            return [f'<td class="col-{name.lower()}"></td>' for name in _COLUMNS]
        ids = list(record.pairs)
        clauses = dict.fromkeys(name.split("/")[0] for name in ids)
        page = relative_link(INDEX, self._base())
        links = (f'<a href="{escape(page + fragment(name))}">{_text(name)}</a>' for name in ids)
        contents = (
            "<br>".join(links),
            "<br>".join(_text(clause) for clause in clauses),
            _text(record.verdict.value),
            _text(record.reason.value),
        )
        return [
            f'<td class="col-{name.lower()}">{content}</td>'
            for name, content in zip(_COLUMNS, contents, strict=True)
        ]

    def _links(self, record: PurposeRecord) -> str:
        targets = [("evidence", relative_link(INDEX, self._base()) + fragment(record.id))]
        if record.transcript:
            targets.append(("transcript", relative_link(record.transcript, self._base())))
        for number, path in enumerate(record.captures, start=1):
            name = "capture" if len(record.captures) == 1 else f"capture {number}"
            targets.append((name, relative_link(path, self._base())))
        return " ".join(f'<a href="{escape(href)}">{name}</a>' for name, href in targets)

    def _base(self) -> str:
        """From pytest-html's page to the report; they may lie apart if the user wants it so."""
        if self._way is None:  # once: it takes many looks into folders
            page = Path(self._recorder.page()).resolve()
            way = os.path.relpath(self._recorder.folder().resolve(), page.parent)
            self._way = "" if way == "." else way
        return self._way


def _record(report: pytest.TestReport) -> PurposeRecord | None:
    """The last purpose record that travels with `report`."""
    properties: Sequence[tuple[str, object]] = getattr(report, "user_properties", ())
    records = (load(str(value)) for name, value in reversed(properties) if name == PROPERTY)
    return next((record for record in records if isinstance(record, PurposeRecord)), None)


def _case_name(report: pytest.TestReport) -> str:
    return report.nodeid if report.when == "call" else f"{report.nodeid}::{report.when}"


def _text(text: str) -> str:
    return escape(bounded(text))
