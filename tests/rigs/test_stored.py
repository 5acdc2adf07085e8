"""A stored run judges itself: it is played back under what it was asked under, unless told else."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from conformance.catalogue import load_edition
from conformance.network import Network
from conformance.record import EndRecord, PurposeRecord, RigRecord, RunRecord, dump
from conformance.statement import Pics, Pixit, Profile, StatementError
from conformance.testbed import NANOSECONDS, LineSettings, Timing
from conformance.verdict import Judgement, Reason, Verdict
from conformance.wiring import Board
from rigs.asked import asked, selection_of
from rigs.open import read_choice
from rigs.replay import ReplayRig
from tests.rigs.whole_runs import ALONE, PLAIN, ROOT, EmulatorProcess, Runs

EDITION = load_edition()
AT = "3.2.1/AT/execute/01"
QUERY = "3.2.1/AT/query/02"

#: A PIXIT in which nothing is as it is by default.
UNUSUAL = Pixit(
    "",
    Timing(20, 31.5, 11, 12, 2, 0.4, 45, 0.25),
    LineSettings(9600, 7, 2, "E"),
    Board("rts", True, flash_map="1024+1024", flash_size="4M", wake_wire=True),
    Network("bench-7", "not my own", "wpa2", channel=6, hosts=("192.168.8.20",)),
)


def run_record(**more) -> RunRecord:
    told = {
        "started": "2026-11-22T19:34:41", "edition": "v1.5", "edition_title": "t",
        "edition_digest": "d", "suite_version": "0.1", "rig": "emulator", "clock_offset_ns": 0,
        "clock_uncertainty_ns": 0, "not_claimed": (), "pixit": Pixit().shown(),
        "profile": "none", "selection": {"markexpr": "", "paths": ["suites"], "allow": []},
    }  # fmt: skip
    return RunRecord(**{**told, **more})


def rig_record(**more) -> RigRecord:
    return RigRecord(**{"worker": "main", "rig": "emulator", "opened": True, "is_board": False,
                        "registered": (), **more})  # fmt: skip


def purpose_record(name: str) -> PurposeRecord:
    return PurposeRecord(name, "node", "It does.", Verdict.PASS, Reason.AS_REQUIRED, "so")


def not_applicable(name: str, requirement: str) -> PurposeRecord:
    judgement = Judgement(Verdict.NOT_APPLICABLE, Reason.NOT_CLAIMED, "not claimed")
    record = purpose_record(name)
    return dataclasses.replace(
        record, verdict=judgement.verdict, reason=judgement.reason, pairs={requirement: judgement}
    )


END = EndRecord("2026-11-22T19:35:41", 0, 0, 0)


class Config:
    """What is asked of pytest's configuration."""

    ArgsSource = pytest.Config.ArgsSource
    rootpath = ROOT
    invocation_params = SimpleNamespace(dir=ROOT)

    def __init__(self, *args: str, **options: object) -> None:
        self.args = list(args) or ["suites"]
        self.args_source = self.ArgsSource.ARGS if args else self.ArgsSource.TESTPATHS
        self.option = SimpleNamespace(
            **{
                "pixit": None, "pics": None, "profile": None, "allow": None, "req": [],
                "keyword": "", "markexpr": "", "deselect": None, "ignore": None,
                "ignore_glob": None, "lf": False, "stepwise": False, **options,
            }
        )  # fmt: skip

    def getoption(self, name: str, default: object = None) -> object:
        return getattr(self.option, name, default)


@pytest.fixture
def play(tmp_path):
    """What a run is asked under that plays back the given records, and its configuration."""

    def read(*records, config=None):
        lines = "".join(dump(record) + "\n" for record in records)
        tmp_path.joinpath("journal.jsonl").write_text(lines, encoding="utf-8")
        config = config or Config()
        return asked(config, EDITION, read_choice(f"replay:{tmp_path}", tmp_path)), config

    return read


def assumptions(under) -> list[str]:
    start = "assumed of the stored run: "
    return [line.removeprefix(start) for line in under.playback if line.startswith(start)]


# What holds again


