"""A serial line as a TCP server, like a terminal server with raw sockets.

Law: bytes and nothing else; the line behind the socket is always set as the board is, so that
everything is legible, the text of the boot ROM, too.  Without a client, output is lost.
"""

from __future__ import annotations

from ..loop import Loop
from .endpoint import Opened, Receive
from .tcp_listener import TcpListener, Where
from .uart import UartFormat


class TcpEndpoint:
    """Listens at `where`; port 0 lets the system choose."""

    def __init__(self, loop: Loop, receive: Receive, opened: Opened | None, where: Where) -> None:
        self._listener = TcpListener(loop, where, receive, option="--tcp", joined=opened)
        self.port = f"socket://{self._listener.address}"

    def format(self, near: UartFormat) -> UartFormat:
        """See Endpoint."""
        return near

    def write(self, data: bytes) -> None:
        """See Endpoint."""
        self._listener.send(data)

    def close(self) -> None:
        """See Endpoint."""
        self._listener.close()
