"""What is made of good frames: the observations of `conformance.wire`."""

import pytest
from scapy.layers.inet import ICMP, IP, UDP, fragment
from scapy.layers.l2 import Ether

from conformance.wire import Record, capture_of
from rigs.lab.dissect import Dissector, Seen
from tests.lab import frames
from tests.lab.frames import IUT, IUT_MAC, LAB, LAB_MAC, from_iut, handshake, record, segment


def seen(*data):
    """The capture of these frames; those from the IUT's MAC address came from it."""
    dissector = Dissector("station")
    for number, each in enumerate(data, start=1):
        iut = each[6:12].hex(":") == IUT_MAC
        dissector.add(Seen(number, 1000 * number, each, len(each), iut))
    return capture_of({"began_at": 0, "ended_at": 10**9, "drops": 0, **dissector.told()})


def test_every_frame_has_its_row():
    request, reply = seen(frames.ARP_REQUEST, frames.ARP_REPLY).frames

    assert (request.number, request.at, request.side) == (1, 1000, "station")
    assert (request.source, request.destination) == (IUT_MAC, "ff:ff:ff:ff:ff:ff")
    assert (request.ethertype, request.length, request.from_iut) == (0x0806, 42, True)
    assert (reply.number, reply.from_iut) == (2, False)


def test_arp():
    request, reply = seen(frames.ARP_REQUEST, frames.ARP_REPLY).arps

    assert (request.operation, request.sender_mac, request.sender_ip) == (1, IUT_MAC, IUT)
    assert (request.target_mac, request.target_ip) == ("00:00:00:00:00:00", LAB)
    assert (reply.operation, reply.sender_mac, reply.sender_ip) == (2, LAB_MAC, LAB)


def test_an_echo_and_its_reply():
    request, reply = seen(frames.ECHO, frames.ECHO_REPLY).echoes

    assert (request.kind, request.source, request.destination) == ("request", IUT, LAB)
    assert (request.identifier, request.sequence, request.data) == (5, 6, b"abc")
    assert (reply.kind, reply.source, reply.frame.number) == ("reply", LAB, 2)


def test_a_dhcp_message_with_its_options():
    discover, offer = seen(frames.DISCOVER, frames.OFFER).dhcp

    assert (discover.kind, discover.transaction, discover.client_mac) == (
        "discover", 0x1234, IUT_MAC,
    )  # fmt: skip
    assert (discover.requested_ip, discover.hostname) == ("192.168.4.9", "ESP_000001")
    assert (discover.your_ip, discover.client_ip, discover.lease_s) == ("", "", -1)
    assert discover.options["12"] == b"ESP_000001".hex()
    assert (offer.kind, offer.your_ip, offer.server, offer.lease_s) == ("offer", IUT, LAB, 7200)
    assert (offer.netmask, offer.router, offer.name_server) == ("255.255.255.0", LAB, LAB)
    assert offer.options["6"] == "c0a8040108080808"


def test_dhcp_options_in_pieces_and_in_place_of_a_file():
    first, second = ("hostname", b"ESP"), ("hostname", b"_1")
    (pieces,) = seen(frames.dhcp("request", first, second)).dhcp
    file = bytes([50, 4, 192, 168, 4, 77, 255]).ljust(128, b"\0")
    (overloaded,) = seen(frames.dhcp("request", ("dhcp-option-overload", 1), file=file)).dhcp

    assert pieces.hostname == "ESP_1"
    assert overloaded.requested_ip == "192.168.4.77"


def test_multicast_dns():
    question, answer = seen(frames.MDNS_QUESTION, frames.MDNS_ANSWER).mdns

    assert (question.is_answer, question.questions, question.records) == (
        False, ("_http._tcp.local",), (),
    )  # fmt: skip
    assert (answer.is_answer, answer.source) == (True, IUT)
    assert answer.records == (
        Record("_http._tcp.local", "PTR", "iot._http._tcp.local", 4500),
        Record("iot._http._tcp.local", "SRV", "8080 esp.local", 120),
        Record("iot._http._tcp.local", "TXT", "a=1\nb=2", 120),
        Record("esp.local", "A", IUT, 120),
    )


def test_unicast_dns():
    (answer,) = seen(frames.DNS_ANSWER).dns

    assert (answer.source, answer.destination, answer.is_answer) == (LAB, IUT, True)
    assert answer.questions == ("example.com",)
    assert answer.records == (Record("example.com", "A", "10.0.0.1", 60),)


