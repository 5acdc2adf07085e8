"""What was seen on the network: frozen observations, made of frames by whoever dissected them.

Law of this file: values and questions, no sockets and no dissecting. Addresses are text as people
write them: a MAC in lower case with colons, an IPv4 address dotted. Times are nanoseconds of the
lab's monotonic clock. What a frame was before it was understood stays in its capture file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

BROADCAST = "ff:ff:ff:ff:ff:ff"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Frame:
    """What every frame has. `side`: `station` or `softap`, the IUT's interface it was seen at.

    `from_iut`: it came out of the IUT's interface and was not sent to it by the lab.
    """

    at: int
    side: str
    source: str
    destination: str
    ethertype: int
    length: int
    from_iut: bool
    #: Number of the frame in the capture file, from 1, as Wireshark counts.
    number: int


@dataclass(frozen=True, slots=True)
class Arp:
    """An ARP packet: `operation` is 1 for a request, 2 for a reply."""

    frame: Frame
    operation: int
    sender_mac: str
    sender_ip: str
    target_mac: str
    target_ip: str

    @property
    def is_probe(self) -> bool:
        """Whether it asks for an address without having one (RFC 5227)."""
        return self.operation == 1 and self.sender_ip == "0.0.0.0"


@dataclass(frozen=True, slots=True)
class Echo:
    """An ICMP echo; `kind` is `request` or `reply`."""

    frame: Frame
    kind: str
    source: str
    destination: str
    identifier: int
    sequence: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Dhcp:
    """A DHCP message. `kind`: discover, offer, request, decline, ack, nak, release, inform.

    An address that the message does not have is empty; `lease_s` is -1 then.
    """

    frame: Frame
    kind: str
    transaction: int
    client_mac: str
    #: ciaddr and yiaddr.
    client_ip: str
    your_ip: str
    #: Options 50, 54, 51, 1, 3, 6, 12.
    requested_ip: str = ""
    server: str = ""
    lease_s: int = -1
    netmask: str = ""
    router: str = ""
    name_server: str = ""
    hostname: str = ""
    #: Every option that it has: its number -> its bytes in hexadecimal.
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """One resource record of a name service; `kind` as in A, PTR, SRV, TXT."""

    name: str
    kind: str
    #: What it says: an address, a name, `port target` of an SRV, the strings of a TXT, one a line.
    #: Names are without the dot at their end.
    data: str
    ttl_s: int


@dataclass(frozen=True, slots=True)
class Mdns:
    """A message of multicast DNS."""

    frame: Frame
    source: str
    is_answer: bool
    questions: tuple[str, ...]
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Dns:
    """A message of unicast DNS."""

    frame: Frame
    source: str
    destination: str
    is_answer: bool
    questions: tuple[str, ...]
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Datagram:
    """A UDP datagram, whole."""

    frame: Frame
    source: str
    source_port: int
    destination: str
    destination_port: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Segment:
    """A TCP segment; `flags` as letters, S F R P A U in that order."""

    frame: Frame
    source: str
    source_port: int
    destination: str
    destination_port: int
    flags: str
    sequence: int
    acknowledgement: int
    window: int
    data: bytes


@dataclass(frozen=True, slots=True)
class TlsRecord:
    """A TLS record, in a TCP conversation whose client-hello was seen, put together from segments.

    `frame`: the one in which its last byte came. `kind`: handshake, alert, change-cipher-spec or
    application-data; `version` as in 3.3; `message`: of a handshake in the clear, as in
    client-hello, several with blanks between them; else empty.
    """

    frame: Frame
    source: str
    source_port: int
    destination: str
    destination_port: int
    kind: str
    version: str
    length: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class Transaction:
    """The messages of one DHCP transaction of one client, in the order in which they came."""

    client_mac: str
    number: int
    messages: tuple[Dhcp, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """What each message is, without those that only repeat the one before."""
        kinds = [message.kind for message in self.messages]
        return tuple(k for k, before in zip(kinds, ["", *kinds], strict=False) if k != before)

    @property
    def given(self) -> Dhcp | None:
        """The last message that gave the client an address for good; None if none did."""
        return next((each for each in reversed(self.messages) if each.kind == "ack"), None)

    def of(self, kind: str) -> tuple[Dhcp, ...]:
        """Its messages of a kind."""
        return tuple(message for message in self.messages if message.kind == kind)


@dataclass(frozen=True, slots=True)
class Ping:
    """An echo, and its reply, if there was one."""

    request: Echo
    reply: Echo | None

    @property
    def took_ns(self) -> int | None:
        """How long the reply took at the place of the capture."""
        return None if self.reply is None else self.reply.frame.at - self.request.frame.at


@dataclass(frozen=True, slots=True)
class Conversation:
    """A TCP connection as far as it was seen: from one SYN to the next between the same ends.

    `client` is who sent the SYN, or else the first segment; ends are address and port.
    """

    client: tuple[str, int]
    server: tuple[str, int]
    segments: tuple[Segment, ...]

    @property
    def accepted(self) -> bool:
        """Whether the server answered the SYN with one of its own."""
        return any(s.flags.startswith("S") and "A" in s.flags for s in self.segments)

    @property
    def refused(self) -> bool:
        """Whether the server answered the SYN with a reset."""
        return not self.accepted and any("R" in s.flags for s in self._from(self.server))

    @property
    def ended_by(self) -> tuple[str, int] | None:
        """Who first sent a FIN or a reset; None: it was open to the end of the capture."""
        ends = (_source(s) for s in self.segments if {"F", "R"} & set(s.flags))
        return next(ends, None)

    def sent(self, end: tuple[str, int]) -> bytes:
        """What one end sent, in order, without what came again; up to the first gap."""
        pieces = [s for s in self._from(end) if s.data]
        opening = [s.sequence + 1 for s in self._from(end) if s.flags.startswith("S")]
        if not pieces:
            return b""
        first = opening[0] if opening else pieces[0].sequence
        data = b""
        for offset, piece in sorted((_after(first, s.sequence), s.data) for s in pieces):
            if offset > len(data):
                break
            data += piece[len(data) - offset :]
        return data

    def _from(self, end: tuple[str, int]) -> tuple[Segment, ...]:
        return tuple(s for s in self.segments if _source(s) == end)


#: Name of a list in what is dissected -> what its rows are.
KINDS: Mapping[str, type[Any]] = {
    "arps": Arp,
    "echoes": Echo,
    "dhcp": Dhcp,
    "mdns": Mdns,
    "dns": Dns,
    "datagrams": Datagram,
    "segments": Segment,
    "tls": TlsRecord,
}

#: Those whose rows have bytes.
_WITH_DATA = frozenset(
    kind for kind in KINDS.values() if "data" in {each.name for each in fields(kind)}
)


@dataclass(frozen=True, slots=True)
class Capture:
    """Everything that was seen while it ran, in the order in which it was seen.

    `path`: the capture file, relative to the report's folder; empty if nobody keeps it.
    """

    began_at: int
    ended_at: int
    frames: tuple[Frame, ...]
    arps: tuple[Arp, ...] = ()
    echoes: tuple[Echo, ...] = ()
    dhcp: tuple[Dhcp, ...] = ()
    mdns: tuple[Mdns, ...] = ()
    dns: tuple[Dns, ...] = ()
    datagrams: tuple[Datagram, ...] = ()
    segments: tuple[Segment, ...] = ()
    tls: tuple[TlsRecord, ...] = ()
    #: How many frames the kernel dropped; a capture with drops proves no absence.
    drops: int = 0
    #: How wrong every `at` may be, against the clock of the transcripts.
    uncertainty_ns: int = 0
    path: str = ""

    def of_iut(self, seen: Iterable[T]) -> tuple[T, ...]:
        """Those of `seen` (frames, or what is made of them) that the IUT sent."""
        return tuple(each for each in seen if _frame(each).from_iut)

    def iut_macs(self, side: str = "station") -> frozenset[str]:
        """The source addresses of the frames that the IUT sent on one side."""
        return frozenset(f.source for f in self.frames if f.from_iut and f.side == side)

    def owners(self, address: str) -> frozenset[str]:
        """The MAC addresses that were said to have `address`, in answers to ARP requests."""
        replies = (arp for arp in self.arps if arp.operation == 2)
        return frozenset(arp.sender_mac for arp in replies if arp.sender_ip == address)

    def transactions(self, client_mac: str = "") -> tuple[Transaction, ...]:
        """The DHCP transactions, of one client if it is named, by when they began."""
        grouped: dict[tuple[str, int], list[Dhcp]] = {}
        for each in self.dhcp:
            if client_mac in ("", each.client_mac):
                grouped.setdefault((each.client_mac, each.transaction), []).append(each)
        return tuple(Transaction(*key, tuple(messages)) for key, messages in grouped.items())

    def pings(self, source: str = "", destination: str = "") -> tuple[Ping, ...]:
        """The echoes that were asked for, each with the first reply to it that came later."""
        asked = [
            echo
            for echo in self.echoes
            if echo.kind == "request"
            and source in ("", echo.source)
            and destination in ("", echo.destination)
        ]
        return tuple(Ping(echo, self._reply_to(echo)) for echo in asked)

    def _reply_to(self, asked: Echo) -> Echo | None:
        key = asked.destination, asked.source, asked.identifier, asked.sequence
        for echo in self.echoes:
            told = echo.source, echo.destination, echo.identifier, echo.sequence
            if echo.kind == "reply" and told == key and echo.frame.number > asked.frame.number:
                return echo
        return None

    def conversations(self) -> tuple[Conversation, ...]:
        """The TCP connections, by when they began."""
        begun: list[list[Segment]] = []
        open_: dict[frozenset[tuple[str, int]], list[Segment]] = {}
        for each in self.segments:
            between = frozenset({_source(each), _destination(each)})
            asks = each.flags.startswith("S") and "A" not in each.flags
            again = between in open_ and each.sequence == open_[between][0].sequence
            if between not in open_ or (asks and not again):
                open_[between] = []
                begun.append(open_[between])
            open_[between].append(each)
        return tuple(_conversation(segments) for segments in begun)

    def told_by_mdns(self, name: str = "", kind: str = "") -> tuple[Record, ...]:
        """The records in the IUT's answers, of one name and kind if they are given.

        Names are told apart without regard to upper and lower case, as name services do.
        """
        answers = (message for message in self.of_iut(self.mdns) if message.is_answer)
        records = (record for message in answers for record in message.records)
        return tuple(
            record
            for record in records
            if name.lower() in ("", record.name.lower()) and kind in ("", record.kind)
        )


def _source(segment: Segment) -> tuple[str, int]:
    return segment.source, segment.source_port


def _destination(segment: Segment) -> tuple[str, int]:
    return segment.destination, segment.destination_port


def _conversation(segments: list[Segment]) -> Conversation:
    first = segments[0]
    ends = _source(first), _destination(first)
    if first.flags.startswith("S") and "A" in first.flags:  # the SYN before it was not seen
        ends = ends[1], ends[0]
    return Conversation(*ends, tuple(segments))


def _after(first: int, sequence: int) -> int:
    """How far `sequence` is behind `first`, around the end of the numbers."""
    ahead = (sequence - first) % (1 << 32)
    return ahead - (1 << 32) if ahead >= 1 << 31 else ahead


def _frame(seen: object) -> Frame:
    return seen if isinstance(seen, Frame) else seen.frame  # type: ignore[attr-defined]


def capture_of(told: Mapping[str, Any]) -> Capture:
    """The capture that a lab tells as JSON; raises `ValueError` if it is none.

    `frames` is a list of objects with the fields of `Frame`; every other list has the number of
    its frame instead of the frame, bytes in hexadecimal, and `records` as objects.
    """
    try:
        frames = tuple(Frame(**each) for each in told["frames"])
        numbered = {frame.number: frame for frame in frames}
        lists = {
            name: tuple(_made(kind, each, numbered) for each in told.get(name, ()))
            for name, kind in KINDS.items()
        }
        return Capture(
            began_at=told["began_at"],
            ended_at=told["ended_at"],
            frames=frames,
            drops=told["drops"],
            uncertainty_ns=told.get("uncertainty_ns", 0),
            path=told.get("path", ""),
            **lists,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"not what a capture shows: {error!r}") from error


def _made(kind: type[Any], row: Mapping[str, Any], frames: Mapping[int, Frame]) -> Any:
    row = {**row, "frame": frames[row["frame"]]}
    for name in ("questions", "records"):
        if name in row:
            row[name] = tuple(row[name])
    if "records" in row:
        row["records"] = tuple(Record(**each) for each in row["records"])
    if kind in _WITH_DATA:
        row["data"] = bytes.fromhex(row["data"])
    return kind(**row)
