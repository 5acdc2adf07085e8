"""Steps are read as they were recorded; what was expected has no part in it."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path

import pytest

from conformance.statement import Pixit
from conformance.testbed import NANOSECONDS, PortError
from conformance.verdict import Inconclusive
from rigs.open import read_choice
from tests.recordings.made_rig import READY, MadeRig
from tests.recordings.playing import LIMIT_S, QUIET_S, NotPlayed, play, refresh
from tests.recordings.recording import DATA, Step, load
from tests.recordings.replaying import chosen, replay

AT = Step("g", 1, b"AT\r\n", b"\r\nOK\r\n")
LATE = [(0.01, b"\r\nOK\r\n"), (0.31, b"later\r\n")]


def step(**changed):
    return dataclasses.replace(AT, **changed)


def heard(pieces, **how):
    rig = MadeRig({b"AT\r\n": pieces})
    (played,) = play(rig, [step(**how)])
    return played.heard


def seconds(rig):
    return rig.port.now() / NANOSECONDS


def test_a_result_ends_a_step():
    assert heard(LATE) == b"\r\nOK\r\n"


def test_what_comes_within_the_recorded_silence_belongs_to_the_step():
    assert heard(LATE, quiet_s=0.4) == b"\r\nOK\r\nlater\r\n"
    assert heard(LATE, quiet_s=0.2) == b"\r\nOK\r\n"


def test_what_comes_in_pieces_is_one_answer():
    pieces = [(0.01, b"\r\nO"), (0.9, b"K\r"), (0.91, b"\n> ")]
    assert heard(pieces) == b"\r\nOK\r\n> "


@pytest.mark.parametrize("end", [b"ERROR", b"FAIL", b"SEND OK", b"SEND Canceled", b"busy p..."])
def test_other_ends(end):
    assert heard([(0.1, b"\r\n" + end + b"\r\n"), (0.5, b"x")]) == b"\r\n" + end + b"\r\n"


def test_a_word_inside_a_line_ends_nothing():
    assert heard([(0.1, b"all OK\r\n"), (0.5, b"OK too\r\n")]) == b"all OK\r\nOK too\r\n"


def test_the_limit_ends_a_step_that_gets_no_result():
    rig = MadeRig({b"AT\r\n": [(0.5, b"+X\r\n"), (2.5, b"+Y\r\n")]})
    refresh(rig)
    before = seconds(rig)
    (played,) = play(rig, [step(max_s=1.0)])
    assert played.heard == b"+X\r\n"
    assert seconds(rig) - before == pytest.approx(1.0 + 0.1 + QUIET_S)
    assert heard([(LIMIT_S - 0.1, b"a"), (LIMIT_S + 0.1, b"b")]) == b"a"


def test_the_callers_limit_is_the_shorter_one():
    rig = MadeRig({b"AT\r\n": [(0.5, b"+X\r\n"), (2.5, b"+Y\r\n")]})
    (played,) = play(rig, [step(max_s=9.0)], limit_s=0.4)
    assert played.heard == b""


def test_silence_ends_a_step_that_was_read_so_and_nothing_else_does():
    pieces = [(0.1, b"a"), (0.3, b"\r\nOK\r\n"), (0.55, b"b"), (0.9, b"c")]
    assert heard(pieces, read="quiet", quiet_s=0.3) == b"a\r\nOK\r\nb"


def test_ready_ends_a_step_that_was_read_so():
    pieces = [(0.1, b"\r\nOK\r\n"), (1.0, b"not ready yet\r\n"), (2.0, READY), (2.2, b"x")]
    assert heard(pieces, read="ready", max_s=8.0) == b"\r\nOK\r\nnot ready yet\r\n" + READY


def test_nothing_is_sent_during_the_delay_and_what_comes_then_is_kept():
    rig = MadeRig({b"AT\r\n": [*LATE], b"+++": [(0.01, b"out")]})
    played = play(rig, [AT, step(number=2, send=b"+++", read="quiet", quiet_s=0.2, delay_s=0.5)])
    (first, _), (second, _) = rig.port.written
    assert second - first >= 0.5 * NANOSECONDS
    assert [each.heard for each in played] == [b"\r\nOK\r\n", b"later\r\nout"]


def test_what_comes_too_late_is_found_in_the_next_step():
    rig = MadeRig({b"AT\r\n": LATE})
    played = play(rig, [AT, step(number=2, send=b"", read="quiet", quiet_s=0.5)])
    assert [each.heard for each in played] == [b"\r\nOK\r\n", b"later\r\n"]
    assert len(rig.port.written) == 1


def test_each_group_begins_with_a_device_that_was_reflashed_and_has_started():
    rig = MadeRig({b"AT\r\n": [(0.01, b"\r\nOK\r\n")]})
    for group in "ab":
        (played,) = play(rig, [step(group=group)])
        assert played.heard == b"\r\nOK\r\n"
    assert rig.reflashed == 2


def test_a_ready_of_before_is_not_taken_for_the_start():
    rig = MadeRig({})
    rig.port.expect([(0.0, b"old" + READY)])
    rig.reflash = lambda: rig.port.expect([(0.02, b"boot text\r\n"), (0.1, READY)])
    refresh(rig)
    assert rig.port.coming == []


def test_a_line_that_breaks_spoils_its_group_alone():
    groups = {"a": [step(group="a", send=b"break\r\n"), step(group="a")], "b": [step(group="b")]}
    agreement = replay(groups, lambda: MadeRig({b"AT\r\n": LATE}), 1)
    assert [each.step.group for each in agreement.played] == ["b"]
    assert agreement.not_played == ["a: the line broke"]
    with pytest.raises(NotPlayed):
        play(MadeRig({}), groups["a"])


def test_a_rig_that_cannot_be_opened_is_told_for_each_group():
    def opened():
        raise PortError("no such port")

    agreement = replay({"a": [step(group="a")], "b": [step(group="b")]}, opened, 4)
    assert agreement.not_played == ["no such port", "no such port"]


def test_all_groups_are_played_whatever_the_number_of_rigs():
    rigs = []

    def opened():
        rigs.append(MadeRig({b"AT\r\n": [(0.01, b"\r\nOK\r\n")]}))
        return rigs[-1]

    groups = {name: [step(group=name), step(group=name, number=2)] for name in "abcdefg"}
    agreement = replay(groups, opened, 3)
    assert [each.step.name for each in agreement.played] == [
        f"{name}/{number}" for name in "abcdefg" for number in (1, 2)
    ]
    assert agreement.total.same == {"bytes": 14, "lines": 14, "finals": 14}
    assert all(rig.closed for rig in rigs)


def test_groups_are_chosen_by_how_their_names_begin():
    groups = {"form-a": [], "form-b": [], "odd-a": []}
    assert list(chosen(groups, ["form-"])) == ["form-a", "form-b"]
    assert list(chosen(groups, ["odd", "form-b"])) == ["form-b", "odd-a"]
    assert list(chosen(groups, [])) == list(groups)


def test_the_recordings_are_there():
    groups = load(DATA)
    steps = [each for members in groups.values() for each in members]
    assert (len(groups), len(steps)) == (686, 6254)
    assert sum(bool(each.doubt) for each in steps) == 100
    assert sum(each.timed_out for each in steps) == 37
    assert {each.read for each in steps} == {"result", "ready", "quiet"}


@pytest.mark.parametrize(
    ("send", "command"),
    [
        (b"AT\r\n", "AT"),
        (b"ATE0\r\n", "ATE"),
        (b"AT+GMR\r\n", "AT+GMR"),
        (b"AT+CWMODE_CUR=3\r\n", "AT+CWMODE_CUR"),
        (b"AT+CIPMUX?\r\n", "AT+CIPMUX"),
        (b"at+gmr\r\n", "(other)"),
        (b"AT +GMR\r\n", "(other)"),
        (b"\r\n", "(other)"),
        (b"+++", "(no line)"),
        (b"", "(no line)"),
    ],
)
def test_what_a_step_is_counted_under(send, command):
    assert step(send=send).command == command


def test_an_unknown_way_of_reading_is_refused(tmp_path):
    path = tmp_path / "made.jsonl"
    path.write_text('{}\n{"group": "g", "step": 1, "send": "", "recv": "", "read": "never"}\n')
    with pytest.raises(ValueError, match="never"):
        load(path)


def test_a_real_emulator_is_as_from_the_factory_after_a_reflash():
    choice = read_choice("emulator:endpoint=tcp", Path.cwd())
    changes = [
        step(send=b"AT+CWMODE_DEF=1\r\n"),
        step(number=2, send=b"ATE0\r\n"),
        step(number=3, send=b"AT+CWMODE_DEF?\r\n"),
        step(number=4, send=b"AT\r\n"),
    ]
    with contextlib.closing(choice.open(Pixit())) as rig:
        *_, mode, echo = play(rig, changes)
        assert b":1\r" in mode.heard
        assert b"AT" not in echo.heard
        mode, echo = play(rig, changes[2:])
        assert b":1\r" not in mode.heard
        assert b"AT" in echo.heard


def test_a_rig_without_reflash_is_restored_over_the_line():
    choice = read_choice("emulator", Path.cwd())
    with contextlib.closing(choice.open(Pixit())) as rig:
        board = _Board(rig)
        board.port.write(b"ATE0\r\n")
        (played,) = play(board, [AT])
        assert b"AT\r" in played.heard


class _Board:
    """An emulator of which only the line is used."""

    def __init__(self, rig):
        self.port, self.recover = rig.port, rig.recover


def test_a_stored_run_knows_nothing_of_a_recording():
    class Stored(MadeRig):
        def reflash(self):
            raise Inconclusive("the stored run ends here")

    agreement = replay({"a": [step(group="a")]}, lambda: Stored({}), 1)
    assert agreement.not_played == ["a: the stored run ends here"]
