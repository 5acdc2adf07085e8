"""TCP/IP as one run of the firmware holds it: links, server, modes (clause 5.2).

Law: everything here is RAM and dies with the run.  The stack has the patience that a network
lacks: how long it waits for an answer stands in `timing`.  What is announced of links is said
here; what commands answer is not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from ..settings.addresses import NO_IP, IpConfig
from ..timers import SECOND
from . import interfaces
from .device import Device
from .link import SSL, TCP, UDP, Link
from .network import Address, Listener, Stream, StreamEvents

Told = TypeVar("Told")

LINKS = 5
"""Links there can be (clause 5.2.2: 0 to 4)."""

GOT_IP, CONNECTED, DISCONNECTED, NO_WIFI = 2, 3, 4, 5
SERVER_TIMEOUT_S, SSL_SIZE = 180, 2048

_FIRST_PORT, _PORTS = 1024, 65536
_SEGMENT = 1460  # bytes of TCP data that come in one piece


class Modes(Protocol):
    """What RAM begins with (see TcpIp)."""

    @property
    def multiple(self) -> bool:
        """Clause 5.2.12."""

    @property
    def transparent(self) -> bool:
        """Clause 5.2.14."""

    @property
    def server_timeout_s(self) -> int:
        """Clause 5.2.16."""

    @property
    def server(self) -> Listener | None:
        """Clause 5.2.13."""


class TcpIp:
    """The state; commands read and set the plain attributes.

    `multiple`: CIPMUX.  `transparent`: CIPMODE.  `shows_sender`: CIPDINFO.  `server_timeout_s`:
    CIPSTO, 0 is never.
    """

    def __init__(self, chip: Device, ram: Modes) -> None:
        self._chip = chip
        self.multiple = ram.multiple
        self.transparent = ram.transparent
        self.shows_sender = False
        self.server_timeout_s = ram.server_timeout_s
        self.ssl_size = SSL_SIZE
        self.links: dict[int, Link] = {}
        self.server = ram.server
        self.linked_once = False
        self._watches = 0
        self._next_port = _FIRST_PORT

    # What there is.

    @property
    def has_ip(self) -> bool:
        """Whether any interface has an address: a softAP always, a station once it has joined."""
        return interfaces.has_softap(self._chip.current) or self.station_has_ip

    @property
    def station_has_ip(self) -> bool:
        """Whether the station has one."""
        return self._station_ip != NO_IP

    @property
    def _station_ip(self) -> IpConfig:
        current, rules = self._chip.current, self._chip.personality.ips
        return interfaces.station_ip(current, rules, self._chip.air)

    @property
    def status(self) -> int:
        """What AT+CIPSTATUS tells first (clause 5.2.1; errata 80)."""
        if self._chip.personality.tcpip.status_is_of_station and not self.station_has_ip:
            return NO_WIFI
        if self.links:
            return CONNECTED
        if self.linked_once:
            return DISCONNECTED
        return GOT_IP if self.station_has_ip else NO_WIFI

    @property
    def ssl_link(self) -> Link | None:
        """The one SSL link that there may be."""
        return next((each for each in self.links.values() if each.kind == SSL), None)

    def named(self, number: int, word: bytes) -> bytes:
        """A word about a link, with its number in front if there may be several."""
        return b"%d,%s" % (number, word) if self.multiple else word

    # Links.

    def open_udp(self, number: int, remote: Address, local_port: int, mode: int) -> Link:
        """Open a UDP link; without a local port one is chosen.  Raises PortTaken."""
        port = local_port or self.free_port()
        link = Link(number, UDP, remote, _Unopened(remote), udp_mode=mode)
        link.socket = self._chip.network.open_udp(
            port, lambda data, sender: self._datagram(link, data, sender)
        )
        return self._add(link)

    def connect(
        self,
        number: int,
        kind: bytes,
        remote: Address,
        keep_alive: int,
        done: Callable[[bool], None],
    ) -> None:
        """Open a TCP or SSL link; `done` tells whether it is open or has failed for good."""
        answered = False

        def over(opened: bool) -> None:
            nonlocal answered
            if answered:
                return
            answered = True
            if opened:
                self._add(link)
            else:
                link.socket.close()
            done(opened)

        def closed() -> None:
            if answered:
                self._lost(link)
            over(opened=False)

        link = Link(number, kind, remote, _Unopened(remote), keep_alive=keep_alive)
        events = StreamEvents(
            lambda: over(opened=True), lambda data: self._bytes(link, data), closed
        )
        link.socket = self._chip.network.connect(remote, kind == SSL, events, keep_alive)
        self._chip.later(self._chip.timing.tcp_timeout, lambda: over(opened=False))

    def close(self, link: Link) -> None:
        """Close a link at our end; nothing is announced."""
        link.socket.close()
        self.links.pop(link.id, None)

    def free_port(self) -> int:
        """A local port that no link of ours has."""
        taken = {each.local_port for each in self.links.values()}
        while self._next_port in taken:
            self._next_port += 1
        port = self._next_port
        self._next_port = port + 1 if port + 1 < _PORTS else _FIRST_PORT
        return port

    def resolve(self, host: bytes, done: Callable[[str | None], None]) -> None:
        """The address of a host, at once if it is one; None if there is none or nobody knows."""
        literal = self._chip.personality.tcpip.literal(host)
        if literal is not None:
            done(literal)
            return
        self.look_up(host, done)

    def look_up(self, host: bytes, done: Callable[[str | None], None]) -> None:
        """The address of a name; None if nobody knows it."""
        answer = once(done)
        self._chip.network.resolve(host.decode("latin-1"), answer)
        self._chip.later(self._chip.timing.dns_timeout, lambda: answer(None))

    # The server.

    def serve(self, port: int) -> None:
        """Take connections on a port; raises PortTaken."""
        self.server = self._chip.network.listen(port, self._accept)

    def stop_serving(self) -> list[Link]:
        """Take no more; the clients that there were, closed."""
        if self.server:
            self.server.close()
        self.server = None
        clients = self._clients()
        for link in clients:
            self.close(link)
        return clients

    def watch_clients(self) -> None:
        """The time of silent clients (clause 5.2.16) is another one."""
        for link in self._clients():
            self._watch(link)

    # What the network tells.

    def _add(self, link: Link) -> Link:
        self.links[link.id] = link
        self.linked_once = True
        return link

    def _accept(self, stream: Stream) -> StreamEvents | None:
        number = next((each for each in range(LINKS) if each not in self.links), None)
        if number is None:
            return None
        now_ns = self._chip.now_ns
        link = Link(number, TCP, stream.remote, stream, served=True, now_ns=now_ns)
        self._add(link).use()
        self._chip.tell(self.named(number, b"CONNECT"))
        self._watch(link)
        return StreamEvents(
            lambda: None, lambda data: self._bytes(link, data), lambda: self._lost(link)
        )

    def _clients(self) -> list[Link]:
        return [each for each in self.links.values() if each.served]

    def _allowed_s(self) -> int:
        """How long a client may be silent; 0: for ever."""
        return self.server_timeout_s

    def _last_used_ns(self, link: Link) -> int:
        """When the silence of a client began."""
        return link.used_ns

    def _watch(self, link: Link) -> None:
        """Close the link to a client when that has been silent for its time."""
        allowed_s, self._watches = self._allowed_s(), self._watches + 1
        link.watch = watch = self._watches
        if not allowed_s:
            return

        def look() -> None:
            if self.links.get(link.id) is not link or link.watch != watch:
                return
            left = self._last_used_ns(link) + allowed_s * SECOND - self._chip.now_ns()
            if left > 0:
                self._chip.later(left, look)
            else:
                self.close(link)
                self._chip.tell(self.named(link.id, b"CLOSED"))

        look()

    def _datagram(self, link: Link, data: bytes, sender: Address) -> None:
        link.heard(sender)
        self._receive(link, data, sender)

    def _bytes(self, link: Link, data: bytes) -> None:
        link.use()
        for at in range(0, len(data), _SEGMENT):
            self._receive(link, data[at : at + _SEGMENT], link.remote)

    def _receive(self, link: Link, data: bytes, sender: Address) -> None:
        """Hand over what has come: as it is while passing through, else with its head."""
        if self._chip.passing_through:
            self._chip.say(data)
            return
        head = b"+IPD,%d" % len(data)
        if self.multiple:
            head = b"+IPD,%d,%d" % (link.id, len(data))
        if self.shows_sender:
            head += b",%s,%d" % (sender[0].encode("ascii"), sender[1])
        self._chip.say_received(self._chip.personality.tcpip.ipd_break + head + b":", data)

    def _lost(self, link: Link) -> None:
        """The other end has closed a link."""
        if self.links.get(link.id) is not link:
            return
        self.close(link)
        if self._chip.passing_through:
            self._chip.reconnect(link)
        else:
            self._chip.tell(self.named(link.id, b"CLOSED"))


def once(done: Callable[[Told], None]) -> Callable[[Told], None]:
    """The same call, that works the first time only."""
    told = False

    def first(value: Told) -> None:
        nonlocal told
        if not told:
            told = True
            done(value)

    return first


class _Unopened:
    """Stands in for the socket of a link that is just being made."""

    local_port = 0

    def __init__(self, remote: Address) -> None:
        self.remote = remote

    def send(self, data: bytes, done: Callable[[bool], None]) -> None:
        """It cannot."""
        done(False)

    def close(self) -> None:
        """There is nothing."""
