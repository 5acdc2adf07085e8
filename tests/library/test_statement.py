"""PICS, PIXIT and profiles: what people write is understood, or refused by file, entry and cure."""

import dataclasses
import tomllib

import pytest

from conformance.catalogue import load_edition
from conformance.document import Clause, Command, Edition, Level, Requirement
from conformance.statement import (
    PROFILES,
    Board,
    Deviation,
    Pics,
    Pixit,
    Profile,
    StatementError,
    blank_pics,
    load_pics,
    load_pixit,
    load_profile,
    load_shipped_profiles,
    profile_for,
    profile_named,
    stored_profile,
)
from conformance.testbed import LineSettings, Timing

REQUIREMENTS = [
    Requirement(name, "x", Level.MANDATORY, "row")
    for name in ("3.1/AT/execute/01", "3.2/X_CUR/set/01", "3.2/X_CUR/test/01", "3/-/general/01")
]
EDITION = Edition(
    "v0",
    "A small document",
    "digest",
    clauses={"3": Clause("3", "All"), "3.1": Clause("3.1", "AT"), "3.2": Clause("3.2", "X")},
    commands={
        "AT": Command("AT", "3.1", "Test", ("execute",)),
        "X_CUR": Command("X_CUR", "3.2", "Examine # it", ("query", "set")),
    },
    requirements={requirement.id: requirement for requirement in REQUIREMENTS},
)


@pytest.fixture
def written(tmp_path):
    def write(text, name="statement.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def refused(load, path, *arguments):
    """The message with which the statement is refused; it always names the file."""
    with pytest.raises(StatementError) as caught:
        load(path, *arguments)
    assert str(path) in str(caught.value)
    return str(caught.value)


# PICS


def claimed(pics):
    return [requirement.id for requirement in REQUIREMENTS if pics.claims(requirement)]


def test_without_a_pics_everything_is_claimed():
    assert claimed(Pics()) == [requirement.id for requirement in REQUIREMENTS]


def test_what_a_pics_denies_is_not_claimed_and_all_else_is(written):
    path = written("[claims.X_CUR]\nset = false\nquery = true\n")

    pics = load_pics(path, EDITION)

    assert claimed(pics) == ["3.1/AT/execute/01", "3.2/X_CUR/test/01", "3/-/general/01"]
    assert pics.source == str(path)
    assert pics.not_claimed == {("X_CUR", "set")}


def test_an_empty_pics_denies_nothing(written):
    assert load_pics(written(""), EDITION).not_claimed == frozenset()


@pytest.mark.parametrize("edition", [EDITION, load_edition()], ids=["small", "shipped"])
def test_a_blank_pics_comes_back_as_a_claim_of_every_form(written, edition):
    blank = blank_pics(edition)

    assert load_pics(written(blank), edition).not_claimed == frozenset()
    assert tomllib.loads(blank)["claims"] == {
        command.name: dict.fromkeys(command.forms, True) for command in edition.commands.values()
    }


def test_a_blank_pics_with_every_true_made_false_denies_every_form(written):
    path = written(blank_pics(EDITION).replace("= true", "= false"))

    assert load_pics(path, EDITION).not_claimed == {
        ("AT", "execute"),
        ("X_CUR", "query"),
        ("X_CUR", "set"),
    }


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[claims.XYZ]\nset = true\n", ["XYZ", "known: AT, X_CUR"]),
        ("[claims.AT]\nset = true\n", ["claims.AT", "set", "known: execute"]),
        ("[claims]\nAT = true\n", ["claims.AT must be a table"]),
        ("[claim.AT]\nexecute = true\n", ["unknown key claim", "known: claims"]),
        ("[claims.AT\n", ["not TOML"]),
    ],
)
def test_a_pics_with_a_mistake_is_refused_with_what_would_be_right(written, text, named):
    message = refused(load_pics, written(text), EDITION)

    for word in named:
        assert word in message


@pytest.mark.parametrize("text", ["claims = 5\n", 'claims = ["AT"]\n'])
def test_a_pics_whose_claims_are_no_table_is_refused(written, text):
    assert "table" in refused(load_pics, written(text), EDITION)


