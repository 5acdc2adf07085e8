"""Recorded bytes of real firmware through the Dialogue: what a real answer is made of.

The data file holds each different step of the recordings that sends one whole line. It is a
witness for the framing alone; what the firmware ought to have answered is not asked here.
"""

import json
from pathlib import Path

from conformance.dialogue import Dialogue, Until
from conformance.events import BootText, Echo, FinalResult, Ready, Unclassified
from conformance.grammar import CONTROL

DATA = Path(__file__).parent / "data" / "nonos_1_3_steps.jsonl"


def recorded():
    head, *rows = [json.loads(line) for line in DATA.read_text("ascii").splitlines()]
    assert head["steps_different"] == len(rows)
    return [
        {**row, "send": row["send"].encode("latin-1"), "recv": row["recv"].encode("latin-1")}
        for row in rows
    ]


STEPS = recorded()
FINALS = {b"OK", b"ERROR", b"FAIL"}


def wrong(is_right):
    """Group and step of the recordings for which `is_right` does not hold."""
    return [(step["group"], step["step"]) for step in STEPS if not is_right(step)]


def until(step):
    """A step that shows a restart is one that had asked for it."""
    return Until.RESTART if step["recv"].endswith(b"ready\r\n") else Until.RESULT


def lines(data):
    """The lines by a reader that knows nothing of dialogues."""
    return [line.strip(b"\r") for line in data.split(b"\n")]


def heard(step, dialogue=None):
    """The events of the step, byte by byte; and after how many bytes its exchange was over."""
    dialogue = dialogue or Dialogue()
    dialogue.begin(step["send"], until(step))
    events, over_after = [], None
    for at, byte in enumerate(step["recv"]):
        events += dialogue.feed(bytes([byte]), at)
        if dialogue.over and over_after is None:
            over_after = at + 1
    events += dialogue.flush(len(step["recv"]))
    dialogue.end()
    return events, over_after


def test_the_recordings_are_there():
    assert len(STEPS) > 450
    assert sum(step["echo"] for step in STEPS) > 25
    assert sum(not step["echo"] for step in STEPS) > 400
    assert sum(until(step) is Until.RESTART for step in STEPS) > 10
    assert sum(step["group"] == "255-steps" for step in STEPS) > 3


def test_every_recorded_byte_is_kept():
    def kept(step):
        return b"".join(event.raw for event in heard(step)[0]) == step["recv"]

    assert wrong(kept) == []


def test_a_recorded_exchange_is_over_exactly_with_its_final_code():
    def over_in_time(step):
        events, over_after = heard(step)
        finals = [event.text for event in events if isinstance(event, FinalResult)]
        shown = [line for line in lines(step["recv"]) if line in FINALS]
        return finals == shown and len(finals) == 1 and over_after == len(step["recv"])

    assert wrong(over_in_time) == []


def test_no_recorded_text_stays_unclassified():
    def classified(step):
        strange = [event.raw for event in heard(step)[0] if isinstance(event, Unclassified)]
        return all(CONTROL.search(raw) for raw in strange)

    assert wrong(classified) == []


def test_a_recorded_line_is_echoed_whole_if_the_echo_is_on_and_else_not_at_all():
    def echoed(step):
        echo = b"".join(event.text for event in heard(step)[0] if isinstance(event, Echo))
        return echo == (step["send"].strip(b"\r\n") if step["echo"] else b"")

    assert wrong(echoed) == []


def test_a_recorded_answer_means_the_same_in_one_piece():
    def same(step):
        dialogue = Dialogue()
        dialogue.begin(step["send"], until(step))
        return list(dialogue.feed(step["recv"], 0)) == [
            type(event)(event.raw, 0) for event in heard(step)[0]
        ]

    assert wrong(same) == []


def test_all_recorded_steps_through_one_dialogue_mean_what_each_means_alone():
    dialogue = Dialogue()

    together = [[(type(event), event.raw) for event in heard(step, dialogue)[0]] for step in STEPS]

    assert together == [[(type(event), event.raw) for event in heard(step)[0]] for step in STEPS]


def test_the_recorded_restart_shows_its_boot_text_and_that_it_is_ready():
    for step in STEPS:
        if until(step) is Until.RESTART:
            events, _ = heard(step)
            assert isinstance(events[-1], Ready)
            assert any(b"rst cause" in event.raw for event in events if type(event) is BootText)
