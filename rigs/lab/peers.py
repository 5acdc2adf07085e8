"""Peers: servers and clients for the IUT to talk to, UDP, TCP and TLS.

Law of this file: a peer lives on a socket that somebody else made in the right namespace. What it
keeps is bounded, and every wait has a deadline. A TCP peer whose store is full takes no more off
the line; a UDP peer says that it lost something. Times are nanoseconds of the clock
that it was made with.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from .certificate import client_context, server_context

PROTOCOLS = ("udp", "tcp", "tls")

#: How much of what came a peer keeps, in bytes and in pieces.
MOST_BYTES = 1 << 20
MOST_PIECES = 8192
#: How many may be connected with one server.
MOST_CONNECTED = 16
#: How long a client tries to connect, and a TLS handshake may take, in seconds.
_CONNECT_S = 15.0

Address = tuple[str, int]


class PeerGoneError(Exception):
    """Nobody is connected with the peer any more, or it has lost what came; the message says so."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A datagram, or a piece of a stream, and from whom it came."""

    at: int
    sender: Address
    data: bytes

    def told(self) -> dict[str, Any]:
        """As `conformance.lab.Peer` reads it."""
        address, port = self.sender
        return {"at": self.at, "address": address, "port": port, "data": self.data.hex()}


@dataclass(slots=True)
class Store:
    """What came to a peer so far; whoever waits is woken whenever something happens."""

    now: Callable[[], int]
    pieces: list[Piece] = field(default_factory=list)
    size: int = 0
    #: Whether something came that there was no room for.
    lost: bool = False
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_full(self) -> bool:
        return self.size >= MOST_BYTES or len(self.pieces) >= MOST_PIECES

    def add(self, sender: Address, data: bytes) -> None:
        """Keep what came now, if there is room."""
        if self.is_full:
            self.lost = True
        else:
            self.pieces.append(Piece(self.now(), sender, data))
            self.size += len(data)
        self.wake()

    def wake(self) -> None:
        """Something has changed."""
        self._changed.set()

    async def until(self, holds: Callable[[], bool], within_s: float) -> bool:
        """Wait until `holds`, or the time is over; whether it holds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while not holds():
                    self._changed.clear()
                    await self._changed.wait()
        return holds()


class Peer(ABC):
    """One peer, whatever it speaks."""

    def __init__(self, protocol: str, address: Address, now: Callable[[], int]) -> None:
        self.protocol = protocol
        #: Where it is, or, of a client, with whom it talks.
        self.address = address
        self._store = Store(now)
        self._dead = False

    async def received(self, at_least: int, within_s: float) -> list[dict[str, Any]]:
        """What came so far, when there are `at_least` bytes or the time is over."""
        store = self._store
        await self._until(lambda: store.size >= at_least, within_s)
        if store.lost:
            raise PeerGoneError(
                f"more came to the {self.protocol} peer than it keeps "
                f"({MOST_BYTES} bytes, {MOST_PIECES} pieces)"
            )
        return [piece.told() for piece in store.pieces]

    async def connected(self, within_s: float) -> bool:
        """Whether somebody is connected, now or before the time is over."""
        return await self._until(self.is_connected, within_s)

    async def _until(self, holds: Callable[[], bool], within_s: float) -> bool:
        """Wait until `holds`, or the time is over; raises `PeerGoneError` if the peer dies."""
        await self._store.until(lambda: holds() or self.is_dead, within_s)
        if self.is_dead and not holds():
            raise PeerGoneError(f"the {self.protocol} peer died")
        return holds()

    @property
    def is_dead(self) -> bool:
        """Whether its socket is gone, though nobody closed what is connected."""
        return self._dead

    @abstractmethod
    def is_connected(self) -> bool:
        """Whether somebody is connected now."""

    @abstractmethod
    def send(self, data: bytes, to: Address | None) -> None:
        """Send to `to`, or else to whoever is connected; raises `PeerGoneError` if nobody is."""

    @abstractmethod
    def hang_up(self) -> None:
        """Close what is connected."""

    @abstractmethod
    def end(self) -> None:
        """Close everything, at once."""


class Datagrams(Peer, asyncio.DatagramProtocol):
    """A UDP peer; `target` is with whom a client talks."""

    def __init__(
        self, handle: socket.socket, target: Address | None, now: Callable[[], int]
    ) -> None:
        super().__init__("udp", target or handle.getsockname()[:2], now)
        self._target = target
        #: asyncio's transport sends no empty datagrams.
        self._handle = handle
        self._transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._store.add(addr[:2], data)

    def error_received(self, exc: Exception) -> None:
        """A port that is unreachable is the IUT's answer, and no harm to the peer."""

    def connection_lost(self, exc: Exception | None) -> None:
        self._dead = True
        self._store.wake()

    def is_connected(self) -> bool:
        return bool(self._store.pieces)

    def send(self, data: bytes, to: Address | None) -> None:
        pieces = self._store.pieces
        if self.is_dead:
            raise PeerGoneError("the udp peer died")
        to = to or self._target or (pieces[-1].sender if pieces else None)
        if to is None:
            raise PeerGoneError("nobody has sent the udp peer anything, so it has nobody to answer")
        try:
            self._handle.sendto(data, to)
        except OSError as error:
            raise PeerGoneError(f"the udp peer cannot send to {to[0]}: {error.strerror}") from error

    def hang_up(self) -> None:
        """There is no connection to close."""

    def end(self) -> None:
        if self._transport is not None:
            self._transport.close()