def test_a_pixit_comes_back_without_its_secret(play):
    under, _ = play(run_record(pixit=UNUSUAL.shown()), rig_record(), END)
    assert under.pixit.timing == UNUSUAL.timing
    assert under.pixit.line == UNUSUAL.line
    assert under.pixit.board == UNUSUAL.board
    network = dataclasses.replace(UNUSUAL.network, password="(secret)")
    assert under.pixit.network == network
    assert under.pixit.secrets == ()
    assert under.pixit.shown() == UNUSUAL.shown()
    (line,) = assumptions(under)
    assert line.startswith("it does not tell the password of its network; taken: asterisks")


def test_the_forms_that_were_not_claimed_are_not_claimed_again(play):
    not_claimed = (("GMR", "execute"), ("ATE", "set"))
    under, _ = play(run_record(pics="my.toml", not_claimed=not_claimed), rig_record(), END)
    assert under.pics == Pics("my.toml", frozenset(not_claimed))
    assert assumptions(under) == []


def test_the_deviations_that_were_registered_are_registered_again(play):
    entry = {"requirement": AT, "instead": "ERROR", "source": "x", "since": "1.3", "until": ""}
    stored = {**entry, "covers": ["unasked-restart"]}  # JSON knows no tuples
    under, _ = play(
        run_record(profile="auto"), rig_record(profile="mine", registered=(stored,)), END
    )
    assert isinstance(under.profile, Profile)
    assert under.profile.name == "mine"
    registered = dataclasses.asdict(under.profile.deviations[AT])
    assert registered == {**entry, "covers": ("unasked-restart",)}
    assert under.profile_text == "auto"


def test_a_deviation_from_what_the_edition_has_no_more_is_left_out(play):
    entry = {"requirement": "9.9/X/set/01", "instead": "ERROR", "source": "x", "unheard": "of"}
    under, _ = play(run_record(), rig_record(profile="mine", registered=(entry,)), END)
    assert under.profile == Profile("mine")


def test_a_damaged_profile_is_told(play):
    with pytest.raises(StatementError, match="the stored run's profile mine is damaged"):
        play(run_record(), rig_record(profile="mine", registered=({"instead": "x"},)), END)


def test_the_leave_that_was_given_is_given_again(play):
    selection = {"markexpr": "", "allow": ["destructive"]}
    under, _ = play(run_record(selection=selection), rig_record(), END)
    assert under.allowed == {"destructive"}


SELECTIONS = {
    "req": ["3.2.1"], "keyword": "at and not ate", "markexpr": "purpose",
    "deselect": ["suites/basic/test_at.py::test_x"], "ignore": ["suites/wifi"],
    "ignore_glob": ["*ping*"],
}  # fmt: skip


@pytest.mark.parametrize("option", SELECTIONS)
def test_what_was_selected_by_an_option_is_selected_again(play, option):
    before = selection_of(Config(**{option: SELECTIONS[option]}))
    under, config = play(run_record(selection=before), rig_record(), END)
    assert config.getoption(option) == SELECTIONS[option]
    assert selection_of(config) == before
    assert not any(line.startswith("told otherwise") for line in under.playback)


def test_the_files_that_were_asked_for_are_asked_for_again_from_anywhere(play, tmp_path):
    there = Config("basic/test_at.py::test_x", "wifi")
    there.invocation_params = SimpleNamespace(dir=ROOT / "suites")
    paths = ["suites/basic/test_at.py::test_x", "suites/wifi"]
    assert selection_of(there)["paths"] == paths
    config = Config()
    config.invocation_params = SimpleNamespace(dir=tmp_path)
    _, config = play(
        run_record(selection={"markexpr": "", "paths": paths}), rig_record(), END, config=config
    )
    assert config.args == [str(ROOT / path) for path in paths]


def test_a_file_that_is_gone_is_left_out_and_told(play):
    selection = {"markexpr": "", "paths": ["suites/no_such.py", "suites/basic"]}
    under, config = play(run_record(selection=selection), rig_record(), END)
    assert config.args == [str(ROOT / "suites/basic")]
    assert assumptions(under) == [
        "suites/no_such.py, which it asked for, is not there; taken: without"
    ]


def test_a_worker_that_is_handed_the_stored_options_is_not_told_otherwise(play):
    selection = selection_of(Config("suites/basic", req=["3.2"]))
    worker = Config(str(ROOT / "suites/basic"), req=["3.2"])
    under, _ = play(
        run_record(selection=selection), rig_record(), purpose_record("TP/A"), config=worker
    )
    assert not any(line.startswith("told otherwise") for line in under.playback)
    assert under.only == {"TP/A"}


