"""A recording that goes on: a tap, and the proof that it hears.

Law of this file: what is sent of our own must be heard, or nothing is proven. Frames of the board
that have left it may stand in the queue of a processor; so one of ours is queued on each, over the
loopback, and all that came before it is heard when it is. If the interface is running, one goes
out of it, too. Nobody takes them: their address is nobody's.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import secrets
import socket
from collections.abc import Iterator

from rigs.clock.party import Clock, RealTime

from .flags import RUNNING, flags
from .tap import OWN, SLOTS, Heard, Tap

_NOBODY = bytes.fromhex("0200000088b5")
_OURS = _NOBODY * 2 + OWN.to_bytes(2)
_LOOPBACK = "lo"

#: After so long it is tried again: an interface that just came up may have swallowed ours.
_AGAIN_S = 0.1

#: How many frames are kept, a multiple of what is ever told; more are lost, and counted.
MOST_KEPT = 4 * SLOTS


@functools.cache
def _way_out() -> socket.socket:
    """One for all: to close such a socket takes the kernel some 12 ms."""
    return socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)


@functools.cache
def _processors() -> list[int]:
    """All that there are for us; this process may keep to one of them."""
    kept = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, range(os.cpu_count() or 1))
        return sorted(os.sched_getaffinity(0))
    finally:
        os.sched_setaffinity(0, kept)


#: Taps that nobody uses now.
_RESTING: list[Tap] = []


def _tap(interface: str, slots: int) -> Tap:
    """A tap that listens: one that rests, or a new one."""
    place = socket.if_nametoindex(interface), slots
    for tap in _RESTING:
        if (tap.interface, tap.slots) == place:
            _RESTING.remove(tap)
            tap.listen()
            return tap
    return Tap(interface, slots)


class Recording:
    """The frames that pass an interface, from now on; raises `OSError` if there is none."""

    def __init__(self, interface: str, slots: int = SLOTS, clock: Clock | None = None) -> None:
        self.interface = interface
        self._clock = clock or RealTime()
        self.tap = _tap(interface, slots)
        self.heard: list[Heard] = []
        self._surplus = 0

    async def prove(self, within_s: float) -> bool:
        """Whether own frames are heard in time; all that came before them is in `heard` then."""
        try:
            with self._clock.held("capture"):
                async with asyncio.timeout(within_s):
                    await self._prove()
                    return True
        except TimeoutError:
            return False

    async def _prove(self) -> None:
        """Return when own frames were heard."""
        heard: set[bytes] = set()
        sent: dict[str, set[bytes]] = {}
        while True:
            for way in self._ways():
                sent.setdefault(way, set()).add(self._send(way))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_AGAIN_S):
                    await self._hear(sent, heard)
            if all(sent[way] & heard for way in self._ways() if way in sent):
                return

    async def _hear(self, sent: dict[str, set[bytes]], heard: set[bytes]) -> None:
        """Wait until one of each was heard."""
        stirred = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(self.tap.socket, stirred.set)
        try:
            while True:
                stirred.clear()
                heard.update(self._take())
                if all(marks & heard for marks in sent.values()):
                    return
                await stirred.wait()
        finally:
            loop.remove_reader(self.tap.socket)

    def _take(self) -> Iterator[bytes]:
        """Keep what has come; the marks of own frames that have gone their way."""
        for frame in self.tap.read():
            if frame.data.startswith(_OURS):
                if frame.outgoing == (frame.interface == self.tap.interface):
                    yield frame.data[len(_OURS) :]
            elif frame.interface != self.tap.interface:
                continue
            elif len(self.heard) < MOST_KEPT:
                self.heard.append(frame)
            else:
                self._surplus += 1

    def drops(self) -> int:
        """How many frames are missing: there was no room for them, in the kernel or here."""
        self.tap.count()
        return self.tap.drops + self._surplus

    def _ways(self) -> list[str]:
        """Each processor's loopback by its number, and the interface by its name."""
        ways = [str(processor) for processor in _processors()]
        running = flags(self.interface, self.tap.socket) & RUNNING
        return [*ways, self.interface] if running else ways

    def _send(self, way: str) -> bytes:
        """Send one of ours, and its mark."""
        mark = secrets.token_bytes(46)
        if way == self.interface:
            self._put(mark, self.interface)
            return mark
        processors = os.sched_getaffinity(0)
        try:
            os.sched_setaffinity(0, {int(way)})
            self._put(mark, _LOOPBACK)
        finally:
            os.sched_setaffinity(0, processors)
        return mark

    def _put(self, mark: bytes, interface: str) -> None:
        # Where it cannot be sent it is not heard, and that decides.
        with contextlib.suppress(OSError):
            _way_out().sendto(_OURS + mark, (interface, 0))

    @property
    def has_vanished(self) -> bool:
        """Whether its interface is gone, or another one has its name."""
        try:
            return socket.if_nametoindex(self.interface) != self.tap.interface
        except OSError:
            return True

    def close(self) -> None:
        """Hear nothing more; what was heard stays."""
        if self.has_vanished:
            self.tap.close()
            return
        self.tap.rest()
        _RESTING.append(self.tap)
