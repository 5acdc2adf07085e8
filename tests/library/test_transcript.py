"""Transcripts: every byte comes back as it was, and people can read them."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.testbed import Recorder
from conformance.transcript import (
    Entry,
    NullRecorder,
    TranscriptWriter,
    read_transcript,
    readable,
)

ALL_BYTES = bytes(range(256))


def written(*acts):
    """What a writer leaves behind after the acts, each a function of it."""
    stream = io.StringIO()
    for act in acts:
        act(TranscriptWriter(stream))
    return stream.getvalue()


def stored(folder, text):
    path = folder / "transcript.jsonl"
    path.write_bytes(text.encode("utf-8"))
    return path


def test_all_256_bytes_come_back_in_both_directions(tmp_path):
    text = written(lambda w: w.sent(ALL_BYTES, 1), lambda w: w.received(ALL_BYTES[::-1], 2))

    assert list(read_transcript(stored(tmp_path, text))) == [
        Entry(1, ">", ALL_BYTES),
        Entry(2, "<", ALL_BYTES[::-1]),
    ]


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=50), st.integers(0, 2**63))))
def test_any_traffic_comes_back_in_order(tmp_path_factory, traffic):
    stream = io.StringIO()
    writer = TranscriptWriter(stream)
    for is_sent, data, at in traffic:
        (writer.sent if is_sent else writer.received)(data, at)

    path = stored(tmp_path_factory.getbasetemp(), stream.getvalue())

    assert [(entry.direction == ">", entry.data, entry.at) for entry in read_transcript(path)] == (
        traffic
    )


def test_what_else_the_harness_did_comes_back_with_its_detail(tmp_path):
    text = written(lambda w: w.acted("configure", 'a "b"\n\té€', 7))

    assert list(read_transcript(stored(tmp_path, text))) == [
        Entry(7, "!", action="configure", detail='a "b"\n\té€')
    ]


def test_each_entry_is_one_line_of_printable_ascii_and_json():
    text = written(
        lambda w: w.sent(b"AT\r\n", 1),
        lambda w: w.received(ALL_BYTES, 2),
        lambda w: w.acted("recover", "line\nbreak\u2028", 3),
    )

    lines = text.splitlines()
    assert text.endswith("\n")
    assert [line.isascii() and line.isprintable() for line in lines] == [True] * 3
    assert [json.loads(line)["t"] for line in lines] == [1, 2, 3]
    assert lines[0] == '{"t": 1, "dir": ">", "data": "AT\\r\\n"}'


def test_a_last_line_that_was_cut_off_ends_the_transcript_wherever_it_was_cut(tmp_path):
    first = written(lambda w: w.sent(b"AT\r\n", 1))
    second = written(lambda w: w.received(b"OK\r\n", 2))

    for end in range(len(second)):
        path = stored(tmp_path, first + second[:end])
        assert list(read_transcript(path)) == [Entry(1, ">", b"AT\r\n")]


DAMAGED = {
    "no JSON": "{",
    "no object": "5",
    "null": "null",
    "no time": '{"dir": ">", "data": "AT"}',
    "no number for a time": '{"t": "soon", "dir": ">", "data": "AT"}',
    "no direction": '{"t": 1, "data": "AT"}',
    "no data": '{"t": 1, "dir": "<"}',
    "no byte": '{"t": 1, "dir": "<", "data": "\\u20ac"}',
    "no action": '{"t": 1, "dir": "!", "detail": ""}',
}


@pytest.mark.parametrize("line", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_line_is_refused_with_its_number(tmp_path, line):
    path = stored(tmp_path, written(lambda w: w.sent(b"AT", 1)) + line + "\n")

    with pytest.raises(ValueError, match=r"transcript\.jsonl, line 2: "):
        list(read_transcript(path))


@pytest.mark.parametrize(
    "line", ['{"t": 1, "dir": "?", "data": "AT"}', '{"t": 1, "dir": "<", "data": 5}']
)
def test_a_line_of_no_known_direction_or_without_text_is_refused(tmp_path, line):
    path = stored(tmp_path, line + "\n")

    with pytest.raises(ValueError, match=r"transcript\.jsonl, line 1: "):
        list(read_transcript(path))


def test_a_line_with_other_than_ascii_is_refused_with_its_number(tmp_path):
    good = written(lambda w: w.sent(b"AT", 1))
    path = stored(tmp_path, good + '{"t": 1, "dir": "<", "data": "é"}\n')

    with pytest.raises(ValueError, match=r"transcript\.jsonl, line 2: "):
        list(read_transcript(path))


def test_an_empty_transcript_has_no_entries(tmp_path):
    assert list(read_transcript(stored(tmp_path, ""))) == []


def test_leaving_the_writer_closes_its_stream():
    stream = io.StringIO()
    with TranscriptWriter(stream) as writer:
        writer.sent(b"AT", 1)

    assert stream.closed


@pytest.mark.parametrize("recorder", [TranscriptWriter(io.StringIO()), NullRecorder()])
def test_writer_and_null_recorder_are_recorders(recorder):
    assert isinstance(recorder, Recorder)


# For people


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"", ""),
        (b"AT\r\n", "AT\\r\\n"),
        (b"\t", "\\t"),
        (b"\\r", "\\\\r"),
        (b"\x00\x1b[2J\x7f\xff", "\\x00\\x1b[2J\\x7f\\xff"),
        ("é".encode(), "\\xc3\\xa9"),
    ],
)
def test_bytes_are_shown_as_an_engineer_writes_them(data, shown):
    assert readable(data) == shown


def test_no_two_bytes_are_shown_alike():
    assert len({readable(bytes([byte])) for byte in range(256)}) == 256


@given(st.binary(max_size=300), st.integers(0, 200))
def test_what_is_shown_is_printable_ascii_and_bounded(data, limit):
    shown = readable(data, limit)

    assert shown.isascii()
    assert not shown or shown.isprintable()
    assert len(shown) <= 4 * limit + len("... (300 more bytes)")


@pytest.mark.parametrize(
    ("size", "shown"),
    [(9, "xxxxxxxxx"), (10, "xxxxxxxxxx"), (12, "xxxxxxxxxx... (2 more bytes)")],
)
def test_past_the_limit_it_is_said_how_much_was_left_out(size, shown):
    assert readable(b"x" * size, 10) == shown
