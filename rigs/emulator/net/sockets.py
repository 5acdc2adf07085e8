"""A network of real sockets: what the networks of kernels have in common.

Law: sockets never block and are served by the emulator's loop.  TLS encrypts and checks no
certificate, as the firmware does.  The kernel counts as the other end, unless a subclass knows
better: what it has taken has arrived.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from ..ip.network import Accept, Address, Network, PortTaken, StreamEvents
from .none import Unanswered

_IN_PROGRESS = errno.EINPROGRESS
_READ = 4096
_MAX_DATAGRAM = 65535
_PORT_MAX = 0xFFFF

Callback = Callable[[], None]

Ancillary = tuple[int, int, bytes]
"""What goes beside a datagram: level, type, data."""


class Watcher(Protocol):
    """What the sockets need of the loop."""

    def watch(self, fd: int, readable: Callback | None, writable: Callback | None = None) -> None:
        """Call back whenever a file is ready; replaces what was asked for before."""

    def forget(self, fd: int) -> None:
        """Stop watching a file."""


class SocketNetwork(Network):
    """See Network; what can be reached, from which address, is a subclass's.

    `own`: the address that ports are bound to; empty: every address that there is.
    """

    own = ""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._open: set[Socket] = set()

    def reaches(self, ip: str) -> bool:
        """Whether anything that is sent there leaves."""
        return True

    def way_to(self, ip: str) -> Sequence[Ancillary]:
        """What tells the kernel which way a datagram shall take, where it does not know."""
        return ()

    def prepare(self, stream: socket.socket, keep_alive: int) -> None:
        """Set up a connection before it is used; `keep_alive` in seconds, 0: never."""

    def open_udp(self, local_port: int, received: Callable[[bytes, Address], None]) -> _Datagrams:
        """See Network."""
        return _Datagrams(self._bound(socket.SOCK_DGRAM, local_port), self, received)

    def connect(
        self, to: Address, tls: bool, events: StreamEvents, keep_alive: int = 0
    ) -> Stream | Unanswered:
        """See Network."""
        if not self.reaches(to[0]):
            return Unanswered(to)
        handle = socket.socket()
        handle.setblocking(False)
        self.prepare(handle, keep_alive)
        failed = handle.connect_ex(_cut(to))
        stream = Stream(handle, self, to)
        stream.open(events, failed, tls)
        return stream

    def listen(self, port: int, accept: Accept) -> _Listener:
        """See Network."""
        return _Listener(self._bound(socket.SOCK_STREAM, port), self, accept)

    def taken(self, stream: Stream, done: Callable[[bool], None]) -> None:
        """The kernel has taken what was sent: `done` is to be told once it has arrived."""
        done(True)

    def streams(self) -> list[Stream]:
        """The connections that there are."""
        return [each for each in self._open if isinstance(each, Stream)]

    def drop(self) -> None:
        """See Network."""
        for each in list(self._open):
            each.discard()

    def watch(self, holder: Socket, readable: Callback | None, writable: Callback | None) -> None:
        """Have a socket served."""
        self._open.add(holder)
        self._watcher.watch(holder.descriptor, readable, writable)

    def forget(self, holder: Socket) -> None:
        """Close a socket; nothing is called back any more."""
        if holder in self._open:
            self._open.discard(holder)
            self._watcher.forget(holder.descriptor)
            holder.handle.close()

    def _bound(self, kind: socket.SocketKind, port: int) -> socket.socket:
        handle = socket.socket(socket.AF_INET, kind)
        handle.setblocking(False)
        if kind == socket.SOCK_STREAM:
            handle.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:
            handle.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        try:
            handle.bind(_cut((self.own, port)))
            if kind == socket.SOCK_STREAM:
                handle.listen()
        except OSError as error:  # taken, or below 1024 and not ours to take
            handle.close()
            raise PortTaken(port) from error
        return handle


class Socket:
    """A socket and who serves it."""

    def __init__(self, handle: socket.socket, network: SocketNetwork) -> None:
        self.handle = handle
        self.descriptor = handle.fileno()  # the handle may lose it while TLS takes over
        self._network = network

    @property
    def local(self) -> Address:
        """The address and the port at this end; 0 once it is closed."""
        with contextlib.suppress(OSError):
            ip, port = self.handle.getsockname()
            return str(ip), int(port)
        return "", 0

    @property
    def local_port(self) -> int:
        """The port alone."""
        return self.local[1]

    def discard(self) -> None:
        """Close it without a word."""
        self._network.forget(self)

    def close(self) -> None:
        """See Datagrams, Stream, Listener."""
        self.discard()


class _Datagrams(Socket):
    """See Datagrams."""

    def __init__(
        self,
        handle: socket.socket,
        network: SocketNetwork,
        received: Callable[[bytes, Address], None],
    ) -> None:
        super().__init__(handle, network)
        self._to_whom = network
        self._received = received
        network.watch(self, self._readable, None)

    def send(self, data: bytes, to: Address) -> None:
        """See Datagrams."""
        if self._to_whom.reaches(to[0]):
            with contextlib.suppress(OSError):  # nobody says what became of it
                self.handle.sendmsg((data,), self._to_whom.way_to(to[0]), 0, _cut(to))

    def _readable(self) -> None:
        with contextlib.suppress(OSError):
            data, sender = self.handle.recvfrom(_MAX_DATAGRAM)
            self._received(data, sender)


class Stream(Socket):
    """See network.Stream."""

    def __init__(self, handle: socket.socket, network: SocketNetwork, remote: Address) -> None:
        super().__init__(handle, network)
        self.remote = remote
        self._events: StreamEvents | None = None
        self.is_connecting = False
        self._queue: deque[tuple[memoryview, Callable[[bool], None]]] = deque()
        #: Who waits for what the kernel has taken and the other end has not.
        self.waiting: list[Callable[[bool], None]] = []

    def open(self, events: StreamEvents, failed: int, tls: bool) -> None:
        """It is being connected: what it does once it is, or has failed, is told."""
        self._events, self.is_connecting = events, True
        refused = failed not in (0, _IN_PROGRESS)
        self._network.watch(self, None, lambda: self._connected(refused, tls))

    def find_nobody(self) -> None:
        """Nobody has the other end's address, as far as the kernel has asked.

        lwIP goes on asking, and its caller gives up when it likes: nothing is told.  The kernel is
        to try no more, since the rig's clock waits for what it may still bring.
        """
        if self.is_connecting:
            self.discard()

    def serve(self, events: StreamEvents) -> None:
        """It is connected."""
        self.is_connecting = False
        self._events = events
        self._rewatch()

    def send(self, data: bytes, done: Callable[[bool], None]) -> None:
        """See network.Stream."""
        self._queue.append((memoryview(data), done))
        self._writable()

    def close(self) -> None:
        """See Stream."""
        self.discard()
        self._fail()

    def _connected(self, refused: bool, tls: bool) -> None:
        error = self.handle.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error == errno.EHOSTUNREACH:
            self.find_nobody()
            return
        self.is_connecting = False
        if refused or error:
            self.lost()
        elif tls:
            self._secure()
        else:
            self._opened()

    def _secure(self) -> None:
        try:
            self.handle = secured = _secured(self.handle)
        except OSError:  # it has just been lost
            self.lost()
        else:
            self._shake(secured)

    def _shake(self, handle: ssl.SSLSocket) -> None:
        try:
            handle.do_handshake()
        except ssl.SSLWantReadError:
            self._network.watch(self, lambda: self._shake(handle), None)
        except ssl.SSLWantWriteError:
            self._network.watch(self, None, lambda: self._shake(handle))
        except OSError:
            self.lost()
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
            self.lost()
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
                self.lost()
                return
            if sent < len(data):
                self._queue[0] = data[sent:], done
                continue
            self._queue.popleft()
            self._network.taken(self, done)
        if self.handle.fileno() >= 0:
            self._rewatch()

    def lost(self) -> None:
        """It is over, and that was not our doing."""
        self.discard()
        self._fail()
        if self._events:
            self._events.closed()

    def _fail(self) -> None:
        """What was not sent yet never will be."""
        waiting = [*self.waiting, *(done for _data, done in self._queue)]
        self.waiting.clear()
        self._queue.clear()
        for done in waiting:
            done(False)


class _Listener(Socket):
    """See Listener."""

    def __init__(self, handle: socket.socket, network: SocketNetwork, accept: Accept) -> None:
        super().__init__(handle, network)
        self._accept = accept
        network.watch(self, self._readable, None)

    def _readable(self) -> None:
        try:
            handle, remote = self.handle.accept()
        except OSError:
            return
        handle.setblocking(False)
        self._network.prepare(handle, 0)
        stream = Stream(handle, self._network, remote)
        events = self._accept(stream)
        if events is None:
            handle.close()
        else:
            stream.serve(events)


def _cut(to: Address) -> Address:
    """A port has 16 bits, whatever number somebody asks for."""
    return to[0], to[1] & _PORT_MAX


def _secured(handle: socket.socket) -> ssl.SSLSocket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(handle, do_handshake_on_connect=False)
