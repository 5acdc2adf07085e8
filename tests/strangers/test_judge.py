"""Strangers judged: what is not as their lists say, and how it is told."""

from __future__ import annotations

import json

import pytest

from conformance.catalogue import load_edition
from conformance.testbed import Timing
from tests.strangers import judge
from tests.strangers.device import About
from tests.strangers.runs import Ran, Way, patience_s

BROKEN, SOUND = "3.2.1/AT/execute/01", "3.2.3/GMR/execute/01"
OPEN, VAGUE = "3.2.5/ATE/set/01", "3.2.5/ATE/set/02"
ABOUT = About(
    "made up", "None.", {"AT": "execute", "ATE": "set", "GMR": "execute"},
    breaks={BROKEN: "It is broken."}, inconclusive={VAGUE: "it cannot be told."},
    open={OPEN: "Nobody knows."},
)  # fmt: skip
AS_LISTED = {BROKEN: "fail", VAGUE: "inconclusive", OPEN: "pass", SOUND: "pass"}


def found(**changed):
    named = {"broken": BROKEN, "open": OPEN, "vague": VAGUE, "sound": SOUND}
    verdicts = AS_LISTED | {named[key]: verdict for key, verdict in changed.items()}
    return judge.differences(ABOUT, load_edition(), verdicts)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"open": "inconclusive"},
        {"sound": "not run"},
        {"broken": "not run", "vague": "not applicable"},
    ],
)
def test_what_is_as_the_lists_say_is_not_told(changed):
    assert found(**changed) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"sound": "fail"}, f"{SOUND} fails, and is not broken"),
        ({"open": "fail"}, f"{OPEN} fails, and is not broken"),
        ({"vague": "fail"}, f"{VAGUE} fails, and is not broken"),
        ({"broken": "pass"}, f"{BROKEN} passes, and is broken: It is broken."),
        ({"broken": "inconclusive"}, f"{BROKEN} is inconclusive, and is broken: It is broken."),
        ({"sound": "inconclusive"}, f"{SOUND} is inconclusive, and nothing is in the way"),
        ({"vague": "pass"}, f"{VAGUE} passes, though it cannot be told."),
        ({"sound": "error"}, f"{SOUND} is an error"),
    ],
)
def test_what_is_not_as_the_lists_say_is_told(changed, told):
    assert found(**changed) == [told]


def test_what_nobody_tried_though_the_rig_could_is_missed():
    not_run = AS_LISTED | {BROKEN: "not run"}
    (told,) = judge.missed(ABOUT, not_run, {BROKEN: "no reason", SOUND: "no reason"})
    assert told == f"{BROKEN} is not run (no reason), though It is broken."
    assert judge.missed(ABOUT, not_run, {}) == []
    assert judge.missed(ABOUT, AS_LISTED, {BROKEN: "no reason"}) == []


@pytest.mark.parametrize(
    ("takes_ms", "delay", "patience"), [(0, "2800", 3.0), (350, "2800", 3.316), (350, "0-900", 3.0)]
)
def test_the_bench_waits_as_long_as_its_device_takes(takes_ms, delay, patience):
    about = About("made up", "None.", {}, takes_ms=takes_ms)
    assert patience_s(about, Way(delay)) == patience


def ran(monkeypatch, tmp_path, *arguments, verdicts=("pass", "pass")):
    """The judge with runs that are made up: one purpose, its verdict as written and shuffled."""

    def made_up(about, way, edition, place, more):
        pairs = {("TP/X", SOUND): verdicts[bool(way.order)]}
        return Ran(1.0, pairs, {SOUND: "pass"})

    monkeypatch.setattr(judge, "run", made_up)
    return judge.main(["--names", "quiet", "--out", str(tmp_path / "out"), *arguments])


def test_every_delay_is_run_in_every_order(monkeypatch, tmp_path, capsys):
    assert ran(monkeypatch, tmp_path, "--delay", "0", "350", "--order", "0", "7") == 0
    said = capsys.readouterr().out
    ways = ("as written:", "order 7:", "as written, 350 ms later:", "order 7, 350 ms later:")
    assert all(f"quiet, {way} 1 purposes in 1 s" in said for way in ways)
    assert "[4/4]" in said


def test_the_nightly_has_every_delay_in_the_written_order_and_three_others(
    monkeypatch, tmp_path, capsys
):
    assert ran(monkeypatch, tmp_path, "--nightly") == 0
    said = capsys.readouterr().out
    assert said.count("as written") == len(judge.DELAYS) == 4
    assert said.count("order ") == 12


def test_the_nightly_s_latest_answer_is_as_late_as_one_may_be():
    latest_s = max(Way(delay).latest_ms for delay in judge.DELAYS) / 1000
    assert latest_s == pytest.approx(0.95 * Timing().answer_s)


def test_a_verdict_that_depends_on_the_order_is_told(monkeypatch, tmp_path, capsys):
    verdicts = ("pass", "inconclusive")
    assert ran(monkeypatch, tmp_path, "--order", "0", "7", verdicts=verdicts) == 1
    said = capsys.readouterr().out.splitlines()
    assert "quiet: 1 not the same in every way" in said
    assert said[-1].endswith("1 differences")


@pytest.mark.parametrize("delay", ["x", "350-", "900-0", "-1"])
def test_what_is_no_delay_is_refused(delay, capsys):
    with pytest.raises(SystemExit):
        judge.main([f"--delay={delay}"])
    assert "milliseconds wanted" in capsys.readouterr().err


def test_a_run_on_a_stranger_comes_out_as_its_lists_say(tmp_path, capsys):
    out = tmp_path / "out"
    options = ["--out", str(out), "--order", "7", "--delay", "350", "--"]
    asked = ["--req=3.2.3", "--req=2/-/general/06", "--req=3.2.2/RST/execute/02"]
    assert judge.main(["--names", "quiet", *options, *asked]) == 0, capsys.readouterr().out
    rows = json.loads((out / "quiet" / "results.json").read_text())["requirements"]
    told = {row["id"]: (row["verdict"], row["reason"]) for row in rows if row["purposes"]}
    assert told["3.2.2/RST/execute/02"][0] == "pass"  # `ready` behind noise without a line end
    assert told["2/-/general/06"] == ("not run", "not-claimed")


def test_a_run_that_cannot_be_is_told(tmp_path, capsys):
    out = str(tmp_path / "out")
    assert judge.main(["--names", "quiet", "--out", out, "--", "--no-such-option"]) == 2
    assert "pytest ended with 4; see" in capsys.readouterr().out


def test_what_is_not_observed_as_the_list_says_is_told():
    about = About("made up", "None.", {"GMR": "execute"}, observed={SOUND: "OK"})
    pair = ("TP/A", SOUND)

    assert judge.unobserved(about, {}) == []
    assert judge.unobserved(about, {pair: "observed (OK)"}) == []
    for other in ("observed (ERROR)", "inconclusive"):
        assert judge.unobserved(about, {pair: other}) == [
            f"{SOUND} is {other}, and not observed (OK)"
        ]
