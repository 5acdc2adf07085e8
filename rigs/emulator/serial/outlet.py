"""The way out of the UART.

Law: bytes in a format, in the order in which they came; what they say is not known here.
"""

from __future__ import annotations

from collections.abc import Callable

from .uart import UartFormat

Send = Callable[[bytes, UartFormat], None]
Later = Callable[[int, Callable[[], None]], None]


class Outlet:
    """It sends at once.

    `send`: to whatever the UART is wired to.  `later` runs something after a time in ns, unless a
    reset comes first.
    """

    def __init__(self, send: Send, later: Later) -> None:
        self.send = send
        self._later = later

    def put(self, data: bytes, form: UartFormat) -> None:
        """Send bytes in a format."""
        self.send(data, form)

    def flush(self) -> None:
        """Send all that waits: nothing does."""

    def drop(self) -> None:
        """Forget all that waits."""
