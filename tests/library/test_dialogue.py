"""The Dialogue: every stream is fed whole, byte by byte and with a tail, and means the same."""

from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.dialogue import MEANING, NEXT, Dialogue, Sort, State, Until
from conformance.events import (
    Blank,
    BootText,
    Busy,
    Data,
    DataHeader,
    Echo,
    FinalResult,
    Information,
    Prompt,
    Ready,
    Unclassified,
    Urc,
)
from conformance.grammar import MAX_LINE

BOOT = (
    b"\r\n ets Jan  8 2013,rst cause:1, boot mode:(3,7)\r\n\r\n"
    b"load 0x40100000, len 816, room 16 \r\n"
    b"tail 0\r\n\x9c\x00\x13\r\n\r\nready\r\n"
)

#: name, what was sent, until when, what came, what it means.
STREAMS = [
    (
        "echo on, as firmware does",
        b"AT\r\n",
        Until.RESULT,
        b"AT\r\r\n\r\nOK\r\n",
        [(Echo, b"AT"), (Blank, b""), (FinalResult, b"OK")],
    ),
    ("no blank line", b"AT\r\n", Until.RESULT, b"OK\r\n", [(FinalResult, b"OK")]),
    (
        "bare line feeds",
        b"AT\r\n",
        Until.RESULT,
        b"AT\n\nOK\n",
        [(Echo, b"AT"), (Blank, b""), (FinalResult, b"OK")],
    ),
    (
        "an answer before OK without a blank line",
        b"AT+GMR\r\n",
        Until.RESULT,
        b"AT+GMR\r\r\nAT version:1.1.0.0\r\nSDK version:1.5.4\r\nOK\r\n",
        [
            (Echo, b"AT+GMR"),
            (Information, b"AT version:1.1.0.0"),
            (Information, b"SDK version:1.5.4"),
            (FinalResult, b"OK"),
        ],
    ),
    (
        "a URC inside the echo that took a digit with it",
        b"AT+CIPSEND=0,198\r\n",
        Until.PROMPT,
        b"AT+CIPSEND=0,1,CONNECT\r\n98\r\r\n\r\nOK\r\n> ",
        [
            (Echo, b"AT+CIPSEND=0,"),
            (Urc, b"1,CONNECT"),
            (Echo, b"98"),
            (Blank, b""),
            (FinalResult, b"OK"),
            (Prompt, b">"),
        ],
    ),
    (
        "a URC inside the echo that left all digits",
        b"AT+CIPSEND=0,198\r\n",
        Until.PROMPT,
        b"AT+CIPSEND=0,1,CONNECT\r\n198\r\r\nOK\r\n>",
        [
            (Echo, b"AT+CIPSEND=0,"),
            (Urc, b"1,CONNECT"),
            (Echo, b"198"),
            (FinalResult, b"OK"),
            (Prompt, b">"),
        ],
    ),
    (
        "data inside the echo, with and without a line end before it",
        b"AT+CIPSTATUS\r\n",
        Until.RESULT,
        b"AT+CI\r\n+IPD,5:helloPSTA+IPD,0,3:a\nbTUS\r\r\n\r\nOK\r\n",
        [
            (Echo, b"AT+CI"),
            (DataHeader, b"+IPD,5:"),
            (Data, b"hello"),
            (Echo, b"PSTA"),
            (DataHeader, b"+IPD,0,3:"),
            (Data, b"a\nb"),
            (Echo, b"TUS"),
            (Blank, b""),
            (FinalResult, b"OK"),
        ],
    ),
    (
        "busy inside the echo and a late result",
        b"AT+GMR\r\n",
        Until.RESULT,
        b"AT+G\r\nbusy p...\r\nMR\r\r\n\r\nOK\r\n",
        [
            (Echo, b"AT+G"),
            (Busy, b"busy p..."),
            (Echo, b"MR"),
            (Blank, b""),
            (FinalResult, b"OK"),
        ],
    ),
    (
        "busy and the end of a link as the document prints them",
        b"AT\r\n",
        Until.RESULT,
        b"AT\r\r\nbusy\r\n2 CLOSED\r\nOK\r\n",
        [(Echo, b"AT"), (Busy, b"busy"), (Urc, b"2 CLOSED"), (FinalResult, b"OK")],
    ),
    (
        "busy between the two CRs that end an echo",
        b"AT+GMR\r\nAT\r\n",
        Until.RESULT,
        b"AT+GMR\rbusy p...\r\n\r\nAT\r\r\n\r\nOK\r\n",
        [
            (Echo, b"AT+GMR"),
            (Busy, b"busy p..."),
            (Blank, b""),
            (Echo, b"AT"),
            (Blank, b""),
            (FinalResult, b"OK"),
        ],
    ),
    (
        "data whose next message starts on the same line",
        b"AT\r\n",
        Until.RESULT,
        b"\r\n+IPD,1,2:OK0,CLOSED\r\nOK\r\n",
        [
            (Blank, b""),
            (DataHeader, b"+IPD,1,2:"),
            (Data, b"OK"),
            (Urc, b"0,CLOSED"),
            (FinalResult, b"OK"),
        ],
    ),
    (
        "data with its sender",
        b"AT\r\n",
        Until.RESULT,
        b"+IPD,0,2,192.168.4.2,1025:hiOK\r\n",
        [(DataHeader, b"+IPD,0,2,192.168.4.2,1025:"), (Data, b"hi"), (FinalResult, b"OK")],
    ),
    (
        "a restart that was asked for",
        b"AT+RST\r\n",
        Until.RESTART,
        b"AT+RST\r\r\n\r\nOK\r\n0,CLOSED\r\nWIFI DISCONNECT\r\n" + BOOT,
        [
            (Echo, b"AT+RST"),
            (Blank, b""),
            (FinalResult, b"OK"),
            (Urc, b"0,CLOSED"),
            (Urc, b"WIFI DISCONNECT"),
            (Blank, b""),
            (BootText, b" ets Jan  8 2013,rst cause:1, boot mode:(3,7)"),
            (Blank, b""),
            (BootText, b"load 0x40100000, len 816, room 16 "),
            (BootText, b"tail 0"),
            (BootText, b"\x9c\x00\x13"),
            (Blank, b""),
            (Ready, b"ready"),
        ],
    ),
    (
        "a restart that was refused",
        b"AT+RST\r\n",
        Until.RESTART,
        b"\r\nERROR\r\n",
        [(Blank, b""), (FinalResult, b"ERROR")],
    ),
    (
        "noise before the echo",
        b"AT\r\n",
        Until.RESULT,
        b"\x00\xff\x13AT\r\r\nOK\r\n",
        [(Unclassified, b"\x00\xff\x13"), (Echo, b"AT"), (FinalResult, b"OK")],
    ),
    (
        "a result that the echo interrupts",
        b"AT+X\r\n",
        Until.SILENCE,
        b"EAT+X\r\n\nRROR\r\n\n",
        [
            (Unclassified, b"E"),
            (Echo, b"AT+X"),
            (Blank, b""),
            (FinalResult, b"ERROR"),
            (Blank, b""),
        ],
    ),
    (
        "a whole result before the echo",
        b"AT+X\r\n",
        Until.SILENCE,
        b"OKAT+X\r\n\r\n",
        [(FinalResult, b"OK"), (Echo, b"AT+X"), (Blank, b"")],
    ),
    (
        "what begins like a result before the echo, and is none",
        b"AT+X\r\n",
        Until.SILENCE,
        b"EAT+X\r\n+X:1\r\nOK\r\n",
        [(Unclassified, b"E"), (Echo, b"AT+X"), (Information, b"+X:1"), (FinalResult, b"OK")],
    ),
    (
        "text before the echo",
        b"AT+X\r\n",
        Until.SILENCE,
        b"> AT+X\r\nOK\r\n",
        [(Information, b"> AT+X"), (FinalResult, b"OK")],
    ),
    (
        "an 8-bit line is text",
        b"AT+X?\r\n",
        Until.RESULT,
        b'+X:"caf\xc3\xa9\xff"\r\nOK\r\n',
        [(Information, b'+X:"caf\xc3\xa9\xff"'), (FinalResult, b"OK")],
    ),
    (
        "a line that says more than OK is no OK",
        b"AT\r\n",
        Until.RESULT,
        b"OK then\r\nNOT OK\r\nOK\r\n",
        [(Information, b"OK then"), (Information, b"NOT OK"), (FinalResult, b"OK")],
    ),
    (
        "an echo of what looks like an answer",
        b"OK\r\n",
        Until.RESULT,
        b"OK\r\r\n\r\nERROR\r\n",
        [(Echo, b"OK"), (Blank, b""), (FinalResult, b"ERROR")],
    ),
    (
        "two lines in one write",
        b"AT\r\nAT+CWMODE?\r\n",
        Until.SILENCE,
        b"AT\r\r\nAT+CWMODE?\r\r\nbusy p...\r\n\r\nOK\r\n",
        [
            (Echo, b"AT"),
            (Echo, b"AT+CWMODE?"),
            (Busy, b"busy p..."),
            (Blank, b""),
            (FinalResult, b"OK"),
        ],
    ),
    (
        "sending data",
        b"hello",
        Until.SENT,
        b" \r\nRecv 5 bytes\r\n\r\nSEND OK\r\n",
        [(Blank, b" "), (Information, b"Recv 5 bytes"), (Blank, b""), (FinalResult, b"SEND OK")],
    ),
    (
        "a prompt that nobody asked for is text",
        b"AT\r\n",
        Until.RESULT,
        b"> what\r\nOK\r\n",
        [(Information, b"> what"), (FinalResult, b"OK")],
    ),
]

