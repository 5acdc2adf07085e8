"""The data phase: bytes that belong to a send command, and what is said of them.

Law: from the prompt to the last word about the data (clauses 5.2.4 to 5.2.6; field guide 5).  The
bytes are raw and not echoed.  `paused` comes whenever the bytes that were there have been taken;
20 ms of silence after it end a burst.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .link import Link
from .net import Address
from .tcpip import once

if TYPE_CHECKING:
    from .firmware import Firmware

BUSY_SENDING = b"\r\nbusy s...\r\n"
CANCELED = b"\r\nSEND Canceled\r\n"

_PLUS, _BACKSLASH, _ZERO, _NUL = b"+\\0\0"
_LOST = {_NUL: "nul-lost", ord(" "): "space-lost"}  # faults
_CANCEL = 3  # pluses
_KEPT = 2048  # bytes; what comes beyond is counted, but lost


@dataclass(frozen=True)
class Plan:
    """What a send command wants.

    `slug`: the command, as fault ids spell it.  `to`: another peer for this datagram.  `escapes`:
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

    def __init__(self, firmware: Firmware, plan: Plan) -> None:
        self._firmware = firmware
        self._plan = plan
        self._rules = firmware.personality.tcpip
        self._length = _faulty_length(firmware, plan)
        cancels = plan.buffered or self._rules.any_send_cancels or self._active("plus-cancels")
        self._cancels = cancels and not self._active("cancel-ignored")
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
        self._firmware.later(self._firmware.timing.line_gap, lambda: self._gap(token))

    # Collecting.

    def _may_cancel(self, byte: int) -> bool:
        begins = self._burst_begins and self._pluses < _CANCEL
        return self._cancels and begins and byte == _PLUS

    def _release(self) -> None:
        pluses, self._pluses = self._pluses, 0
        for _ in range(pluses):
            self._take(_PLUS)

    def _gap(self, token: object) -> None:
        if token is not self._token or self._firmware.sink is not self:
            return
        if self._pluses == _CANCEL and not self._sending:
            self._cancel()
            return
        self._release()
        if self._escaped and self._rules.gap_ends_escape and not self._sending:
            self._escaped = False
            self._put(_BACKSLASH)
        self._burst_begins = True
        self._said_busy = False

    def _cancel(self) -> None:
        self._firmware.divert(None)
        self._firmware.say(CANCELED)

    def _take(self, byte: int) -> None:
        if self._sending:
            self._surplus()
        elif byte in _LOST and self._active(_LOST[byte]):
            return
        elif self._active("cr-ends-data") and byte == 0x0D:
            self._end()
        elif not self._plan.escapes or self._active("escape-ignored"):
            self._put(byte)
        elif self._escaped:
            self._escaped = False
            self._unescape(byte)
        elif byte == _BACKSLASH:
            self._escaped = True
        else:
            self._put(byte)

    def _unescape(self, byte: int) -> None:
        """Unknown escapes are kept as they are (observed 20)."""
        if byte == _ZERO:
            if self._active("end-counted"):
                self._count += 1
            self._end()
            return
        self._escaped = byte == _BACKSLASH and self._active("escaped-ends")
        if byte != _BACKSLASH or self._active("double-backslash-kept"):
            self._put(_BACKSLASH)
        if not self._sending:
            self._put(byte)

    def _put(self, byte: int) -> None:
        if len(self._data) < _KEPT:
            self._data.append(byte)
        if self._active("echoes-data"):
            self._firmware.say(bytes((byte,)))
        self._count += 1
        if self._count == self._length:
            self._end()

    def _surplus(self) -> None:
        """More than was announced: dropped, and said so once a burst (errata 102)."""
        if self._active("surplus-spoils"):
            self._data.clear()
        if not self._said_busy and not self._active("surplus-silent"):
            self._firmware.say(BUSY_SENDING)
        self._said_busy = True

    # Sending.

    def _end(self) -> None:
        self._sending = True
        self._firmware.later(self._firmware.timing.command, self._send)

    def _send(self) -> None:
        if self._rules.recv_line and not self._active("recv-missing"):
            count = self._count + self._active("recv-count-wrong")
            self._firmware.say(b"\r\nRecv %d bytes\r\n" % count)
        link = self._firmware.tcpip.links.get(self._plan.link)
        if self._plan.buffered:
            self._firmware.divert(None)
            self._buffer(link)
        elif link is None or not self._data:
            self._over(arrived=False)
        else:
            if self._plan.to and self._rules.send_changes_peer:
                link.remote = self._plan.to
            link.send(bytes(self._data), self._plan.to, once(self._over))

    def _over(self, arrived: bool) -> None:
        """It is known what became of the data."""
        if self._firmware.sink is self:
            again = DataPhase(self._firmware, replace(self._plan, slug=""))
            self._firmware.divert(again if self._active("takes-more-data") else None)
        if self._active("send-fail"):
            arrived = False
        if not arrived:
            self._firmware.say(self._rules.send_fail)
        elif not self._active("send-ok-missing"):
            self._firmware.say(b"OK\r\n" if self._active("send-ok-bare") else b"\r\nSEND OK\r\n")
        link = self._firmware.tcpip.links.get(self._plan.link)
        if link and self._active("closes-link"):
            self._firmware.tcpip.close(link)

    def _buffer(self, link: Link | None) -> None:
        if link is None or not self._data:
            self._firmware.say(self._rules.send_fail)
            return
        segments = link.segments
        number = segments.take(len(self._data))

        def ended(arrived: bool) -> None:
            segments.end(number, arrived)
            word = b"%d,SEND %s" % (number, b"OK" if arrived else b"FAIL")
            self._firmware.say(b"\r\n" + self._firmware.tcpip.named(link.id, word) + b"\r\n")

        link.send(bytes(self._data), None, once(ended))

    def _active(self, word: str) -> bool:
        return self._firmware.faults.listed_and_active(f"{self._plan.slug}.{word}")


def _faulty_length(firmware: Firmware, plan: Plan) -> int:
    active = firmware.faults.listed_and_active
    if active(f"{plan.slug}.one-byte-short"):
        return plan.length - 1
    return plan.length + active(f"{plan.slug}.one-byte-more")
