"""The chip, as it is seen by what takes the UART's bytes for a link.

Law: a Protocol and nothing else.
"""

from __future__ import annotations

from typing import Protocol

from ..line.receiver import Sink
from .device import Device
from .tcpip import TcpIp


class Diverting(Device, Protocol):
    """See Device.  `tcpip`: links and the modes of clause 5."""

    tcpip: TcpIp

    @property
    def sink(self) -> Sink | None:
        """What takes the bytes of the UART instead of the parser."""

    def divert(self, sink: Sink | None) -> None:
        """From now on the bytes of the UART go there; None: to the parser."""
