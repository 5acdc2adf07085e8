"""No network: the chip's own ports, and nobody at the other end.

Law: what leaves is lost, nothing ever comes.  An access point without a station on it is such a
place, and so is a station that has joined nobody.
"""

from __future__ import annotations

from collections.abc import Callable

from ..ip.network import (
    Accept,
    Address,
    Datagrams,
    Listener,
    Network,
    PortTaken,
    Stream,
    StreamEvents,
)


class NoNetwork(Network):
    """See Network."""

    def __init__(self) -> None:
        self._udp: set[int] = set()
        self._tcp: set[int] = set()

    def open_udp(self, local_port: int, received: Callable[[bytes, Address], None]) -> Datagrams:
        """See Network."""
        return _Port(local_port, self._udp)

    def connect(self, to: Address, tls: bool, events: StreamEvents, keep_alive: int = 0) -> Stream:
        """See Network; nobody answers."""
        return Unanswered(to)

    def listen(self, port: int, accept: Accept) -> Listener:
        """See Network; nobody comes."""
        return _Port(port, self._tcp)

    def resolve(self, name: str, done: Callable[[str | None], None]) -> None:
        """See Network; there is nobody to ask."""

    def ping(self, to: str, done: Callable[[int], None]) -> None:
        """See Network; nothing leaves."""

    def drop(self) -> None:
        """See Network."""
        self._udp.clear()
        self._tcp.clear()


class _Port:
    """A local port, UDP or TCP, as long as it is open."""

    def __init__(self, number: int, taken: set[int]) -> None:
        if number in taken:
            raise PortTaken(number)
        self.local_port = number
        self._taken = taken
        taken.add(number)

    def send(self, data: bytes, to: Address) -> None:
        """It vanishes."""

    def close(self) -> None:
        """Free for the next."""
        self._taken.discard(self.local_port)


class Unanswered:
    """A connection that is never established."""

    local_port = 0

    def __init__(self, remote: Address) -> None:
        self.remote = remote

    def send(self, data: bytes, done: Callable[[bool], None]) -> None:
        """Never called: it is not open."""
        done(False)

    def close(self) -> None:
        """Nothing was."""
