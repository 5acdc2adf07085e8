"""A party of the clock, beside the harness: a process with one loop, which tells when it is idle.

Law of this file: a party is idle only inside the `select` of its loop. While the clock does not
run, it waits there for descriptors alone: the harness wakes it when the time has come for which it
waits. Whoever asks the kernel again and again, or waits for what only real time brings, holds the
clock meanwhile (`held`).
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from .kernel import Doors
from .page import AWAITED, CREEP, DUE, HERE, IDLE, LINE_SENT, LINE_TAKEN, NEVER, TURN, Page

_NANOSECONDS = 1_000_000_000
#: A deadline in seconds is a float; this much later, in nanoseconds, it has passed by any rounding.
_ROUNDING = 1_000
_MOST_DESCRIPTORS = 8
_LONGEST = 4096

Ready = list[tuple[selectors.SelectorKey, int]]


class Clock(Protocol):
    """What a process may ask of its clock, whichever it is."""

    def now(self) -> int:
        """What it shows, in nanoseconds."""

    def selector(self) -> selectors.BaseSelector:
        """A selector whose time-outs are times of this clock."""

    def held(self, why: str) -> AbstractContextManager[None]:
        """The clock runs as real time does inside; `why` is one of `page.HOLDS`."""

    def hold(self, why: str, by: int) -> None:
        """The same, for what does not end where it began: 1 to begin, -1 to end."""

    def shown_at(self, real: int) -> int:
        """What it showed at a moment of `time.monotonic_ns`; raises `LookupError`."""

    def doubt(self, since: int, real_doubt: int) -> int:
        """How wrong times may be of which a real time, since the real time `since`, is so wrong."""

    def watch_kernel(self) -> Callable[[], None]:
        """From now on the kernel's part in the caller's network namespace counts.

        What is returned ends that.
        """

    def line_opened(self) -> None:
        """Somebody has opened the serial line; nothing has crossed it yet."""

    def took(self, size: int) -> None:
        """Bytes of the serial line were taken."""

    def sent(self, size: int) -> None:
        """Bytes were sent on the serial line."""

    def leave(self) -> None:
        """The harness is gone: time is real from now on."""


class RealTime:
    """The clock of a process that is nobody's party."""

    now = staticmethod(time.monotonic_ns)

    def selector(self) -> selectors.BaseSelector:
        """See `Clock`."""
        return selectors.PollSelector()  # poll, not epoll: standard input may be a plain file

    def held(self, why: str) -> AbstractContextManager[None]:
        """See `Clock`."""
        return contextlib.nullcontext()

    def hold(self, why: str, by: int) -> None:
        """See `Clock`."""

    def shown_at(self, real: int) -> int:
        """See `Clock`."""
        return real

    def doubt(self, since: int, real_doubt: int) -> int:
        """See `Clock`."""
        return real_doubt

    def watch_kernel(self) -> Callable[[], None]:
        """See `Clock`."""
        return lambda: None

    def line_opened(self) -> None:
        """See `Clock`."""

    def took(self, size: int) -> None:
        """See `Clock`."""

    def sent(self, size: int) -> None:
        """See `Clock`."""

    def leave(self) -> None:
        """See `Clock`."""


