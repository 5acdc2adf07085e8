"""The recorder inside pytest: with a fake rig, alone and under xdist, whole and broken off."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from conformance.transcript import read_transcript
from conformance.verdict import Verdict
from reports.__main__ import CANNOT, main
from reports.journal import read_journal
from reports.recorder import exit_status
from tests.reports.fake_rig import folder_of, results_of, run, run_apart, suite

# A whole run ------------------------------------------------------------------------------------


# Apart once alone and once under xdist, for there are processes to start and a last line to say.
@pytest.mark.parametrize(
    ("runner", "how"),
    [
        (run_apart, ()),
        (run, ("-q",)),
        (run, ("-qq",)),
        (run, ("-v",)),
        (run_apart, ("-n", "2")),
        (run, ("-q", "-n", "1")),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else each.__name__,
)
def test_a_run_is_recorded(project, runner, how):
    suite(project)
    result = runner(project, *how)
    results = results_of(result)
    assert result.ret == 0
    assert [each["id"] for each in results["purposes"]] == [
        "TP/test_one",
        "TP/test_two[<i>]",
        "TP/test_two[a/b[..]]",
    ]
    assert results["run"]["exit_code"] == 0
    assert not results["summary"]["interrupted"]
    assert re.fullmatch(r"reports/runs/\d{8}T\d{6}Z", str(folder_of(result)))


@pytest.mark.parametrize("how", [(), ("-n", "2")])
def test_every_transcript_is_where_its_record_says(project, how):
    suite(project)
    result = run(project, *how)
    folder = folder_of(result)
    paths = [each["evidence"]["transcript"] for each in results_of(result)["purposes"]]
    assert len(set(paths)) == 3
    for path in paths:
        entries = list(read_transcript(folder / path))
        assert [entry.data for entry in entries] == [b"AT\r\n", b"\xff\x00"]
    assert sorted(f"transcripts/{file.name}" for file in (folder / "transcripts").iterdir()) == (
        sorted(paths)
    )


def test_each_line_is_recorded_once(project):
    suite(project)
    folder = folder_of(run(project))
    lines = (folder / "journal.jsonl").read_text(encoding="ascii").splitlines()
    kinds = [json.loads(line)["kind"] for line in lines]
    assert kinds.count("purpose") == 3
    assert (kinds[0], kinds[-1]) == ("run", "end")


def test_each_rig_is_told_once(project):
    suite(project)
    assert len(results_of(run(project))["rigs"]) == 1


def test_latest_points_to_the_newest(project):
    suite(project)
    first, second = (folder_of(run(project)) for _ in range(2))
    assert first != second
    latest = project.path / "reports" / "latest"
    assert latest.resolve() == (project.path / second).resolve()


def test_a_folder_of_ones_own(project):
    suite(project)
    result = run(project, "--report-dir=out/here")
    assert folder_of(result) == Path("out/here")
    assert not (project.path / "reports").exists()


def test_a_folder_with_a_run_is_refused(project):
    suite(project)
    run(project, "--report-dir=out")
    before = (project.path / "out" / "journal.jsonl").read_bytes()
    again = run(project, "--report-dir=out")
    assert again.ret == pytest.ExitCode.USAGE_ERROR
    again.stderr.fnmatch_lines(["ERROR: *out holds the report of an earlier run; name another*"])
    assert (project.path / "out" / "journal.jsonl").read_bytes() == before


def test_the_summary_tells_the_answer(project):
    suite(project)
    run(project).stdout.fnmatch_lines(["*conformance*", "Undecided: *", "purposes: 3 pass"])


PRINTING = """
import pytest

@pytest.fixture
def loud():
    print("words-of-a-setup")
    yield
    print("words-of-a-teardown")

