"""Frames are hostile: whatever they hold, each keeps its row, and none takes long."""

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.wire import capture_of
from rigs.lab.dissect import Dissector, Seen
from tests.lab import frames
from tests.lab.frames import GOOD, from_iut

LIMITS = settings(deadline=None, suppress_health_check=list(HealthCheck))
#: The most that a hostile frame may take of the processor on a slow machine, in seconds.
PATIENCE = 2.0


def capture(*data):
    dissector = Dissector("softap")
    began = time.process_time()
    for number, each in enumerate(data, start=1):
        dissector.add(Seen(number, number, each, len(each), True))
    told = dissector.told()
    assert time.process_time() - began < PATIENCE * (1 + len(data))
    # As the lab sends it and the harness reads it.
    told = json.loads(json.dumps({"began_at": 0, "ended_at": 1, "drops": 0, **told}))
    return capture_of(told)


@st.composite
def mutated(draw):
    """A good frame that was cut, changed here and there, or grown."""
    data = bytearray(draw(st.sampled_from(sorted(GOOD.values()))))
    for _ in range(draw(st.integers(0, 6))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    end = draw(st.integers(0, len(data)))
    return bytes(data[:end]) + draw(st.binary(max_size=40))


@LIMITS
@given(st.lists(st.binary(max_size=1600), max_size=5))
def test_random_bytes_keep_their_rows_and_no_more_is_asked(data):
    assert len(capture(*data).frames) == len(data)


@LIMITS
@given(st.lists(mutated(), max_size=6))
def test_changed_frames_keep_their_rows(data):
    assert len(capture(*data).frames) == len(data)


@LIMITS
@given(st.sampled_from([b"\x08\x00", b"\x08\x06"]), st.binary(max_size=200))
def test_random_packets_behind_a_good_head(ethertype, data):
    assert len(capture(frames.ECHO[:12] + ethertype + data).frames) == 1


@LIMITS
@given(st.sampled_from([53, 67, 5353]), st.binary(max_size=600))
def test_random_messages_in_a_good_datagram(port, data):
    seen = capture(from_iut(frames.UDP(sport=port, dport=port) / frames.Raw(data)))

    assert [each.data for each in seen.datagrams] == [data]


@LIMITS
@given(st.lists(st.tuples(st.integers(0, 300), st.binary(max_size=80)), max_size=20))
def test_random_segments_of_one_stream(pieces):
    hello = frames.record(22, frames.handshake(1))
    seen = capture(*(frames.segment("PA", at, data) for at, data in [(1, hello), *pieces]))

    assert len(seen.segments) == len(pieces) + 1
    assert seen.tls[0].message == "client-hello"


@pytest.mark.parametrize("name", GOOD)
def test_a_good_frame_cut_anywhere_keeps_its_row_and_lies_not(name):
    whole = GOOD[name]
    for end in range(len(whole)):
        seen = capture(whole[:end])
        assert len(seen.frames) == 1
        # Cut off, so nothing that would need the rest.
        assert not seen.dhcp
        assert not seen.mdns
        assert not seen.datagrams
        assert not seen.segments


def dns(data):
    return from_iut(frames.UDP(sport=5353, dport=5353) / frames.Raw(data))


HOSTILE_NAMES = {
    "a name that points to itself": bytes.fromhex("0000840000010000 00000000 c00c 000c0001"),
    "two names that point to each other": bytes.fromhex(
        "0000840000020000 00000000 c012 000c0001 c00c 000c0001"
    ),
    "65,535 answers and none there": bytes.fromhex("00008400 0000 ffff ffff ffff"),
    "a name without an end": bytes.fromhex("0000840000010000 00000000") + b"\x3f" + b"a" * 63,
    "a pointer behind the end": bytes.fromhex("0000840000010000 00000000 ffff 000c0001"),
    "a long message of pointers": bytes.fromhex("0000840000ff0000 00000000") + b"\xc0\x0c" * 700,
    "many answers with long names": bytes.fromhex("00008400 0000 00fa 0000 0000")
    + (b"\x3f" + b"a" * 63) * 2
    + b"\0\0\x0c\0\1\0\0\0\0\0\0" * 100,
}


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names(name):
    assert len(capture(dns(HOSTILE_NAMES[name])).frames) == 1


def test_hostile_messages_of_64_kb():
    """No wire carries them in one frame; fragments do."""
    for data in (b"\xc0\x0c" * 32_000, b"\x01a" * 32_000, bytes(64_000), b"\xff" * 64_000):
        head = bytes.fromhex("0000840000ff00ff 00ff00ff")
        packet = frames.IP(src=frames.IUT, dst=frames.LAB) / frames.UDP(sport=5353, dport=5353)
        pieces = frames.fragment(frames.Ether() / packet / frames.Raw(head + data), 1480)
        seen = capture(*map(bytes, pieces))
        assert len(seen.frames) == len(pieces)
        assert seen.mdns == ()


def test_fragments_without_an_end_do_not_pile_up():
    pieces = [
        frames.sent(frames.IP(src=frames.IUT, dst=frames.LAB, id=number, flags="MF") / bytes(64))
        for number in range(500)
    ]
    assert len(capture(*pieces).frames) == 500


def test_four_thousand_bytes_each_in_a_segment_that_came_too_early():
    pieces = [frames.segment("PA", 10 + 2 * n, b".") for n in range(4000)]

    assert len(capture(frames.segment("S", 0), *pieces).segments) == 4001


def test_a_stream_that_never_closes_its_gap_is_given_up():
    pieces = [frames.segment("PA", 10 + 1400 * n, bytes(1400)) for n in range(1, 800)]

    assert len(capture(frames.segment("S", 0), *pieces).segments) == 800
