"""The host's loopback as the network: real sockets, so that a driver can talk to servers there.

Law: nothing leaves the host.  127.0.0.0/8 and the name localhost are all there is; everybody else
is as silent as in `none`.  Sockets are bound to 127.0.0.1, never block, and are served by the
emulator's loop.  TLS encrypts and checks no certificate, as the firmware does.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import ssl
from collections import deque
from collections.abc import Callable
from typing import Protocol

from ..timers import MILLISECOND
from . import Accept, Address, Network, PortTaken, StreamEvents
from .none import Unanswered

LOOPBACK, NAME = "127.0.0.1", "localhost"

_IN_PROGRESS = errno.EINPROGRESS
_READ = 4096
_MAX_DATAGRAM = 65535

Callback = Callable[[], None]


class Watcher(Protocol):
    """What the sockets need of the loop."""

    def watch(self, fd: int, readable: Callback | None, writable: Callback | None = None) -> None:
        """Call back whenever a file is ready; replaces what was asked for before."""

    def forget(self, fd: int) -> None:
        """Stop watching a file."""


class HostNetwork(Network):
    """See Network."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._open: set[_Socket] = set()

    def open_udp(self, local_port: int, received: Callable[[bytes, Address], None]) -> _Datagrams:
        """See Network."""
        return _Datagrams(self._bound(socket.SOCK_DGRAM, local_port), self, received)

    def connect(self, to: Address, tls: bool, events: StreamEvents) -> _Stream | Unanswered:
        """See Network."""
        if not _here(to[0]):
            return Unanswered(to)
        handle = socket.socket()
        handle.setblocking(False)
        failed = handle.connect_ex(to)
        stream = _Stream(_secured(handle) if tls else handle, self, to)
        stream.open(events, failed)
        return stream

    def listen(self, port: int, accept: Accept) -> _Listener:
        """See Network."""
        return _Listener(self._bound(socket.SOCK_STREAM, port), self, accept)

    def resolve(self, name: str, done: Callable[[str | None], None]) -> None:
        """See Network."""
        if name == NAME:
            done(LOOPBACK)

    def ping(self, to: str, done: Callable[[int], None]) -> None:
        """See Network."""
        if _here(to):
            done(MILLISECOND)

    def drop(self) -> None:
        """See Network."""
        for each in list(self._open):
            each.discard()

    def watch(self, holder: _Socket, readable: Callback | None, writable: Callback | None) -> None:
        """Have a socket served."""
        self._open.add(holder)
        self._watcher.watch(holder.handle.fileno(), readable, writable)

    def forget(self, holder: _Socket) -> None:
        """Close a socket; nothing is called back any more."""
        if holder in self._open:
            self._open.discard(holder)
            self._watcher.forget(holder.handle.fileno())
            holder.handle.close()

    def _bound(self, kind: socket.SocketKind, port: int) -> socket.socket:
        handle = socket.socket(socket.AF_INET, kind)
        handle.setblocking(False)
        if kind == socket.SOCK_STREAM:
            handle.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            handle.bind((LOOPBACK, port))
            if kind == socket.SOCK_STREAM:
                handle.listen()
        except OSError as error:  # taken, or below 1024 and not ours to take
            handle.close()
            raise PortTaken(port) from error
        return handle


class _Socket:
    """A socket and who serves it."""

    def __init__(self, handle: socket.socket, network: HostNetwork) -> None:
        self.handle = handle
        self._network = network

    @property
    def local_port(self) -> int:
        """The port at this end; 0 once it is closed."""
        with contextlib.suppress(OSError):
            return int(self.handle.getsockname()[1])
        return 0

    def discard(self) -> None:
        """Close it without a word."""
        self._network.forget(self)

    def close(self) -> None:
        """See Datagrams, Stream, Listener."""
        self.discard()