class Party:
    """One of several; see `Clock`."""

    def __init__(self, descriptor: int) -> None:
        """Join the clock behind an inherited socket; raises `OSError` and `ValueError`."""
        self._socket = socket.socket(fileno=descriptor)
        data, descriptors, _, _ = socket.recv_fds(self._socket, _LONGEST, _MOST_DESCRIPTORS)
        greeting = json.loads(data)
        page, self._stirred, self._wake = descriptors
        self._number: int = greeting["party"]
        self._page = Page(page)
        os.close(page)  # the memory stays
        self._words, self._block = self._page.words, self._page.block(self._number)
        self._doors = 0
        #: What is added to real time once the harness is gone; None: it is there.
        self._left: int | None = None

    def now(self) -> int:
        """See `Clock`."""
        return self._page.now() if self._left is None else time.monotonic_ns() + self._left

    def shown_at(self, real: int) -> int:
        """See `Clock`."""
        return self._page.shown_at(real)

    def doubt(self, since: int, real_doubt: int) -> int:
        """See `Clock`."""
        # Rounded up, and where time stands still it passes that much slower.
        return real_doubt if self._page.ran_since(since) else (real_doubt >> CREEP) + 1

    def selector(self) -> PartySelector:
        """See `Clock`; one party has one."""
        made = PartySelector(self)
        made.register(self._wake, selectors.EVENT_READ)
        self._say({"here": self._number}, [made.fileno()])
        return made

    @contextlib.contextmanager
    def held(self, why: str) -> Iterator[None]:
        """See `Clock`."""
        self.hold(why, 1)
        try:
            yield
        finally:
            self.hold(why, -1)

    def hold(self, why: str, by: int) -> None:
        """See `Clock`."""
        self._page.hold(self._number, why, by)

    def watch_kernel(self) -> Callable[[], None]:
        """See `Clock`."""
        doors = Doors.opened()
        self._doors += 1
        name = f"{self._number}.{self._doors}"
        self._say({"kernel": name}, doors.all)
        doors.close()
        return lambda: self._say({"closed": name})

    def line_opened(self) -> None:
        """See `Clock`."""
        self._words[LINE_TAKEN] = self._words[LINE_SENT] = 0

    def took(self, size: int) -> None:
        """See `Clock`."""
        self._words[LINE_TAKEN] += size

    def sent(self, size: int) -> None:
        """See `Clock`."""
        self._words[LINE_SENT] += size

    def leave(self) -> None:
        """See `Clock`."""
        if self._left is None:
            self._left = self._page.now() - time.monotonic_ns()

    def close(self) -> None:
        """Be no party any more."""
        self._socket.close()
        for each in (self._stirred, self._wake):
            os.close(each)

    def _say(self, what: dict[str, object], descriptors: Sequence[int] = ()) -> None:
        with contextlib.suppress(OSError):  # the harness is gone, and so is its clock
            socket.send_fds(self._socket, [json.dumps(what).encode()], descriptors)

    # What the selector needs

    def begin_idling(self, timeout: float | None) -> float | None:
        """Nothing is to be done for `timeout` seconds (None: until something comes).

        How long to wait in real time: for ever, if the harness wakes us.
        """
        words, block = self._words, self._block
        if self._left is not None:
            return timeout
        if timeout is None:
            words[block + DUE] = NEVER
        else:
            words[block + DUE] = self.now() + int(timeout * _NANOSECONDS) + _ROUNDING
        words[block + HERE] = words[block + IDLE] = 1
        if words[AWAITED]:
            os.eventfd_write(self._stirred, 1)
        return timeout if self._page.runs else None

    def end_idling(self) -> None:
        """Something is to be done."""
        self._words[self._block + IDLE] = 0
        self._words[self._block + TURN] += 1

    def without_wake(self, ready: Ready) -> Ready:
        """What is ready, but for the harness's wish that we look at the time."""
        for each in ready:
            if each[0].fd == self._wake:
                with contextlib.suppress(BlockingIOError):
                    os.eventfd_read(self._wake)
                return [other for other in ready if other is not each]
        return ready


class PartySelector(selectors.EpollSelector):
    """Its time-outs are times of the clock, and the harness sees whether anything is ready."""

    def __init__(self, party: Party) -> None:
        super().__init__()
        self._party = party

    def select(self, timeout: float | None = None) -> Ready:
        """See `selectors`; may return early and empty, as any `select` may."""
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return self._party.without_wake(ready)
        real = self._party.begin_idling(timeout)
        try:
            ready = super().select(real)
        finally:
            self._party.end_idling()
        return self._party.without_wake(ready)
