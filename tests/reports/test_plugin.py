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
from tests.reports.conftest import ROOT

FAKE_RIG = """
import pytest
from conformance.record import PROPERTY, dump
from conformance.verdict import Verdict
from tests.reports import made_by_hand

def pytest_addoption(parser):
    parser.addoption("--rig", default="emulator")
    parser.addoption("--refuse", action="store_true")

def pytest_configure(config):
    config.addinivalue_line("markers", "came_to(verdict, text): what the purpose comes to")

def recorder(config):
    return config.pluginmanager.get_plugin("conformance-recorder")

def pytest_sessionstart(session):
    if session.config.getoption("refuse"):
        raise pytest.UsageError("no such rig")
    if recorder(session.config).expected:
        recorder(session.config).begin(made_by_hand.run_record(), made_by_hand.edition())

def pytest_runtest_setup(item):
    assert recorder(item.config).expected == ("suites" in str(item.path))

def worker(config):
    return getattr(config, "workerinput", {}).get("workerid", "main")

def records(item, failed):
    marker = item.get_closest_marker("came_to")
    verdict = Verdict(marker.args[0]) if marker else Verdict.FAIL if failed else Verdict.PASS
    identifier = f"TP/{item.name}"
    writer, path = recorder(item.config).transcript(identifier)
    with writer:
        writer.sent(b"AT\\r\\n", 1)
        writer.received(b"\\xff\\x00", 2)
    name = worker(item.config)
    told = {"transcript": path, "nodeid": item.nodeid, "worker": name}
    told |= {"captures": (f"captures/{item.name}.pcapng",)}
    if marker:
        told |= marker.kwargs
    yield made_by_hand.rig_record(worker=name)
    yield made_by_hand.purpose(identifier, verdict, ("3.2.9/ATE/set/01",), **told)

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    if call.when == "call" and call.excinfo is None or call.excinfo and call.excinfo.errisinstance(
        AssertionError
    ):
        if "suites" in str(item.path):
            for record in records(item, bool(call.excinfo)):
                item.user_properties.append((PROPERTY, dump(record)))
    return (yield)
"""

SUITE = """
import pytest

def test_one(): pass

@pytest.mark.parametrize("n", [1, 2], ids=["a/b[..]", "<i>"])
def test_two(n): pass
"""


@pytest.fixture
def project(pytester, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makeini("[pytest]\ntestpaths = suites\nfilterwarnings = error\n")
    pytester.makepyfile(fakerig=FAKE_RIG)
    pytester.makeconftest('pytest_plugins = ["reports.plugin", "fakerig"]\n')
    pytester.mkdir("suites")
    pytester.syspathinsert()
    return pytester


def suite(project, text=SUITE):
    project.path.joinpath("suites", "test_it.py").write_text(text, encoding="utf-8")


# Importing hypothesis anew in each process takes longer than all the rest.
QUICK = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")


def run(project, *arguments):
    """In this process, because that is quick."""
    return project.runpytest_inprocess(*QUICK, *arguments)


def run_apart(project, *arguments):
    """In a process of its own, for what ends a process and for what is truly its last line."""
    return project.runpytest_subprocess(*QUICK, *arguments)


def folder_of(result) -> Path:
    """Where the last line of all says that the report is."""
    said = [line for line in result.outlines if line][-1]
    assert said.startswith("report: ")
    return Path(said.removeprefix("report: ")).parent


def results_of(result):
    folder = folder_of(result)
    for name in ("index.html", "junit.xml", "journal.jsonl", "pytest.html"):
        assert (folder / name).stat().st_size > 0
    return json.loads((folder / "results.json").read_text(encoding="ascii"))


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
