"""The Framer: what it cuts does not depend on the delivery, and it holds back little."""

import time
import tracemalloc
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.framer import Framer, Piece, common_prefix
from conformance.grammar import MAX_LINE


def pieces(chunks, *, prompt=False, echo=b""):
    """The pieces of the chunks, those of one data frame put together; and the framer."""
    framer = Framer()
    framer.prompt_expected, framer.echo_expected = prompt, echo
    cut = [piece for chunk in chunks for piece in framer.feed(chunk)]
    return together(cut), framer


def together(cut):
    shown = []
    for kind, group in groupby(cut, key=lambda piece: piece[0]):
        raws = [raw for _, raw in group]
        is_payload = kind is Piece.PAYLOAD
        shown += [(kind, b"".join(raws))] if is_payload else [(kind, raw) for raw in raws]
    return shown


def single_bytes(data):
    return [data[at : at + 1] for at in range(len(data))]


def in_chunks(data, sizes):
    chunks = []
    while data:
        size = sizes[len(chunks) % len(sizes)]
        chunks, data = [*chunks, data[:size]], data[size:]
    return chunks


# The same pieces, however the bytes came

STREAMS = st.lists(
    st.one_of(
        st.binary(max_size=30),
        st.sampled_from(
            [
                b"\r\n", b"\n", b"\r", b">", b"> ", b"OK\r\n", b"AT+GMR", b"AT+G", b"+", b"+IPD",
                b"+IPD,", b"+IPD,3:", b"+IPD,0,7:", b"+IPD,0:", b'+IPD,1,2,"10.0.0.1",80:',
                b"+IPD,99999", b":", b"x" * (MAX_LINE - 1), b"y" * MAX_LINE,
            ]
        ),
    ),
    max_size=9,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    STREAMS,
    st.lists(st.integers(1, 60), min_size=1),
    st.booleans(),
    st.sampled_from([b"", b"A", b"AT+GMR", b"AT+GMR,+IPD,3"]),
)
def test_the_pieces_do_not_depend_on_the_delivery(parts, sizes, prompt, echo):
    data = b"".join(parts)

    whole, framer_of_whole = pieces([data], prompt=prompt, echo=echo)
    cut, framer = pieces(in_chunks(data, sizes), prompt=prompt, echo=echo)

    assert cut == whole
    assert framer.pending == framer_of_whole.pending
    assert b"".join(raw for _, raw in [*cut, *framer.flush()]) == data


HEADERS = [
    b"+IPD,5:",
    b"+IPD,3,5:",
    b"+IPD,5,192.168.4.2,1025:",
    b"+IPD,0,5,192.168.4.2,65535:",
    b'+IPD,0,5,"192.168.4.2",1025:',
]


@pytest.mark.parametrize("header", HEADERS)
def test_a_data_frame_is_cut_the_same_wherever_it_is_split(header):
    stream = b"WIFI GOT IP\r\n" + header + b"a\r\n>bOK\r\n"

    for at in range(len(stream) + 1):
        cut, framer = pieces([stream[:at], stream[at:]], prompt=True)
        assert cut == [
            (Piece.LINE, b"WIFI GOT IP\r\n"),
            (Piece.HEADER, header),
            (Piece.PAYLOAD, b"a\r\n>b"),
            (Piece.LINE, b"OK\r\n"),
        ]
        assert framer.pending == 0


def test_an_echo_torn_by_a_data_frame_is_cut_the_same_wherever_it_is_split():
    stream = b"AT+CIP+IPD,2:hiSTATUS\r\r\n"

    for at in range(len(stream) + 1):
        assert pieces([stream[:at], stream[at:]], echo=b"AT+CIPSTATUS")[0] == [
            (Piece.LINE, b"AT+CIP"),
            (Piece.HEADER, b"+IPD,2:"),
            (Piece.PAYLOAD, b"hi"),
            (Piece.LINE, b"STATUS\r\r\n"),
        ]