@pytest.mark.parametrize("value", ['"false"', '"no"', "0", "[]"])
def test_a_claim_is_true_or_false_and_nothing_else(written, value):
    path = written(f"[claims.AT]\nexecute = {value}\n")

    assert "claims.AT" in refused(load_pics, path, EDITION)


def test_a_pics_that_cannot_be_read_is_refused(tmp_path):
    assert "cannot read" in refused(load_pics, tmp_path / "nowhere.toml", EDITION)
    assert "cannot read" in refused(load_pics, tmp_path, EDITION)


def test_a_pics_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "pics.toml"
    path.write_bytes(b"# caf\xe9\n")

    assert "not TOML" in refused(load_pics, path, EDITION)


# PIXIT


def test_an_empty_pixit_is_all_defaults(written):
    path = written("")

    assert load_pixit(path) == Pixit(str(path), Timing(), LineSettings(), Board("none"))


def test_a_pixit_says_what_it_says_and_leaves_the_rest(written):
    pixit = load_pixit(
        written(
            "[timing]\nanswer_s = 5\nquiet_s = 0.5\n"
            '[line]\nbaudrate = 9600\nstopbits = 1.5\nparity = "E"\n'
            '[board]\nreset = "rts"\n'
        )
    )

    assert pixit.timing == Timing(answer_s=5, quiet_s=0.5)
    assert pixit.line == LineSettings(9600, 8, 1.5, "E")
    assert pixit.board == Board("rts")


def test_a_time_that_a_pixit_leaves_out_is_that_of_the_rig(written):
    pixit = load_pixit(written("[timing]\nanswer_s = 5\n"), Timing(quiet_s=0.15, scan_s=1))

    assert pixit.timing == Timing(answer_s=5, quiet_s=0.15, scan_s=1)


@pytest.mark.parametrize(
    ("named", "absent_s"),
    [
        ("answer_s = 5", 2.0),
        ("join_s = 8", 18.0),
        ("scan_s = 2\njoin_s = 8", 10.0),
        ("join_s = 8\nabsent_s = 5", 5.0),
    ],
)
def test_what_must_not_come_is_waited_for_as_long_as_it_would_take(written, named, absent_s):
    pixit = load_pixit(written(f"[timing]\n{named}\n"), Timing(absent_s=2.0))

    assert pixit.timing.absent_s == absent_s


def test_a_pixit_shows_all_its_values(written):
    shown = load_pixit(written("[timing]\nanswer_s = 5\n")).shown()

    assert shown["timing"] == dataclasses.asdict(Timing(answer_s=5))
    assert shown["line"]["baudrate"] == 115_200
    assert shown["board"] == dataclasses.asdict(Board())


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[timing]\nanswer = 5\n", ["timing", "unknown key answer", "answer_s"]),
        ("[line]\nspeed = 9600\n", ["line", "unknown key speed", "baudrate"]),
        ('[board]\nwire = "x"\n', ["board", "unknown key wire", "reset"]),
        ("[wifi]\nssid = 5\n", ["unknown key wifi", "timing, line, board"]),
        ("timing = 5\n", ["timing must be a table"]),
        ("[[line]]\nbaudrate = 9600\n", ["line must be a table"]),
        ("[timing\n", ["not TOML"]),
        ('[timing]\nanswer_s = "5"\n', ["timing.answer_s", "float wanted", "'5'"]),
        ("[timing]\nanswer_s = true\n", ["timing.answer_s", "float wanted", "True"]),
        ("[timing]\nquiet_s = [1]\n", ["timing.quiet_s", "float wanted"]),
        ("[line]\nbaudrate = true\n", ["line.baudrate", "int wanted", "True"]),
        ("[line]\nbaudrate = 9600.0\n", ["line.baudrate", "int wanted", "9600.0"]),
        ("[line]\nparity = 1\n", ["line.parity", "str wanted", "1"]),
        ("[board]\nreset = 1\n", ["board.reset", "str wanted", "1"]),
        ("[timing]\nanswer_s = 0\n", ["timing.answer_s", "more than 0"]),
        ("[timing]\nrestart_s = -1.5\n", ["timing.restart_s", "more than 0", "-1.5"]),
        ("[timing]\nquiet_s = -inf\n", ["timing.quiet_s", "more than 0"]),
        ("[line]\nbaudrate = -9600\n", ["line.baudrate", "more than 0"]),
        ("[line]\ndatabits = 0\n", ["line.databits", "more than 0"]),
        ("[board]\nreset_on_open = 1\n", ["board.reset_on_open", "bool wanted", "1"]),
        ('[board]\nreset = "en"\n', ["board.reset", "none, rts"]),
    ],
)
def test_a_pixit_with_a_mistake_is_refused_with_what_would_be_right(written, text, named):
    message = refused(load_pixit, written(text))

    for word in named:
        assert word in message


