"""`python -m conformance` tells what there is, and says in one line what it cannot tell."""

import dataclasses
import json
import tomllib
from pathlib import Path

import pytest

from conformance import __main__ as program
from conformance.catalogue import load_edition
from conformance.statement import load_pics, load_shipped_profiles

EDITION = load_edition()


@pytest.fixture(scope="module")
def purposes():
    """The purposes, collected once; collecting opens no rig."""
    return program.collected_purposes()


@pytest.fixture(autouse=True)
def _collected_once(purposes, monkeypatch):
    monkeypatch.setattr(program, "collected_purposes", lambda: purposes)


def told(capsys, *arguments):
    """The exit code, and what was printed."""
    code = program.main(arguments)
    return code, capsys.readouterr().out


def test_list_has_a_line_for_each_requirement(capsys):
    code, said = told(capsys, "list")

    assert code == 0
    assert [line.split()[0] for line in said.splitlines()] == list(EDITION.requirements)


def test_list_and_explain_tell_the_level(capsys):
    _, listed = told(capsys, "list", "3.2.3/GMR")
    _, explained = told(capsys, "explain", "3.2.3/GMR/query/01")

    levels = {line.split()[0]: line.split()[1] for line in listed.splitlines()}
    assert (levels["3.2.3/GMR/query/01"], levels["3.2.3/GMR/query/02"]) == ("observed", "mandatory")
    assert "level: observed" in explained.splitlines()


def test_the_coverage_counts_the_levels_of_each_clause(capsys):
    _, said = told(capsys, "coverage", "--json")
    _, lines = told(capsys, "coverage")

    levels = json.loads(said)["levels"]
    assert sum(sum(each.values()) for each in levels.values()) == len(EDITION.requirements)
    assert levels["6"]["observed"] == 2
    assert f"clause 2: {levels['2']['mandatory']} mandatory, 3 observed" in lines


def test_list_takes_a_prefix_by_whole_segments(capsys):
    _, said = told(capsys, "list", "3.2.5/ATE/set", "--json")

    rows = json.loads(said)
    assert {row["id"].rsplit("/", 1)[0] for row in rows} == {"3.2.5/ATE/set"}
    assert all(row["purposes"] for row in rows)


