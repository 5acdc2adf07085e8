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
    #: What it says: an address, a name, `port target` of an SRV, the strings of a TXT.
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
    """A TLS record, in a TCP conversation, put together from segments.

    `kind`: handshake, alert, change-cipher-spec or application-data; `version` as in 3.3;
    `message`: of a handshake in the clear, as in client-hello; else empty.
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
    if "data" in {each.name for each in fields(kind)}:
        row["data"] = bytes.fromhex(row["data"])
    return kind(**row)
