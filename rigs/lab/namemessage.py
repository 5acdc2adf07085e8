"""A message of a name service as a row: DNS, and multicast DNS (RFC 1035, RFC 6762).

Law of this file: a message that announces more than it holds is none, and so is one that is longer
than multicast DNS allows. Names are told without the dot at their end, as people write them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

#: The longest message (RFC 6762, 17) and the most entries that scapy reads.
LONGEST = 9000
MOST = 100

#: Number of a type -> its name, for those that are told; others are told by their number.
_TYPES: Mapping[int, str] = {
    1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA", 33: "SRV",
    47: "NSEC",
}  # fmt: skip
#: Options of the transport, which are no record of anything.
_OPT = 41


def name_row(data: bytes) -> dict[str, Any]:
    """The row of a datagram's data; raises `ValueError` if it is no such message."""
    from scapy.layers.dns import DNS

    if not 12 <= len(data) <= LONGEST:
        raise ValueError("too short or too long")
    counts = [int.from_bytes(data[at : at + 2]) for at in (4, 6, 8, 10)]
    if sum(counts) > MOST or sum(counts) * 5 > len(data):
        raise ValueError("more entries than it can hold")
    message = DNS(data)
    sections = [list(part or ()) for part in (message.qd, message.an, message.ns, message.ar)]
    if [len(part) for part in sections] != counts:
        raise ValueError("fewer entries than it announces")
    questions, *answers = sections
    return {
        "is_answer": bool(message.qr),
        "questions": [_name(each.qname) for each in questions],
        "records": [_record(each) for part in answers for each in part if each.type != _OPT],
    }


def _record(record: Any) -> dict[str, Any]:
    return {
        "name": _name(record.rrname),
        "kind": _TYPES.get(record.type, str(record.type)),
        "data": _DATA.get(record.type, _other)(record),
        "ttl_s": record.ttl,
    }


def _name(name: bytes | str) -> str:
    text = name if isinstance(name, str) else name.decode("utf-8", "backslashreplace")
    return text.removesuffix(".")


def _strings(record: Any) -> str:
    """The strings of a TXT, one a line."""
    strings = record.rdata if isinstance(record.rdata, list) else [record.rdata]
    return "\n".join(_text(each) for each in strings)


def _text(value: bytes | str) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "backslashreplace")


def _other(record: Any) -> str:
    """What the record says, in hexadecimal, if nobody here knows better."""
    data = getattr(record, "rdata", b"")
    return data.hex() if isinstance(data, bytes) else str(data)


_DATA: Mapping[int, Callable[[Any], str]] = {
    1: lambda record: str(record.rdata),
    2: lambda record: _name(record.rdata),
    5: lambda record: _name(record.rdata),
    12: lambda record: _name(record.rdata),
    16: _strings,
    28: lambda record: str(record.rdata),
    33: lambda record: f"{record.port} {_name(record.target)}",
}
