"""A TCP port that serves one client at a time.

Law: accepting, refusing, hanging up, and a bounded way out; what the bytes mean is the owner's
business.  A client keeps the line until it hangs up; the next one is turned away until then.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable

from ..error import EmulatorError
from ..loop import Loop
from .endpoint import READ_SIZE, READS_A_ROUND, Receive

BACKLOG_BOUND = 1 << 20
"""Bytes kept for a client that reads too slowly; what comes beyond is lost."""

Where = tuple[str, int] | int
"""Host and port, or the number of an inherited descriptor: a socket that listens already."""

Changed = Callable[[], None]


class TcpListener:
    """Listens at `where`; port 0 lets the system choose.

    `joined` and `left` are called when a client has come and gone, `receive` with its bytes.
    `option` is what an error tells to change.
    """

    def __init__(
        self,
        loop: Loop,
        where: Where,
        receive: Receive,
        option: str,
        joined: Changed | None = None,
        left: Changed | None = None,
    ) -> None:
        self._loop = loop
        self._receive = receive
        self._joined = joined
        self._left = left
        self._client: socket.socket | None = None
        self._backlog = bytearray()
        self._listener = _listening(where, option)
        loop.watch(self._listener.fileno(), self._accept)

    @property
    def address(self) -> str:
        """Where it listens, as in a URL: HOST:PORT."""
        host, port = self._listener.getsockname()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def send(self, data: bytes) -> bool:
        """Send all of it, now or as the client reads; False if it is lost as a whole."""
        if self._client is None or len(self._backlog) + len(data) > BACKLOG_BOUND:
            return False
        self._backlog += data
        self._flush()
        return True

    def hang_up(self) -> None:
        """End the connection, if there is one."""
        if self._client is None:
            return
        self._loop.forget(self._client.fileno())
        self._client.close()
        self._client = None
        self._backlog.clear()
        if self._left:
            self._left()

    def close(self) -> None:
        """Hang up and stop listening."""
        self.hang_up()
        self._loop.forget(self._listener.fileno())
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            client, _address = self._listener.accept()
            self._notice_hang_up()
            if self._client:
                client.close()
                return
            client.setblocking(False)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _notice_death(client)
            self._client = client
            self._loop.clock.line_opened()
            self._loop.watch(client.fileno(), self._readable)
            if self._joined:
                self._joined()

    def _notice_hang_up(self) -> None:
        """A client that has just left must not keep the next one out."""
        for _ in range(READS_A_ROUND):
            if not self._read():
                return

    def _readable(self) -> None:
        self._read()

    def _read(self) -> bool:
        """Take one chunk from the client; whether there was one."""
        if self._client is None:
            return False
        try:
            chunk = self._client.recv(READ_SIZE)
        except BlockingIOError:
            return False
        except OSError:
            chunk = b""
        if chunk:
            self._loop.clock.took(len(chunk))
            self._receive(chunk)
        else:
            self.hang_up()
        return bool(chunk)

    def _flush(self) -> None:
        if self._client is None:
            return
        try:
            while self._backlog:
                size = self._client.send(self._backlog)
                self._loop.clock.sent(size)
                del self._backlog[:size]
        except BlockingIOError:
            pass
        except OSError:
            self.hang_up()
            return
        self._loop.watch(
            self._client.fileno(), self._readable, self._flush if self._backlog else None
        )


def _notice_death(client: socket.socket) -> None:
    """A client whose machine has gone silently is given up after a minute."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)


def _listening(where: Where, option: str) -> socket.socket:
    listener = _inherited(where, option) if isinstance(where, int) else _made(*where, option)
    listener.setblocking(False)
    return listener


def _made(host: str, port: int, option: str) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise EmulatorError(
            f"cannot listen on {host}:{port}: {why}; give {option} another host or port (0: any)"
        ) from error


def _inherited(descriptor: int, option: str) -> socket.socket:
    try:
        listener = socket.socket(fileno=descriptor)
    except OSError as error:
        raise _useless(descriptor, option, error.strerror or str(error)) from error
    families = socket.AF_INET, socket.AF_INET6
    listens = listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    if listener.family in families and listener.type == socket.SOCK_STREAM and listens:
        return listener
    listener.detach()
    raise _useless(descriptor, option, "it is no TCP socket that listens")


def _useless(descriptor: int, option: str, why: str) -> EmulatorError:
    return EmulatorError(
        f"cannot use descriptor {descriptor}: {why}; give {option} a listening TCP socket that is "
        "inherited, or HOST:PORT"
    )
