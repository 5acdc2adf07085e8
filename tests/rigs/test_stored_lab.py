"""The lab of a stored run: it tells what it told, and nothing that it was not asked."""

from __future__ import annotations

import json

import pytest

from conformance.lab import AccessPoint
from conformance.session import Session
from conformance.testbed import NANOSECONDS, Controls, LabError
from conformance.transcript import TranscriptWriter
from conformance.verdict import Inconclusive, Reason
from rigs.replay import ReplayPort, StoredLab
from tests.library.made_lab import Door

MS = NANOSECONDS // 1000

HOME = AccessPoint(
    "ap1", b"net", "02:00:00:00:00:01", 6, "open", b"", -50, False, "10.0.0.1", "255.255.255.0",
    "10.0.0.100", "10.0.0.199", "02:00:00:00:00:02",
)  # fmt: skip
TOLD = {
    "name": "ap1", "ssid": b"net".hex(), "bssid": HOME.bssid, "channel": 6, "security": "open",
    "password": "", "rssi": -50, "hidden": False, "address": HOME.address,
    "netmask": HOME.netmask, "first": HOME.first, "last": HOME.last, "mac": HOME.mac,
}  # fmt: skip


@pytest.fixture
def replay(tmp_path):
    """What a session that asks now is told, where another one was told `answers`."""

    def played(first, then, *answers):
        path = tmp_path / "transcript.jsonl"
        with TranscriptWriter(path.open("w", encoding="ascii")) as transcript:
            session = Session(
                ReplayPort(), recorder=transcript, controls=Controls(lab=Door(*answers))
            )
            for ask in first:
                try:
                    ask(session.lab)
                except (LabError, Inconclusive):
                    continue
        port = ReplayPort()
        port.load(path)
        session = Session(port, controls=Controls(lab=StoredLab(port)))
        return [ask(session.lab) for ask in then]

    return played


def home(lab):
    return lab.home()


def network(lab):
    return lab.access_point(b"\x00\xff", b"12345678", rssi=-70)


def test_what_the_lab_told_it_tells_again(replay):
    assert replay([home, network], [home, network], TOLD, TOLD) == [HOME, HOME]


def test_another_question_is_inconclusive_and_both_are_told(replay):
    with pytest.raises(Inconclusive, match=r"asked the lab home .* where access-point") as raised:
        replay([home], [network], TOLD)
    assert raised.value.reason is Reason.EVIDENCE_DIFFERS


def test_the_same_question_about_something_else_is_inconclusive(replay):
    with pytest.raises(Inconclusive) as raised:
        replay([network], [lambda lab: lab.access_point(b"other")], TOLD)
    assert raised.value.reason is Reason.EVIDENCE_DIFFERS


def test_one_question_more_than_were_asked_is_inconclusive(replay):
    with pytest.raises(Inconclusive, match="the stored run ends here"):
        replay([home], [home, home], TOLD)


def test_what_the_lab_could_not_do_it_cannot_do_again_for_the_same_reason(replay):
    with pytest.raises(Inconclusive, match="it dropped some") as raised:
        replay([home], [home], Inconclusive("it dropped some", Reason.CAPTURE_DROPPED))
    assert raised.value.reason is Reason.CAPTURE_DROPPED


def test_a_lab_that_failed_fails_again_in_its_own_words(replay):
    with pytest.raises(LabError, match="it ended with -9"):
        replay([home], [home], LabError("it ended with -9"))


def test_a_capture_of_a_stored_run_is_in_no_report_of_today(replay):
    def capture(lab):
        with lab.capture() as seeing:
            pass
        return seeing.seen

    seen = {"began_at": 1, "ended_at": 2, "frames": [], "drops": 0, "path": "captures/x.pcapng"}
    (again,) = replay([capture], [capture], {}, seen)
    assert (again.began_at, again.ended_at, again.path) == (1, 2, "")


@pytest.mark.parametrize(
    "detail",
    ["", "{", "[]", "{}", json.dumps({"ask": "home"}), json.dumps({"ask": "home", "with": {}})],
)
def test_an_answer_that_was_damaged_in_storage_is_a_failure_of_the_lab(tmp_path, detail):
    path = tmp_path / "transcript.jsonl"
    with TranscriptWriter(path.open("w", encoding="ascii")) as transcript:
        transcript.acted("lab", detail, MS)
    port = ReplayPort()
    port.load(path)
    with pytest.raises(LabError):
        StoredLab(port).ask("home", {})
