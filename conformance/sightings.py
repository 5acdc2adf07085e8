"""What a capture shows, in lines for people, as the trace of an exchange is.

Law of this file: one line a frame at most, bounded in length and number; nothing is left out
without being counted. Frames are hostile: who shows the lines makes them fit to be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from conformance.testbed import NANOSECONDS
from conformance.wire import (
    Arp,
    Capture,
    Datagram,
    Dhcp,
    Dns,
    Echo,
    Frame,
    Mdns,
    Record,
    Segment,
    TlsRecord,
)

#: Most lines of one capture, and how many of them are its last; the longest line.
LINES = 24
LAST_LINES = 8
LONGEST = 160
#: From when on a doubt of the times is told, in nanoseconds: that of one host is much less.
WORTH_A_LINE_NS = 1_000_000


def sightings(capture: Capture, origin: int) -> list[str]:
    """The lines of a capture: seconds since `origin`, direction as in a trace, what it was."""
    lines = [
        f"{_since(frame, origin)} {_direction(frame)} {told}"[:LONGEST]
        for frame, told in _told(capture)
    ]
    rest = len(lines) - LINES
    if rest > 0:
        head, tail = lines[: LINES - LAST_LINES], lines[-LAST_LINES:]
        lines = [*head, f"({rest} more frames; the capture has all of them)", *tail]
    return [*_doubted(capture), *lines]


def _doubted(capture: Capture) -> Iterator[str]:
    """How wrong the times may be against the trace's, if that is worth a line."""
    if capture.uncertainty_ns >= WORTH_A_LINE_NS:
        doubt = capture.uncertainty_ns / NANOSECONDS
        yield f"(give or take {doubt:.6f}: the lab's clock is another one)"


def _since(frame: Frame, origin: int) -> str:
    return f"{(frame.at - origin) / NANOSECONDS:+.6f}"


def _direction(frame: Frame) -> str:
    return "<" if frame.from_iut else ">"


def _told(capture: Capture) -> Iterator[tuple[Frame, str]]:
    """Each frame with the best that can be said of it."""
    best: dict[int, list[str]] = {}
    for rows in _best_first(capture):
        told: dict[int, list[str]] = {}
        for row in rows:
            told.setdefault(row.frame.number, []).append(_TELLERS[type(row)](row))
        best = told | best
    for frame in capture.frames:
        words = best.get(frame.number)
        yield frame, "; ".join(words) if words else _frame(frame)


def _best_first(capture: Capture) -> Sequence[Sequence[Any]]:
    """What is told of a frame that can be told in several ways: the first that there is."""
    return (
        capture.arps, capture.echoes, capture.dhcp, capture.mdns, capture.dns, capture.tls,
        capture.segments, capture.datagrams,
    )  # fmt: skip


_ETHERTYPES: Mapping[int, str] = {0x0800: "IPv4", 0x0806: "ARP", 0x8100: "VLAN", 0x86DD: "IPv6"}


def _frame(frame: Frame) -> str:
    kind = _ETHERTYPES.get(frame.ethertype, f"type 0x{frame.ethertype:04x}")
    return f"other {kind}, {frame.length} bytes, {frame.source} to {frame.destination}"


def _arp(arp: Arp) -> str:
    if arp.operation == 1:
        asker = "nobody" if arp.is_probe else arp.sender_ip
        return f"ARP who has {arp.target_ip}? asks {asker} at {arp.sender_mac}"
    return f"ARP reply {arp.sender_ip} is at {arp.sender_mac}"


def _echo(echo: Echo) -> str:
    return f"ICMP echo {echo.kind} {echo.source} to {echo.destination}, {len(echo.data)} bytes"


def _dhcp(dhcp: Dhcp) -> str:
    words = [f"DHCP {dhcp.kind}"]
    words += [dhcp.your_ip] if dhcp.your_ip else []
    words += [f"asking for {dhcp.requested_ip}"] if dhcp.requested_ip else []
    words += [f"for {dhcp.client_mac}"]
    words += [f"by {dhcp.server}"] if dhcp.server else []
    words += [f"for {dhcp.lease_s} s"] if dhcp.lease_s >= 0 else []
    return " ".join(words)


def _names(message: Mdns | Dns) -> str:
    if message.is_answer:
        return "answer " + (", ".join(map(_record, message.records)) or "without records")
    return "question " + (", ".join(message.questions) or "about nothing")


def _record(record: Record) -> str:
    return f"{record.name} {record.kind} {' '.join(record.data.splitlines())}"


def _segment(each: Segment) -> str:
    return f"TCP {_ends(each)} {each.flags}, {len(each.data)} bytes"


def _tls(each: TlsRecord) -> str:
    what = f"{each.kind} {each.message}" if each.message else each.kind
    return f"TLS {each.version} {what}, {each.length} bytes, {_ends(each)}"


def _ends(each: Datagram | Segment | TlsRecord) -> str:
    return f"{each.source}:{each.source_port} to {each.destination}:{each.destination_port}"


_TELLERS: Mapping[type, Callable[[Any], str]] = {
    Arp: _arp,
    Echo: _echo,
    Dhcp: _dhcp,
    Mdns: lambda message: f"mDNS {_names(message)}, from {message.source}",
    Dns: lambda message: f"DNS {_names(message)}, {message.source} to {message.destination}",
    TlsRecord: _tls,
    Segment: _segment,
    Datagram: lambda each: f"UDP {_ends(each)}, {len(each.data)} bytes",
}
