"""A stored run as a rig: its port passes the test-bed, and what differs is inconclusive."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.commandline import set_
from conformance.flash import AREA, FlashLayout
from conformance.record import PurposeRecord, RigRecord, dump
from conformance.session import Session
from conformance.statement import Pixit, load_pixit
from conformance.testbed import NANOSECONDS, LineSettings, PortError, SettingRefused
from conformance.transcript import (
    FROM_IUT,
    TO_IUT,
    NullRecorder,
    TranscriptWriter,
    flash_detail,
    layout_detail,
)
from conformance.verdict import Inconclusive, Reason, Verdict
from rigs.emulated import EmulatorOptions, EmulatorRig
from rigs.replay import (
    OPENING,
    ReplayPort,
    ReplayRig,
    StoredFlash,
    StoredPower,
    StoredReset,
)
from tests.rigs.port_checks import Bed, Configured, Echoes, HangsUp, PortChecks, Step
from tests.rigs.whole_runs import PIXIT

MS = NANOSECONDS // 1000


class ReplayBed:
    """A port that plays a transcript, in which the other end did what the script says."""

    has_peer = True
    largest = 1 << 16

    def __init__(self, folder: Path) -> None:
        self._path = folder / "transcript.jsonl"
        self._at = NANOSECONDS

    def open(self, *script: Step) -> ReplayPort:
        with TranscriptWriter(self._path.open("w", encoding="ascii")) as transcript:
            for step in script:
                self._write(transcript, step)
        port = ReplayPort()
        port.load(self._path)
        return port

    def _write(self, transcript: TranscriptWriter, step: Step) -> None:
        self._at += 100 * MS
        match step:
            case Echoes(data):
                transcript.sent(data, self._at)
                transcript.received(data[:1], self._at + MS)
                if data[1:]:
                    transcript.received(data[1:], self._at + 2 * MS)
            case Configured(settings):
                transcript.acted("configure", str(settings), self._at)
            case HangsUp():
                transcript.acted("failed", "it vanished", 0)

    def close(self) -> None:
        """A stimulus that differs was refused when it was written."""


class TestReplay(PortChecks):
    @pytest.fixture
    def bed(self, tmp_path: Path) -> Iterator[Bed]:
        return ReplayBed(tmp_path)


@pytest.fixture
def bed(tmp_path):
    return ReplayBed(tmp_path)


def refusal(act) -> str:
    """What is said of a stimulus that the stored run does not have."""
    with pytest.raises(Inconclusive) as raised:
        act()
    assert raised.value.reason is Reason.EVIDENCE_DIFFERS
    return str(raised.value)


def test_a_line_that_differs_is_inconclusive_and_both_are_told(bed):
    port = bed.open(Echoes(b"AT\r\n"))
    said = refusal(lambda: port.write(b"AT+GMR\r\n"))
    assert said == r"the stored run has sent AT\r\n where AT+GMR\r\n is sent now"


def test_a_line_before_the_answer_to_the_last_one_is_inconclusive(bed):
    port = bed.open(Echoes(b"AT\r\n"), Echoes(b"AT\r\n"))
    port.write(b"AT\r\n")
    assert "the stored run has received A where" in refusal(lambda: port.write(b"AT\r\n"))


def test_a_line_after_the_end_of_the_stored_run_is_inconclusive(bed):
    port = bed.open()
    assert refusal(lambda: port.write(b"AT\r\n")) == "the stored run ends here"


def test_a_line_where_the_stored_run_set_the_rate_is_inconclusive(bed):
    port = bed.open(Configured(LineSettings(baudrate=9600)))
    assert "configure 9600 8N1" in refusal(lambda: port.write(b"AT\r\n"))


@pytest.mark.parametrize("script", [Configured(LineSettings(baudrate=9600)), Echoes(b"AT")])
def test_another_rate_than_the_stored_run_had_is_inconclusive(bed, script):
    port = bed.open(script)
    assert "115200 8N1" in refusal(lambda: port.configure(LineSettings()))


def test_an_answer_comes_at_the_time_it_once_came(bed):
    port = bed.open(Echoes(b"AT"))
    sent = port.write(b"AT")
    assert port.read(sent + NANOSECONDS) == (b"A", sent + MS)
    assert port.read(sent + NANOSECONDS) == (b"T", sent + 2 * MS)


def test_an_answer_that_once_came_too_late_is_too_late_again(bed):
    port = bed.open(Echoes(b"AT"))
    sent = port.write(b"AT")
    assert port.read(sent + MS - 1) == (b"", sent + MS - 1)
    assert port.read(sent + MS) == (b"A", sent + MS)


def test_a_line_that_once_failed_fails_again_with_the_same_words(bed):
    port = bed.open(Echoes(b"A"), HangsUp())
    port.write(b"A")
    assert port.read(port.now() + NANOSECONDS)[0] == b"A"
    with pytest.raises(PortError, match=r"^it vanished$"):
        port.read(port.now() + NANOSECONDS)


@pytest.mark.parametrize("comment", ["recover", "respawn", "reflash", "heard"])
def test_what_the_harness_wrote_of_itself_stands_in_nobody_s_way(tmp_path, comment):
    path = tmp_path / "transcript.jsonl"
    with TranscriptWriter(path.open("w", encoding="ascii")) as transcript:
        transcript.acted(comment, "", 0)
        transcript.sent(b"AT", 1)
        transcript.acted(comment, "", 0)
        transcript.received(b"OK", 2)
    port = ReplayPort()
    port.load(path)
    port.write(b"AT")
    assert port.read(10) == (b"OK", 2)


def test_loading_another_transcript_begins_at_its_beginning(bed, tmp_path):
    port = bed.open(Echoes(b"AT"), Echoes(b"AT"))
    port.write(b"AT")
    port.load(tmp_path / "transcript.jsonl")
    port.write(b"AT")
    assert port.read(0)[0] == b"A"


# The rig


@pytest.fixture
def stored(tmp_path):
    """The folder of a run: one purpose, one that said nothing, and a rig without a capability."""
    lines = [
        dump(RigRecord("main", "emulator", False, problem="not at first")),
        dump(
            RigRecord(
                "main", "emulator", True, transcript="opening.jsonl", capabilities=("a-thing",),
                missing={"uart-rate": "because"},
            )
        ),
        dump(record("TP/A", "a.jsonl")),
        dump(record("TP/NOT-RUN", "")),
    ]  # fmt: skip
    tmp_path.joinpath("journal.jsonl").write_text(
        "\n".join(lines) + '\n{"kind": "pur', encoding="utf-8"
    )
    for name, line in (("opening", "opened"), ("a", "AT")):
        with TranscriptWriter(
            tmp_path.joinpath(f"{name}.jsonl").open("w", encoding="ascii")
        ) as transcript:
            transcript.sent(line.encode(), 1)
    return tmp_path


def record(identifier: str, transcript: str) -> PurposeRecord:
    return PurposeRecord(
        identifier,
        "node",
        "It does.",
        Verdict.PASS,
        Reason.AS_REQUIRED,
        "so",
        transcript=transcript,
    )


def test_each_purpose_is_played_from_its_own_transcript(stored):
    rig = ReplayRig("replay", stored, Pixit())
    rig.begin("TP/A")
    rig.port.write(b"AT")
    rig.begin(OPENING)
    rig.port.write(b"opened")


@pytest.mark.parametrize("purpose", ["TP/UNKNOWN", "TP/NOT-RUN"])
def test_a_purpose_without_evidence_is_inconclusive(stored, purpose):
    rig = ReplayRig("replay", stored, Pixit())
    assert refusal(lambda: rig.begin(purpose)) == "the stored run has no evidence for this"


def test_a_stored_run_has_the_capabilities_of_its_rig_and_is_no_board(stored):
    rig = ReplayRig("replay", stored, Pixit())
    assert rig.capabilities == {"a-thing"}
    assert rig.missing() == {"uart-rate": "because"}
    assert not rig.is_board


@pytest.mark.parametrize("real", [True, False])
def test_a_stored_run_has_the_time_that_it_had(stored, real):
    journal = stored / "journal.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines()
    rig = RigRecord("main", "a rig", opened=True, real_time=real)
    journal.write_text("\n".join([dump(rig), *lines]), encoding="utf-8")

    assert ReplayRig("replay", stored, Pixit()).is_real_time is real


def test_a_stored_run_whose_rig_never_opened_cannot_be_replayed(stored):
    journal = stored / "journal.jsonl"
    journal.write_text(journal.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(PortError, match="that run never opened its rig"):
        ReplayRig("replay", stored, Pixit())


@pytest.mark.parametrize("content", [None, "{}\n", "not JSON}\n", '{"kind": "fish"}\n'])
def test_a_folder_that_holds_no_run_cannot_be_replayed(tmp_path, content):
    if content is not None:
        tmp_path.joinpath("journal.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(PortError, match="name the folder of a report"):
        ReplayRig("replay", tmp_path, Pixit())


@pytest.mark.parametrize("damage", ["gone", "broken", "not-ascii"])
def test_a_transcript_that_cannot_be_read_is_a_failure_of_the_rig(stored, damage):
    transcript = stored / "opening.jsonl"
    match damage:
        case "gone":
            transcript.unlink()
        case "broken":
            transcript.write_text(
                json.dumps({"t": "never", "dir": TO_IUT}) + "\n", encoding="utf-8"
            )
        case "not-ascii":
            transcript.write_bytes(b'{"t": 1, "dir": ">", "data": "\xff"}\n')
    rig = ReplayRig("replay", stored, Pixit())
    with pytest.raises((PortError, Inconclusive)):
        rig.begin(OPENING)


def test_recovering_plays_what_the_recovery_said_and_keeps_its_words(tmp_path):
    stored_answer = [
        (TO_IUT, b"AT\r\n"), (FROM_IUT, b"\r\nOK\r\n"),
    ]  # fmt: skip
    path = tmp_path / "opening.jsonl"
    with TranscriptWriter(path.open("w", encoding="ascii")) as transcript:
        transcript.acted("recover", "115200 8N1", 0)
        for at, (direction, data) in enumerate(stored_answer, 1):
            say = transcript.sent if direction == TO_IUT else transcript.received
            say(data, at * MS)
    tmp_path.joinpath("journal.jsonl").write_text(
        dump(RigRecord("main", "emulator", True, transcript="opening.jsonl")) + "\n",
        encoding="utf-8",
    )
    rig = ReplayRig("replay", tmp_path, Pixit())
    rig.begin(OPENING)
    rig.recover(NullRecorder())
    assert rig.settings == LineSettings()
    assert refusal(lambda: rig.port.write(b"AT\r\n")) == "the stored run ends here"


# What else was done to the board


def play(path, *entries):
    """A port that plays `entries`: actions as pairs, bytes from the IUT."""
    with TranscriptWriter(path.open("w", encoding="ascii")) as transcript:
        for number, entry in enumerate(entries, 1):
            if isinstance(entry, bytes):
                transcript.received(entry, number * MS)
            else:
                transcript.acted(*entry, number * MS)
    port = ReplayPort()
    port.load(path)
    return port


@pytest.fixture
def script(tmp_path):
    return lambda *entries: play(tmp_path / "transcript.jsonl", *entries)


LAYOUT = FlashLayout(4 << 20)
AREAS = (range(16, 20), range(32, 34))
CONTENTS = (b"\xff\x00ab", b"cd")
HANDS = {
    "reset": (StoredReset, "pulse", ()),
    "power-off": (StoredPower, "off", ()),
    "power-on": (StoredPower, "on", ()),
    "flash-layout": (StoredFlash, "layout", ()),
    "flash-read": (StoredFlash, "read", (AREAS,)),
}


@pytest.mark.parametrize("action", HANDS)
def test_an_act_that_comes_where_another_thing_came_is_inconclusive(script, action):
    kind, name, arguments = HANDS[action]
    for entry, shown in ((("configure", "9600 8N1"), "configure 9600 8N1"), (b"OK", "received OK")):
        act = getattr(kind(script(entry)), name)
        assert refusal(lambda act=act: act(*arguments)) == (
            f"the stored run has {shown} where {action} comes now"
        )
    act = getattr(kind(script()), name)
    assert refusal(lambda: act(*arguments)) == "the stored run ends here"


def test_acts_are_played_in_their_order_and_at_their_time(script):
    port = script(("reset", ""), b"ready", ("power-off", ""), ("power-on", ""))
    StoredReset(port).pulse()
    assert port.now() == MS
    assert port.read(NANOSECONDS)[0] == b"ready"
    assert port.read(NANOSECONDS)[0] == b""
    StoredPower(port).off()
    StoredPower(port).on()


def test_the_flash_is_what_it_was(script):
    port = script(
        ("flash-layout", layout_detail(LAYOUT)), ("flash-read", flash_detail(AREAS, CONTENTS))
    )
    flash = StoredFlash(port)
    assert flash.layout() == LAYOUT
    assert flash.read(AREAS) == CONTENTS


def test_another_area_than_was_read_is_inconclusive(script):
    flash = StoredFlash(script(("flash-read", flash_detail(AREAS, CONTENTS))))
    assert "range(16, 20)" in refusal(lambda: flash.read(AREAS[1:]))


@pytest.mark.parametrize("action", ["flash-layout", "flash-read"])
@pytest.mark.parametrize("detail", ["", "{}", "[]", '{"areas": [[0, 1]], "packed": ["x"]}'])
def test_flash_that_was_damaged_in_storage_is_a_failure_of_the_rig(script, action, detail):
    kind, name, arguments = HANDS[action]
    act = getattr(kind(script((action, detail))), name)
    with pytest.raises(PortError, match="the stored run is damaged"):
        act(*arguments)


def test_an_act_that_once_failed_fails_again(script):
    port = script(("failed", "no such hub"))
    with pytest.raises(PortError, match=r"^no such hub$"):
        StoredReset(port).pulse()


def test_a_setting_that_was_once_refused_is_refused_again(script):
    port = script(("configure", "115200 7E1"), ("refused", "not here"))
    with pytest.raises(SettingRefused, match=r"^not here$"):
        port.configure(LineSettings(115200, 7, 1, "E"))


@pytest.mark.parametrize(
    ("capability", "hand"), [("reset", "reset"), ("power", "power"), ("flash-read", "flash")]
)
def test_a_stored_run_has_the_hands_that_its_rig_had(stored, capability, hand):
    assert getattr(ReplayRig("replay", stored, Pixit()).controls, hand) is None
    journal = stored / "journal.jsonl"
    journal.write_text(
        journal.read_text(encoding="utf-8").replace('"a-thing"', f'"{capability}"'),
        encoding="utf-8",
    )
    assert getattr(ReplayRig("replay", stored, Pixit()).controls, hand) is not None


HASTY = replace(
    load_pixit(PIXIT), timing=replace(load_pixit(PIXIT).timing, recovery_s=6.0, answer_s=0.2)
)


def test_a_recovery_with_its_reset_comes_to_the_same_when_it_is_played_back(tmp_path):
    """A ladder that was climbed to the reset, on an IUT of which nobody knows the rate."""
    path = tmp_path / "opening.jsonl"
    rig = EmulatorRig("emulator", EmulatorOptions(timing="fast"), HASTY)
    with (
        contextlib.closing(rig),
        TranscriptWriter(path.open("w", encoding="ascii")) as transcript,
    ):
        rig.recover(transcript)
        session = Session(rig.port, HASTY.timing, transcript, rig.controls)
        session.send(set_("UART_CUR", 31250, 7, 1, 1, 0)).succeeds()
        rig.recover(transcript, [LineSettings(9600)])
        session.read_flash("user")
        session.power_cycle()
    assert '"do": "reset"' in path.read_text(encoding="ascii")
    capabilities = tuple(rig.capabilities)
    tmp_path.joinpath("journal.jsonl").write_text(
        dump(RigRecord("main", "emulator", True, transcript=path.name, capabilities=capabilities))
        + "\n",
        encoding="utf-8",
    )
    again = ReplayRig("replay", tmp_path, HASTY)
    again.begin(OPENING)
    again.recover(NullRecorder())
    session = Session(again.port, HASTY.timing, controls=again.controls)
    session.send(set_("UART_CUR", 31250, 7, 1, 1, 0)).succeeds()
    again.recover(NullRecorder(), [LineSettings(9600)])
    assert again.settings == rig.settings
    assert len(session.read_flash("user")[0]) == AREA
    assert session.power_cycle().restarted
