"""The one selectors loop: files, timers, signals; a single thread, never asleep for nothing.

Law: who wants to be called when; what is read or written is the owner's business.
"""

from __future__ import annotations

import contextlib
import selectors
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Protocol

from rigs.clock.party import Clock, RealTime

Callback = Callable[[], None]


class Clockwork(Protocol):
    """Something with timers: the board."""

    def next_due_ns(self) -> int | None:
        """When the next one is due (ns of the loop's clock), or None."""

    def run_due(self) -> None:
        """Run what is due."""


class Loop:
    """Calls back when files are ready, and waits by `clock`."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or RealTime()
        self._selector = self.clock.selector()
        self._running = True

    def watch(self, fd: int, readable: Callback | None, writable: Callback | None = None) -> None:
        """Call back whenever a file is ready; replaces what was asked for before."""
        events = (selectors.EVENT_READ if readable else 0) | (
            selectors.EVENT_WRITE if writable else 0
        )
        wanted = readable, writable
        known = self._selector.get_map().get(fd)
        if known and known.events == events and known.data == wanted:
            return
        self.forget(fd)
        if events:
            self._selector.register(fd, events, wanted)

    def forget(self, fd: int) -> None:
        """Stop watching a file; it need not have been watched."""
        with contextlib.suppress(KeyError):
            self._selector.unregister(fd)

    def stop(self) -> None:
        """Return from `run` after the current round."""
        self._running = False

    def stop_on(self, *signals: signal.Signals) -> None:
        """Stop when one of these arrives."""
        waker, woken = socket.socketpair()
        waker.setblocking(False)
        woken.setblocking(False)
        self._signal_sockets = waker, woken
        signal.set_wakeup_fd(waker.fileno())
        for each in signals:
            signal.signal(each, self._on_signal)
        self.watch(woken.fileno(), self.stop)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._running = False

    def run(self, clockwork: Clockwork) -> None:
        """Serve files first, then timers, until stopped.

        A posted task thereby runs only after the bytes that were waiting have been taken, as on
        the chip, where the interrupt goes before the task.
        """
        while self._running:
            for key, events in self._selector.select(self._timeout(clockwork.next_due_ns())):
                readable, writable = key.data
                if events & selectors.EVENT_WRITE and writable:
                    writable()
                if events & selectors.EVENT_READ and readable and self._still(key):
                    readable()
            clockwork.run_due()

    def _still(self, key: selectors.SelectorKey) -> bool:
        return self._selector.get_map().get(key.fileobj) == key

    def _timeout(self, due_ns: int | None) -> float | None:
        return None if due_ns is None else max(0.0, (due_ns - self.clock.now()) / 1e9)