def test_a_data_frame_that_lands_before_the_plus_of_the_echo_is_a_data_frame():
    cut, _ = pieces([b"AT+IPD,4:OK\r\n+CIPSTATUS\r\r\n"], echo=b"AT+CIPSTATUS")

    assert cut == [
        (Piece.LINE, b"AT"),
        (Piece.HEADER, b"+IPD,4:"),
        (Piece.PAYLOAD, b"OK\r\n"),
        (Piece.LINE, b"+CIPSTATUS\r\r\n"),
    ]


def test_an_echo_longer_than_a_line_may_be_is_cut_the_same_however_it_comes():
    stream = b"A" * (MAX_LINE + 100) + b"+IPD,2:hi\r\n"
    echo = b"A" * (MAX_LINE + 200)

    assert pieces(single_bytes(stream), echo=echo)[0] == pieces([stream], echo=echo)[0]


# What is a piece

LOOK_ALIKES = [b"+IPD,:", b"+IPD,123456:", b"+IPD,a:", b"+IPD,1,2,3:", b"+ipd,3:", b" +IPD,3:"]


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_what_only_looks_like_a_data_frame_is_a_line(text):
    assert pieces([text + b"abc\r\n"])[0] == [(Piece.LINE, text + b"abc\r\n")]


def test_a_data_frame_without_data_leaves_the_next_line_alone():
    assert pieces([b"+IPD,0:OK\r\n"])[0] == [(Piece.HEADER, b"+IPD,0:"), (Piece.LINE, b"OK\r\n")]


def test_a_data_frame_in_the_middle_of_a_line_is_no_frame():
    assert pieces([b"text+IPD,3:abc\r\n"])[0] == [(Piece.LINE, b"text+IPD,3:abc\r\n")]


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        (True, [(Piece.PROMPT, b">"), (Piece.LINE, b" \r\n")]),
        (False, [(Piece.LINE, b"> \r\n")]),
    ],
)
def test_a_prompt_is_cut_only_where_one_is_expected(prompt, wanted):
    assert pieces([b"> \r\n"], prompt=prompt)[0] == wanted


def test_a_prompt_stands_at_the_start_of_a_line_only():
    assert pieces([b"a>\r\n"], prompt=True)[0] == [(Piece.LINE, b"a>\r\n")]


def test_a_prompt_needs_no_line_end():
    cut, framer = pieces([b"\r\n>"], prompt=True)

    assert cut == [(Piece.LINE, b"\r\n"), (Piece.PROMPT, b">")]
    assert framer.pending == 0


def test_payload_is_handed_out_as_it_comes():
    framer = Framer()

    handed = [list(framer.feed(chunk)) for chunk in (b"+IPD,5:a", b"bc", b"de")]

    assert handed[0] == [(Piece.HEADER, b"+IPD,5:"), (Piece.PAYLOAD, b"a")]
    assert handed[1:] == [[(Piece.PAYLOAD, b"bc")], [(Piece.PAYLOAD, b"de")]]
    assert framer.pending == 0


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [(b"", b"a", 0), (b"AT", b"AT", 2), (b"ATE", b"AT", 2), (b"xT", b"AT", 0)],
)
def test_the_common_prefix_is_counted(one, other, count):
    assert common_prefix(one, other) == common_prefix(other, one) == count


# Bounds


@pytest.mark.parametrize(
    ("size", "kinds"),
    [
        (MAX_LINE - 1, [Piece.LINE]),
        (MAX_LINE, [Piece.FRAGMENT, Piece.FRAGMENT]),
        (MAX_LINE + 1, [Piece.FRAGMENT, Piece.FRAGMENT]),
        (2 * MAX_LINE, [Piece.FRAGMENT, Piece.FRAGMENT, Piece.FRAGMENT]),
    ],
)
@pytest.mark.parametrize("deliver", [lambda data: [data], single_bytes], ids=["whole", "bytes"])
def test_a_line_longer_than_the_longest_is_cut_in_fragments(size, kinds, deliver):
    stream = b"x" * size + b"\n"

    cut, framer = pieces(deliver(stream + b"OK\r\n"))

    assert [kind for kind, _ in cut] == [*kinds, Piece.LINE]
    assert b"".join(raw for _, raw in cut) == stream + b"OK\r\n"
    assert max(len(raw) for _, raw in cut) <= MAX_LINE
    assert framer.pending == 0


