"""The Session: the only loop in the harness; it drives a Dialogue over a Port to an Exchange.

Law of this file: it sends, observes until the exchange is over or a deadline passes, and freezes.
It never sends a stimulus twice, never sleeps, reads no clock but the port's, and keeps every byte.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from conformance import commandline
from conformance.commandline import CommandLine
from conformance.dialogue import Dialogue, State, Until
from conformance.events import Event
from conformance.exchange import Exchange, Outcome
from conformance.grammar import OK
from conformance.testbed import LineSettings, Port, Recorder, Timing, after
from conformance.transcript import NullRecorder, readable
from conformance.verdict import Inconclusive, NonConformity, Reason

#: The most bytes that one exchange keeps; an IUT that says more is flooding.
MAX_EXCHANGE = 1 << 20
#: The most exchanges and trace lines that are kept for a purpose's report.
MAX_LOG = 100
MAX_TRACE = 400


class Session:
    """The dialogue with one IUT, for one purpose."""

    def __init__(
        self, port: Port, timing: Timing | None = None, recorder: Recorder | None = None
    ) -> None:
        self.timing = timing or Timing()
        self.recorder: Recorder = recorder or NullRecorder()
        #: Whether the host's side of the line was set in this session.
        self.configured = False
        self._port = port
        self._dialogue = Dialogue()
        self._log: deque[Exchange] = deque(maxlen=MAX_LOG)
        self._undo: list[Callable[[], object]] = []
        #: How long, in seconds, the IUT may owe what it owes in a state; else `answer_s`.
        self._patience = {
            State.READY: self.timing.restart_s,
            State.BUSY: self.timing.after_busy_s,
            State.QUIET: self.timing.quiet_s,
        }

    # Stimuli

    def send(self, line: CommandLine, until: Until = Until.RESULT) -> Exchange:
        """Send `line` and observe until the exchange is over.

        Raises `NonConformity` if the IUT restarted though nobody asked it to, and `PortError` if
        the line broke.
        """
        exchange = self.observe(line, until)
        if exchange.restarted_unasked:
            raise NonConformity(
                "no restart unless asked for", exchange.describe(), Reason.UNASKED_RESTART
            )
        return exchange

    def restart(self) -> Exchange:
        """Send AT+RST and observe until the IUT is up again, or the time for that is over."""
        return self.send(commandline.execute("RST"), Until.RESTART)

    def provoke(self, line: CommandLine) -> Exchange:
        """Send a line that owes no particular answer; observe until the IUT falls silent."""
        return self.send(line, Until.SILENCE)

    def prepare(self, *lines: CommandLine) -> None:
        """Send the lines of a preamble; one that is not answered OK makes us inconclusive."""
        for line in lines:
            exchange = self.send(line)
            if exchange.final != OK:
                raise Inconclusive(
                    f"the preamble {readable(line.text)} was answered {exchange.describe()}"
                )

    def repeat(self, line: CommandLine, times: int) -> tuple[Exchange, ...]:
        """Send `line` so many times, each when the one before is over."""
        return tuple(self.send(line) for _ in range(times))

    def configure(self, settings: LineSettings) -> None:
        """Set the host's side of the line."""
        self.configured = True
        self.recorder.acted("configure", str(settings), self._port.now())
        self._port.configure(settings)

    def close_line(self) -> None:
        """Send an empty line, which ends whatever line the IUT may hold open."""
        self.provoke(commandline.raw(b""))

    # Leaving the IUT as it was

    def afterwards(self, undo: Callable[[], object]) -> None:
        """Have `undo` called when the purpose is over, whatever happens; the last one first."""
        self._undo.append(undo)

    def undo(self) -> None:
        """Undo what the purpose did, as it asked with `afterwards`.

        Each step is tried, whatever became of those before it; the first error is raised then.
        """
        errors: list[Exception] = []
        while self._undo:
            try:
                self._undo.pop()()
            except (NonConformity, Inconclusive) as error:
                errors.append(error)
        if errors:
            raise errors[0]

    # What the report needs

    @property
    def last(self) -> Exchange | None:
        """The latest exchange."""
        return self._log[-1] if self._log else None

    def trace(self) -> list[str]:
        """The exchanges so far, one line an event, times from the first stimulus."""
        if not self._log:
            return []
        origin = self._log[0].sent_at
        lines = [line for exchange in self._log for line in exchange.trace(origin)]
        left_out = len(lines) - MAX_TRACE
        if left_out <= 0:
            return lines
        # What went wrong stands at the end, how it came to that at the beginning.
        half = MAX_TRACE // 2
        return [*lines[:half], f"({left_out} more lines)", *lines[-half:]]

    # The loop

    def observe(self, line: CommandLine, until: Until = Until.RESULT) -> Exchange:
        """Like `send`, but a restart is only recorded: for those who judge nothing."""
        before = tuple(self._drain())
        self._dialogue.begin(line.encoded, until)
        sent_at = self._port.write(line.encoded)
        self.recorder.sent(line.encoded, sent_at)
        events: list[Event] = []
        outcome, ended_at = self._observe(events, sent_at)
        self._dialogue.end()
        exchange = Exchange(
            line, tuple(events), sent_at, ended_at, outcome, before, until is Until.RESTART
        )
        self._log.append(exchange)
        return exchange

    def _observe(self, events: list[Event], sent_at: int) -> tuple[Outcome, int]:
        """Collect events until nothing more is owed; never longer than `_cap` in all."""
        dialogue = self._dialogue
        cap = after(sent_at, self._cap())
        state, since, now, size = dialogue.state, sent_at, sent_at, 0
        while not dialogue.over:
            patience = self._patience.get(state, self.timing.answer_s)
            data, now = self._port.read(min(cap, after(since, patience)))
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
                state, since = dialogue.state, now
        return Outcome.COMPLETE, now

    def _cap(self) -> float:
        """The longest that any exchange may take, in seconds, whatever the IUT does."""
        timing = self.timing
        return timing.answer_s + timing.restart_s + timing.after_busy_s

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
