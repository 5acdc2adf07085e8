"""The host's loopback as the network: real sockets, so that a driver can talk to servers there.

Law: nothing leaves the host.  127.0.0.0/8 and the name localhost are all there is; everybody else
is as silent as in `none`.
"""

from __future__ import annotations

from collections.abc import Callable

from ..timers import MILLISECOND
from .sockets import SocketNetwork

LOOPBACK, NAME = "127.0.0.1", "localhost"


class HostNetwork(SocketNetwork):
    """See Network."""

    own = LOOPBACK

    def reaches(self, ip: str) -> bool:
        """See SocketNetwork."""
        return ip.startswith("127.")

    def resolve(self, name: str, done: Callable[[str | None], None]) -> None:
        """See Network."""
        if name == NAME:
            done(LOOPBACK)

    def ping(self, to: str, done: Callable[[int], None]) -> None:
        """See Network."""
        if self.reaches(to):
            done(MILLISECOND)
