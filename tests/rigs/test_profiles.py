"""Deviation profiles in whole runs: chosen by what the IUT says, for the version it tells."""

from __future__ import annotations

import pytest

from conformance.catalogue import load_edition
from tests.rigs.whole_runs import ALONE, SIX

PASSES = "3.2.1/AT/execute/01"
ENTRY = f"""
[[deviation]]
requirement = "{PASSES}"
instead = "It says hello."
source = "A transcript."
"""


@pytest.fixture
def with_profile(runs, tmp_path):
    """A run with a profile of this text."""

    def run(text, rig=ALONE):
        path = tmp_path / "made.toml"
        path.write_text(text)
        return runs.run(SIX, f"--profile={path}", rig)

    return run


def test_a_registered_deviation_that_does_not_show_is_reported(with_profile):
    run = with_profile(ENTRY)
    (unshown,) = run.results["summary"]["unshown_deviations"]
    assert unshown["requirement"] == PASSES
    assert f"the profile is out of date: {PASSES} passed" in run.lines
    assert "Registered deviations that did not show" in (run.folder / "index.html").read_text()
    assert run.requirements[PASSES] == "pass"


@pytest.mark.parametrize(
    ("versions", "holds"),
    [('since = "1.3"', True), ('since = "1.3.0.1"', False), ('until = "1.3"', False)],
)
def test_a_deviation_holds_for_the_version_that_the_iut_tells(with_profile, versions, holds):
    run = with_profile(ENTRY + versions, f"{ALONE},firmware=nonos-1.3")
    assert bool(run.results["rigs"][0]["deviations"]) is holds
    assert bool(run.results["summary"]["unshown_deviations"]) is holds


def test_a_profile_is_chosen_by_what_the_iut_says(runs):
    run = runs.run(SIX, f"{ALONE},firmware=nonos-1.3")
    rig = run.results["rigs"][0]
    assert rig["profile"] == "nonos-1.3"
    assert rig["deviations"]


@pytest.mark.parametrize("wrong", ["3.2.1/AT/execute/99", "9.9/NONE/set/01"])
def test_a_deviation_from_what_the_edition_does_not_have_ends_the_run(with_profile, wrong):
    run = with_profile(ENTRY.replace(PASSES, wrong))
    assert run.exit_code == 4
    assert any(wrong in line for line in run.lines)


def test_a_stale_deviation_ends_the_run(with_profile):
    rows = load_edition().requirements.values()
    untested = next(row.id for row in rows if row.untested_because)
    run = with_profile(ENTRY.replace(PASSES, untested))
    assert run.exit_code == 4
    assert any(f"{untested} is stale" in line for line in run.lines)
