"""A serial line as a TCP server, like a terminal server with raw sockets.

Law: one client at a time, whom the line belongs to until it hangs up; without a client, output is
lost.  The line behind the socket is at 115200 baud, and no client can change that.
"""

from __future__ import annotations

import contextlib
import socket

from .endpoint import READ_SIZE, READS_A_ROUND, EmulatorError, Receive
from .loop import Loop
from .uart import BOOT_RATE


class TcpEndpoint:
    """Listens at `host`:`port`; port 0 lets the system choose."""

    rate = BOOT_RATE

    def __init__(self, loop: Loop, receive: Receive, host: str, port: int) -> None:
        self._loop = loop
        self._receive = receive
        self._client: socket.socket | None = None
        self._listener = _listening(host, port)
        bound = self._listener.getsockname()
        shown = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
        self.port = f"socket://{shown}:{bound[1]}"
        loop.watch(self._listener.fileno(), self._accept)

    def write(self, data: bytes) -> None:
        """See Endpoint: what does not fit into the socket is lost."""
        with contextlib.suppress(BlockingIOError):
            while data and self._client:
                data = data[self._sent(self._client, data) :]

    def close(self) -> None:
        """See Endpoint."""
        self._hang_up()
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
            self._client = client
            self._loop.watch(client.fileno(), self._readable)

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
            self._receive(chunk)
        else:
            self._hang_up()
        return bool(chunk)

    def _sent(self, client: socket.socket, data: bytes) -> int:
        try:
            return client.send(data)
        except BlockingIOError:
            raise
        except OSError:
            self._hang_up()
            return 0

    def _hang_up(self) -> None:
        if self._client:
            self._loop.forget(self._client.fileno())
            self._client.close()
        self._client = None


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise EmulatorError(
            f"cannot listen on {host}:{port}: {why}; give --tcp another host or port (0: any)"
        ) from error
    listener.setblocking(False)
    return listener
