"""One of the chip's links, and the segments that were put into its send buffer.

Law: values and their bookkeeping; opening, closing and announcing is for `tcpip`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from .network import Address, Datagrams, Stream

TCP, UDP, SSL = b"TCP", b"UDP", b"SSL"
KEPT_RESULTS = 32
"""Segments whose result is kept (clause 5.2.8)."""

BUFFER, QUEUE = 2920, 8
"""Bytes that a send buffer holds, and segments that may wait in it (clause 5.2.7)."""

_NUMBERS = 1 << 32


@dataclass
class Segments:
    """What was written into the send buffer (clauses 5.2.6 to 5.2.9).

    `next`: the number of the next segment; `sent`: the last one handed to the stack; `arrived`:
    the last one known to have arrived; `waiting`: number -> bytes of those under way.
    """

    next: int = 1
    sent: int = 0
    arrived: int = 0
    waiting: dict[int, int] = field(default_factory=dict)
    results: dict[int, bool] = field(default_factory=dict)

    @property
    def free(self) -> int:
        """Bytes that still fit."""
        return BUFFER - sum(self.waiting.values())

    @property
    def queue(self) -> int:
        """Segments that may still come."""
        return QUEUE - len(self.waiting)

    def take(self, length: int) -> int:
        """A segment begins; its number."""
        number, self.next = self.next, (self.next + 1) % _NUMBERS
        self.sent = number
        self.waiting[number] = length
        return number

    def end(self, number: int, arrived: bool) -> None:
        """It is known what became of a segment."""
        self.waiting.pop(number, None)
        self.results[number] = arrived
        self.results.pop(number - KEPT_RESULTS, None)
        if arrived:
            self.arrived = number


@dataclass
class Link:
    """An open link.  `served`: a client of our server.  `udp_mode`: clause 5.2.2, function 2.

    `used_ns`: when something crossed it last, by the clock `now_ns`.  `watch`: which look for its
    silence counts.
    """

    id: int
    kind: bytes
    remote: Address
    socket: Datagrams | Stream
    keep_alive: int = 0
    udp_mode: int = 0
    served: bool = False
    segments: Segments = field(default_factory=Segments)
    peer_changed: bool = False
    now_ns: Callable[[], int] = lambda: 0
    used_ns: int = 0
    watch: int = 0

    @property
    def local_port(self) -> int:
        """The port at this end."""
        return self.socket.local_port

    def use(self) -> None:
        """Something crosses it now."""
        self.used_ns = self.now_ns()

    def send(self, data: bytes, to: Address | None, done: Callable[[bool], None]) -> None:
        """Send to the peer, or for once to another one; `done` tells whether it worked."""
        self.use()
        if self.kind == UDP:
            cast("Datagrams", self.socket).send(data, to or self.remote)
            done(True)
        else:
            cast("Stream", self.socket).send(data, done)

    def heard(self, sender: Address) -> None:
        """A datagram has come: the peer may change, once or always (clause 5.2.2)."""
        if self.udp_mode == 2 or (self.udp_mode == 1 and not self.peer_changed):
            self.peer_changed = sender != self.remote or self.peer_changed
            self.remote = sender