class _Datagrams(_Socket):
    """See Datagrams."""

    def __init__(
        self,
        handle: socket.socket,
        network: HostNetwork,
        received: Callable[[bytes, Address], None],
    ) -> None:
        super().__init__(handle, network)
        self._received = received
        network.watch(self, self._readable, None)

    def send(self, data: bytes, to: Address) -> None:
        """See Datagrams."""
        if _here(to[0]):
            with contextlib.suppress(OSError):  # nobody says what became of it
                self.handle.sendto(data, to)

    def _readable(self) -> None:
        with contextlib.suppress(OSError):
            data, sender = self.handle.recvfrom(_MAX_DATAGRAM)
            self._received(data, sender)


class _Stream(_Socket):
    """See Stream."""

    def __init__(self, handle: socket.socket, network: HostNetwork, remote: Address) -> None:
        super().__init__(handle, network)
        self.remote = remote
        self._events: StreamEvents | None = None
        self._queue: deque[tuple[memoryview, Callable[[bool], None]]] = deque()

    def open(self, events: StreamEvents, failed: int) -> None:
        """It is being connected: what it does once it is, or has failed, is told."""
        self._events = events
        refused = failed not in (0, _IN_PROGRESS)
        self._network.watch(self, None, lambda: self._connected(refused))

    def serve(self, events: StreamEvents) -> None:
        """It is connected."""
        self._events = events
        self._rewatch()

    def send(self, data: bytes, done: Callable[[bool], None]) -> None:
        """See Stream; the host's kernel counts as the other end."""
        self._queue.append((memoryview(data), done))
        self._writable()

    def close(self) -> None:
        """See Stream."""
        self.discard()
        self._fail()

    def _connected(self, refused: bool) -> None:
        if refused or self.handle.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._lost()
        elif isinstance(self.handle, ssl.SSLSocket):
            self._shake(self.handle)
        else:
            self._opened()

    def _shake(self, handle: ssl.SSLSocket) -> None:
        try:
            handle.do_handshake()
        except ssl.SSLWantReadError:
            self._network.watch(self, lambda: self._shake(handle), None)
        except ssl.SSLWantWriteError:
            self._network.watch(self, None, lambda: self._shake(handle))
        except OSError:
            self._lost()
        else:
            self._opened()

    def _opened(self) -> None:
        self._rewatch()
        if self._events:
            self._events.opened()

    def _rewatch(self) -> None:
        self._network.watch(self, self._readable, self._writable if self._queue else None)

    def _readable(self) -> None:
        try:
            data = self.handle.recv(_READ)
            if isinstance(self.handle, ssl.SSLSocket):
                while self.handle.pending():
                    data += self.handle.recv(self.handle.pending())
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        except OSError:
            data = b""
        if not data:
            self._lost()
        elif self._events:
            self._events.received(data)

    def _writable(self) -> None:
        while self._queue:
            data, done = self._queue[0]
            try:
                sent = self.handle.send(data)
            except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
                break
            except OSError:
                self._lost()
                return
            if sent < len(data):
                self._queue[0] = data[sent:], done
                continue
            self._queue.popleft()
            done(True)
        if self.handle.fileno() >= 0:
            self._rewatch()

    def _lost(self) -> None:
        self.discard()
        self._fail()
        if self._events:
            self._events.closed()

    def _fail(self) -> None:
        """What was not sent yet never will be."""
        queue, self._queue = self._queue, deque()
        for _data, done in queue:
            done(False)


class _Listener(_Socket):
    """See Listener."""

    def __init__(self, handle: socket.socket, network: HostNetwork, accept: Accept) -> None:
        super().__init__(handle, network)
        self._accept = accept
        network.watch(self, self._readable, None)

    def _readable(self) -> None:
        try:
            handle, remote = self.handle.accept()
        except OSError:
            return
        handle.setblocking(False)
        stream = _Stream(handle, self._network, remote)
        events = self._accept(stream)
        if events is None:
            handle.close()
        else:
            stream.serve(events)


def _here(ip: str) -> bool:
    return ip.startswith("127.")


def _secured(handle: socket.socket) -> ssl.SSLSocket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(handle, do_handshake_on_connect=False)
