"""`python -m conformance` tells what there is, and says in one line what it cannot tell."""

import json
import tomllib

import pytest

from conformance import __main__ as program
from conformance.catalogue import load_edition
from conformance.statement import load_pics

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
    assert min(coverage["commands"].values()) > 0


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
