"""The station's mDNS responder (clause 4.1.37; RFC 6762, RFC 6763): a host and a service by name.

Law: it announces, answers and withdraws what it was told, and asks nothing.  scapy builds and takes
apart the messages.  The package zeroconf was weighed and left: it answers from a thread with
a loop of its own, which outlives a reset of the chip and says goodbye when it is closed, which a
chip that loses its power does not; and it probes for 0.75 s first, at whatever timing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..ip.network import Address
from ..timing import Timing
from .ether import Host
from .mdnsrecords import Record
from .ports import OwnPort

GROUP, PORT = "224.0.0.251", 5353

_TTL_SIMPLE = 10  # at most, to a resolver that knows only DNS
_TYPES = {1: "A", 12: "PTR", 16: "TXT", 33: "SRV"}
_ANY = 255


@dataclass(frozen=True)
class _Question:
    name: bytes
    kind: int
    unicast: bool

    def asks_for(self, record: Record) -> bool:
        """Whether this record answers it."""
        kind = _TYPES.get(self.kind)
        fits = self.kind == _ANY or kind == record.kind
        return fits and record.name.lower() == self.name.rstrip(b".").lower()


class Responder:
    """See the law; one interface."""

    def __init__(self, host: Host, device: str, timing: Timing) -> None:
        self._host = host
        self._timing = timing
        self._port = OwnPort(host, device, PORT, self._heard, GROUP)
        self._records: tuple[Record, ...] = ()
        self._turn = 0

    def offer(self, records: tuple[Record, ...], withdraws: bool = True) -> None:
        """From now on these; none: nothing.  `withdraws`: whether others can be told what ends."""
        if records == self._records:
            return
        self._turn += 1
        if withdraws:
            self._withdraw(records)
        self._records = records
        if not records:
            self._port.close()
            return
        self._port.open()
        self._announce()
        turn = self._turn
        self._host.later(
            self._timing.mdns_again, lambda: self._announce() if turn == self._turn else None
        )

    def drop(self) -> None:
        """Be silent at once, without a goodbye: a reset."""
        self._turn += 1
        self._records = ()
        self._port.close()

    def _announce(self) -> None:
        self._say(each.built() for each in self._records)

    def _withdraw(self, stays: tuple[Record, ...]) -> None:
        """Say goodbye to what is no longer so (RFC 6762, 10.1)."""
        gone = [each for each in self._records if each not in stays]
        self._say(each.built(ttl=0) for each in gone)

    def _say(self, records: Iterable[Any]) -> None:
        answers = list(records)
        if answers:
            self._port.send(_answer(answers), (GROUP, PORT))

    def _heard(self, data: bytes, sender: Address) -> None:
        """Answer what is asked, all of it in one message (RFC 6762, 6)."""
        identity, questions = _questions(data)
        asked = [
            record
            for record in self._records
            if any(question.asks_for(record) for question in questions)
        ]
        if not asked:
            return
        if sender[1] != PORT:  # a simple resolver, which wants its questions back (RFC 6762, 6.7)
            plain = [each.built(min(each.ttl, _TTL_SIMPLE), flushes=False) for each in asked]
            self._port.send(_answer(plain, identity, questions), sender)
        else:
            found = [each.built() for each in asked]
            others = [each.built() for each in self._records if each not in asked]
            alone = all(each.unicast for each in questions)
            self._port.send(_answer(found, more=others), sender if alone else (GROUP, PORT))


def _answer(
    records: list[Any],
    identity: int = 0,
    questions: Iterable[_Question] = (),
    more: list[Any] | None = None,
) -> bytes:
    from scapy.layers.dns import DNS, DNSQR

    asked = [DNSQR(qname=each.name, qtype=each.kind) for each in questions]
    return bytes(DNS(id=identity, qr=1, aa=1, rd=0, qd=asked, an=records, ar=more or []))


def _questions(data: bytes) -> tuple[int, list[_Question]]:
    """The number of a message and what it asks; nothing if it is no question."""
    from scapy.layers.dns import DNS

    try:
        message = DNS(data)
        if message.qr or not data:
            return 0, []
        return message.id, [
            _Question(bytes(each.qname), each.qtype, bool(each.unicastresponse))
            for each in message.qd
        ]
    except Exception:  # scapy raises whatever a field of garbage makes it raise
        return 0, []
