"""`python -m reports render`: from a journal alone, also of a killed run."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from conformance.catalogue import load_edition
from conformance.record import dump
from conformance.verdict import Verdict
from reports import output
from reports.__main__ import main
from tests.reports.conftest import ROOT
from tests.reports.made_by_hand import edition, full_run, purpose, rig_record, run_record

ECHO = "3.2.9/ATE/set/01"
EVIDENCE = {"transcript": "transcripts/a.jsonl", "captures": ("captures/a.1.pcapng",)}
RECORDS = full_run(purpose("TP/A", Verdict.FAIL, (ECHO,), **EVIDENCE))


@pytest.fixture(autouse=True)
def _tiny_edition(monkeypatch):
    def load(name):
        if name != "tiny":
            raise FileNotFoundError(f"no edition {name!r}; these exist: tiny")
        return edition()

    monkeypatch.setattr("reports.__main__.edition_of", load)


@pytest.fixture
def journal(tmp_path):
    path = tmp_path / "run" / "journal.jsonl"
    path.parent.mkdir()
    path.write_text("".join(f"{dump(record)}\n" for record in RECORDS), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", [".", "journal.jsonl"])
def test_a_run_is_rendered_where_it_is(journal, name, capsys):
    assert main(["render", str(journal.parent / name)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Not conformant: 1 mandatory requirement not met")
    assert said[-1] == f"report: {journal.parent / 'index.html'}"
    names = {path.name for path in journal.parent.iterdir()}
    assert names == {"journal.jsonl", "results.json", "index.html", "junit.xml"}


def test_the_results_have_a_line_for_each_row_of_a_table(journal):
    main(["render", str(journal)])
    text = (journal.parent / "results.json").read_text(encoding="utf-8")
    rows = json.loads(text)["requirements"]

    assert len(rows) > 1
    assert set(map(json.dumps, rows)) <= {line.removesuffix(",") for line in text.splitlines()}


def test_a_run_is_rendered_elsewhere(journal, tmp_path):
    out = tmp_path / "new" / "place"
    assert main(["render", str(journal), "--out", str(out)]) == 0
    page = (out / "index.html").read_text(encoding="utf-8")
    assert 'href="../../run/transcripts/a.jsonl"' in page
    assert 'href="../../run/captures/a.1.pcapng"' in page
    assert [path.name for path in journal.parent.iterdir()] == ["journal.jsonl"]


def test_a_killed_run_is_rendered(journal):
    lines = [dump(run_record()), dump(rig_record()), dump(purpose("TP/A", Verdict.PASS, (ECHO,)))]
    journal.write_text("\n".join([*lines, dump(purpose("TP/B"))[:100]]), encoding="utf-8")
    assert main(["render", str(journal)]) == 0
    results = json.loads((journal.parent / "results.json").read_text(encoding="utf-8"))
    assert results["summary"]["interrupted"]
    assert results["summary"]["purposes"]["total"] == 1


def no_file(journal):
    journal.unlink()


def no_run(journal):
    journal.write_text("", encoding="utf-8")


def damaged(journal):
    journal.write_text(f"{dump(run_record())}\n{{\n", encoding="utf-8")


def two_runs(journal):
    journal.write_text(f"{dump(run_record())}\n{dump(run_record())}\n", encoding="utf-8")


def unknown_edition(journal):
    journal.write_text(f"{dump(run_record(edition='v9'))}\n", encoding="utf-8")


@pytest.mark.parametrize("damage", [no_file, no_run, damaged, two_runs, unknown_edition])
def test_what_cannot_be_rendered_is_said_in_one_line(journal, damage, capsys):
    damage(journal)
    assert main(["render", str(journal)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("python -m reports: ")
    assert told.err.count("\n") == 1


def test_a_folder_that_cannot_be_written(journal, tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main(["render", str(journal), "--out", str(tmp_path / "file")]) == 2
    assert "name another with --out" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["render"]])
def test_wrong_arguments(arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


@pytest.mark.parametrize("arguments", [["--help"], ["render", "--help"], ["compare", "--help"]])
def test_help_is_complete(arguments):
    command = [sys.executable, "-m", "reports", *arguments]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert "Exit codes: 0 " in told.stdout
    assert "2 it could not be done" in told.stdout


def test_an_edition_is_found_by_folder_and_by_its_own_name():
    assert output.edition_of("v1_5").name == load_edition().name
    assert output.edition_of(load_edition().name) == load_edition()
    with pytest.raises(FileNotFoundError):
        output.edition_of("nonsense")