class _Connection(asyncio.Protocol):
    """One connection of a TCP or TLS peer."""

    def __init__(self, peer: Streams) -> None:
        self._peer = peer
        self.transport: asyncio.Transport | None = None
        self.other: Address = ("", 0)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.other = self.transport.get_extra_info("peername", ("", 0))[:2]
        self._peer.joined(self)

    def data_received(self, data: bytes) -> None:
        self._peer.came(self, data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self._peer.left(self)


class Streams(Peer):
    """A TCP or TLS peer: a server, or a client of one address."""

    def __init__(self, protocol: str, address: Address, now: Callable[[], int]) -> None:
        super().__init__(protocol, address, now)
        self._connections: list[_Connection] = []
        self._server: asyncio.Server | None = None
        self._connecting: asyncio.Task[None] | None = None

    async def serve(self, listening: socket.socket) -> None:
        """Be a server on this socket."""
        self._server = await asyncio.get_running_loop().create_server(
            lambda: _Connection(self),
            sock=listening,
            backlog=MOST_CONNECTED,
            **_secured(self.protocol, server_context),
        )

    def call(self, unconnected: socket.socket) -> None:
        """Begin to connect; `connected` tells what came of it."""
        self._connecting = asyncio.create_task(self._connect(unconnected))

    async def _connect(self, handle: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_CONNECT_S):
                await loop.sock_connect(handle, self.address)
                secured = _secured(self.protocol, client_context)
                if secured:
                    secured["server_hostname"] = ""
                await loop.create_connection(lambda: _Connection(self), sock=handle, **secured)
        except OSError:  # refused, unreachable, too late, no TLS: nobody is connected
            handle.close()
        except asyncio.CancelledError:
            handle.close()
            raise
        self._store.wake()

    def joined(self, connection: _Connection) -> None:
        """Somebody is connected."""
        assert connection.transport is not None
        if len(self._connections) >= MOST_CONNECTED:
            connection.transport.abort()
            return
        self._connections.append(connection)
        self._store.wake()

    def came(self, connection: _Connection, data: bytes) -> None:
        """Bytes have come."""
        self._store.add(connection.other, data)
        if self._store.is_full and connection.transport is not None:
            connection.transport.pause_reading()

    def left(self, connection: _Connection) -> None:
        """Somebody is not connected any more."""
        if connection in self._connections:
            self._connections.remove(connection)
        self._store.wake()

    def is_connected(self) -> bool:
        return bool(self._connections)

    def send(self, data: bytes, to: Address | None) -> None:
        chosen = [each for each in self._connections if to is None or each.other == to]
        if not chosen:
            whom = f"{to[0]} port {to[1]} is not" if to else "nobody is"
            raise PeerGoneError(f"{whom} connected with the {self.protocol} peer")
        for each in chosen:
            assert each.transport is not None
            if each.transport.get_write_buffer_size() > MOST_BYTES:
                raise PeerGoneError(f"{each.other[0]} takes no more from the {self.protocol} peer")
            each.transport.write(data)

    def hang_up(self) -> None:
        for each in list(self._connections):
            if each.transport is not None:
                each.transport.close()

    def end(self) -> None:
        self._dead = True
        self._store.wake()
        if self._connecting is not None:
            self._connecting.cancel()
        if self._server is not None:
            self._server.close()
        for each in list(self._connections):
            if each.transport is not None:
                # With a reset: an orphan that waits for its last acknowledgement would keep its
                # namespace for a minute.
                handle = each.transport.get_extra_info("socket")
                handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                each.transport.abort()


def _secured(protocol: str, context: Callable[[], ssl.SSLContext]) -> dict[str, Any]:
    if protocol != "tls":
        return {}
    return {"ssl": context(), "ssl_handshake_timeout": _CONNECT_S, "ssl_shutdown_timeout": 1.0}


async def open_peer(
    protocol: str,
    handle: socket.socket,
    own: Address,
    target: Address | None,
    now: Callable[[], int] = time.monotonic_ns,
) -> Peer:
    """A peer on an unbound `handle`: a server at `own`, or a client of `target`.

    What comes is dated by `now`. Raises `OSError` if the socket cannot be had so.
    """
    handle.setblocking(False)
    if protocol == "udp":
        # A client gets a port of its own, as everybody does.
        handle.bind(own if target is None else (own[0], 0))
        peer = Datagrams(handle, target, now)
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: peer, sock=handle)
        return peer
    handle.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    handle.bind(own if target is None else (own[0], 0))
    if target is None:
        streams = Streams(protocol, handle.getsockname()[:2], now)
        await streams.serve(handle)
    else:
        streams = Streams(protocol, target, now)
        streams.call(handle)
    return streams


def kind_of(protocol: str) -> socket.SocketKind:
    """The kind of socket that a protocol wants."""
    return socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
