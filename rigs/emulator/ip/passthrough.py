"""Transparent transmission: the UART and one link are one wire (clauses 5.2.4, 5.2.14, 5.2.15).

Law: bytes are cut into packets by 20 ms of silence or by the size of a packet; a packet that is
`+++` and nothing else ends it, and nothing is said then.  Whatever is lost is opened again until
that happens.
"""

from __future__ import annotations

from collections.abc import Callable

from ..settings.savedlink import SavedLink
from .diverting import Diverting
from .link import SSL, TCP, UDP, Link
from .network import PortTaken

LINK = 0
"""The link that passes through: there is only one."""

END = b"+++"
"""A packet that ends it."""


class Passthrough:
    """See receiver.Sink."""

    def __init__(self, chip: Diverting) -> None:
        self._chip = chip
        self._longest = chip.personality.tcpip.packet
        self._packet = bytearray()
        self._token = object()
        self._saved: SavedLink | None = None

    @property
    def active(self) -> bool:
        """Whether it is still what the UART is for."""
        return self._chip.sink is self

    def byte(self, byte: int) -> None:
        """Take one byte."""
        self._packet.append(byte)
        if len(self._packet) >= self._longest:
            self._send()

    def paused(self) -> None:
        """The bytes that were there have been taken."""
        token = self._token = object()
        self._chip.later(self._chip.timing.line_gap, lambda: self._gap(token))

    def open_saved(self, saved: SavedLink) -> None:
        """Open a link that was saved, again and again until it is open."""
        self._saved = saved
        if not self.active:
            return
        if not self._chip.tcpip.has_ip:
            self._later(lambda: self.open_saved(saved))
            return
        self._chip.tcpip.resolve(saved.host, lambda ip: self._found(saved, ip))

    def lost(self, link: Link) -> None:
        """The other end has closed the link: it is opened again."""
        if self.active:
            self._later(lambda: self._connect(link.kind, link.remote, link.keep_alive))

    def _found(self, saved: SavedLink, ip: str | None) -> None:
        if ip is None:
            self._later(lambda: self.open_saved(saved))
        elif saved.kind == UDP:
            self._open_udp(saved, ip)
        else:
            seconds = -(-saved.keep_alive // 2)  # it is saved in 500 ms
            self._connect(saved.kind, (ip, saved.port), seconds)

    def _open_udp(self, saved: SavedLink, ip: str) -> None:
        try:
            self._chip.tcpip.open_udp(LINK, (ip, saved.port), saved.local_port, 0)
        except PortTaken:
            self._later(lambda: self.open_saved(saved))

    def _connect(self, kind: bytes, remote: tuple[str, int], keep_alive: int) -> None:
        if not self.active:
            return

        def done(opened: bool) -> None:
            if not opened:
                self._later(lambda: self._connect(kind, remote, keep_alive))

        real = SSL if kind == SSL else TCP
        self._chip.tcpip.connect(LINK, real, remote, keep_alive, done)

    def _later(self, action: Callable[[], None]) -> None:
        self._chip.later(self._chip.timing.reconnect, action)

    def _gap(self, token: object) -> None:
        if token is not self._token or not self.active:
            return
        if self._ends():
            self._leave()
        else:
            self._send()

    def _ends(self) -> bool:
        return self._packet == END

    def _leave(self) -> None:
        self._chip.divert(None)

    def _send(self) -> None:
        data = bytes(self._packet)
        self._packet.clear()
        link = self._chip.tcpip.links.get(LINK)
        if link and data:
            link.send(data, None, lambda _arrived: None)