# What no option repeats


@pytest.mark.parametrize("option", ["lf", "stepwise"])
def test_a_run_narrowed_by_what_pytest_remembered_is_narrowed_to_what_it_ended(play, option):
    selection = selection_of(Config(**{option: True}))
    under, _ = play(run_record(selection=selection), rig_record(), purpose_record("TP/A"), END)
    assert under.only == {"TP/A"}
    assert (
        "the stored run was narrowed by what pytest remembered: the 1 purposes that it ended are "
        "judged" in under.playback
    )


@pytest.mark.parametrize("end", [[], [dataclasses.replace(END, interrupted="Ctrl-C")]])
def test_a_run_that_ended_early_is_narrowed_to_what_it_ended(play, end):
    under, _ = play(run_record(), rig_record(), purpose_record("TP/A"), *end)
    assert under.only == {"TP/A"}
    assert any(line.startswith("the stored run ended early") for line in under.playback)


def test_a_run_that_came_to_its_end_is_asked_for_all_that_was_selected(play):
    assert play(run_record(), rig_record(), purpose_record("TP/A"), END)[0].only is None


def test_who_selects_otherwise_gets_what_is_selected(play):
    config = Config(req=["3.2.1"])
    assert play(run_record(), rig_record(), purpose_record("TP/A"), config=config)[0].only is None


# What is told otherwise


@pytest.fixture
def files(tmp_path):
    """A PIXIT and a PICS that say something."""
    pixit, pics = tmp_path / "pixit.toml", tmp_path / "pics.toml"
    pixit.write_text("[timing]\nanswer_s = 7\n", encoding="utf-8")
    pics.write_text("[claims.GMR]\nexecute = false\n", encoding="utf-8")
    return {"pixit": str(pixit), "pics": str(pics), "profile": "none", "allow": "ota"}


@pytest.fixture
def unusual():
    """A run in which nothing was as it is by default."""
    selection = selection_of(Config("suites/basic", req=["3.2.1"], keyword="at"))
    entry = {"requirement": AT, "instead": "ERROR", "source": "x", "since": "", "until": ""}
    return (
        run_record(
            pixit=UNUSUAL.shown(), pics="my.toml", not_claimed=(("ATE", "set"),), profile="auto",
            selection={**selection, "allow": ["destructive"]},
        ),
        rig_record(profile="mine", registered=(entry,)),
        END,
    )  # fmt: skip


#: What each option says of `Asked`, and of the configuration.
VIEWS: dict[str, Callable] = {
    "pixit": lambda under, config: under.pixit.timing.answer_s,
    "pics": lambda under, config: under.pics.not_claimed,
    "profile": lambda under, config: (under.profile, under.profile_text),
    "allow": lambda under, config: under.allowed,
    "req": lambda under, config: config.getoption("req"),
    "keyword": lambda under, config: config.getoption("keyword"),
    "paths": lambda under, config: config.args,
}

#: Option -> what it is told otherwise, how that is written, and what it then is.
OTHERWISE = {
    "pixit": ("", "--pixit=", 7),
    "pics": ("", "--pics=", {("GMR", "execute")}),
    "profile": ("none", "--profile=none", (Profile(), "none")),
    "allow": ("ota", "--allow=ota", {"ota"}),
    "req": (["3.2.2"], "--req=3.2.2", ["3.2.2"]),
    "keyword": ("no at", "-k 'no at'", "no at"),
    "paths": ("suites/wifi", "suites/wifi", ["suites/wifi"]),
}


@pytest.mark.parametrize("option", OTHERWISE)
def test_what_the_command_line_says_holds_and_is_told_in_one_line(play, unusual, files, option):
    value, written, then = OTHERWISE[option]
    value = value or files[option]
    config = Config(value) if option == "paths" else Config(**{option: value})
    was = {name: view(*play(*unusual)) for name, view in VIEWS.items()}
    now = play(*unusual, config=config)
    (line,) = [line for line in now[0].playback if line.startswith("told otherwise")]
    assert line.startswith(f"told otherwise than the stored run was: {written}")
    assert VIEWS[option](*now) == then
    assert {name for name, view in VIEWS.items() if view(*now) != was[name]} == {option}