def test_in_an_overlong_line_nothing_is_taken_for_a_frame_or_a_prompt():
    cut, _ = pieces([b"x" * MAX_LINE, b"+IPD,3:ab", b">c\r\n"], prompt=True)

    assert cut == [(Piece.FRAGMENT, b"x" * MAX_LINE), (Piece.FRAGMENT, b"+IPD,3:ab>c\r\n")]


@settings(max_examples=60, deadline=None)
@given(STREAMS, st.integers(1, 3 * MAX_LINE))
def test_never_more_is_held_back_than_a_line_and_one_chunk(parts, size):
    framer = Framer()
    for chunk in in_chunks(b"".join(parts), [size]):
        for _ in framer.feed(chunk):
            assert framer.pending <= MAX_LINE + len(chunk)
        assert framer.pending < MAX_LINE


@pytest.mark.parametrize("head", [b"", b"+IPD,99999:"])
def test_five_megabytes_without_a_line_end_pass_in_little_memory(head):
    framer = Framer()
    passed = sum(len(raw) for _, raw in framer.feed(head))
    chunk = b"\xff" * 65_536
    tracemalloc.start()
    try:
        for _ in range(80):
            passed += sum(len(raw) for _, raw in framer.feed(chunk))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert passed + framer.pending == len(head) + 80 * len(chunk)
    assert peak < 5 * len(chunk)


def test_the_cost_of_a_line_does_not_grow_with_the_lines_behind_it():
    def cost(lines):
        framer, chunk = Framer(), b"a\n" * lines
        framer.echo_expected = b"AT+GMR"
        begun = time.process_time()
        assert sum(1 for _ in framer.feed(chunk)) == lines
        return time.process_time() - begun

    # Both are more than is cut at once.
    few, many = (min(cost(lines) for _ in range(3)) for lines in (4_000, 64_000))

    assert many < 40 * few  # 16 times as many lines


# Giving up a line


def test_flush_hands_out_the_unfinished_line_once():
    framer = Framer()
    assert list(framer.feed(b"OK")) == []

    assert list(framer.flush()) == [(Piece.FRAGMENT, b"OK")]
    assert list(framer.flush()) == []
    assert framer.pending == 0


def test_what_still_comes_of_a_flushed_line_is_a_fragment_and_the_next_line_is_none():
    framer = Framer()
    list(framer.feed(b"O"))
    list(framer.flush())

    assert list(framer.feed(b"K\r\nOK\r\n")) == [
        (Piece.FRAGMENT, b"K\r\n"),
        (Piece.LINE, b"OK\r\n"),
    ]


def test_flush_with_nothing_pending_spoils_no_line():
    framer = Framer()
    list(framer.feed(b"OK\r\n"))

    assert list(framer.flush()) == []
    assert list(framer.feed(b"OK\r\n")) == [(Piece.LINE, b"OK\r\n")]


def test_flush_inside_a_data_frame_spoils_neither_its_data_nor_the_next_line():
    framer = Framer()
    list(framer.feed(b"+IPD,4:ab"))

    assert list(framer.flush()) == []
    assert list(framer.feed(b"\r\nOK\r\n")) == [(Piece.PAYLOAD, b"\r\n"), (Piece.LINE, b"OK\r\n")]


def test_a_reader_that_stops_early_loses_no_byte():
    framer = Framer()

    first = next(framer.feed(b"one\r\ntwo\r\nthr"))
    rest = [*framer.feed(b"ee\r\n"), *framer.flush()]

    assert [first, *rest] == [(Piece.LINE, raw) for raw in (b"one\r\n", b"two\r\n", b"three\r\n")]
