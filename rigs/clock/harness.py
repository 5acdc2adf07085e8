"""The clock as the harness has it: it alone waits for others, and so it alone moves the time.

Law of this file: docs/clock.md. Time moves only inside `wait`: in one step to the next moment at
which something is due, if it is certain that nothing can happen before; as real time does, while
something may; and else not at all.
"""

from __future__ import annotations

import contextlib
import enum
import json
import os
import select
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from .kernel import Backlog, Doors, Unsupported
from .page import (
    AWAITED,
    DUE,
    HERE,
    IDLE,
    LINE_SENT,
    LINE_TAKEN,
    LOG_ROOM,
    MOST_PARTIES,
    NEVER,
    PATIENCE,
    TURN,
    Page,
    Reading,
    new_page,
)

_LONGEST, _MOST_DESCRIPTORS = 4096, 8
#: How long to wait at most before it is looked again, in ms; nobody tells when a kernel is done.
_LOOK_AGAIN_MS, _KERNEL_MS = 20.0, 1.0
_NS_PER_MS = 1_000_000
#: How long a deadline that passed while time ran waits for parties that have not had their turn, in
#: ns: some hundred turns on a busy machine, and no more than an engineer waits for.
GRACE = 5_000_000_000


class RigClock(Protocol):
    """What the parts of a rig ask of its clock. Times are nanoseconds."""

    def now(self) -> int:
        """What it shows."""

    def wait(self, descriptor: int, deadline: int) -> bool:
        """Wait until `descriptor` can be read, or the deadline has passed; whether it can.

        A deadline in the past asks for what the others do at this very moment, and no more.
        """

    def line_opened(self, unread: Callable[[], int]) -> None:
        """The line to the emulator is a new one; `unread` tells how many bytes wait there."""

    def wrote(self, size: int) -> None:
        """Bytes were written to the line."""

    def read(self, size: int) -> None:
        """Bytes were read from the line."""

    def real(self) -> AbstractContextManager[None]:
        """Time is real inside, for somebody who cannot tell when he is idle."""


class RealClock:
    """Real time, for everything that is no emulator."""

    now = staticmethod(time.monotonic_ns)

    def __init__(self) -> None:
        self._polls: dict[int, select.poll] = {}

    def wait(self, descriptor: int, deadline: int) -> bool:
        """See `RigClock`."""
        if (poll := self._polls.get(descriptor)) is None:
            self._polls[descriptor] = poll = select.poll()
            poll.register(descriptor, select.POLLIN)
        left = deadline - time.monotonic_ns() if deadline else 0
        return bool(poll.poll(left / _NS_PER_MS if left > 0 else 0))

    def line_opened(self, unread: Callable[[], int]) -> None:
        """See `RigClock`."""

    def wrote(self, size: int) -> None:
        """See `RigClock`."""

    def read(self, size: int) -> None:
        """See `RigClock`."""

    def real(self) -> AbstractContextManager[None]:
        """See `RigClock`."""
        return contextlib.nullcontext()


class _State(enum.Enum):
    """What a look at everybody shows."""

    READY = enum.auto()  #: what is waited for has come
    QUIET = enum.auto()  #: nobody does anything, and nothing can come
    BUSY = enum.auto()  #: a party computes, or has something to read
    QUEUED = enum.auto()  #: the kernel hands frames over
    HELD = enum.auto()  #: something goes on that only real time brings to its end


@dataclass(slots=True)
class _Participant:
    """A party: its number, our end of its socket, what wakes it."""

    number: int
    end: socket.socket
    wake: int
    block: int
    epoll: int = -1
    doors: dict[str, Doors] = field(default_factory=dict)

    def close(self) -> None:
        self.end.close()
        os.close(self.wake)
        if self.epoll >= 0:
            os.close(self.epoll)
        for each in self.doors.values():
            each.close()


