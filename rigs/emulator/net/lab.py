"""The network of a lab: the kernel's own stack in the emulator's network namespace.

Law: who can be reached, and over which interface, is what `kernel` has set up.  An address that is
gone takes its connections with it, as in lwIP.  What was sent has arrived when it is acknowledged.
Echoes are timed, names are asked for where DHCP has told; whoever does not answer is silent.
"""

from __future__ import annotations

import contextlib
import fcntl
import secrets
import socket
import struct
import termios
from array import array
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address

from ..ip.network import Address, StreamEvents
from ..settings.addresses import NO_IP
from ..timers import MILLISECOND
from .inforce import NOTHING, InForce
from .kernel import SOFTAP, STATION
from .names import answer_of, query
from .neighbours import Neighbours
from .none import Unanswered
from .sockets import Ancillary, Socket, SocketNetwork, Stream, Watcher

DNS_PORT = 53
DNS_WAITS = (1, 1, 2)
"""Ticks until a question is sent again, each time; after three more ticks lwIP gives up."""
DNS_TICKS = sum(DNS_WAITS) + 3

_ECHO_REQUEST, _ECHO_REPLY = 8, 0
_PAYLOAD = bytes(range(32))
_PROBES = 9  # keep-alives without an answer, as many as lwIP sends
_MAX_DATAGRAM = 65535
_FIRST_LOOK, _LAST_LOOK = MILLISECOND, 32 * MILLISECOND
_EVERYBODY = "255.255.255.255"
_PACKET_INFO = 8  # IP_PKTINFO, which Python does not name
_ABORTS = struct.pack("ii", 1, 0)


class LabNetwork(SocketNetwork):
    """See Network, and inforce.Follower.

    `later` runs something after a time in ns, unless a reset comes first.  `now_ns` reads the
    clock.  `dns_tick`: how long the
    first question for a name waits for its answer, in ns.  `name_server`: whom to ask for names, if
    anybody.
    """

    def __init__(
        self,
        watcher: Watcher,
        later: Callable[[int, Callable[[], None]], None],
        now_ns: Callable[[], int],
        dns_tick: int,
    ) -> None:
        super().__init__(watcher)
        self._later = later
        self.now_ns = now_ns
        self._dns_tick = dns_tick
        self.name_server: Callable[[], IPv4Address | None] = lambda: None
        self._outward: str | None = None
        self._asking: Socket | None = None
        self._pinging: Socket | None = None
        self._neighbours: Neighbours | None = None

    def way_to(self, ip: str) -> Sequence[Ancillary]:
        """See SocketNetwork: everybody is at the station's interface, if it has an address."""
        if self._outward is None or not (ip == _EVERYBODY or IPv4Address(ip).is_multicast):
            return ()
        with contextlib.suppress(OSError):
            which = struct.pack("iii", socket.if_nametoindex(self._outward), 0, 0)
            return ((socket.IPPROTO_IP, _PACKET_INFO, which),)
        return ()

    def prepare(self, stream: socket.socket, keep_alive: int) -> None:
        """See SocketNetwork; a connection ends without a farewell if its address is gone."""
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if keep_alive > 0:
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, keep_alive)
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, keep_alive)
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, _PROBES)

    def connect(
        self, to: Address, tls: bool, events: StreamEvents, keep_alive: int = 0
    ) -> Stream | Unanswered:
        """See Network; if nobody has the address, it is as if nobody answered."""
        if self._neighbours is None:
            self._neighbours = Neighbours(self._unfound)
            self._watcher.watch(self._neighbours.descriptor, self._neighbours.heard)
        return super().connect(to, tls, events, keep_alive)

    def _unfound(self, ip: str) -> None:
        for each in self.streams():
            if each.remote[0] == ip:
                each.find_nobody()

    def taken(self, stream: Stream, done: Callable[[bool], None]) -> None:
        """See SocketNetwork: it has arrived when the other end has acknowledged it."""
        stream.waiting.append(done)
        if len(stream.waiting) == 1:
            self._look(stream, _FIRST_LOOK)

    def _look(self, stream: Stream, again_ns: int) -> None:
        if stream.handle.fileno() < 0:
            return
        if _unacknowledged(stream):
            self._later(again_ns, lambda: self._look(stream, min(2 * again_ns, _LAST_LOOK)))
            return
        waiting = stream.waiting[:]
        stream.waiting.clear()
        for done in waiting:
            done(True)

    def resolve(self, name: str, done: Callable[[str | None], None]) -> None:
        """See Network."""
        known = self.name_server()
        if known is None:
            return
        server, number = str(known), secrets.randbelow(1 << 16)
        asked = query(name, number)
        if asked is None:
            done(None)
            return

        def heard(data: bytes, sender: Address) -> None:
            answer = answer_of(data, number) if sender == (server, DNS_PORT) else None
            if answer:
                question.discard()
                done(answer.address)

        def ask(waits: Sequence[int] = DNS_WAITS) -> None:
            if question.handle.fileno() < 0:  # it is answered, or another name is asked for
                return
            question.send(asked, (server, DNS_PORT))
            if waits:
                self._later(waits[0] * self._dns_tick, lambda: ask(waits[1:]))

        self._discard(self._asking)
        self._asking = question = self.open_udp(0, heard)
        ask()

    def ping(self, to: str, done: Callable[[int], None]) -> None:
        """See Network."""
        self._discard(self._pinging)
        self._pinging = None
        with contextlib.suppress(OSError):  # nobody can be reached at all
            handle = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
            self._pinging = echo = _Echo(handle, self, to, done)
            echo.ask()

    def follow(self, force: InForce) -> None:
        """See Follower."""
        station, softap = sides = force.station, force.softap
        self._outward = SOFTAP if softap else None
        if station and station.address != NO_IP:
            self._outward = STATION
        if force == NOTHING:
            self.drop()
            return
        there = {str(each.address.address) for each in sides if each is not None}
        for each in self.streams():
            if each.local[0] not in there:
                _abort(each)
                each.lost()

    def drop(self) -> None:
        """See Network; a chip that restarts says goodbye to nobody."""
        for each in self.streams():
            _abort(each)
        super().drop()

    def _discard(self, before: Socket | None) -> None:
        if before:
            before.discard()


class _Echo(Socket):
    """One ICMP echo and its time."""

    def __init__(
        self, handle: socket.socket, network: LabNetwork, to: str, done: Callable[[int], None]
    ) -> None:
        super().__init__(handle, network)
        handle.setblocking(False)
        self._to = to
        self._done = done
        self._now_ns = network.now_ns
        self._sent_ns = 0
        network.watch(self, self._readable, None)

    def ask(self) -> None:
        """Send it; the kernel adds number and checksum."""
        self._sent_ns = self._now_ns()
        self.handle.sendto(
            struct.pack("!BBHHH", _ECHO_REQUEST, 0, 0, 0, 1) + _PAYLOAD, (self._to, 0)
        )

    def _readable(self) -> None:
        heard = self._now_ns()
        with contextlib.suppress(OSError):
            data, sender = self.handle.recvfrom(_MAX_DATAGRAM)
            if sender[0] == self._to and data[:1] == bytes((_ECHO_REPLY,)):
                self.discard()
                self._done(heard - self._sent_ns)


def _unacknowledged(stream: Socket) -> int:
    """Bytes that the kernel has taken and the other end has not."""
    count = array("i", (0,))
    fcntl.ioctl(stream.handle, termios.TIOCOUTQ, count)
    return count[0]


def _abort(stream: Socket) -> None:
    """Let it end without a farewell, once it is closed."""
    with contextlib.suppress(OSError):
        stream.handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORTS)
