"""The data phase: bytes that belong to a send command, and what is said of them.

Law: from the prompt to the last word about the data (clauses 5.2.4 to 5.2.6; field guide 5).  The
bytes are raw and not echoed.  `paused` comes whenever the bytes that were there have been taken;
20 ms of silence after it end a burst.
"""

from __future__ import annotations

from dataclasses import dataclass

from .diverting import Diverting
from .link import Link
from .network import Address
from .tcpip import once

BUSY_SENDING = b"\r\nbusy s...\r\n"
SEND_OK = b"\r\nSEND OK\r\n"
CANCELED = b"\r\nSEND Canceled\r\n"

_PLUS, BACKSLASH, ZERO = b"+\\0"
_CANCEL = 3  # pluses
_KEPT = 2048  # bytes; what comes beyond is counted, but lost


@dataclass(frozen=True)
class Plan:
    """What a send command wants.

    `slug`: the command, in small letters.  `to`: another peer for this datagram.  `escapes`:
    a backslash and a 0 end the data.  `buffered`: into the send buffer, which says the rest later.
    """

    slug: str
    link: int
    length: int
    to: Address | None = None
    escapes: bool = False
    buffered: bool = False


class DataPhase:
    """See receiver.Sink."""

    def __init__(self, chip: Diverting, plan: Plan) -> None:
        self._chip = chip
        self._plan = plan
        self._rules = chip.personality.tcpip
        self._length = plan.length
        self._cancels = plan.buffered or self._rules.any_send_cancels
        self._data = bytearray()
        self._count = 0
        self._pluses = 0  # held back at the beginning of a burst
        self._burst_begins = True
        self._escaped = False
        self._sending = False
        self._said_busy = False
        self._token = object()

    def byte(self, byte: int) -> None:
        """Take one byte."""
        if self._sending:
            self._surplus()
        elif self._length == 0:
            self._end()
            self._surplus()
        elif self._may_cancel(byte):
            self._pluses += 1
        else:
            self._burst_begins = False
            self._release()
            self._take(byte)

    def paused(self) -> None:
        """The bytes that were there have been taken."""
        token = self._token = object()
        self._chip.later(self._chip.timing.line_gap, lambda: self._gap(token))

    # Collecting.

    def _may_cancel(self, byte: int) -> bool:
        begins = self._burst_begins and self._pluses < _CANCEL
        return self._cancels and begins and byte == _PLUS

    def _release(self) -> None:
        pluses, self._pluses = self._pluses, 0
        for _ in range(pluses):
            self._take(_PLUS)

    def _gap(self, token: object) -> None:
        if token is not self._token or self._chip.sink is not self:
            return
        if self._pluses == _CANCEL and not self._sending:
            self._cancel()
            return
        self._release()
        if self._escaped and self._rules.gap_ends_escape and not self._sending:
            self._escaped = False
            self._put(BACKSLASH)
        self._burst_begins = True
        self._said_busy = False

    def _cancel(self) -> None:
        self._chip.divert(None)
        self._chip.say(CANCELED)

    def _take(self, byte: int) -> None:
        if self._sending:
            self._surplus()
        else:
            self._keep(byte)

    def _keep(self, byte: int) -> None:
        if not self._plan.escapes:
            self._put(byte)
        elif self._escaped:
            self._escaped = False
            self._unescape(byte)
        elif byte == BACKSLASH:
            self._escaped = True
        else:
            self._put(byte)

    def _unescape(self, byte: int) -> None:
        """Unknown escapes are kept as they are (observed 20)."""
        if byte == ZERO:
            self._end()
            return
        if byte != BACKSLASH:
            self._put(BACKSLASH)
        if not self._sending:
            self._put(byte)

    def _put(self, byte: int) -> None:
        if len(self._data) < _KEPT:
            self._data.append(byte)
        self._count += 1
        if self._count == self._length:
            self._end()

    def _surplus(self) -> None:
        """More than was announced: dropped, and said so once a burst (errata 102)."""
        if not self._said_busy:
            self._chip.say(BUSY_SENDING)
        self._said_busy = True

    # Sending.

    def _end(self) -> None:
        self._sending = True
        self._chip.later(self._chip.timing.command, self._send)

    def _send(self) -> None:
        if self._rules.recv_line:
            self._chip.say(b"\r\nRecv %d bytes\r\n" % self._received())
        link = self._chip.tcpip.links.get(self._plan.link)
        if self._plan.buffered:
            self._chip.divert(None)
            self._buffer(link)
        elif link is None or not self._data:
            self._over(arrived=False)
        else:
            if self._plan.to and self._rules.send_changes_peer:
                link.remote = self._plan.to
            link.send(bytes(self._data), self._plan.to, once(self._over))

    def _received(self) -> int:
        return self._count

    def _over(self, arrived: bool) -> None:
        """It is known what became of the data."""
        if self._chip.sink is self:
            self._leave()
        self._tell(arrived)

    def _leave(self) -> None:
        self._chip.divert(None)

    def _tell(self, arrived: bool) -> None:
        self._chip.say(SEND_OK if arrived else self._rules.send_fail)

    def _buffer(self, link: Link | None) -> None:
        if link is None or not self._data:
            self._chip.say(self._rules.send_fail)
            return
        segments = link.segments
        number = segments.take(len(self._data))

        def ended(arrived: bool) -> None:
            segments.end(number, arrived)
            word = b"%d,SEND %s" % (number, b"OK" if arrived else b"FAIL")
            self._chip.say(b"\r\n" + self._chip.tcpip.named(link.id, word) + b"\r\n")

        link.send(bytes(self._data), None, once(ended))
