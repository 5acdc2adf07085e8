"""The recorder inside pytest: where it does nothing, and pytest-html's page with its evidence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.reports.fake_rig import folder_of, run, suite

# Inert ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [("tests",), ("--refuse",), ("--collect-only", "tests"), ("--help",), ("--fixtures", "tests")],
)
def test_nothing_is_made_without_a_run(project, arguments):
    suite(project)
    project.mkdir("tests").joinpath("test_us.py").write_text(
        "def test_us(): pass\n", encoding="utf-8"
    )
    result = run(project, *arguments)
    assert not list(project.path.glob("reports/runs/*"))
    assert not (project.path / "reports" / "latest").exists()
    assert not any(line.startswith("report:") for line in result.outlines)
    assert "conformance ==" not in result.stdout.str()


def test_nothing_happens_without_a_rig_plugin(project):
    project.makeconftest('pytest_plugins = ["reports.plugin"]\n')
    suite(project)
    result = run(project)
    result.assert_outcomes(passed=3)
    assert not (project.path / "reports").exists()


def test_our_page_of_our_own_tests_has_no_columns_of_ours(project):
    project.mkdir("tests").joinpath("test_us.py").write_text(
        "def test_us(): pass\n", encoding="utf-8"
    )
    run(project, "tests", "--html=own.html", "--self-contained-html")
    assert "Requirement" not in (project.path / "own.html").read_text(encoding="utf-8")


# pytest.html ------------------------------------------------------------------------------------


def table_of(page: Path):
    text = page.read_text(encoding="utf-8")
    blob = re.search(r'data-jsonblob="([^"]*)"', text)
    assert blob is not None
    entities = {"&#34;": '"', "&#39;": "'", "&lt;": "<", "&gt;": ">", "&amp;": "&"}
    data = blob[1]
    for entity, char in entities.items():
        data = data.replace(entity, char)
    return text, json.loads(data)["tests"]


def test_the_table_of_cases_links_its_evidence(project):
    suite(project)
    folder = folder_of(run(project))
    text, tests = table_of(folder / "pytest.html")
    for column in ("Requirement", "Clause", "Verdict", "Reason"):
        assert f">{column}</th>" in text
    (cases,) = (cases for name, cases in tests.items() if "[<i>" in name)
    joined = "".join(cases[0]["resultsTableRow"])
    assert "&lt;i&gt;" in joined
    assert "<i>" not in joined
    assert 'href="index.html#3.2.9/ATE/set/01"' in joined
    assert 'href="index.html#TP/test_two%5B%3Ci%3E%5D"' in joined
    assert re.search(r'href="transcripts/TP-test_two-i-[0-9a-f]{12}\.1\.jsonl"', joined)
    assert 'href="captures/test_two%5B%3Ci%3E%5D.pcapng"' in joined


def test_evidence_is_not_inlined(project):
    suite(project, "def test_a():\n    print('<b>' + 'x' * 100_000)\n    assert 0, 'y' * 100_000\n")
    folder = folder_of(run(project))
    text, tests = table_of(folder / "pytest.html")
    assert "xxx" * 2_000 not in text
    (case,) = (each for entries in tests.values() for each in entries)
    assert "more characters)" in case["log"]
    assert len(case["log"]) < 5_000


def test_a_page_elsewhere_links_back(project):
    suite(project)
    result = run(project, "--html=elsewhere/page.html", "--self-contained-html", "--report-dir=out")
    assert folder_of(result) == Path("out")
    assert not (project.path / "out" / "pytest.html").exists()
    _, tests = table_of(project.path / "elsewhere" / "page.html")
    assert 'href="../out/index.html#' in json.dumps(tests).replace('\\"', '"')


def test_without_pytest_html_there_is_no_page_and_no_trouble(project):
    suite(project)
    result = run(project, "-p", "no:html")
    assert result.ret == 0
    assert not (folder_of(result) / "pytest.html").exists()


# The recorder by itself -------------------------------------------------------------------------


def test_a_second_run_in_one_session_is_refused(project):
    suite(
        project,
        "from tests.reports import made_by_hand\n"
        "import pytest\n"
        "def test_again(pytestconfig):\n"
        "    recorder = pytestconfig.pluginmanager.get_plugin('conformance-recorder')\n"
        "    with pytest.raises(RuntimeError, match='one session is one run'):\n"
        "        recorder.begin(made_by_hand.run_record(), made_by_hand.edition())\n"
        "    offset, uncertainty = recorder.clock()\n"
        "    assert offset > 0 < uncertainty\n",
    )
    assert run(project).ret == 0