class SkippingClock:
    """See `RigClock`. It begins as real time; raises `Unsupported` where it cannot be had."""

    def __init__(self) -> None:
        self._backlog = Backlog()
        try:
            descriptor = new_page()
        except (OSError, AttributeError) as error:
            raise Unsupported(f"no memory to share: {error}") from error
        self._descriptor = descriptor
        self._page = Page(descriptor)
        self._words = self._page.words
        self._stirred = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._participants: list[_Participant] = []
        self._polls: dict[int, tuple[select.poll, select.poll]] = {}
        self._unread: Callable[[], int] = lambda: 0
        self._wrote = self._read = 0
        self._real_for = 0
        #: How many entries of the log have been told, and for whom was waited since then.
        self._told = 0
        self._waited: Counter[str] = Counter()
        start = time.monotonic_ns()
        self._page.set(Reading(start, start, True))
        self.now = self._page.now

    # The parties

    def add_party(self) -> socket.socket:
        """A socket for a new party to inherit; time is real until all parties have joined."""
        if len(self._participants) >= MOST_PARTIES:
            raise ValueError(f"a clock has {MOST_PARTIES} parties at most")
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        number = len(self._participants)
        self._page.forget(number)
        wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._participants.append(_Participant(number, ours, wake, self._page.block(number)))
        greeting = json.dumps({"party": number}).encode()
        socket.send_fds(ours, [greeting], [self._descriptor, self._stirred, wake])
        self._polls.clear()
        self._run()
        return theirs

    def remove_parties(self) -> None:
        """The parties are ended: time is real until others are added, and they know."""
        self._run()
        while self._participants:
            self._participants.pop().close()
        self._polls.clear()

    def line_opened(self, unread: Callable[[], int]) -> None:
        """See `RigClock`."""
        self._unread = unread
        self._wrote = self._read = 0

    def wrote(self, size: int) -> None:
        """See `RigClock`."""
        self._wrote += size

    def read(self, size: int) -> None:
        """See `RigClock`."""
        self._read += size

    @contextlib.contextmanager
    def real(self) -> Iterator[None]:
        """See `RigClock`."""
        self._real_for += 1
        self._run()
        try:
            yield
        finally:
            self._real_for -= 1

    def passed(self) -> Mapping[str, Any]:
        """How it went since this was asked last; see `testbed.Clocked.time_passed`."""
        first = max(self._told, self._page.entries - LOG_ROOM)
        readings = [self._page.entry(number) for number in range(first, self._page.entries)]
        waited, self._waited = self._waited, Counter()
        self._told = self._page.entries
        return {
            "readings": [[each.real, each.shown, each.runs] for each in readings],
            "waited_ns": dict(waited),
        }

    def close(self) -> None:
        """End it; who is still there has real time."""
        self.remove_parties()
        os.close(self._stirred)
        os.close(self._descriptor)
        self._backlog.close()

    # Waiting

    def wait(self, descriptor: int, deadline: int) -> bool:
        """See `RigClock`."""
        words = self._words
        words[AWAITED] = 1
        try:
            while True:
                state, why = self._look(descriptor)
                if state is _State.READY:
                    return True
                now = self.now()
                if state is _State.QUIET:
                    if self._page.runs:
                        self._stand()
                    elif not self._rouse(now) and (now >= deadline or not self._jump(deadline)):
                        return False
                elif state is _State.QUEUED:
                    os.sched_yield()
                else:
                    if state is _State.HELD:
                        self._run()
                    elif self._page.runs and not self._kernel_pending():
                        self._stand()
                    if now >= deadline and self._moves and self._all_have_acted(deadline):
                        return False
                    if self._sleep(descriptor, deadline - now, why):
                        return True
        finally:
            words[AWAITED] = 0

    @property
    def stands(self) -> bool:
        """Whether time is not real now."""
        return not self._page.runs

    @property
    def _moves(self) -> bool:
        """Whether time runs, so that a deadline that has passed has passed."""
        return self._page.runs or self._page.stood_still > PATIENCE

    def _all_have_acted(self, deadline: int) -> bool:
        """Whether nobody still does, or has to do, what was due before `deadline`.

        While time runs, a busy machine lets it pass before a party has had its turn. A party that
        is not there, or is silent for longer than `GRACE`, is not waited for.
        """
        if self._real_for or not self._page.runs or self.now() - deadline > GRACE:
            return True
        words = self._words
        blocks = [participant.block for participant in self._participants]
        if not all(words[block + HERE] for block in blocks):
            return True
        for block in blocks:
            if not words[block + IDLE] or NEVER != words[block + DUE] <= deadline:
                return False
        return self._line_is_settled()

    def _look(self, descriptor: int) -> tuple[_State, str]:
        """What everybody does, in the order that docs/clock.md gives, and who is waited for.

        What costs nothing is looked at first, what must come last is looked at once more.
        """
        words = self._words
        if self._real_for or not self._participants:
            return self._peek(descriptor), "real"
        turns = []
        for participant in self._participants:
            block = participant.block
            if not words[block + HERE]:
                return self._peek(descriptor), "start"
            if self._page.is_held(participant.number):
                return self._peek(descriptor), "+".join(
                    self._page.holds(participant.number)
                ) or "held"
            if not words[block + IDLE]:
                return _State.BUSY, "computing"
            turns.append(words[block + TURN])
        if not self._line_is_settled():
            return _State.BUSY, "line"
        state = self._poll(descriptor)
        if state is not _State.QUIET:
            return state, "computing"
        queued, processed = self._backlog.state()
        if queued:
            return _State.QUEUED, "frames"
        if pending := self._kernel_pending():
            return _State.HELD, pending
        if self._backlog.state() != (False, processed):
            return _State.QUEUED, "frames"
        state = self._poll(descriptor)
        for participant, turn in zip(self._participants, turns, strict=True):
            if words[participant.block + TURN] != turn or not words[participant.block + IDLE]:
                return _State.BUSY, "computing"
        if not self._line_is_settled():
            return _State.BUSY, "line"
        return state, "computing"

    def _peek(self, descriptor: int) -> _State:
        """While time is real, whatever the parties do."""
        if any(not self._words[participant.block + HERE] for participant in self._participants):
            self._receive()
        return _State.HELD if self._poll(descriptor) is not _State.READY else _State.READY

    def _line_is_settled(self) -> bool:
        """Whether both ends of the line have as many bytes as the other has sent."""
        words = self._words
        if words[LINE_TAKEN] != self._wrote:
            return False
        return words[LINE_SENT] == self._read or words[LINE_SENT] == self._read + self._unread()

    def _poll(self, descriptor: int) -> _State:
        """Whether something can be read, by us or by a party; what parties tell us is heard."""
        for ready, _ in self._polls_of(descriptor)[0].poll(0):
            if ready == descriptor:
                return _State.READY
            if any(ready == participant.end.fileno() for participant in self._participants):
                self._receive()
            return _State.BUSY
        return _State.QUIET

    def _polls_of(self, descriptor: int) -> tuple[select.poll, select.poll]:
        """To look at everybody, and to wait for what a look cannot show."""
        if descriptor not in self._polls:
            look, sleep = select.poll(), select.poll()
            look.register(descriptor, select.POLLIN)
            sleep.register(descriptor, select.POLLIN)
            sleep.register(self._stirred, select.POLLIN)
            for participant in self._participants:
                look.register(participant.end, select.POLLIN)
                if participant.epoll >= 0:
                    look.register(participant.epoll, select.POLLIN)
            self._polls[descriptor] = look, sleep
        return self._polls[descriptor]

    def _kernel_pending(self) -> str:
        for participant in self._participants:
            for doors in participant.doors.values():
                if pending := doors.pending():
                    return pending
        return ""

    def _sleep(self, descriptor: int, left: int, why: str) -> bool:
        """Wait in real time for something to happen; whether `descriptor` can be read."""
        most = _KERNEL_MS if why in ("neighbour", "tcp") else _LOOK_AGAIN_MS
        if self._page.runs and left > 0:  # afterwards it is waited for who has not acted yet
            most = min(most, left / _NS_PER_MS)
        began = time.monotonic_ns()
        ready = [each for each, _ in self._polls_of(descriptor)[1].poll(most)]
        self._waited[why] += time.monotonic_ns() - began
        if self._stirred in ready:
            with contextlib.suppress(BlockingIOError):
                os.eventfd_read(self._stirred)
        return descriptor in ready

    # The time

    def _run(self) -> None:
        """From now on as real time does; who waits must know."""
        if self._page.runs:
            return
        self._page.set(Reading(time.monotonic_ns(), self.now(), True))
        for participant in self._participants:
            os.eventfd_write(participant.wake, 1)

    def _stand(self) -> None:
        """From now on it stands still."""
        self._page.set(Reading(time.monotonic_ns(), self.now(), False))

    def _rouse(self, now: int) -> bool:
        """Wake who has something to do now; whether there is anybody."""
        words, roused = self._words, False
        for participant in self._participants:
            if NEVER != words[participant.block + DUE] <= now:
                words[participant.block + IDLE] = 0
                os.eventfd_write(participant.wake, 1)
                roused = True
        return roused

    def _jump(self, deadline: int) -> bool:
        """Go to the next moment at which something is due; whether a party has to act then."""
        dues = [self._words[participant.block + DUE] for participant in self._participants]
        target = min([deadline, *(due for due in dues if due != NEVER)])
        now = self.now()
        self._page.set(Reading(time.monotonic_ns(), max(now, target), False))
        return self._rouse(target)

    # What the parties tell

    def _receive(self) -> None:
        """Take what has been told; who has gone leaves us with real time."""
        for participant in self._participants:
            while (told := _next_message(participant)) is not None:
                message, descriptors = told
                if "here" in message:
                    (participant.epoll,) = descriptors
                elif "kernel" in message:
                    participant.doors[message["kernel"]] = Doors(*descriptors)
                elif "closed" in message and (
                    doors := participant.doors.pop(message["closed"], None)
                ):
                    doors.close()
                elif "gone" in message:
                    self._words[participant.block + HERE] = 0
                    break
        self._polls.clear()


def _next_message(participant: _Participant) -> tuple[Mapping[str, str], list[int]] | None:
    """The next message of a party and its descriptors; None: there is none yet."""
    try:
        data, descriptors, _, _ = socket.recv_fds(participant.end, _LONGEST, _MOST_DESCRIPTORS)
    except BlockingIOError:
        return None
    except OSError:
        data, descriptors = b"", []
    return (json.loads(data) if data else {"gone": ""}), descriptors
