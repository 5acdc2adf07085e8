"""What carries a stranger: time, its UART, its reset line, its flash.

Law of this file: it knows no command. Two hosts share what a line does to bytes: one in memory
with a time of its own, for tests, and one behind a socket, for a rig. The real one waits by the
clock that is handed in, in one place.
"""

from __future__ import annotations

import contextlib
import heapq
import json
import os
import random
import selectors
import socket
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Protocol, cast

from serial.rfc2217 import PortManager

from rigs.clock.party import Clock
from tests.strangers.device import SECOND, Device, Host, Uart

Make = Callable[[Host], Device]

#: Two ends understand each other if their rates differ by less than this.
_TOLERANCE = 0.03
#: No single wait is longer; the operating system has an end to what it takes.
_LONGEST = 3600 * SECOND
#: How long a peer that does not read may keep the device, in seconds; then bytes are lost.
_STUCK_S = 1.0


def carried(data: bytes, sender: Uart, receiver: Uart) -> bytes:
    """What `receiver` makes of what `sender` sends. How many stop bits there are, nobody sees."""
    ratio = receiver.baudrate / sender.baudrate
    framing = sender.databits, sender.parity
    if abs(ratio - 1) < _TOLERANCE and framing == (receiver.databits, receiver.parity):
        return bytes(byte & (1 << sender.databits) - 1 for byte in data)
    # At another rate several bytes run into one, or one is read as several.
    length = max(1, round(len(data) * min(ratio, 8.0))) if data else 0
    noise = (data[at * len(data) // length] * 197 + at * 31 for at in range(length))
    return bytes(0x80 | each & 0x7F for each in noise)


class Timers:
    """Actions and when they are due."""

    def __init__(self) -> None:
        self._due: list[tuple[int, int, Callable[[], None]]] = []
        self._order = count()

    def add(self, when: int, action: Callable[[], None]) -> None:
        heapq.heappush(self._due, (when, next(self._order), action))

    def clear(self) -> None:
        self._due.clear()

    def next(self) -> int | None:
        return self._due[0][0] if self._due else None

    def pop(self, now: int) -> Callable[[], None] | None:
        """The action that is due first, if one is due."""
        return heapq.heappop(self._due)[2] if self._due and self._due[0][0] <= now else None


class SimulatedHost:
    """A device in memory. `heard` is what the tester's end, set to `line`, made of its bytes."""

    def __init__(self, make: Make, flash: dict[str, Any] | None = None, seed: int = 1) -> None:
        self.flash = {} if flash is None else flash
        self.seed = seed
        self.line = Uart()
        self.heard = bytearray()
        #: Each piece that the device sent, and when.
        self.sent: list[tuple[int, bytes]] = []
        self._now = 0
        self._timers = Timers()
        self.device = make(self)
        self.device.start()

    def now(self) -> int:
        return self._now

    def send(self, data: bytes) -> None:
        self.sent.append((self._now, data))
        self.heard += carried(data, self.device.uart, self.line)

    def after(self, delay_ns: int, action: Callable[[], None]) -> None:
        self._timers.add(self._now + delay_ns, action)

    def reset(self) -> None:
        """The reset line, active and released again."""
        self._timers.clear()
        self.device.start()

    def write(self, data: bytes) -> None:
        self.device.receive(carried(data, self.line, self.device.uart))

    def run(self, duration_ns: int) -> bytes:
        """Let time pass; what was heard since the last time."""
        end = self._now + duration_ns
        while (due := self._timers.next()) is not None and due <= end:
            self._now = due
            action = self._timers.pop(due)
            assert action is not None
            action()
        self._now = end
        heard = bytes(self.heard)
        self.heard.clear()
        return heard

    def ask(self, line: str, duration_ns: int = SECOND) -> bytes:
        """Send a line, closed by CR LF; what is heard until the time is over."""
        self.write(line.encode("latin-1") + b"\r\n")
        return self.run(duration_ns)


class Peer(Protocol):
    """Whoever is connected."""

    def fileno(self) -> int: ...

    def take(self) -> bool:
        """Something can be read; False if the connection is over."""

    def give(self, data: bytes, sender: Uart) -> None:
        """The device has sent, with its UART set so."""

    def close(self) -> None: ...


class RawPeer:
    """A TCP connection that carries nothing but bytes: both ends are always set alike."""

    def __init__(self, connection: socket.socket, board: Board) -> None:
        self._connection = connection
        self._board = board
        self._clock = board.clock
        self._clock.line_opened()

    def fileno(self) -> int:
        return self._connection.fileno()

    def take(self) -> bool:
        try:
            data = self._connection.recv(65536)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self._clock.took(len(data))
        self._board.hear(data)
        return bool(data)

    def give(self, data: bytes, sender: Uart) -> None:
        self._send(data)

    def _send(self, data: bytes) -> None:
        with contextlib.suppress(OSError):  # a peer that has gone shows when it is read from
            self._connection.sendall(data)
            self._clock.sent(len(data))

    def close(self) -> None:
        self._connection.close()


class Rfc2217Peer(RawPeer):
    """A connection with settings and control lines; it is the serial port that PortManager sets."""

    cts = dsr = cd = True
    ri = xonxoff = rtscts = break_condition = dtr = False

    def __init__(self, connection: socket.socket, board: Board) -> None:
        super().__init__(connection, board)
        self._rts = False
        self._taken = bytearray()
        self.baudrate, self.bytesize, self.stopbits, self.parity = 115200, 8, 1, "N"
        self._manager: Any = PortManager(cast(Any, self), cast(Any, self))

    def write(self, data: bytes) -> None:
        """What the manager answers."""
        self._send(data)

    @property
    def line(self) -> Uart:
        return Uart(self.baudrate, self.bytesize, self.stopbits, self.parity)

    @property
    def rts(self) -> bool:
        return self._rts

    @rts.setter
    def rts(self, active: bool) -> None:
        self._rts = active
        self._board.hold(active)

    def __setattr__(self, name: str, value: object) -> None:
        if name in ("baudrate", "bytesize", "parity", "rts") and hasattr(self, "_manager"):
            self._flush()  # what came before was sent at the setting before
        super().__setattr__(name, value)

    def take(self) -> bool:
        try:
            data = self._connection.recv(65536)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self._clock.took(len(data))
        for byte in self._manager.filter(data):
            self._taken += byte
        self._flush()
        return bool(data)

    def _flush(self) -> None:
        data, self._taken = bytes(self._taken), bytearray()
        if data:
            self._board.hear(carried(data, self.line, self._board.device.uart))

    def give(self, data: bytes, sender: Uart) -> None:
        self._send(carried(data, sender, self.line).replace(b"\xff", b"\xff\xff"))

    def reset_input_buffer(self) -> None:
        """Nothing waits here."""

    def reset_output_buffer(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        self.rts = False
        super().close()


@dataclass(frozen=True, slots=True)
class Delay:
    """How much later everything arrives that the device sends: between these two, in order."""

    least_ns: int = 0
    most_ns: int = 0


class Board:
    """A device with its flash in a file, or in memory, and whoever is connected with its UART."""

    def __init__(
        self, make: Make, loop: Loop, flash: Path | None, seed: int, delay: Delay | None = None
    ) -> None:
        self._path = flash
        self._loop = loop
        self._delay = delay or Delay()
        self._delays = random.Random(seed)
        self._arrived = 0
        self.seed = seed
        kept = flash is not None and flash.exists()
        self.flash: dict[str, Any] = json.loads(flash.read_text()) if kept and flash else {}
        self._written = json.dumps(self.flash)
        self._held = False
        self.peer: Peer | None = None
        self.device = make(self)

    @property
    def clock(self) -> Clock:
        return self._loop.clock

    def now(self) -> int:
        return self._loop.clock.now()

    def send(self, data: bytes) -> None:
        sender = self.device.uart
        if not self._delay.most_ns:
            self._arrive(data, sender)
            return
        later = self._delays.randint(self._delay.least_ns, self._delay.most_ns)
        # Nothing overtakes what was sent before it.
        self._arrived = max(self._arrived, self.now() + later)
        self._loop.arrivals.add(self._arrived, lambda: self._arrive(data, sender))

    def _arrive(self, data: bytes, sender: Uart) -> None:
        if self.peer:
            self.peer.give(data, sender)

    def after(self, delay_ns: int, action: Callable[[], None]) -> None:
        self._loop.timers.add(self.now() + delay_ns, action)

    def hear(self, data: bytes) -> None:
        if not self._held and data:
            self.device.receive(data)

    def hold(self, held: bool) -> None:
        """The reset line: active or released."""
        released = self._held and not held
        self._held = held
        if held:
            self._loop.timers.clear()
        if released:
            self.device.start()

    def save(self) -> None:
        """Write the flash if it has changed; a reader never finds half of it."""
        text = json.dumps(self.flash)
        if self._path and text != self._written:
            fresh = self._path.with_name(self._path.name + ".new")
            fresh.write_text(text)
            fresh.replace(self._path)
        self._written = text


class Loop:
    """One device on one listening socket; the newest connection has the UART."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.timers = Timers()
        #: What the device has sent and nobody has heard yet; no reset takes it back.
        self.arrivals = Timers()
        self._selector = clock.selector()
        self._over = False

    def stop_at_end_of(self, descriptor: int) -> None:
        """End when nothing can be read there any more; what can is thrown away."""

        def read() -> None:
            self._over = not os.read(descriptor, 4096)

        with contextlib.suppress(PermissionError):  # a plain file never ends anybody
            self._selector.register(descriptor, selectors.EVENT_READ, read)

    def serve(
        self,
        listener: socket.socket,
        board: Board,
        kind: Callable[[socket.socket, Board], RawPeer],
    ) -> None:
        """Carry `board` until it is over."""
        listener.setblocking(False)
        self._selector.register(
            listener, selectors.EVENT_READ, lambda: self._accept(listener, board, kind)
        )
        board.device.start()
        while not self._over:
            wait = self._wait()
            for key, _ in self._selector.select(None if wait is None else max(0, wait) / SECOND):
                key.data()
            for queue in (self.arrivals, self.timers):
                while action := queue.pop(self.clock.now()):
                    action()
            board.save()
        self._drop(board)
        self._selector.close()

    def _wait(self) -> int | None:
        due = [each for each in (self.arrivals.next(), self.timers.next()) if each is not None]
        return min(min(due) - self.clock.now(), _LONGEST) if due else None

    def _accept(
        self,
        listener: socket.socket,
        board: Board,
        kind: Callable[[socket.socket, Board], RawPeer],
    ) -> None:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(_STUCK_S)
        if board.peer:
            self._drop(board)
        peer = kind(connection, board)
        board.peer = peer

        def read() -> None:
            if not peer.take():
                self._drop(board)

        self._selector.register(connection, selectors.EVENT_READ, read)

    def _drop(self, board: Board) -> None:
        if board.peer:
            self._selector.unregister(board.peer.fileno())
            board.peer.close()
            board.peer = None