def test_a_leave_is_taken_back_by_giving_none(play, unusual):
    under, _ = play(*unusual, config=Config(allow=""))
    assert under.allowed == frozenset()
    assert any(line.endswith("the stored run was: --allow=") for line in under.playback)


def test_what_holds_as_it_did_is_told_in_one_line(play, unusual):
    assert play(*unusual)[0].playback[0] == (
        "stored run of 2026-11-22T19:34:41 at emulator; as it was: PIXIT, PICS (my.toml), "
        "profile (auto), leave (destructive), selection (--req=3.2.1 -k at suites/basic)"
    )


# Runs of before all this was written down


OLD = {"req": ["3.2.1"], "allow": [], "keyword": "", "paths": ["suites"], "whole": False}


def old(record) -> str:
    """The line of a journal of before there were these fields."""
    fields = json.loads(dump(record))
    for key in ("not_claimed", "playback", "registered", "is_board"):
        fields.pop(key, None)
    return json.dumps(fields)


def test_an_old_run_is_played_back_and_what_it_does_not_tell_is_assumed(tmp_path):
    pixit = {"timing": {"answer_s": 20}, "line": Pixit().shown()["line"]}
    journal = [
        old(run_record(pics="my.toml", pixit=pixit, selection=OLD)),
        old(rig_record(rig="/dev/ttyUSB0", profile="mine", deviations={AT: "it does not"})),
        dump(not_applicable("TP/GMR", "3.2.3/GMR/execute/01")),
        dump(END),
    ]
    tmp_path.joinpath("journal.jsonl").write_text("\n".join(journal) + "\n", encoding="utf-8")
    config = Config()
    under = asked(config, EDITION, read_choice(f"replay:{tmp_path}", tmp_path))
    assert under.pixit.timing == Timing(answer_s=20)
    assert under.pics == Pics("my.toml", frozenset({("GMR", "execute")}))
    assert under.profile.deviations[AT].instead == "it does not"
    assert config.getoption("req") == ["3.2.1"]
    lacking, pics, options, board = assumptions(under)
    assert lacking.startswith("it does not tell timing.join_s, timing.scan_s, ")
    assert lacking.endswith("board, network; taken: the defaults")
    assert pics.startswith("it does not tell what my.toml claims; taken: everything but")
    assert options == "it does not tell -m, --deselect, --ignore and --lf; taken: none"
    assert board == "it does not tell whether its rig was a board; taken: yes"


@pytest.mark.parametrize(
    ("rig", "written_down", "is_board"),
    [
        ("/dev/ttyUSB0", None, True), ("emulator:timing=real", None, False),
        ("replay:x", None, False), ("/dev/ttyUSB0", False, False), ("emulator", True, True),
    ],
)  # fmt: skip
def test_a_stored_board_is_a_board(tmp_path, rig, written_down, is_board):
    lines = dump(rig_record(rig=rig, is_board=written_down))
    tmp_path.joinpath("journal.jsonl").write_text(lines + "\n", encoding="utf-8")
    assert ReplayRig("replay", tmp_path, Pixit()).is_board is is_board


def test_a_folder_that_holds_no_run_asks_for_nothing(tmp_path):
    under = asked(Config(), EDITION, read_choice(f"replay:{tmp_path}", tmp_path))
    assert under.playback == ()
    assert under.pixit == Pixit()


def test_the_stored_run_is_the_one_that_was_the_latest_when_it_was_named(tmp_path):
    link = tmp_path / "latest"
    link.symlink_to("first")
    choice = read_choice("replay:latest", tmp_path)
    link.unlink()
    link.symlink_to("second")
    assert choice.stored == tmp_path / "first"