def test_a(loud): print("words-of-a-call")
"""


def test_the_table_of_cases_has_a_row_for_each_and_what_it_printed(project):
    suite(project, PRINTING)
    page = (project.path / folder_of(run(project)) / "pytest.html").read_text(encoding="utf-8")
    assert page.count("col-testId") == 2  # the style sheet, and the row
    assert [page.count(f"words-of-a-{when}") for when in ("setup", "call", "teardown")] == [1, 1, 1]


# Runs that do not end well ----------------------------------------------------------------------

FAILING = """
def test_a(): pass
def test_b(): assert False
def test_c(): pass
"""


@pytest.mark.parametrize("how", [(), ("-n", "1")])
def test_a_fail(project, how):
    suite(project, FAILING)
    result = run(project, *how)
    assert result.ret == 1
    summary = results_of(result)["summary"]
    assert (summary["conformant"], summary["interrupted"]) == ("no", False)


def test_a_run_that_stops_at_the_first_fail(project):
    suite(project, FAILING)
    result = run(project, "-x")
    results = results_of(result)
    assert result.ret == 1
    assert results["run"]["interrupted"] == "stopping after 1 failures"
    assert results["summary"]["purposes"]["total"] == 2


def test_a_run_that_stops_at_the_first_fail_under_xdist(project):
    suite(project, "def test_b(): assert False")
    result = run_apart(project, "-x", "-n", "1")
    results = results_of(result)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "stopping after 1 failures" in results["run"]["interrupted"]
    assert results["summary"]["conformant"] == "no"


INTERRUPTED = """
def test_a(): pass
def test_b(): raise KeyboardInterrupt
def test_c(): pass
"""


@pytest.mark.parametrize("how", [(), ("-n", "1")])
def test_a_run_that_is_interrupted(project, how):
    suite(project, INTERRUPTED)
    result = run_apart(project, *how)
    results = results_of(result)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert results["summary"]["interrupted"]
    assert [each["id"] for each in results["purposes"]] == ["TP/test_a"]
    assert results["run"]["exit_code"] == pytest.ExitCode.INTERRUPTED


def interrupted_in(project, name):
    """Ctrl-C comes when the plugin calls `name`."""
    suite(project)
    with project.path.joinpath("fakerig.py").open("a", encoding="utf-8") as stream:
        stream.write(
            "\ndef ctrl_c(*_, **__):\n    raise KeyboardInterrupt\n"
            f"import reports.html, pytest_html.basereport as page\n{name} = ctrl_c\n"
        )
    return run_apart(project)


def test_ctrl_c_while_the_report_is_written_loses_nothing_and_says_how_to_go_on(project):
    result = interrupted_in(project, "reports.html.render")
    said = [line for line in result.outlines if line][-1]
    assert "Traceback" not in str(result.stdout) + str(result.stderr)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    head, _, command = said.partition("python -m reports render ")
    assert head.startswith("interrupted: the report is not written, and nothing")
    folder = project.path / command
    assert not list(folder.glob(".*"))
    assert main(["render", str(folder)]) == CANNOT  # the fake rig's edition is nobody's
    kinds = [type(record).__name__ for record in read_journal(folder / "journal.jsonl")]
    assert (kinds.count("PurposeRecord"), kinds[-1]) == (3, "EndRecord")


def test_ctrl_c_while_the_table_of_cases_is_written_leaves_the_report(project):
    result = interrupted_in(project, "page.BaseReport._generate_report")
    assert "Traceback" not in str(result.stdout) + str(result.stderr)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*conformance*", "interrupted: pytest.html is not written"])
    results = json.loads((folder_of(result) / "results.json").read_text(encoding="ascii"))
    assert len(results["purposes"]) == 3


def test_ctrl_c_before_the_report_is_begun_is_a_run_that_was_interrupted(project):
    suite(project)
    with project.path.joinpath("fakerig.py").open("a", encoding="utf-8") as stream:
        stream.write("\ndef pytest_sessionfinish():\n    raise KeyboardInterrupt\n")
    result = run_apart(project)
    assert "Traceback" not in str(result.stdout) + str(result.stderr)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    results = json.loads((folder_of(result) / "results.json").read_text(encoding="ascii"))
    assert results["run"]["interrupted"] == "interrupted by hand"
    assert results["run"]["exit_code"] == pytest.ExitCode.INTERRUPTED
    assert len(results["purposes"]) == 3


@pytest.mark.parametrize("how", [(), ("-n", "1")])
def test_a_selection_of_nothing(project, how):
    suite(project)
    result = run(project, "-k", "nonsense", *how)
    assert result.ret == 5
    assert results_of(result)["summary"]["nothing_decided"]
    result.stdout.fnmatch_lines(["purposes: none ended; nothing was decided"])


@pytest.mark.parametrize(
    ("verdict", "code"),
    [("inconclusive", 10), ("error", 10), ("not run", 5), ("deviation", 0), ("fail", 1)],
)
def test_the_exit_code_follows_the_verdicts(project, verdict, code):
    suite(project, f"import pytest\n@pytest.mark.came_to({verdict!r})\ndef test_a(): pass\n")
    result = run(project)
    assert result.ret == code
    assert results_of(result)["run"]["exit_code"] == code


def test_a_failure_that_no_record_tells_of_is_not_green(project):
    suite(project, "def test_a(): pass\ndef test_b(): raise OSError('gone')\n")
    result = run(project)
    assert result.ret == 1
    assert results_of(result)["summary"]["purposes"]["total"] == 1


def test_a_crashed_worker_is_not_green(project):
    suite(project, "import os\ndef test_a(): pass\ndef test_b(): os._exit(1)\n")
    result = run_apart(project, "-n", "1")
    assert result.ret == 1
    assert results_of(result)["summary"]["purposes"]["total"] == 1


@pytest.mark.parametrize("how", [(), ("-n", "1")])
def test_errors_of_collecting_keep_the_code_of_pytest(project, how):
    suite(project, "import nonsense_that_is_not_there\n")
    result = run(project, *how)
    results = results_of(result)
    assert result.ret in (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.TESTS_FAILED)
    assert results["run"]["exit_code"] == result.ret
    assert results["summary"]["nothing_decided"]


def test_an_error_inside_pytest(project):
    suite(project)
    project.path.joinpath("suites", "conftest.py").write_text(
        "def pytest_runtest_setup(item):\n    if item.name != 'test_one': raise SystemExit\n"
        "def pytest_runtest_protocol(item):\n    if item.name != 'test_one': raise ValueError(1)\n",
        encoding="utf-8",
    )
    result = run_apart(project)
    results = results_of(result)
    assert result.ret == pytest.ExitCode.INTERNAL_ERROR
    assert "ValueError: 1" in results["run"]["interrupted"]
    assert results["summary"]["purposes"]["total"] == 1


@pytest.mark.parametrize(
    ("own", "verdicts", "collected", "code"),
    [
        (0, [Verdict.PASS], True, 0),
        (0, [], True, 5),
        (5, [], True, 5),
        (1, [Verdict.INCONCLUSIVE], True, 10),
        (1, [Verdict.PASS], True, 1),
        (1, [], True, 1),
        (1, [Verdict.FAIL], True, 1),
        (0, [Verdict.FAIL, Verdict.ERROR], True, 1),
        (2, [Verdict.FAIL], True, 2),
        (3, [Verdict.PASS], True, 3),
        (4, [], True, 4),
        (99, [Verdict.PASS], True, 99),
        (1, [Verdict.INCONCLUSIVE], False, 1),
    ],
)
def test_the_table_of_exit_codes(own, verdicts, collected, code):
    assert exit_status(own, verdicts, collected) == code
