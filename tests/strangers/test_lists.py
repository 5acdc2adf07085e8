"""What stands beside the strangers: ids that exist, and lists that do not contradict each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.catalogue import load_edition
from conformance.document import Edition
from conformance.statement import load_pics
from tests.strangers.roster import STRANGERS, Stranger, open_ids, pics_of

ROOT = Path(__file__).parents[2]
EACH = pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition()


def listed(stranger: Stranger) -> set[str]:
    about = stranger.about
    whole = {key for key in about.open if not key.endswith("/")}
    return about.breaks.keys() | about.inconclusive.keys() | about.observed.keys() | whole


@EACH
def test_every_requirement_that_is_listed_exists(stranger: Stranger, edition: Edition) -> None:
    unknown = listed(stranger) - edition.requirements.keys()
    assert not unknown


@EACH
def test_every_prefix_stands_for_some_requirement(stranger: Stranger, edition: Edition) -> None:
    for prefix in (key for key in stranger.about.open if key.endswith("/")):
        assert any(each.startswith(prefix) for each in edition.requirements), prefix


@EACH
def test_no_requirement_stands_in_two_lists(stranger: Stranger) -> None:
    about = stranger.about
    assert not about.breaks.keys() & about.inconclusive.keys()
    assert not about.open.keys() & (about.breaks.keys() | about.inconclusive.keys())


@EACH
def test_every_command_and_form_that_is_claimed_exists(
    stranger: Stranger, edition: Edition
) -> None:
    for command, forms in stranger.about.has.items():
        assert set(forms.split()) <= set(edition.commands[command].forms), command


@EACH
def test_what_is_broken_is_claimed_and_can_be_tested(stranger: Stranger, edition: Edition) -> None:
    about = stranger.about
    for name in about.breaks.keys() | about.inconclusive.keys():
        requirement = edition.requirements[name]
        assert not requirement.untested_because, name
        if requirement.command in edition.commands:
            command = edition.commands[requirement.command]
            absent = requirement.form not in (*command.forms, "general")
            has = about.has.get(command.name, "")
            assert requirement.command in about.has, name
            assert absent or requirement.form == "general" or requirement.form in has.split(), name


@EACH
def test_what_is_observed_is_not_judged(stranger: Stranger, edition: Edition) -> None:
    about = stranger.about
    names = listed(stranger) - about.inconclusive.keys()  # what it breaks can be in the way
    levels = {name: edition.requirements[name].level for name in names}
    assert {name for name, level in levels.items() if level == "observed"} == {*about.observed}


@EACH
def test_every_reason_is_a_sentence(stranger: Stranger) -> None:
    about = stranger.about
    for reason in (*about.breaks.values(), *about.inconclusive.values(), *about.open.values()):
        assert reason.endswith(".")
        assert "\n" not in reason


@EACH
def test_the_pics_is_one(stranger: Stranger, edition: Edition, tmp_path: Path) -> None:
    path = tmp_path / "stranger.pics.toml"
    path.write_text(pics_of(stranger.about, edition))
    pics = load_pics(path, edition)
    claimed = {
        (command.name, form)
        for command in edition.commands.values()
        for form in command.forms
        if (command.name, form) not in pics.not_claimed
    }
    has = stranger.about.has.items()
    assert claimed == {(command, form) for command, forms in has for form in forms.split()}


@EACH
def test_prefixes_are_expanded_to_what_is_in_no_other_list(
    stranger: Stranger, edition: Edition
) -> None:
    about = stranger.about
    opened = open_ids(about, edition)
    assert opened <= edition.requirements.keys()
    assert not opened & (about.breaks.keys() | about.inconclusive.keys())


def test_the_page_has_a_row_for_each() -> None:
    page = (ROOT / "docs" / "strangers.md").read_text(encoding="utf-8")
    rows = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]
    assert rows[: len(STRANGERS)] == list(STRANGERS)


def test_three_conform_and_the_others_break_two_to_twelve_things() -> None:
    conforming = [name for name, each in STRANGERS.items() if not each.about.breaks]
    assert conforming == ["quiet", "late", "literal"]
    assert not any(STRANGERS[name].about.inconclusive for name in conforming)
    assert all(len(STRANGERS[name].about.breaks) >= 2 for name in STRANGERS.keys() - conforming)
