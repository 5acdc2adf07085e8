"""TCP streams put together from segments, and the TLS records in them.

Law of this file: sequence numbers decide what follows what; what came twice counts once, and what
never came ends the stream for us. Only a conversation whose client-hello was seen is TLS, on
whatever port. A record is five bytes and a length, which is read here: scapy would want the whole
of a session, and dissects it on port 443 alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
#: Source, source port, destination, destination port.
_Way = tuple[str, int, str, int]

_TYPES: Mapping[int, str] = {
    20: "change-cipher-spec",
    21: "alert",
    22: "handshake",
    23: "application-data",
}
_MESSAGES: Mapping[int, str] = {
    0: "hello-request",
    1: "client-hello",
    2: "server-hello",
    4: "new-session-ticket",
    8: "encrypted-extensions",
    11: "certificate",
    12: "server-key-exchange",
    13: "certificate-request",
    14: "server-hello-done",
    15: "certificate-verify",
    16: "client-key-exchange",
    20: "finished",
    22: "certificate-status",
}
_HELLO = "client-hello"

#: The longest record (RFC 5246, 6.2.3), and how much of a stream, in how many pieces, may wait for
#: what is missing.
_LONGEST = (1 << 14) + 2048
_WAITING, _PIECES = 1 << 20, 256
_SEQUENCES = 1 << 32


class Streams:
    """All conversations of a capture; segments are added in the order in which they were seen."""

    def __init__(self) -> None:
        self._streams: dict[_Way, _Stream] = {}
        self._records: list[tuple[frozenset[tuple[str, int]], Row]] = []
        self._tls: set[frozenset[tuple[str, int]]] = set()

    def add(self, segment: Row) -> None:
        """One segment, as its row; records that are whole with it are kept."""
        way = (
            segment["source"], segment["source_port"],
            segment["destination"], segment["destination_port"],
        )  # fmt: skip
        if "S" in segment["flags"] or way not in self._streams:
            self._streams[way] = _Stream(segment["sequence"] + ("S" in segment["flags"]))
        between = frozenset((way[:2], way[2:]))
        for row in self._streams[way].add(segment["sequence"], bytes.fromhex(segment["data"])):
            if row["message"].startswith(_HELLO):
                self._tls.add(between)
            ends = {name: segment[name] for name in _ENDS}
            self._records.append((between, {"frame": segment["frame"], **ends, **row}))

    def records(self) -> list[Row]:
        """The records of all conversations that are TLS."""
        return [row for between, row in self._records if between in self._tls]


_ENDS = ("source", "source_port", "destination", "destination_port")


class _Stream:
    """One direction of a conversation."""

    def __init__(self, sequence: int) -> None:
        self._expected = sequence % _SEQUENCES
        self._early: dict[int, bytes] = {}
        self._reader: _Reader | None = _Reader()

    def add(self, sequence: int, data: bytes) -> list[Row]:
        """The records that are whole with this piece."""
        if not data or self._reader is None:
            return []
        self._early[sequence] = max(data, self._early.get(sequence, b""), key=len)
        if len(self._early) > _PIECES or sum(map(len, self._early.values())) > _WAITING:
            self._reader = None
            return []
        try:
            return self._reader.read(self._ready())
        except ValueError:
            self._reader = None
            return []

    def _ready(self) -> bytes:
        """What follows what was there before, without what came again."""
        ready = b""
        for sequence in sorted(self._early, key=self._ahead):
            ahead = self._ahead(sequence)
            if ahead > 0:
                break
            fresh = self._early.pop(sequence)[-ahead:] if ahead else self._early.pop(sequence)
            ready += fresh
            self._expected = (self._expected + len(fresh)) % _SEQUENCES
        return ready

    def _ahead(self, sequence: int) -> int:
        """How far `sequence` is ahead of what is expected; negative if it is behind."""
        ahead = (sequence - self._expected) % _SEQUENCES
        return ahead - _SEQUENCES if ahead >= _SEQUENCES // 2 else ahead


@dataclass(slots=True)
class _Reader:
    """Bytes of a stream -> records; raises `ValueError` where there is none."""

    _buffer: bytearray = field(default_factory=bytearray)
    #: Bytes of a handshake message that are still to come, in the next records.
    _rest: int = 0
    _veiled: bool = False

    def read(self, data: bytes) -> list[Row]:
        self._buffer += data
        found: list[Row] = []
        while len(self._buffer) >= 5:
            kind, major, minor = self._buffer[:3]
            length = int.from_bytes(self._buffer[3:5])
            if kind not in _TYPES or major != 3 or minor > 4 or length > _LONGEST:
                if found:
                    break
                raise ValueError("not a TLS record")
            if len(self._buffer) < 5 + length:
                break
            body = bytes(self._buffer[5 : 5 + length])
            del self._buffer[: 5 + length]
            found.append(self._row(_TYPES[kind], f"{major}.{minor}", body))
        return found

    def _row(self, kind: str, version: str, body: bytes) -> Row:
        message = self._messages(body) if kind == "handshake" and not self._veiled else ""
        self._veiled = self._veiled or kind == "change-cipher-spec"
        return {"kind": kind, "version": version, "length": len(body), "message": message}

    def _messages(self, body: bytes) -> str:
        """The names of the messages that begin in this record."""
        names = []
        place = self._rest
        while place + 4 <= len(body):
            names.append(_MESSAGES.get(body[place], str(body[place])))
            place += 4 + int.from_bytes(body[place + 1 : place + 4])
        self._rest = max(0, place - len(body))
        return " ".join(names)
