"""What an exchange, a wait and a purpose hold of an IUT that talks for ever is bounded."""

import io

import pytest

from conformance.commandline import raw
from conformance.exchange import Outcome
from conformance.exchanging import MAX_SAID
from conformance.listening import MAX_EVENTS, MAX_EXCHANGE
from conformance.log import MAX_LOGGED
from conformance.marker import learn
from conformance.session import Session
from conformance.transcript import FLOOD, MAX_HEARD, TranscriptWriter, read_transcript
from conformance.verdict import NonConformity, Reason
from tests.library.late_device import TIMING, LateDevice
from tests.library.scripted_session import AT, Babbler, session

#: What a socket delivers at once.
READ = 65_536
LINES = b"x\r\n" * (READ // 3)
MARKERS = learn(Session(LateDevice(), TIMING).observe)


@pytest.mark.parametrize("text", [b"\r\nOK\r\n" * 9_000, b"x" * READ])
def test_the_log_holds_no_more_than_it_may(text):
    at, _ = session(port=Babbler(text, 0.0001))
    for _ in range(12):
        at.observe(raw(b"hello"))

    *earlier, last = at._log
    held = [event for each in earlier for event in (*each.before, *each.events)]
    assert len(held) * 128 + sum(len(event.raw) for event in held) <= MAX_LOGGED
    assert at.last is last


def test_many_short_lines_are_a_flood():
    at, _ = session(port=Babbler(b"\n" * 100, 0.0001))

    exchange = at.observe(AT)

    assert exchange.outcome is Outcome.FLOOD
    assert len(exchange.events) <= MAX_EVENTS + 100


@pytest.mark.parametrize("wait", ["settle", "pause", "proof"])
def test_no_wait_reads_more_than_an_exchange_may_hold(wait):
    at, port = session(port=Babbler(LINES, 0.0001))
    at._markers = MARKERS
    {
        "settle": at.settle,
        "pause": lambda: at.pause(1.0),
        "proof": at._let_it_finish,
    }[wait]()

    assert sum(len(data) for data, _ in port.delivered) <= 2 * (MAX_EXCHANGE + READ)


def test_a_purpose_in_which_too_much_was_said_fails_for_that():
    at, _ = session(port=Babbler(b"x" * READ, 0.0001))

    def judge():
        for _ in range(MAX_SAID // MAX_EXCHANGE + 1):
            at.give_part(b"x")

    with pytest.raises(NonConformity) as caught:
        judge()
    assert caught.value.reason is Reason.FLOOD
    with pytest.raises(NonConformity, match="16 MiB in one purpose"):
        at.conclude()


@pytest.mark.parametrize("chunk", [b"x", b"\x00" * READ])
def test_a_transcript_says_where_it_stops(tmp_path, chunk):
    path = tmp_path / "purpose.jsonl"
    with TranscriptWriter(path.open("w", encoding="ascii")) as writer:
        writer._left = 4_000_000
        for at in range(200_000 // len(chunk) + 20):
            writer.received(chunk, at)
        writer.sent(b"AT\r\n", 7)

    assert path.stat().st_size < 4_000_000 + 8 * READ + 1_000
    *heard, end, sent = read_transcript(path)
    assert end.action == FLOOD
    assert str(MAX_HEARD) in end.detail
    assert (sent.data, {entry.data for entry in heard}) == (b"AT\r\n", {chunk})


def test_a_transcript_that_is_not_too_long_is_whole():
    stream = io.StringIO()
    TranscriptWriter(stream).received(b"x" * MAX_EXCHANGE, 0)

    assert FLOOD not in stream.getvalue()