TAILS = [b"", b"\r\n+IPD,4:", b"CLO"]


def events_of(sent, until, chunks):
    dialogue = Dialogue()
    dialogue.begin(sent, until)
    events = [event for at, chunk in enumerate(chunks) for event in dialogue.feed(chunk, at)]
    return dialogue, events


def meaning(events):
    """Kinds and texts, with the pieces of a data frame put together."""
    shown = []
    for kind, group in groupby(events, key=type):
        raws = [event.raw if kind is Data else event.text for event in group]
        shown += [(kind, b"".join(raws))] if kind is Data else [(kind, raw) for raw in raws]
    return shown


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize(
    "cut", [lambda data: [data], lambda data: [bytes([b]) for b in data]], ids=["whole", "bytes"]
)
@pytest.mark.parametrize(("name", "sent", "until", "came", "means"), STREAMS)
def test_a_stream_means_the_same_however_it_is_cut(name, sent, until, came, means, cut, tail):
    dialogue, events = events_of(sent, until, cut(came + tail))

    said = meaning(events)[: len(means)]
    assert said == means
    assert b"".join(event.raw for event in [*events, *dialogue.flush(0)]) == came + tail


@pytest.mark.parametrize(("name", "sent", "until", "came", "means"), STREAMS)
def test_the_exchange_is_over_exactly_at_its_last_byte(name, sent, until, came, means):
    if until is Until.SILENCE or name == "a restart that was refused":
        dialogue, _ = events_of(sent, until, [came])
        assert not dialogue.over
        return
    came = came.rstrip(b" ")
    dialogue, _ = events_of(sent, until, [came[:-1]])
    assert not dialogue.over
    list(dialogue.feed(came[-1:], 0))
    assert dialogue.over