# Whole runs


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Whole runs that are asked under nothing but what the test names."""
    made = Runs(tmp_path_factory.mktemp("plain"), PLAIN)
    yield made
    made.close()


@pytest.fixture(scope="module")
def stored(plain, tmp_path_factory):
    """A run under an unusual PIXIT, PICS, profile and selection: not all of it passes."""
    folder = tmp_path_factory.mktemp("statements")
    pixit, pics, profile = (folder / f"{name}.toml" for name in ("pixit", "pics", "profile"))
    pixit.write_text(
        "[timing]\nanswer_s = 20\nquiet_s = 0.1\n[line]\nbaudrate = 9600\n", encoding="utf-8"
    )
    pics.write_text("[claims.GMR]\nexecute = false\n", encoding="utf-8")
    profile.write_text(
        f'[[deviation]]\nrequirement = "{QUERY}"\ninstead = "It restarts."\nsource = "a test"\n'
        'covers = ["unasked-restart"]\n',
        encoding="utf-8",
    )
    return plain.run(
        "-q", f"{ALONE},fault=at.query-restarts", "--req=3.2.1", "--req=3.2.3",
        "--req=2/-/general/09", "-k", "not sdk and not in_use", f"--pixit={pixit}",
        f"--pics={pics}", f"--profile={profile}", "suites/basic", "suites/general",
    )  # fmt: skip


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one", "two"])
def test_a_run_that_is_played_back_with_nothing_but_its_folder_comes_to_the_same(
    plain, stored, workers
):
    assert {"inconclusive", "not applicable", "deviation"} <= set(stored.verdicts.values())
    again = plain.run("-q", f"--rig=replay:{stored.folder}", *workers)
    assert again.verdicts == stored.verdicts
    assert again.requirements == stored.requirements
    assert again.exit_code == stored.exit_code
    (line,) = [line for line in again.lines if line.startswith("stored run of ")]
    assert again.results["run"]["playback"] == [line]
    page = (again.folder / "index.html").read_text(encoding="utf-8")
    assert "<dt>Played back</dt><dd>stored run of " in page
    for key in ("pixit", "pics", "profile", "selection"):
        assert again.results["run"][key] == stored.results["run"][key]


def test_a_playback_that_is_played_back_comes_to_the_same(plain, stored):
    again = plain.run("-q", f"--rig=replay:{stored.folder}")
    assert again.verdicts == plain.run("-q", f"--rig=replay:{again.folder}").verdicts


def slowed(transcript: Path, by_s: float) -> None:
    """Let everything that was answered be answered so much later."""
    entries = [json.loads(line) for line in transcript.read_text(encoding="ascii").splitlines()]
    later, before = 0, ""
    for entry in entries:
        if entry["dir"] == "<" and before == ">":
            later += int(by_s * NANOSECONDS)
        before = entry["dir"]
        entry["t"] += later
    lines = "".join(json.dumps(entry) + "\n" for entry in entries)
    transcript.write_text(lines, encoding="ascii")


def test_the_patience_that_a_run_had_with_its_iut_is_not_forgotten(plain, stored, tmp_path):
    """What was answered after 5 s, when 20 were allowed, fails where 3 are."""
    slow = shutil.copytree(stored.folder, tmp_path / "slow")
    for transcript in slow.joinpath("transcripts").glob("TP*"):
        slowed(transcript, 5)
    again = plain.run("-q", f"--rig=replay:{slow}")
    assert again.verdicts == stored.verdicts
    hasty = tmp_path / "hasty.toml"
    hasty.write_text("[timing]\nanswer_s = 3\n[line]\nbaudrate = 9600\n", encoding="utf-8")
    otherwise = plain.run("-q", f"--rig=replay:{slow}", f"--pixit={hasty}")
    assert otherwise.verdicts != stored.verdicts
    assert f"told otherwise than the stored run was: --pixit={hasty}" in otherwise.lines


def test_a_run_that_was_killed_comes_to_the_verdicts_that_it_had(plain, stored, tmp_path):
    killed = shutil.copytree(stored.folder, tmp_path / "killed")
    journal = killed / "journal.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines()
    journal.write_text("\n".join(lines[:6]) + '\n{"kind": "pur', encoding="utf-8")
    had = [json.loads(line)["id"] for line in lines[:6] if '"kind": "purpose"' in line]
    again = plain.run("-q", f"--rig=replay:{killed}")
    assert again.verdicts == {name: stored.verdicts[name] for name in had}
    assert again.results["summary"]["conformant"] != "yes"


def test_a_board_s_purposes_that_nobody_allowed_are_not_run_again(plain):
    line = EmulatorProcess("--pty")
    try:
        board = plain.run("-q", "--req=3.2.6", f"--rig={line.port}")
    finally:
        line.end()
    again = plain.run("-q", f"--rig=replay:{board.folder}")
    assert "not run" in board.verdicts.values()
    assert again.verdicts == board.verdicts
