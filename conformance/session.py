"""The Session: the only loop in the harness; it drives a Dialogue over a Port to an Exchange.

Law of this file: it sends, observes until the exchange is over or a deadline passes, and freezes.
It never sends a stimulus twice, but for AT while an IUT starts (`await_answer`); it never sleeps,
reads no clock but the port's, and keeps every byte.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from conformance import commandline
from conformance.commandline import CommandLine
from conformance.dialogue import Dialogue, State, Until
from conformance.discretion import DiscreetRecorder, veiled, veiled_flash
from conformance.events import Event
from conformance.exchange import Exchange, Outcome
from conformance.flash import FlashLayout
from conformance.inquiry import Inquiry
from conformance.lab import Lab
from conformance.preamble import Preamble
from conformance.standins import StandIns
from conformance.testbed import (
    NANOSECONDS,
    Controls,
    LineSettings,
    Port,
    Recorder,
    SettingRefused,
    Timing,
    after,
)
from conformance.transcript import NullRecorder, flash_detail, layout_detail, readable
from conformance.verdict import NonConformity, Reason

#: The most bytes that one exchange keeps; an IUT that says more is flooding.
MAX_EXCHANGE = 1 << 20
#: The most exchanges and trace lines that are kept for a purpose's report.
MAX_LOG = 100
MAX_TRACE = 400

#: What an exchange may owe one after the other: a result, perhaps after `busy`, then a restart.
_IN_TURN = (State.RESULT, State.BUSY, State.READY)
#: The states in which an answer is owed.
_ANSWER_OWED = tuple(until.value for until in Until if until not in (Until.SILENCE, Until.START))
#: The length of an echo's end and a result, in bytes; bits for a byte on a line, at most.
_SHORT_ANSWER, _BITS = 32, 12
#: How long an IUT that is starting is given before it is asked again, in seconds.
_ASK_AGAIN_S = 0.5

T = TypeVar("T")


class Session(Preamble):
    """The dialogue with one IUT, for one purpose."""

    def __init__(
        self,
        port: Port,
        timing: Timing | None = None,
        recorder: Recorder | None = None,
        controls: Controls | None = None,
        line: LineSettings | None = None,
        found: Exchange | None = None,
        stand_ins: StandIns | None = None,
        owners: dict[str, object] | None = None,
    ) -> None:
        super().__init__(stand_ins, owners)
        self.timing = timing or Timing()
        self.recorder: Recorder = recorder or NullRecorder()
        #: Where the line was set in this session, or the IUT may have set it; the latest last.
        self.tried: list[LineSettings] = []
        #: Whether the purpose went wrong, so that what the IUT says of itself proves nothing.
        self.suspicious = False
        #: How the line is set, as far as anybody told.
        self._line = line
        self._port = port
        self._controls = controls or Controls()
        self._dialogue = Dialogue()
        self._log: deque[Exchange] = deque(maxlen=MAX_LOG)
        #: What is told in the trace beside exchanges and questions to the lab, and when.
        self._remarks: list[tuple[int, str]] = []
        #: The sign of life that the IUT gave when it was found; None: nobody knows.
        self._found = found
        #: What showed a restart before this session had said anything.
        self.late_restart: Exchange | None = None
        self._inquiry = Inquiry(self._controls.lab, port.now, lambda: self.recorder)
        #: How long, in seconds, the IUT may owe what it owes in a state.
        self._patience = dict.fromkeys(State, self.timing.answer_s) | {
            State.READY: self.timing.restart_s,
            State.BUSY: self.timing.after_busy_s,
            State.QUIET: self.timing.quiet_s,
        }

    # Stimuli

    def send(
        self, line: CommandLine, until: Until = Until.RESULT, answer_s: float | None = None
    ) -> Exchange:
        """Send `line` and observe until the exchange is over.

        `answer_s` is the patience with an answer, in seconds, if it is not the bench's own.
        Raises `NonConformity` if the IUT restarted though nobody asked it to, and `PortError` if
        the line broke.
        """
        exchange = self.observe(line, until, answer_s)
        self._require_no_restart(exchange)
        return exchange

    def _require_no_restart(self, exchange: Exchange) -> None:
        """Require that `exchange` shows no restart that nobody asked for.

        One that shows before a line was sent comes of what was sent before it; before the first
        one it comes of the purpose before, and this one can begin.
        """
        if not exchange.restarted_unasked:
            return
        cause = exchange
        if exchange is self.late_restart:
            if not exchange.restarted_within_unasked:
                return
        elif exchange.restarted_before and len(self._log) > 1:
            cause = self._log[-2]
        raise NonConformity(
            "no restart unless asked for",
            exchange.describe(),
            Reason.UNASKED_RESTART,
            cause.line,
        )

    def send_restart(self, command: str = "RST") -> Exchange:
        """Send AT+RST, or another command that restarts, and observe until the IUT is up again.

        Or until the time for that is over. For who judges that command.
        """
        return self.send(commandline.execute(command), Until.RESTART)

    def responds(self, exchange: Exchange | None = None) -> None:
        """Require the IUT to answer AT as it did when it was found; `exchange`: it was asked.

        An IUT whose AT itself is broken is asked what it answered then (`Yardstick`).
        """
        found = self._found
        line = found.line if found else commandline.execute("AT")
        if exchange is None or (found and exchange.line != line):
            exchange = self.observe(line)
        exchange = exchange.decides()
        if exchange.restarted_unasked:
            raise exchange.objection("no restart unless asked for", reason=Reason.UNASKED_RESTART)
        if found:
            exchange.is_like(found)
        else:
            exchange.succeeds()

    def confide(self, line: CommandLine, answer_s: float | None = None) -> Exchange:
        """Like `observe`, but the strings of line and answer are written down nowhere.

        For what the board's owner has saved. The exchange that is given has it whole, to compare it
        and to give it back; what is judged, and so shown, is `last`, which is veiled.
        """
        whole = self.recorder
        self.recorder = discreet = DiscreetRecorder(whole)
        try:
            exchange = self.observe(line, answer_s=answer_s)
        finally:
            discreet.close()
            self.recorder = whole
        shown = tuple(replace(event, raw=veiled(event.raw)) for event in exchange.events)
        asked = replace(line, text=veiled(line.text))
        self._log[-1] = replace(exchange, line=asked, events=shown)
        return exchange

    def provoke(self, line: CommandLine) -> Exchange:
        """Send a line that owes no particular answer; observe until the IUT falls silent."""
        return self.send(line, Until.SILENCE)

    def suspect(self, settings: LineSettings) -> None:
        """The IUT may be at `settings` from now on: for whoever has to look for it."""
        self.tried.append(settings)

    def give(self, data: bytes) -> Exchange:
        """Send the data that the IUT asked for; observe until it says what became of it."""
        return self.send(commandline.raw(data, end=b""), Until.SENT)

    def give_part(self, data: bytes) -> Exchange:
        """Send data to which no answer is due; observe until the IUT is silent."""
        return self.provoke(commandline.raw(data, end=b""))

    def repeat(self, line: CommandLine, times: int) -> tuple[Exchange, ...]:
        """Send `line` so many times, each when the one before is over."""
        return tuple(self.send(line) for _ in range(times))

    def configure(self, settings: LineSettings) -> None:
        """Set the host's side of the line; raises `SettingRefused` if the port cannot."""
        before, self._line = self._line, settings
        self.tried.append(settings)
        self.recorder.acted("configure", str(settings), self._port.now())
        try:
            self._port.configure(settings)
        except SettingRefused as error:
            self.tried.pop()
            self._line = before
            self.recorder.acted("refused", str(error), self._port.now())
            raise

    def close_line(self) -> None:
        """Send an empty line, which ends whatever line the IUT may hold open."""
        self.provoke(commandline.raw(b""))

    # What a rig can do to the board beside the line; a purpose asks for it in its `needs`

    @property
    def can_reset(self) -> bool:
        """Whether the rig has a reset for the board."""
        return self._controls.reset is not None

    def reset_board(self) -> Exchange:
        """Reset the board from outside and observe until it is up, or the time for that is over."""
        reset = _there(self._controls.reset, "reset")
        return self._start("reset", ("reset", reset.pulse))

    def power_cycle(self) -> Exchange:
        """Switch the board off and on and observe until it is up, or the time for that is over."""
        power = _there(self._controls.power, "power")
        return self._start("power cycle", ("power-off", power.off), ("power-on", power.on))

    def await_restart(self, within_s: float) -> Exchange:
        """Observe until the IUT has restarted on its own, at most `within_s` seconds."""
        return self._start("wait for a restart", within_s=within_s)

    def pause(self, seconds: float) -> Exchange:
        """Send nothing until the IUT has been silent for `seconds`."""
        return self._start("pause", within_s=seconds, until=Until.SILENCE)

    def await_line(self, pattern: bytes, within_s: float) -> Exchange:
        """Observe until a line has come that `pattern` matches, at most `within_s` seconds.

        For what the IUT tells unasked; what it told since the last exchange counts, too. The
        exchange is complete if the line came. Raises `NonConformity` if the IUT restarted.
        """
        began = now = self._port.now()
        deadline = after(began, within_s)
        self._dialogue.begin(b"", Until.SILENCE)
        events = list(self._drain())
        size = 0
        while not (came := _has_line(events, pattern)) and size <= MAX_EXCHANGE:
            data, now = self._port.read(deadline)
            if not data:
                events.extend(self._dialogue.flush(now))
                came = _has_line(events, pattern)
                break
            self.recorder.received(data, now)
            events.extend(self._dialogue.feed(data, now))
            size += len(data)
        self._dialogue.end()
        missed = Outcome.FLOOD if size > MAX_EXCHANGE else Outcome.OVERDUE
        exchange = Exchange(
            commandline.raw(b"", end=b""),
            tuple(events),
            began,
            now,
            Outcome.COMPLETE if came else missed,
            did=f"wait for {readable(pattern)}",
        )
        self._log.append(exchange)
        self._require_no_restart(exchange)
        return exchange

    def await_answer(self, within_s: float) -> Exchange:
        """Ask AT, and again, until it is answered or `within_s` seconds are over.

        For an IUT that starts at another rate than it was spoken to: its `ready` may have come
        while the line was being set, and what it is asked before `ready` is lost.
        """
        give_up = after(self._port.now(), within_s)
        # Only a final result code counts: a chip that is starting prints lines of its own.
        self.await_restart(min(within_s, self.timing.quiet_s))
        asking_s = min(self.timing.answer_s, _ASK_AGAIN_S)
        while True:
            exchange = self.observe(commandline.execute("AT"), answer_s=asking_s)
            if exchange.final is not None or self._port.now() >= give_up:
                self.settle()
                return exchange

    def read_flash(self, *areas: str) -> tuple[bytes, ...]:
        """The `user` or `system` parameter area, as asked for; the board restarts afterwards.

        There are passwords in it: what is written down tells whether it differs, and no more.
        """
        flash = _there(self._controls.flash, "flash-read")
        layout = flash.layout()
        self.recorder.acted("flash-layout", layout_detail(layout), self._port.now())
        ranges = [_area(layout, area) for area in areas]
        contents: list[bytes] = []

        def read() -> str:
            contents.extend(flash.read(ranges))
            return flash_detail(ranges, [veiled_flash(content) for content in contents])

        self._start("read the flash", ("flash-read", read))
        return tuple(contents)

    def _start(
        self,
        what: str,
        *acts: tuple[str, Callable[[], str | None]],
        within_s: float | None = None,
        until: Until = Until.START,
    ) -> Exchange:
        """Do `acts`, write each down, and observe the start of the IUT that follows."""
        before: list[Event] = []
        began = self._port.now()
        for name, act in acts:
            before += self._drain()
            detail = act()
            self.recorder.acted(name, detail or "", self._port.now())
        self._dialogue.begin(b"", until)
        patience = self._patience | ({} if within_s is None else {until.value: within_s})
        events: list[Event] = []
        outcome, ended_at = self._observe(events, self._port.now(), patience)
        self._dialogue.end()
        exchange = Exchange(
            commandline.raw(b"", end=b""),
            tuple(events),
            began,
            ended_at,
            outcome,
            tuple(before),
            restart_asked=until is Until.START,
            did=what,
        )
        self._log.append(exchange)
        return exchange

    @property
    def lab(self) -> Lab:
        """The lab, whose answers are written down; a purpose asks for it in its `needs`."""
        return self._inquiry.lab

    @property
    def captures(self) -> Sequence[str]:
        """Paths of the capture files, relative to the report's folder."""
        return self._inquiry.captures

    # What the report needs

    @property
    def last(self) -> Exchange | None:
        """The latest exchange."""
        return self._log[-1] if self._log else None

    def remark(self, text: str) -> None:
        """Have `text` stand in the trace, at the place of this moment."""
        self._remarks.append((self._port.now(), text))

    def trace(self) -> list[str]:
        """The exchanges so far, one line an event, times from the first stimulus."""
        if not self._log:
            return []
        origin = self._log[0].sent_at
        lines = list(self._lines(origin))
        left_out = len(lines) - MAX_TRACE
        if left_out <= 0:
            return lines
        # What went wrong stands at the end, how it came to that at the beginning.
        half = MAX_TRACE // 2
        return [*lines[:half], f"({left_out} more lines)", *lines[-half:]]

    def _lines(self, origin: int) -> Iterator[str]:
        """Exchanges, questions to the lab and remarks, in the order in which they began."""
        asked = [(at, f"lab: {line}") for at, line in self._inquiry.lines()]
        beside = deque(sorted([*asked, *self._remarks], key=lambda each: each[0]))
        for exchange in self._log:
            while beside and beside[0][0] < exchange.sent_at:
                yield _aside(*beside.popleft(), origin)
            yield from exchange.trace(origin)
        yield from (_aside(*each, origin) for each in beside)

    def seen(self) -> list[str]:
        """What the captures so far show, one line a frame, times as in the trace."""
        return self._inquiry.seen(self._log[0].sent_at if self._log else 0)

    # The loop

    def observe(
        self, line: CommandLine, until: Until = Until.RESULT, answer_s: float | None = None
    ) -> Exchange:
        """Like `send`, but a restart is only recorded: for those who judge nothing.

        `answer_s` is the patience with an answer, in seconds, if it is not the bench's own.
        """
        before = tuple(self._drain())
        self._dialogue.begin(line.encoded, until)
        sent_at = self._port.write(line.encoded)
        self.recorder.sent(line.encoded, sent_at)
        patience = self._patience
        if answer_s is not None:
            patience = patience | dict.fromkeys(_ANSWER_OWED, answer_s)
        events: list[Event] = []
        outcome, ended_at = self._observe(events, sent_at, patience, len(line.encoded))
        self._dialogue.end()
        exchange = Exchange(
            line, tuple(events), sent_at, ended_at, outcome, before, until is Until.RESTART
        )
        if not self._log and exchange.restarted_before:
            self.late_restart = exchange
            self.remark("a restart from before this purpose")
        self._log.append(exchange)
        return exchange

    def _observe(
        self, events: list[Event], sent_at: int, patience: Mapping[State, float], size: int = 0
    ) -> tuple[Outcome, int]:
        """Collect events until nothing more is owed; never longer than all of it takes together.

        `size` is the number of bytes that are on their way to the IUT.
        """
        dialogue = self._dialogue
        begun = after(sent_at, self._on_the_wire(size))
        owed = sum(patience[state] for state in _IN_TURN)
        if dialogue.state is State.QUIET:  # a pause may be longer than all that is ever owed
            owed = max(owed, 2 * patience[State.QUIET])
        cap = after(begun, owed)
        state, since, now, size = dialogue.state, begun, sent_at, 0
        while not dialogue.over:
            data, now = self._port.read(min(cap, after(since, patience[state])))
            if not data:
                events.extend(dialogue.flush(now))
                silence_wanted = state is State.QUIET and now < cap
                return (Outcome.COMPLETE if silence_wanted else Outcome.OVERDUE), now
            self.recorder.received(data, now)
            events.extend(dialogue.feed(data, now))
            size += len(data)
            if size > MAX_EXCHANGE:
                return Outcome.FLOOD, now
            if dialogue.state is not state or state is State.QUIET:
                state, since = dialogue.state, max(now, begun)
        return Outcome.COMPLETE, now

    def _on_the_wire(self, size: int) -> float:
        """How long `size` bytes and a short answer take at the rate of the line, in seconds.

        What was written may still wait in the host's buffers: 4 kB take a third of a second at
        115200 baud, and a silence that long would be taken for the IUT's.
        """
        if self._line is None:
            return 0.0
        return (size + _SHORT_ANSWER) * _BITS / self._line.baudrate

    def _drain(self) -> Iterator[Event]:
        """What came since the last exchange; bounded, so that a babbling IUT holds up nobody."""
        size = 0
        while size < MAX_EXCHANGE:
            data, now = self._port.read(0)  # what is there already
            if not data:
                return
            self.recorder.received(data, now)
            size += len(data)
            yield from self._dialogue.feed(data, now)

    def settle(self) -> tuple[Event, ...]:
        """Observe until the IUT has been silent for `quiet_s`, at most `answer_s` in all."""
        events: list[Event] = []
        cap = after(self._port.now(), self.timing.answer_s)
        while True:
            now = self._port.now()
            data, now = self._port.read(min(cap, after(now, self.timing.quiet_s)))
            if not data:
                events.extend(self._dialogue.flush(now))
                return tuple(events[-MAX_TRACE:])
            self.recorder.received(data, now)
            events.extend(self._dialogue.feed(data, now))
            del events[:-MAX_TRACE]
            if now >= cap:
                return tuple(events)


def _has_line(events: Iterable[Event], pattern: bytes) -> bool:
    return any(re.fullmatch(pattern, event.text) for event in events)


def _aside(at: int, line: str, origin: int) -> str:
    """A question to the lab, or a remark, as a line of a trace."""
    return f"{(at - origin) / NANOSECONDS:+.3f} ! {line}"


def _there(control: T | None, capability: str) -> T:
    """The control; a purpose that uses one without the capability in its `needs` is broken."""
    if control is None:
        raise LookupError(f"the rig does not offer {capability}, which the purpose did not ask for")
    return control


def _area(layout: FlashLayout, name: str) -> range:
    return {"user": layout.user_area, "system": layout.system_area}[name]
