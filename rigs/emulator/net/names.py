"""Questions for names and their answers (RFC 1035), as far as a small stack asks.

Law: bytes in and out, nothing is sent here; what comes is hostile.  scapy knows the format, and is
imported at the first question only, because that takes a while.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_LABEL_MAX, _NAME_MAX = 63, 253
_A, _QUERY = 1, 0


@dataclass(frozen=True)
class Answer:
    """What a server says; `address` is None if there is none."""

    address: str | None


def query(name: str, number: int) -> bytes | None:
    """The question for the address of a name; None if no name is like that."""
    labels = name.removesuffix(".").split(".")
    if len(name) > _NAME_MAX or not all(0 < len(each) <= _LABEL_MAX for each in labels):
        return None
    dns = _scapy()
    asked: bytes = bytes(dns.DNS(id=number, rd=1, qd=dns.DNSQR(qname=name.encode("latin-1"))))
    return asked


def answer_of(data: bytes, number: int) -> Answer | None:
    """What a message answers to that question; None if it is no answer to it."""
    dns = _scapy()
    try:
        message = dns.DNS(data)
        if message.id != number or message.qr == _QUERY:
            return None
        found = (each.rdata for each in message.an or () if each.type == _A)
        return Answer(next(map(str, found), None))
    except Exception:  # whatever a stranger sends
        return None


def _scapy() -> Any:
    from scapy.layers import dns

    return dns
