"""A port whose other end is a script, with a clock that jumps to the next deadline.

Law: nothing here waits; a second of its clock costs nothing. No assertion lives here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from conformance.testbed import (
    NANOSECONDS,
    Controls,
    LineSettings,
    PortError,
    Power,
    Reset,
    SettingRefused,
)

OK = b"\r\nOK\r\n"
ERROR = b"\r\nERROR\r\n"
VERSION = b"AT version:1.1.0.0\r\nSDK version:1.5.4\r\n\r\nOK\r\n"

#: What comes of anything at another rate.
GARBAGE = b"\xfe\x80\x98"

#: What a write takes on the virtual line, in nanoseconds, so that the clock never stands still.
_WRITE_NS = 1000


class ScriptedPort:
    """A `testbed.Port` on an IUT of a few lines: it answers each closed line, and may be odd.

    `answers` says what a line gets; a line that is not in it is refused. `on_write` may take a
    write for itself: it returns the answer, or None to let the line be read.
    """

    def __init__(
        self,
        answers: Mapping[bytes, bytes] | None = None,
        on_write: Callable[[bytes], bytes | None] = lambda data: None,
        rate: int = 115200,
    ) -> None:
        self.answers = {b"AT": OK, b"AT+GMR": VERSION, **(answers or {})}
        self.on_write = on_write
        #: The rate and the framing (databits, stopbits, parity) of the IUT; at another one both
        #: directions are garbage.
        self.rate = rate
        self.framing: tuple[int, float, str] = (8, 1, "N")
        #: Whether another number of stop bits is garbage, too.
        self.minds_stopbits = True
        #: What this port cannot be set to.
        self.refuses: Callable[[LineSettings], bool] = lambda settings: False
        self.echoing = False
        self.settings = LineSettings()
        self.time = NANOSECONDS
        self.wrote: list[bytes] = []
        self.configured: list[LineSettings] = []
        #: When set, every call raises it.
        self.gone: PortError | None = None
        #: What it says for ever, and how often, in seconds; a hundred times a second.
        self.babble, self.babble_s = b"", 0.01
        #: How long it takes to answer, in seconds.
        self.slow_s = 0.001
        self._babbled = self.time
        self.held = b""
        self.queue: list[tuple[int, bytes]] = []

    # What the harness does

    def now(self) -> int:
        return self.time

    def write(self, data: bytes) -> int:
        self._check()
        self.time += _WRITE_NS
        self.wrote.append(data)
        stopbits = self.settings.stopbits if self.minds_stopbits else self.framing[1]
        framing = (self.settings.databits, stopbits, self.settings.parity)
        if (self.settings.baudrate, framing) != (self.rate, self.framing):
            self.say(GARBAGE)
            return self.time
        answer = self.on_write(data)
        self.say(self._read(data) if answer is None else answer, self.slow_s)
        return self.time

    def read(self, deadline: int) -> tuple[bytes, int]:
        self._check()
        self._babble(deadline)
        if self.queue and (self.queue[0][0] <= max(deadline, self.time)):
            at, data = self.queue.pop(0)
            self.time = max(self.time, at)
            return data, self.time
        self.time = max(self.time, deadline)
        return b"", self.time

    def configure(self, settings: LineSettings) -> None:
        self._check()
        if self.refuses(settings):
            raise SettingRefused(f"no {settings} here")
        self.configured.append(settings)
        self.settings = settings

    # What the script does

    def say(self, data: bytes, after_s: float = 0.001) -> None:
        if data:
            self.queue.append((self.time + int(after_s * NANOSECONDS), data))

    def _read(self, data: bytes) -> bytes:
        """The answers to the lines that are closed by now."""
        *lines, self.held = (self.held + data).split(b"\r\n")
        return b"".join(self._answer(line) for line in lines)

    def _answer(self, line: bytes) -> bytes:
        echo = line + b"\r\r\n" if self.echoing and line else b""
        if line in (b"ATE0", b"ATE1"):
            self.echoing = line == b"ATE1"
            return echo + OK
        return echo + self.answers.get(line, ERROR)

    def _babble(self, deadline: int) -> None:
        """Queue what it says unasked before anything else that comes until `deadline`."""
        every = int(self.babble_s * NANOSECONDS)
        following = max(self._babbled + every, self.time)
        is_first = not self.queue or following < self.queue[0][0]
        if self.babble and is_first and following <= max(deadline, self.time):
            self._babbled = following
            heard = self.babble if self.settings.baudrate == self.rate else GARBAGE
            self.queue.insert(0, (following, heard))

    def _check(self) -> None:
        if self.gone is not None:
            raise self.gone


class ScriptedRig:
    """What a ladder asks of a rig."""

    name = "scripted"
    is_board = False
    is_real_time = True

    def __init__(
        self,
        port: ScriptedPort,
        settings: LineSettings | None = None,
        reset: Reset | None = None,
        power: Power | None = None,
    ) -> None:
        self.port = port
        self.settings = settings or LineSettings()
        self.controls = Controls(reset, power)
        self.capabilities = frozenset({"uart-rate", "uart-framing"})

    def missing(self) -> Mapping[str, str]:
        return {}

    def begin(self, purpose: str) -> None: ...

    def wear(self) -> Mapping[str, int]:
        return {}

    def close(self) -> None: ...


@dataclass
class Written:
    """A `testbed.Recorder` that keeps what it is told."""

    actions: list[tuple[str, str]] = field(default_factory=list)
    #: When each of them was, in nanoseconds of the port's clock.
    times: list[int] = field(default_factory=list)

    def sent(self, data: bytes, at: int) -> None: ...

    def received(self, data: bytes, at: int) -> None: ...

    def acted(self, action: str, detail: str, at: int) -> None:
        self.actions.append((action, detail))
        self.times.append(at)
