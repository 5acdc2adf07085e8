"""What the kernel of this host may still bring by itself, without any process doing anything.

Law of this file: three questions, each with an answer at once. Frames that wait in a processor's
queue; neighbours that are being asked for by ARP; TCP connections with a timer that runs
(retransmission, zero-window probe, keep-alive). A namespace is asked through descriptors that were
opened inside it (`Doors`), which work wherever they are used.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass

_SOFTNET = "/proc/net/softnet_stat"
#: Columns of a processor's line there: frames processed, and frames that wait.
_PROCESSED, _WAITING = 0, 11

_SOCKSTAT = "/proc/thread-self/net/sockstat"

#: From <linux/netlink.h>, <linux/rtnetlink.h>, <linux/neighbour.h>, <linux/inet_diag.h>.
_SOCK_DIAG = 4
_GET_NEIGHBOURS, _BY_FAMILY = 30, 20
_DUMP = 0x301
_ERROR, _DONE = 2, 3
_INCOMPLETE, _PROBE = 0x01, 0x10
_LISTEN = 1 << 10
_ALL_STATES = 0xFFF
_TIME_WAIT_TIMER = 3
_HEADER, _HEAD, _NUD = (struct.Struct(form) for form in ("=IHHII", "=IH", "=H"))
_ASK_NEIGHBOURS = _HEADER.pack(28, _GET_NEIGHBOURS, _DUMP, 1, 0) + struct.pack(
    "=BxxxiHBB", socket.AF_INET, 0, 0, 0, 0
)
_LARGEST = 1 << 16


class Unsupported(Exception):
    """This kernel cannot say what it may still bring; the message says what it lacks."""


class Backlog:
    """The queues of frames of all processors."""

    def __init__(self) -> None:
        """Raises `Unsupported` where the kernel does not count what waits."""
        try:
            self._file = os.open(_SOFTNET, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise Unsupported(f"{_SOFTNET}: {error.strerror}") from error
        #: What the kernel told last, and what that means; between two frames it tells the same.
        self._told, self._state = b"", (False, b"")
        try:
            self.state()
        except (IndexError, ValueError) as error:
            self.close()
            raise Unsupported(f"{_SOFTNET} does not tell how many frames wait") from error

    def state(self) -> tuple[bool, bytes]:
        """Whether a frame waits, and a token that changes with every frame that is processed."""
        told = os.pread(self._file, _LARGEST, 0)
        if told != self._told:
            columns = [line.split() for line in told.splitlines()]
            waits = any(int(each[_WAITING], 16) for each in columns)
            self._state = waits, b" ".join(each[_PROCESSED] for each in columns)
            self._told = told
        return self._state

    def close(self) -> None:
        """Ask nothing more."""
        os.close(self._file)


@dataclass(frozen=True, slots=True)
class Doors:
    """The descriptors through which one network namespace is asked."""

    sockstat: int
    route: int
    diag: int

    @classmethod
    def opened(cls) -> Doors:
        """Those of the namespace in which the caller stands; raises `OSError`."""
        sockstat = os.open(_SOCKSTAT, os.O_RDONLY | os.O_CLOEXEC)
        kinds = (socket.NETLINK_ROUTE, _SOCK_DIAG)
        route, diag = (socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, kind) for kind in kinds)
        return cls(sockstat, route.detach(), diag.detach())

    @property
    def all(self) -> list[int]:
        """The descriptors, in the order of the fields."""
        return [self.sockstat, self.route, self.diag]

    def close(self) -> None:
        """Give them back."""
        for each in self.all:
            os.close(each)

    def pending(self) -> str:
        """What the kernel may still bring there; empty: nothing."""
        if any(state & (_INCOMPLETE | _PROBE) for state in self._neighbours()):
            return "neighbour"
        in_use = self._tcp_in_use()
        if in_use and in_use > sum(1 for _ in self._connections(_LISTEN)):
            others = _ALL_STATES & ~_LISTEN
            if any(timer not in (0, _TIME_WAIT_TIMER) for timer in self._connections(others)):
                return "tcp"
        return ""

    def _tcp_in_use(self) -> int:
        return int(os.pread(self.sockstat, 4096, 0).partition(b"TCP: inuse ")[2].split(None, 1)[0])

    def _neighbours(self) -> list[int]:
        """The state of each."""
        return [_NUD.unpack_from(message, 24)[0] for message in _dump(self.route, _ASK_NEIGHBOURS)]

    def _connections(self, states: int) -> Iterator[int]:
        """Of each TCP socket in one of `states` the timer that runs; 0: none."""
        body = struct.pack("=BBBBI48x", socket.AF_INET, socket.IPPROTO_TCP, 0, 0, states)
        asked = _HEADER.pack(_HEADER.size + len(body), _BY_FAMILY, _DUMP, 1, 0) + body
        for message in _dump(self.diag, asked):
            yield message[_HEADER.size + 2]


def _dump(descriptor: int, asked: bytes) -> list[bytes]:
    """The messages with which the kernel answers; it does so before `write` returns."""
    os.write(descriptor, asked)
    messages: list[bytes] = []
    while True:
        data = os.read(descriptor, _LARGEST)
        while data:
            length, kind = _HEAD.unpack_from(data)
            if kind in (_DONE, _ERROR):
                return messages
            messages.append(data[:length])
            data = data[(length + 3) & ~3 :]