def test_a_datagram_is_told_whatever_it_carries():
    capture = seen(frames.DATAGRAM, frames.DNS_ANSWER, frames.DISCOVER)

    assert [(d.source_port, d.destination_port) for d in capture.datagrams] == [
        (4000, 5000), (53, 4097), (68, 67),
    ]  # fmt: skip
    assert capture.datagrams[0].data == b"hello"


def test_bytes_that_fill_up_a_frame_are_not_of_the_datagram():
    (datagram,) = seen(frames.DATAGRAM.ljust(60, b"\xaa")).datagrams

    assert datagram.data == b"hello"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_datagram_in_fragments_is_put_together(order):
    data = bytes(range(256)) * 8
    pieces = fragment(Ether(src=IUT_MAC) / IP(src=IUT, dst=LAB, id=3) / UDP(dport=9) / data, 1480)
    capture = seen(*(bytes(pieces[number]) for number in order))

    (datagram,) = capture.datagrams
    assert datagram.data == data
    assert datagram.frame.number == 2
    assert len(capture.frames) == 2


def test_a_fragment_that_overlaps_or_is_missing_makes_no_datagram():
    pieces = fragment(Ether(src=IUT_MAC) / IP(src=IUT, dst=LAB) / UDP(dport=9) / bytes(4000), 1480)
    first, second, third = map(bytes, pieces)

    assert seen(first, third).datagrams == ()
    assert len(seen(first, third, second, second).datagrams) == 1


def test_a_segment():
    (each,) = seen(frames.SEGMENT).segments

    assert (each.flags, each.sequence, each.acknowledgement, each.window) == ("PA", 100, 5, 2920)
    assert (each.source_port, each.destination_port, each.data) == (4096, 4433, b"GET /")


def test_flags_are_written_in_one_order():
    segments = seen(segment("AS", 1), segment("APF", 1), segment("R", 1)).segments

    assert [each.flags for each in segments] == ["SA", "FPA", "R"]


HELLO = record(22, handshake(1), b"\x03\x01")


def test_a_tls_record_is_put_together_from_segments():
    parts = segment("S", 99), segment("PA", 100, HELLO[:7]), segment("PA", 107, HELLO[7:])
    (hello,) = seen(*parts).tls

    assert (hello.kind, hello.version, hello.message) == ("handshake", "3.1", "client-hello")
    assert (hello.length, hello.frame.number) == (44, 3)
    assert (hello.source, hello.destination_port) == (IUT, 4433)


def test_segments_out_of_order_twice_overlapping_and_around_the_end_of_the_numbers():
    start = (1 << 32) - 5
    data = HELLO + record(20, b"\1") + record(23, b"secret")
    capture = seen(
        segment("S", start - 1),
        segment("PA", start + 10, data[10:50]),
        segment("PA", start, data[:12]),
        segment("PA", start, data[:12]),
        segment("PA", start + 40, data[40:]),
    )

    assert [(r.kind, r.message) for r in capture.tls] == [
        ("handshake", "client-hello"),
        ("change-cipher-spec", ""),
        ("application-data", ""),
    ]


def test_a_whole_handshake_with_many_messages_in_a_record_and_veiled_ones():
    server = record(22, handshake(2) + handshake(11) + handshake(14))
    capture = seen(
        segment("S", 0),
        segment("SA", 0, iut=False),
        segment("PA", 1, HELLO),
        segment("PA", 1, server, iut=False),
        segment("PA", 1 + len(HELLO), record(22, handshake(16)) + record(20, b"\1")
                + record(22, b"\x8f" * 40)),
    )  # fmt: skip

    assert [(r.frame.from_iut, r.message) for r in capture.tls] == [
        (True, "client-hello"),
        (False, "server-hello certificate server-hello-done"),
        (True, "client-key-exchange"),
        (True, ""),
        (True, ""),
    ]


def test_what_only_looks_like_tls_is_none():
    assert seen(segment("S", 0), segment("PA", 1, record(23, b"....."))).tls == ()
    assert seen(segment("S", 0), segment("PA", 1, b"GET / HTTP/1.1\r\n")).tls == ()


def test_a_stream_with_a_hole_ends_there():
    parts = segment("S", 0), segment("PA", 1, HELLO), segment("PA", 500, record(23, b"late"))

    assert [r.message for r in seen(*parts).tls] == ["client-hello"]


def test_a_port_that_is_used_again_begins_a_new_stream():
    parts = segment("S", 0), segment("PA", 1, HELLO), segment("S", 9000), segment("PA", 9001, HELLO)

    assert [r.message for r in seen(*parts).tls] == ["client-hello"] * 2


def test_other_messages_of_icmp_are_no_echo():
    assert seen(from_iut(ICMP(type=3, code=1) / b"........")).echoes == ()
