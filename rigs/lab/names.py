"""The lab's name servers: a question in, the answer out; they all know the same names.

Law of this file: no sockets. A question that cannot be understood gets no answer, and a name that
nobody told the lab does not exist.
"""

from __future__ import annotations

from typing import Any

from scapy.layers.dns import DNS, DNSRR

PORT = 53

_A, _ANY, _IN = 1, 255, 1
_OK, _NO_SUCH_NAME, _NOT_IMPLEMENTED = 0, 3, 4
_TTL_S = 60
_HEADER = 12

#: How many names the lab keeps.
MOST_NAMES = 256


class Names:
    """Names and their addresses."""

    def __init__(self) -> None:
        self._addresses: dict[str, str] = {}

    def tell(self, name: str, address: str) -> None:
        """From now on `name` is `address`; raises `ValueError` if there are too many names."""
        if len(self._addresses) >= MOST_NAMES and _same(name) not in self._addresses:
            raise ValueError(f"a lab knows {MOST_NAMES} names, and no more")
        self._addresses[_same(name)] = address

    def forget(self) -> None:
        """Know no name any more."""
        self._addresses.clear()

    def answer(self, data: bytes) -> bytes | None:
        """What a name server says to the query `data`; None if that is none."""
        try:
            query = DNS(data)
            question = query.qd[0]
            name, kind = question.qname.decode("latin-1"), question.qtype
        except Exception:  # whatever scapy makes of bytes that are no DNS
            return None
        if query.qr or len(data) < _HEADER:
            return None
        return bytes(self._told(query, question, name, kind))

    def _told(self, query: Any, question: Any, name: str, kind: int) -> Any:
        code, answers = _OK, []
        address = self._addresses.get(_same(name))
        if query.opcode != 0:
            code = _NOT_IMPLEMENTED
        elif address is None:
            code = _NO_SUCH_NAME
        elif kind in (_A, _ANY) and question.qclass in (_IN, _ANY):
            answers = [DNSRR(rrname=question.qname, type="A", ttl=_TTL_S, rdata=address)]
        return DNS(
            id=query.id, qr=1, opcode=query.opcode, aa=1, rd=query.rd, ra=1, rcode=code,
            qd=[question], an=answers,
        )  # fmt: skip


def _same(name: str) -> str:
    """What is the same of two names that are one: case and the last dot do not count."""
    return name.rstrip(".").lower()