@pytest.mark.parametrize("value", ["inf", "nan", "+inf"])
def test_a_time_without_end_is_refused(written, value):
    path = written(f"[timing]\nanswer_s = {value}\n")

    assert "timing.answer_s" in refused(load_pixit, path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("baudrate", "1"),
        ("baudrate", "5000000"),
        ("databits", "50"),
        ("stopbits", "3"),
        ("parity", '"Q"'),
        ("parity", '""'),
    ],
)
def test_a_line_setting_that_no_chip_has_is_refused(written, name, value):
    path = written(f"[line]\n{name} = {value}\n")

    assert f"line.{name}" in refused(load_pixit, path)


# Profiles

PROFILE = """
firmware = "old"
identity = "AT version:0.9"

[[deviation]]
requirement = "3.1/AT/execute/01"
instead = "It says hello."
source = "A transcript."
"""


def test_a_profile_tells_which_requirement_is_known_to_differ(written):
    profile = load_profile(written(PROFILE), EDITION)

    assert profile == Profile(
        "old",
        {"3.1/AT/execute/01": Deviation("3.1/AT/execute/01", "It says hello.", "A transcript.")},
    )


def test_a_profile_without_a_name_is_called_like_its_file(written):
    assert load_profile(written("", "young.toml"), EDITION).name == "young"


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("3.1/AT/execute/01", "3.1/AT/execute/99", ["'3.1/AT/execute/99'", "edition"]),
        ("instead", "instaed", ["deviation", "instaed", "instead"]),
        ('instead = "It says hello."\n', "", ["deviation", "instead"]),
        ('source = "A transcript."\n', "", ["deviation", "source"]),
        ('"A transcript."', "5", ["deviation.source", "str wanted"]),
        (
            'source = "A transcript."\n',
            'source = "A transcript."\ncovers = ["fire"]\n',
            ["covers", "fire", "unasked-restart"],
        ),
        ("[[deviation]]", "[deviation]", ["deviation must be a table"]),
        ("firmware", "firmwear", ["unknown key firmwear", "firmware"]),
        ("[[deviation]]", "[[deviation", ["not TOML"]),
    ],
)
def test_a_profile_with_a_mistake_is_refused_with_what_would_be_right(written, old, new, named):
    assert old in PROFILE

    message = refused(load_profile, written(PROFILE.replace(old, new, 1)), EDITION)

    for word in named:
        assert word in message


def test_a_profile_whose_deviations_are_no_tables_is_refused(written):
    assert "deviation" in refused(load_profile, written("deviation = 5\n"), EDITION)


def test_a_deviation_that_is_registered_twice_is_refused(written):
    again = PROFILE[PROFILE.index("[[deviation]]") :]

    assert "3.1/AT/execute/01" in refused(load_profile, written(PROFILE + again), EDITION)


