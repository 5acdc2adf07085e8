"""The world behind the chip's IP stack: what the firmware asks of a network.

Law: shapes only.  A network has no clock: it calls back when something has happened and never
gives up by itself; how long to wait is the stack's business (`tcpip`).  Nothing of it outlives a
reset: after `drop` no callback comes any more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

Address = tuple[str, int]
"""A dotted IPv4 address and a port."""


class PortTaken(Exception):
    """Somebody has this local port already."""


class Datagrams(Protocol):
    """An open UDP port."""

    @property
    def local_port(self) -> int:
        """The port."""

    def send(self, data: bytes, to: Address) -> None:
        """One datagram; nobody says what became of it."""

    def close(self) -> None:
        """Give the port back; nothing is received any more."""


class Stream(Protocol):
    """A TCP connection, with or without TLS, open or still being opened."""

    @property
    def remote(self) -> Address:
        """The other end."""

    @property
    def local_port(self) -> int:
        """This end's port."""

    def send(self, data: bytes, done: Callable[[bool], None]) -> None:
        """Bytes, in order; `done` tells whether they have arrived at the other end."""

    def close(self) -> None:
        """Close it; nothing is called back any more but the `done` of what was sent."""


@dataclass(frozen=True)
class StreamEvents:
    """What a stream tells.

    `opened`: it is established.  `received`: bytes have come.  `closed`: the other end has closed
    it, refused it or lost it; the stream is over.
    """

    opened: Callable[[], None]
    received: Callable[[bytes], None]
    closed: Callable[[], None]


class Listener(Protocol):
    """A TCP port that takes connections."""

    def close(self) -> None:
        """Take no more; those that there are stay."""


Accept = Callable[[Stream], StreamEvents | None]
"""Somebody has connected: what shall be told of it, or None if it is turned away."""


class Network(Protocol):
    """What can be reached, and how."""

    def open_udp(self, local_port: int, received: Callable[[bytes, Address], None]) -> Datagrams:
        """Open a UDP port; raises PortTaken."""

    def connect(self, to: Address, tls: bool, events: StreamEvents, keep_alive: int = 0) -> Stream:
        """Begin to connect; nothing is called back before this returns.

        `keep_alive`: after how many idle seconds it is tried whether the other end is still there;
        0: never.
        """

    def listen(self, port: int, accept: Accept) -> Listener:
        """Take connections on a TCP port; raises PortTaken."""

    def resolve(self, name: str, done: Callable[[str | None], None]) -> None:
        """Ask for the address of a name; None: there is none.  No answer may come at all."""

    def ping(self, to: str, done: Callable[[int], None]) -> None:
        """Call back with the time that an echo took, in ns, if one comes."""

    def drop(self) -> None:
        """Forget everything that is open or under way."""
