"""What the tests of the Session share: a port that is a script, and a clock that nobody waits for.

Law: time passes only where somebody waits for it. No assertion lives here.
"""

import heapq
from itertools import count

from conformance.commandline import execute
from conformance.flash import FlashLayout
from conformance.session import Session
from conformance.testbed import Controls, PortError, SettingRefused, Timing, after

AT, RST, GMR = execute("AT"), execute("RST"), execute("GMR")
TIMING = Timing(answer_s=3.0, restart_s=10.0, after_busy_s=1.0, quiet_s=0.3)
#: The longest that any exchange at a usual rate may take.
CAP_S = 14.0
LAYOUT = FlashLayout(1 << 20)
BOOT = b"\r\n ets Jan  8 2013,rst cause:4, boot mode:(3,7)\r\n\r\nwdt reset\r\n\r\nready\r\n"


def seconds(value):
    return after(0, value)


class ScriptedPort:
    """A Port whose time passes only where somebody waits; answers begin when a line is written."""

    def __init__(self, *answers):
        self.time = 1_000
        self.written, self.delivered, self.settings = [], [], []
        self._answers = list(answers)
        self._queue, self._order = [], count()

    def comes(self, data, delay_s=0.0):
        """`data` will be there `delay_s` from now."""
        heapq.heappush(self._queue, (self.time + seconds(delay_s), next(self._order), data))

    def now(self):
        return self.time

    def write(self, data):
        self.written.append(data)
        for item in self._answers.pop(0) if self._answers else ():
            data, delay_s = item if isinstance(item, tuple) else (item, 0.0)
            self.comes(data, delay_s)
        return self.time

    def read(self, deadline):
        if self._queue and self._queue[0][0] <= max(deadline, self.time):
            moment, _, data = heapq.heappop(self._queue)
            self.time = max(self.time, moment)
            self.delivered.append((data, self.time))
            return data, self.time
        self.time = max(self.time, deadline)
        return b"", self.time

    def configure(self, settings):
        self.settings.append(settings)


class Babbler(ScriptedPort):
    """A port on which there is always more to read."""

    def __init__(self, chunk=b"x" * 65_536, every_s=0.001):
        super().__init__()
        self.chunk, self.every = chunk, seconds(every_s)

    def read(self, deadline):
        self.time += self.every
        self.delivered.append((self.chunk, self.time))
        return self.chunk, self.time


class Dribbler(ScriptedPort):
    """A port that delivers a little at steady intervals, for ever."""

    def __init__(self, chunk=b"z", every_s=0.2):
        super().__init__()
        self.chunk, self.every = chunk, seconds(every_s)
        self._next = self.time + self.every

    def read(self, deadline):
        if self._next > max(deadline, self.time):
            self.time = max(self.time, deadline)
            return b"", self.time
        self.time, self._next = max(self.time, self._next), self._next + self.every
        return self.chunk, self.time


class BrokenPort(ScriptedPort):
    def read(self, deadline):
        raise PortError("the adapter was pulled out")


class Notes:
    """A Recorder that remembers."""

    def __init__(self):
        self.traffic, self.actions = [], []

    def sent(self, data, at):
        self.traffic.append((">", data, at))

    def received(self, data, at):
        self.traffic.append(("<", data, at))

    def acted(self, action, detail, at):
        self.actions.append((action, detail, at))

    @property
    def heard(self):
        return [(data, at) for direction, data, at in self.traffic if direction == "<"]


def session(*answers, port=None, controls=None):
    port = port or ScriptedPort(*answers)
    return Session(port, TIMING, Notes(), controls), port


def took(exchange):
    return (exchange.ended_at - exchange.sent_at) / seconds(1)


def kinds(events):
    return [type(event) for event in events]


class PickyPort(ScriptedPort):
    """A port that has some rates only."""

    def __init__(self, *answers, rates=(9600, 115200)):
        super().__init__(*answers)
        self.rates = rates

    def configure(self, settings):
        if settings.baudrate not in self.rates:
            raise SettingRefused(f"no {settings.baudrate} baud here")
        super().configure(settings)


class ScriptedBoard:
    """A board that starts whenever it is told to: a Reset, a Power and a Flash in one.

    `starts` says, start by start, what comes of it, as an answer of the port does; `takes_s` is how
    long each act takes on the port's clock.
    """

    def __init__(self, port, *starts, takes_s=0.0, flash=None):
        self.port, self.takes, self.acts = port, seconds(takes_s), []
        self.starts = list(starts)
        self.flash = flash or {}

    def pulse(self):
        self._act("pulse")
        self._start()

    def off(self):
        self._act("off")

    def on(self):
        self._act("on")
        self._start()

    def layout(self):
        self._act("layout")
        return LAYOUT

    def read(self, areas):
        self._act("read")
        self._start()
        return [self.flash[area] for area in areas]

    def _act(self, what):
        self.acts.append(what)
        self.port.time += self.takes

    def _start(self):
        for data, delay_s in self.starts.pop(0) if self.starts else ():
            self.port.comes(data, delay_s)

    @property
    def controls(self):
        return Controls(self, self, self)