@pytest.mark.parametrize("path", sorted(PROFILES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_shipped_profile_loads_and_is_called_like_its_file(path):
    profile = load_profile(path, load_edition())

    assert profile.name == path.stem
    assert profile.deviations
    assert profile_named(path.stem, load_edition()) == profile


def test_the_profile_none_has_no_deviations():
    assert profile_named("none", EDITION) == Profile("none", {})


def test_a_profile_is_found_by_name_or_by_path(written, tmp_path):
    path = written(PROFILE, "old.toml")

    assert profile_named("old", EDITION, tmp_path).name == "old"
    assert profile_named(str(path), EDITION, tmp_path / "nowhere").name == "old"


def test_a_profile_that_is_not_there_is_refused_with_those_that_are(written, tmp_path):
    written(PROFILE, "old.toml")

    with pytest.raises(StatementError, match="'new': no such file; shipped: old"):
        profile_named("new", EDITION, tmp_path)
    with pytest.raises(StatementError, match="shipped: none"):
        profile_named("new", EDITION, tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("identity", "name"),
    [
        (["AT version:0.9.1", "SDK version:1"], "old"),
        (["compiled", "AT version:0.9"], "old"),
        (["AT version:2.0.0.0"], "none for this firmware"),
        (["at version:0.9"], "none for this firmware"),
        ([], "none for this firmware"),
    ],
)
def test_the_profile_for_a_firmware_is_the_one_whose_identity_it_says(
    written, tmp_path, identity, name
):
    written(PROFILE, "old.toml")
    written('firmware = "other"\nidentity = "AT version:1."\n', "a.toml")
    written('firmware = "by name only"\n', "b.toml")

    profile = profile_for(identity, EDITION, tmp_path)

    assert profile.name == name
    assert bool(profile.deviations) is (name == "old")


def test_the_shipped_profile_is_found_by_what_the_real_firmware_says():
    said = ["AT version:1.3.0.0(Jul 14 2016 18:54:01)", "SDK version:2.0.0(656edbf)"]

    assert profile_for(said, load_edition()).name == "nonos-1.3"


STALE = {
    **EDITION.requirements,
    "3.1/AT/execute/01": dataclasses.replace(
        EDITION.requirements["3.1/AT/execute/01"], untested_because="nobody can see it"
    ),
}


def test_a_deviation_from_what_no_test_decides_any_more_is_stale(written):
    edition = dataclasses.replace(EDITION, requirements=STALE)

    message = refused(load_profile, written(PROFILE), edition)

    assert "3.1/AT/execute/01 is stale" in message


def test_nothing_deviates_from_what_is_observed(written):
    row = EDITION.requirements["3.1/AT/execute/01"]
    observed = dataclasses.replace(row, level=Level.OBSERVED, ruling="R-05")
    edition = dataclasses.replace(EDITION, requirements={**EDITION.requirements, row.id: observed})
    stored = [{"requirement": row.id, "instead": "It is silent.", "source": "A recording."}]

    message = refused(load_profile, written(PROFILE), edition)

    assert "3.1/AT/execute/01 is observed" in message
    assert stored_profile("old", stored, EDITION).deviations
    assert not stored_profile("old", stored, edition).deviations


VERSIONED = PROFILE + 'since = "1.3"\nuntil = "1.6.2.0"\n'


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("AT version:1.2.9.9(May 2016)", False),
        ("AT version:1.3.0.0(Jul 2016)", True),
        ("AT version:1.3(Jul 2016)", True),
        ("AT version:1.6.1.0", True),
        ("AT version:1.6.2.0", False),
        ("AT version:1.6.2", False),
        ("AT version:1.10.0.0", False),
        ("AT version:0.25", False),
        # Whoever tells no version is taken at the profile's word.
        ("AT version:unknown", True),
        ("SDK version:9.9", True),
    ],
)
def test_a_deviation_holds_for_the_versions_it_is_registered_for(written, said, holds):
    profile = load_profile(written(VERSIONED), EDITION).of((said, "compile time:0.1"))

    assert bool(profile.deviations) is holds
    assert profile.name == "old"


def test_a_deviation_without_versions_holds_for_all(written):
    profile = load_profile(written(PROFILE), EDITION)

    assert profile.of(("AT version:9.9",)) == profile


@pytest.mark.parametrize(
    ("since", "until", "named"),
    [
        ("1.3-beta", "", "since"),
        ("", "next", "until"),
        ("1.6", "1.3", "not before"),
        ("1.3", "1.3.0.0", "not before"),
    ],
)
def test_versions_with_a_mistake_are_refused(written, since, until, named):
    text = PROFILE + f'since = "{since}"\nuntil = "{until}"\n'

    message = refused(load_profile, written(text), EDITION)

    assert named in message
    assert "3.1/AT/execute/01" in message


def test_all_shipped_profiles_load():
    names = {profile.name for profile in load_shipped_profiles(load_edition())}

    assert names == {path.stem for path in PROFILES.glob("*.toml")}