def test_a_restart_that_nobody_asked_for_is_seen_and_a_late_answer_is_waited_for():
    dialogue, events = events_of(b"AT\r\n", Until.RESULT, [BOOT])

    assert Ready in {type(event) for event in events}
    assert dialogue.state is State.QUIET


def test_a_line_without_an_end_is_handed_out_in_bounded_pieces():
    _, events = events_of(b"AT\r\n", Until.RESULT, [b"x" * 1_000_000, b"y\r\nOK\r\n"])

    assert {type(event) for event in events[:-1]} == {Unclassified}
    assert max(len(event.raw) for event in events) <= MAX_LINE
    assert (type(events[-1]), events[-1].text) == (FinalResult, b"OK")


def test_an_unfinished_line_is_given_up_once_and_its_rest_stays_unclassified():
    dialogue, events = events_of(b"AT\r\n", Until.RESULT, [b"O"])
    events += dialogue.flush(1)
    events += dialogue.feed(b"K\r\nOK\r\n", 2)

    assert [(type(event), event.raw) for event in events] == [
        (Unclassified, b"O"),
        (Unclassified, b"K\r\n"),
        (FinalResult, b"OK\r\n"),
    ]


def test_what_comes_when_nothing_was_asked_is_no_answer():
    dialogue = Dialogue()

    kinds = [type(event) for event in dialogue.feed(b"+X:1\r\nWIFI GOT IP\r\nready\r\n", 0)]

    assert kinds == [Unclassified, Urc, Ready]


def test_the_tables_name_every_state_and_every_sort():
    assert set(NEXT) == set(State)
    assert set(MEANING) == set(Sort)


FRAGMENTS = st.lists(
    st.one_of(
        st.sampled_from([came for _, _, _, came, _ in STREAMS]),
        st.binary(max_size=40),
        st.sampled_from(
            [b"\r\n", b"+IPD,", b"+IPD,3:", b"AT+GMR", b"OK\r\n", b">", b"\r", b"\x00"]
        ),
    ),
    max_size=8,
)


@settings(max_examples=300, deadline=None)
@given(FRAGMENTS, st.lists(st.integers(1, 50), min_size=1), st.sampled_from(list(Until)))
def test_any_stream_keeps_its_bytes_and_its_meaning_however_it_is_cut(parts, sizes, until):
    came = b"".join(parts)
    chunks, rest = [], came
    while rest:
        size = sizes[len(chunks) % len(sizes)]
        chunks, rest = [*chunks, rest[:size]], rest[size:]

    whole_dialogue, whole = events_of(b"AT+GMR\r\n", until, [came])
    cut_dialogue, cut = events_of(b"AT+GMR\r\n", until, chunks)

    assert meaning(cut) == meaning(whole)
    assert cut_dialogue.state == whole_dialogue.state
    assert b"".join(event.raw for event in [*cut, *cut_dialogue.flush(0)]) == came
