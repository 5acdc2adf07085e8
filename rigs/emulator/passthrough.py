"""Transparent transmission: the UART and one link are one wire (clauses 5.2.4, 5.2.14, 5.2.15).

Law: bytes are cut into packets by 20 ms of silence or by the size of a packet; a packet that is
`+++` and nothing else ends it, and nothing is said then.  Whatever is lost is opened again until
that happens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .link import SSL, TCP, UDP, Link
from .net import PortTaken
from .savedlink import SavedLink

if TYPE_CHECKING:
    from .firmware import Firmware

LINK = 0
"""The link that passes through: there is only one."""

_END = b"+++"


class Passthrough:
    """See receiver.Sink."""

    def __init__(self, firmware: Firmware) -> None:
        self._firmware = firmware
        self._longest = firmware.personality.tcpip.packet
        self._packet = bytearray()
        self._token = object()
        self._answered = False
        self._saved = False
        #: A fault: nothing ends it.
        self.endless = False

    @property
    def active(self) -> bool:
        """Whether it is still what the UART is for."""
        return self._firmware.sink is self

    def byte(self, byte: int) -> None:
        """Take one byte."""
        if self._firmware.faults.active("cipsend.passthrough-echoes"):
            self._firmware.say(bytes((byte,)))
        self._packet.append(byte)
        if len(self._packet) >= self._longest:
            self._send()

    def paused(self) -> None:
        """The bytes that were there have been taken."""
        token = self._token = object()
        self._firmware.later(self._firmware.timing.line_gap, lambda: self._gap(token))

    def open_saved(self, saved: SavedLink) -> None:
        """Open a link that was saved, again and again until it is open."""
        self._saved = True
        if not self.active:
            return
        if not self._firmware.tcpip.has_ip:
            self._later(lambda: self.open_saved(saved))
            return
        self._firmware.tcpip.resolve(saved.host, lambda ip: self._found(saved, ip))

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
            active = self._firmware.faults.active
            port = saved.port + active("savetranslink.port-plus-one")
            local = 0 if active("savetranslink.local-port-ignored") else saved.local_port
            self._firmware.tcpip.open_udp(LINK, (ip, port), local, 0)
        except PortTaken:
            self._later(lambda: self.open_saved(saved))

    def _connect(self, kind: bytes, remote: tuple[str, int], keep_alive: int) -> None:
        if not self.active:
            return

        def done(opened: bool) -> None:
            if not opened:
                self._later(lambda: self._connect(kind, remote, keep_alive))

        real = SSL if kind == SSL else TCP
        self._firmware.tcpip.connect(LINK, real, remote, keep_alive, done)

    def _later(self, action: Callable[[], None]) -> None:
        self._firmware.later(self._firmware.timing.reconnect, action)

    def _gap(self, token: object) -> None:
        if token is not self._token or not self.active:
            return
        if self._ends():
            self._firmware.divert(None)
            if self._firmware.faults.active("cipsend.exit-clears-mode"):
                self._firmware.tcpip.transparent = False
            return
        self._send()

    def _ends(self) -> bool:
        active, packet = self._firmware.faults.active, bytes(self._packet)
        if active("cipsend.exit-ignored") or self.endless:
            return False
        if self._saved and active("savetranslink.exit-ignored"):
            return False
        if active("cipsend.four-plus-leave") and packet == b"++++":
            return True
        if active("cipsend.exit-inside-data") and _END in packet:
            return True
        return packet == _END

    def _send(self) -> None:
        data = bytes(self._packet)
        self._packet.clear()
        if not self._answered and self._firmware.faults.active("cipsend.passthrough-answers"):
            self._answered = True
            self._firmware.say(b"\r\nOK\r\n")
        link = self._firmware.tcpip.links.get(LINK)
        if link and data:
            link.send(data, None, lambda _arrived: None)
