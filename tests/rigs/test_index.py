"""The index of files: it leaves out what holds nothing that is asked for, and nothing else."""

from __future__ import annotations

import json

import pytest

from tests.rigs.whole_runs import PIXIT, ROOT

AT = "3.2.1/AT/execute/01"
GMR = "3.2.3/GMR/execute/01"

#: A file that tells when it is imported, and holds one purpose.
FILE = '''
import pathlib
import pytest

with pathlib.Path(__file__).with_name("imported.txt").open("a") as told:
    told.write(pathlib.Path(__file__).name + "\\n")

@pytest.mark.purpose("TP/{name}", verifies=["{verifies}"])
def test_it(session):
    """It does."""
'''
OTHER_TEST = "\ndef test_of_something_else():\n    pass\n"


@pytest.fixture
def project(pytester, monkeypatch):
    """Suites of two files; a collection gives ids of purposes, and which files were imported."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.delenv("PYTEST_PLUGINS", raising=False)
    pytester.makeini("[pytest]\ntestpaths = suites\n")
    pytester.makeconftest('pytest_plugins = ["rigs.plugin"]\n')
    pytester.syspathinsert()
    suites = pytester.mkdir("suites")

    class Project:
        folder = suites

        def write(self, name, verifies, more=""):
            text = FILE.format(name=name, verifies=verifies) + more
            suites.joinpath(f"test_{name}.py").write_text(text, encoding="utf-8")

        def collected(self, *arguments):
            told, file = suites / "imported.txt", pytester.path / "purposes.json"
            told.unlink(missing_ok=True)
            pytester.runpytest_inprocess(
                "-p", "no:hypothesispytest", "--import-mode=importlib", "--rig=/dev/doesnotexist",
                f"--pixit={PIXIT}", f"--purposes={file}", *arguments,
            )  # fmt: skip
            ids = [each["id"] for each in json.loads(file.read_text(encoding="utf-8"))]
            imported = set(told.read_text(encoding="utf-8").split()) if told.exists() else set()
            return ids, imported

    made = Project()
    made.write("at", AT)
    made.write("gmr", GMR)
    return made


BOTH = {"test_at.py", "test_gmr.py"}


def test_the_first_collection_is_whole_and_the_next_one_takes_the_files_that_are_asked_for(project):
    assert project.collected("--req=3.2.1") == (["TP/at"], BOTH)

    assert project.collected("--req=3.2.1") == (["TP/at"], {"test_at.py"})
    assert project.collected("--req=3.2.3") == (["TP/gmr"], {"test_gmr.py"})
    assert project.collected("--req=3.2.3", "--req=3.2.1/AT") == (["TP/at", "TP/gmr"], BOTH)
    assert project.collected() == (["TP/at", "TP/gmr"], BOTH)
    assert project.collected("--req=4.1.1") == ([], set())


@pytest.mark.parametrize("change", ["another", "new", "conftest"])
def test_a_source_that_changed_ends_what_was_known(project, change):
    project.collected()
    expected = ["TP/at"]
    if change == "another":
        project.write("gmr", AT, "# longer")
        expected = ["TP/at", "TP/gmr"]
    elif change == "new":
        project.write("more", AT)
        expected = ["TP/at", "TP/more"]
    else:
        project.folder.joinpath("conftest.py").write_text("", encoding="utf-8")

    ids, imported = project.collected("--req=3.2.1")

    assert ids == expected
    assert imported >= BOTH


def test_a_file_that_is_named_is_taken(project):
    project.collected()

    assert project.collected("--req=3.2.1", "suites/test_gmr.py") == ([], {"test_gmr.py"})


def test_a_file_with_a_test_that_is_no_purpose_is_taken(project):
    project.write("gmr", GMR, OTHER_TEST)
    project.collected()

    assert project.collected("--req=3.2.1") == (["TP/at"], BOTH)


@pytest.mark.parametrize("first", [["suites/test_gmr.py::test_it"], ["--lf"]])
def test_a_collection_that_may_miss_a_part_of_a_file_teaches_nothing(project, first):
    project.collected(*first)

    assert project.collected("--req=3.2.1") == (["TP/at"], BOTH)


@pytest.mark.parametrize("option", ["-pno:cacheprovider", "-ptests.rigs.whole_runs"])
def test_without_a_cache_or_with_a_plugin_on_the_command_line_all_is_collected(project, option):
    project.collected(option)

    assert project.collected("--req=3.2.1", option) == (["TP/at"], BOTH)


def test_what_is_damaged_teaches_nothing(project, pytester):
    project.collected()
    (kept,) = pytester.path.glob(".pytest_cache/d/conformance/files-*.json")
    kept.write_text('{"half', encoding="utf-8")

    assert project.collected("--req=3.2.1") == (["TP/at"], BOTH)
