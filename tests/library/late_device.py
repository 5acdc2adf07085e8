"""A device that answers late, on a clock of its own: for what must not depend on the delay.

Law: pure. It takes bytes and gives bytes and the times at which they come; no assertion here.
"""

import heapq
import random
from collections import deque
from itertools import count

from conformance.marker import learn
from conformance.session import Session
from conformance.testbed import Timing
from tests.library.scripted_session import Notes, seconds

TIMING = Timing()
VERSION = b"AT version:0.60.0.0(Jan 29 2016 15:10:17)\r\nSDK version:1.5.2(7eee54f4)\r\n"
OK, ERROR = b"\r\nOK\r\n", b"\r\nERROR\r\n"
ANSWERS = {
    b"AT": OK,
    b"AT+GMR": VERSION + OK,
    b"AT+CWMODE_CUR?": b"+CWMODE_CUR:2\r\n" + OK,
    b"AT+CIPMUX?": b"+CIPMUX:0\r\n" + OK,
    b"": b"",
}
#: How long it takes to a line: constant, or random.
DELAYS = {f"{delay:g}s": (delay, delay) for delay in (0.0, 0.1, 0.35, 0.5, 1.0, 2.85)}
DELAYS |= {"random": (0.0, 2.85), "mostly-late": (2.0, 2.85)}
#: What becomes of an answer on its way: all in one read, in two, in single bytes.
READS = ("whole", "lines", "bytes")


class LateDevice:
    """A Port to an IUT that answers each closed line when it is done with the one before.

    `delay` are the bounds of the time that it takes to a line, in seconds; `busy`: what comes
    meanwhile is answered busy and lost. `unasked` is said `unasked_s` after each answer.
    """

    def __init__(
        self, answers=(), delay=(0.0, 0.0), reads="whole", echo=True, busy=False, seed=0, **more
    ):
        self.answers = ANSWERS | dict(answers)
        self.delay, self.reads, self.echo, self.busy = delay, reads, echo, busy
        self.unasked = more.get("unasked", {})
        self.unasked_s = more.get("unasked_s", 0.0)
        self.ends = more.get("ends", b"\r\n")
        self.default = more.get("default", ERROR)
        self.time = self.free = self._works_until = 1_000
        self.wrote = []
        self._random = random.Random(seed)
        self._held = b""
        #: What it will say, and when; and what is on the line, part by part, until `_line_free`.
        self._queue, self._order = [], count()
        self._parts, self._line_free = deque(), 0

    def now(self):
        return self.time

    def write(self, data):
        self.wrote.append(data)
        *lines, self._held = (self._held + data).split(self.ends)
        for line in lines:
            self._take(line)
        return self.time

    def read(self, deadline):
        deadline = max(deadline, self.time)
        if not self._parts and self._queue and self._queue[0][0] <= deadline:
            at, _, data = heapq.heappop(self._queue)
            self._transmit(data, max(at, self._line_free))
        if self._parts and self._parts[0][0] <= deadline:
            at, data = self._parts.popleft()
            self.time = max(self.time, at)
            return data, self.time
        self.time = deadline
        return b"", self.time

    def configure(self, settings):
        pass

    def _take(self, line):
        line = line.strip(b"\r\n") if self.ends == b"\n" else line
        if self.busy and self._works_until > self.time:
            self._say(b"\r\nbusy p...\r\n", self.time)
            return
        done = max(self.free, self.time) + seconds(self._random.uniform(*self.delay))
        self._works_until = done
        echo = line + b"\r\r\n" if self.echo and line else b""
        answer = self.answers.get(line, self.default)
        answer = answer(line) if callable(answer) else answer
        done = self._say(echo + answer, done)
        if unasked := self.unasked.get(line):
            done = self._say(unasked, done + seconds(self.unasked_s))
        self.free = done

    def _say(self, data, at):
        """Have `data` come from `at` on; when the last of it has come, if nothing is before it."""
        if data:
            heapq.heappush(self._queue, (at, next(self._order), data))
        return at + len(self._cut(data))

    def _transmit(self, data, at):
        """Put `data` on the line, which carries one thing after the other."""
        parts = self._cut(data)
        self._parts.extend((at + number, part) for number, part in enumerate(parts))
        self._line_free = at + len(parts)

    def _cut(self, data):
        if self.reads == "lines":
            return data.splitlines(keepends=True)
        if self.reads == "bytes":
            return [data[each : each + 1] for each in range(len(data))]
        return [data]


def session_on(device, timing=TIMING, markers=True):
    """A session as a purpose has one: what its IUT offers for a marker is known."""
    learnt = learn(Session(device, timing).observe) if markers is True else markers
    device.wrote.clear()
    return Session(device, timing, Notes(), markers=learnt)
