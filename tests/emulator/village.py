"""A network in memory with one inhabitant, for tests of what needs somebody at the other end.

Law: 192.168.4.7, named peer.test and as the server of updates is, answers pings, takes TCP and
TLS on port 7 and sends back all that it gets there, by UDP too.  Nobody else answers.  Whoever
tests can act for it: `visit` is a client of the chip's server, `tell` a datagram, `hang_up` the
end of all its connections.
"""

from __future__ import annotations

from collections.abc import Callable

from rigs.emulator.ip.network import Accept, Address, PortTaken, StreamEvents

PEER, NAMES, PORT = "192.168.4.7", ("peer.test", "iot.espressif.cn"), 7
HANGS_UP = 9
"""A port where connections are closed as soon as something comes."""

PING_NS = 3_000_000


class Village:
    """See rigs.emulator.ip.network.Network; `later` is lent by the board that it is around."""

    def __init__(self) -> None:
        self.later: Callable[[int, Callable[[], None]], None] = lambda _delay, _action: None
        self.heard: list[tuple[bytes, Address]] = []
        self.ports: dict[int, Datagrams] = {}
        self.accept: dict[int, Accept] = {}
        self.streams: list[Stream] = []
        self.acknowledges = True

    # What the chip asks for.

    def open_udp(self, local_port: int, received: Callable[[bytes, Address], None]) -> Datagrams:
        if local_port in self.ports:
            raise PortTaken(local_port)
        self.ports[local_port] = Datagrams(self, local_port, received)
        return self.ports[local_port]

    def connect(self, to: Address, tls: bool, events: StreamEvents, keep_alive: int = 0) -> Stream:
        stream = Stream(self, to, 4000 + len(self.streams), events)
        if to in ((PEER, PORT), (PEER, HANGS_UP)):
            self.streams.append(stream)
            self.soon(events.opened)
        return stream

    def listen(self, port: int, accept: Accept) -> Listener:
        if port in self.accept:
            raise PortTaken(port)
        self.accept[port] = accept
        return Listener(self, port)

    def resolve(self, name: str, done: Callable[[str | None], None]) -> None:
        if name in NAMES:
            self.soon(lambda: done(PEER))

    def ping(self, to: str, done: Callable[[int], None]) -> None:
        if to == PEER:
            self.later(PING_NS, lambda: done(PING_NS))

    def drop(self) -> None:
        self.ports.clear()
        self.accept.clear()
        self.streams.clear()

    # What the inhabitant does.

    def soon(self, action: Callable[[], None]) -> None:
        self.later(0, action)

    def visit(self, port: int, data: bytes = b"") -> Stream:
        stream = Stream(self, (PEER, 5000 + len(self.streams)), port, None)
        self.streams.append(stream)
        stream.events = self.accept[port](stream)
        if data and stream.events:
            stream.events.received(data)
        return stream

    def tell(self, port: int, data: bytes, sender: Address = (PEER, PORT)) -> None:
        self.ports[port].received(data, sender)

    def hang_up(self) -> None:
        streams, self.streams = self.streams, []
        for each in streams:
            for done in each.unacknowledged:
                done(False)
            if each.events and each.open:
                each.events.closed()


class Datagrams:
    def __init__(
        self, village: Village, local_port: int, received: Callable[[bytes, Address], None]
    ) -> None:
        self.village = village
        self.local_port = local_port
        self.received = received

    def send(self, data: bytes, to: Address) -> None:
        self.village.heard.append((data, to))
        if to == (PEER, PORT):
            self.village.soon(lambda: self.received(data, to))

    def close(self) -> None:
        self.village.ports.pop(self.local_port, None)


class Stream:
    def __init__(
        self, village: Village, remote: Address, local_port: int, events: StreamEvents | None
    ) -> None:
        self.village = village
        self.remote = remote
        self.local_port = local_port
        self.events = events
        self.open = True
        self.unacknowledged: list[Callable[[bool], None]] = []

    def send(self, data: bytes, done: Callable[[bool], None]) -> None:
        self.village.heard.append((data, self.remote))
        if self.remote == (PEER, HANGS_UP):
            self.unacknowledged.append(done)
            self.village.hang_up()
        elif not self.village.acknowledges:
            self.unacknowledged.append(done)
        else:
            self.village.soon(lambda: done(True))
            self._answer(data)

    def _answer(self, data: bytes) -> None:
        if self.events and self.remote == (PEER, PORT):
            events = self.events
            self.village.soon(lambda: events.received(data))

    def close(self) -> None:
        self.open = False


class Listener:
    def __init__(self, village: Village, port: int) -> None:
        self.village = village
        self.port = port

    def close(self) -> None:
        self.village.accept.pop(self.port, None)
