"""What a capture shows, for people: a line a frame, bounded, and none left out in silence."""

import pytest

from conformance.sightings import LINES, LONGEST, sightings
from conformance.wire import capture_of

IUT, LAB = "18:fe:34:00:00:01", "02:00:00:00:00:02"
ENDS = {
    "source": "192.168.4.2", "source_port": 4096,
    "destination": "192.168.4.1", "destination_port": 443,
}  # fmt: skip


def told(frames=1, **lists):
    rows = [
        {
            "at": 1_000_000_000 + 500_000 * number, "side": "station", "source": IUT,
            "destination": LAB, "ethertype": 0x0800, "length": 60, "from_iut": number % 2 == 1,
            "number": number,
        }
        for number in range(1, frames + 1)
    ]  # fmt: skip
    ends = {"began_at": 0, "ended_at": 9, "drops": 0}
    return sightings(capture_of({**ends, "frames": rows, **lists}), 1_000_000_000)


def arp(number, **fields):
    return {
        "frame": number, "operation": 1, "sender_mac": IUT, "sender_ip": "192.168.4.2",
        "target_mac": LAB, "target_ip": "192.168.4.1", **fields,
    }  # fmt: skip


def dhcp(**fields):
    return {
        "frame": 1,
        "transaction": 1,
        "client_mac": IUT,
        "client_ip": "",
        "your_ip": "",
        **fields,
    }


RECORD = {"name": "a.local", "kind": "TXT", "data": "x=1\ny=2", "ttl_s": 9}


@pytest.mark.parametrize(
    ("kind", "row", "line"),
    [
        ("arps", arp(1), f"ARP who has 192.168.4.1? asks 192.168.4.2 at {IUT}"),
        ("arps", arp(1, sender_ip="0.0.0.0"), f"ARP who has 192.168.4.1? asks nobody at {IUT}"),
        ("arps", arp(1, operation=2), f"ARP reply 192.168.4.2 is at {IUT}"),
        (
            "echoes",
            {"frame": 1, "kind": "reply", "source": "a", "destination": "b", "identifier": 1,
             "sequence": 2, "data": "0102"},
            "ICMP echo reply a to b, 2 bytes",
        ),
        (
            "dhcp",
            dhcp(kind="offer", your_ip="192.168.4.2", server="192.168.4.1", lease_s=7200),
            f"DHCP offer 192.168.4.2 for {IUT} by 192.168.4.1 for 7200 s",
        ),
        (
            "dhcp",
            dhcp(kind="request", requested_ip="192.168.4.2"),
            f"DHCP request asking for 192.168.4.2 for {IUT}",
        ),
        (
            "mdns",
            {"frame": 1, "source": "a", "is_answer": True, "questions": [], "records": [RECORD]},
            "mDNS answer a.local TXT x=1 y=2, from a",
        ),
        (
            "dns",
            {"frame": 1, "source": "a", "destination": "b", "is_answer": False,
             "questions": ["c.com"], "records": []},
            "DNS question c.com, a to b",
        ),
        (
            "segments",
            {"frame": 1, **ENDS, "flags": "SA", "sequence": 1, "acknowledgement": 2, "window": 3,
             "data": ""},
            "TCP 192.168.4.2:4096 to 192.168.4.1:443 SA, 0 bytes",
        ),
        (
            "datagrams",
            {"frame": 1, **ENDS, "data": "010203"},
            "UDP 192.168.4.2:4096 to 192.168.4.1:443, 3 bytes",
        ),
        (
            "tls",
            {"frame": 1, **ENDS, "kind": "handshake", "version": "3.1", "length": 40,
             "message": "client-hello"},
            "TLS 3.1 handshake client-hello, 40 bytes, 192.168.4.2:4096 to 192.168.4.1:443",
        ),
    ],
)  # fmt: skip
def test_a_line_says_what_was_seen(kind, row, line):
    assert told(**{kind: [row]}) == [f"+0.000500 < {line}"]


def test_a_frame_that_is_nothing_in_particular_and_one_to_the_iut():
    first, second = told(frames=2)

    assert first == f"+0.000500 < other IPv4, 60 bytes, {IUT} to {LAB}"
    assert second.startswith("+0.001000 > ")


def test_the_most_telling_of_several_views_of_one_frame():
    datagram = {"frame": 1, **ENDS, "data": "00"}
    (line,) = told(dhcp=[dhcp(kind="discover")], datagrams=[datagram])

    assert line == f"+0.000500 < DHCP discover for {IUT}"


def test_many_frames_are_cut_in_the_middle_and_counted():
    lines = told(frames=100)

    assert len(lines) == LINES + 1
    assert [line for line in lines if line.startswith("(")] == [
        f"({100 - LINES} more frames; the capture has all of them)"
    ]
    assert lines[-1].startswith("+0.050000")


def test_a_line_has_an_end():
    record = {**RECORD, "data": "x" * 4000}
    mdns = {"frame": 1, "source": "a", "is_answer": True, "questions": [], "records": [record]}

    assert len(told(mdns=[mdns])[0]) == LONGEST


@pytest.mark.parametrize(("doubt_ns", "lines"), [(0, 1), (999_999, 1), (2_500_000, 2)])
def test_how_wrong_the_times_may_be_is_told_if_it_is_worth_a_line(doubt_ns, lines):
    shown = told(uncertainty_ns=doubt_ns, arps=[arp(1)])

    assert len(shown) == lines
    assert shown[0].startswith("(give or take 0.002500") == (lines == 2)