def test_a_prefix_of_nothing_is_told_in_one_line(capsys):
    assert program.main(["list", "3.2.50"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("name", ["3.2.5/ATE/set/03", "R-05", "TP/BASIC/ATE/BV-03[AT]"])
def test_explain_knows_requirements_rulings_and_purposes(capsys, name):
    code, said = told(capsys, "explain", name)

    assert code == 0
    assert name in said


def test_explain_shows_the_accepted_readings_of_the_ruling_a_requirement_rests_on(capsys):
    _, said = told(capsys, "explain", "3.2.2/RST/execute/02", "--json")

    assert json.loads(said)["accepted"] == list(EDITION.rulings["R-04"].accepted)


def test_explain_of_nothing_is_told_in_one_line(capsys):
    assert program.main(["explain", "TP/NONE"]) == 2
    assert "TP/NONE" in capsys.readouterr().err


def test_the_coverage_has_no_gap(capsys):
    code, said = told(capsys, "coverage", "--json")

    assert code == 0
    coverage = json.loads(said)
    assert coverage["requirements_without_purpose"] == []
    assert coverage["purposes_without_requirement"] == []
    assert len(coverage["commands"]) == 68
    for command in coverage["commands"].values():
        assert command["purposes"] > 0
        assert set(command["forms"]) >= {"test", "query", "set", "execute"}


def test_the_coverage_tells_what_stored_runs_show(capsys, tmp_path):
    name, other = "3.2.1/AT/execute/01", "3.2.1/AT/query/02"
    judgements = [{"requirement": name, "verdict": "inconclusive"}]
    results, matrix = tmp_path / "results.json", tmp_path / "matrix.json"
    results.write_text(json.dumps({"purposes": [{"judgements": judgements, "earlier": []}]}))
    row = {"kind": "fault", "breaks": [other], "failed_requirements": [other]}
    matrix.write_text(json.dumps({"faults": [row]}))

    _, said = told(capsys, "coverage", f"--results={results}", f"--kills={matrix}")
    assert f"UNDECIDED: exercised and never decided: {name}" in said
    assert f"NOT VERIFIED: {name}: no fault breaks it" in said
    assert f"NOT VERIFIED: {other}: the run did not decide it" in said
    _, said = told(capsys, "coverage", f"--kills={matrix}", "--json")
    assert json.loads(said)["verified"] == [other]


def test_what_is_observed_wants_no_fault(capsys, tmp_path):
    matrix = tmp_path / "matrix.json"
    matrix.write_text(json.dumps({"faults": []}))

    _, said = told(capsys, "coverage", f"--kills={matrix}")

    assert "NOT VERIFIED: 3.2.3/GMR/query/02: no fault breaks it" in said
    assert "3.2.3/GMR/query/01:" not in said


def test_what_a_stored_run_cannot_tell_is_told_in_one_line(capsys, tmp_path):
    for option in ("--results", "--kills"):
        assert program.main(["coverage", f"{option}={tmp_path / 'none.json'}"]) == 2
        assert "none.json" in capsys.readouterr().err


def test_a_shipped_profile_of_a_requirement_that_is_gone_is_told(capsys, monkeypatch):
    profiles = load_shipped_profiles(EDITION)
    gone = next(iter(profiles[0].deviations))
    left = {name: each for name, each in EDITION.requirements.items() if name != gone}
    edition = dataclasses.replace(EDITION, requirements=left)
    monkeypatch.setattr(program, "load_edition", lambda: edition)

    assert program.main(["coverage"]) == 2
    assert gone in capsys.readouterr().err


def test_a_gap_in_the_coverage_is_told_and_is_exit_code_1(capsys, monkeypatch, purposes):
    without = [p for p in purposes if "3.2.1/AT/execute/01" not in p.verifies]
    monkeypatch.setattr(program, "collected_purposes", lambda: without)

    code, said = told(capsys, "coverage")

    assert code == 1
    assert "GAP: requirement without a purpose: 3.2.1/AT/execute/01" in said


def test_the_blank_pics_claims_everything_and_can_be_loaded(capsys, tmp_path):
    _, said = told(capsys, "pics")

    assert set(tomllib.loads(said)["claims"]) == set(EDITION.commands)
    (tmp_path / "blank.toml").write_text(said, encoding="utf-8")
    assert load_pics(tmp_path / "blank.toml", EDITION).not_claimed == frozenset()


def test_rulings_are_told_as_a_list_as_json_and_as_the_page(capsys):
    _, listed = told(capsys, "rulings")
    _, encoded = told(capsys, "rulings", "--json")
    _, page = told(capsys, "rulings", "--markdown")

    assert [line.split()[0] for line in listed.splitlines()] == list(EDITION.rulings)
    assert [row["id"] for row in json.loads(encoded)] == list(EDITION.rulings)
    assert all(f"## {name} " in page for name in EDITION.rulings)


def test_explain_says_where_the_purposes_of_a_requirement_stand(capsys):
    _, said = told(capsys, "explain", "3.2.1/AT/execute/01")
    line = next(line for line in said.splitlines() if "TP/BASIC/AT/BV-01  " in line)
    path, number = line.split()[-1].rsplit(":", 1)
    source = Path(path).read_text(encoding="utf-8").splitlines()
    assert source[int(number) - 1].startswith("def test_at_is_answered_ok(")


def test_explain_of_a_purpose_tells_what_it_sent_and_what_fails_it(capsys, tmp_path):
    evidence = {"trace": ["+0.000 > AT\\r\\n", "+0.001 < OK\\r\\n"]}
    results, matrix = tmp_path / "results.json", tmp_path / "matrix.json"
    results.write_text(
        json.dumps({"purposes": [{"id": "TP/BASIC/AT/BV-01", "evidence": evidence}]})
    )
    faults = [{"id": "at.silent", "failed_purposes": ["TP/BASIC/AT/BV-01"]}]
    matrix.write_text(json.dumps({"faults": faults}))
    stored = f"--results={results}", f"--kills={matrix}"
    _, said = told(capsys, "explain", "TP/BASIC/AT/BV-01", *stored)
    assert "sent: AT\\r\\n" in said
    assert f"(in {results})" in said
    assert "fails under: at.silent" in said
    assert f"(in {matrix})" in said
    _, said = told(capsys, "explain", "TP/BASIC/AT/BV-02", *stored)
    assert "sent: nothing: it was not run" in said
    assert "fails under: no fault" in said


def test_explain_of_a_purpose_says_what_is_not_stored(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, said = told(capsys, "explain", "TP/BASIC/AT/BV-01")
    assert "sent: no run is stored in reports/latest/results.json" in said
    assert "fails under: no kill matrix is stored; python -m tests.faults --purpose" in said


def test_explain_refuses_what_is_no_matrix(capsys, tmp_path):
    (tmp_path / "matrix.json").write_text("{}")
    kills = f"--kills={tmp_path / 'matrix.json'}"
    assert program.main(["explain", "TP/BASIC/AT/BV-01", kills]) == 2
