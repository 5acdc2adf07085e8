"""Listening: what the IUT says until nothing more is owed, or a deadline passes.

Law of this file: it never sleeps, reads no clock but the port's, keeps every byte, and every wait
and everything that is kept has a bound.
"""

from __future__ import annotations

from collections.abc import Mapping

from conformance.dialogue import Dialogue, State
from conformance.events import Event
from conformance.exchange import Outcome
from conformance.log import MAX_TRACE
from conformance.testbed import LineSettings, Port, Recorder, Timing, after
from conformance.transcript import NullRecorder

#: The most bytes and events that one exchange keeps; an IUT that says more is flooding.
MAX_EXCHANGE = 1 << 20
MAX_EVENTS = 1 << 14

#: What an exchange may owe one after the other: a result, perhaps after `busy`, then a restart.
_RESULT, _BUSY, _READY = State.RESULT, State.BUSY, State.READY
#: Members by another name, because Python takes longer to look one up than to compare it.
_QUIET, _COMPLETE = State.QUIET, Outcome.COMPLETE
#: The length of an echo's end and a result, in bytes; bits for a byte on a line, at most.
_SHORT_ANSWER, _BITS = 32, 12


class Listener:
    """One IUT, listened to."""

    def __init__(
        self,
        port: Port,
        timing: Timing | None,
        recorder: Recorder | None,
        line: LineSettings | None,
    ) -> None:
        self.timing = timing or Timing()
        self.recorder: Recorder = recorder or NullRecorder()
        self._port = port
        #: How the line is set, as far as anybody told.
        self._line = line
        self._dialogue = Dialogue()
        #: How many bytes the IUT has said.
        self._said = 0
        #: How many of them came since the latest stimulus and were not part of an exchange.
        self._drained = 0
        #: How long, in seconds, an IUT must be silent within a line to be silent.
        self._patience_within_line = self.timing.quiet_s
        #: How long, in seconds, the IUT may owe what it owes in a state.
        self._patience = dict.fromkeys(State, self.timing.answer_s) | {
            State.READY: self.timing.restart_s,
            State.BUSY: self.timing.after_busy_s,
            State.QUIET: self.timing.quiet_s,
        }

    def settle(self) -> tuple[Event, ...]:
        """Observe until the IUT has been silent for `quiet_s`, at most `answer_s` in all."""
        return self._until_silent(self.timing.quiet_s, self.timing.answer_s)

    def hear_out(self) -> tuple[Event, ...]:
        """Observe until no message of what was done before can still be on its way.

        That is a silence of `answer_s`; it is waited for twice as long at most.
        """
        return self._until_silent(self.timing.answer_s, 2 * self.timing.answer_s)

    def _until_silent(self, silence_s: float, within_s: float) -> tuple[Event, ...]:
        events: list[Event] = []
        cap, size, lines = after(self._port.now(), within_s), 0, 0
        while True:
            data, now = self._read(min(cap, after(self._port.now(), silence_s)))
            heard = self._dialogue.feed(data, now) if data else self._dialogue.flush(now)
            self._hear(heard)
            events += heard
            del events[:-MAX_TRACE]
            size, lines = size + len(data), lines + len(heard)
            if not data or now >= cap or size > MAX_EXCHANGE or lines > MAX_EVENTS:
                return tuple(events)

    def _hear(self, events: list[Event]) -> None:
        """Something came that belongs to no exchange."""

    def _observe(
        self, events: list[Event], sent_at: int, patience: Mapping[State, float], size: int = 0
    ) -> tuple[Outcome, int]:
        """Collect events until nothing more is owed; never longer than all of it takes together.

        `size` is the number of bytes that are on their way to the IUT.
        """
        dialogue, self._drained = self._dialogue, 0
        begun = after(sent_at, self._on_the_wire(size))
        owed = patience[_RESULT] + patience[_BUSY] + patience[_READY]
        if dialogue.state is _QUIET:  # a pause may be longer than all that is ever owed
            owed = max(owed, 2 * patience[_QUIET])
        cap = after(begun, owed)
        state, since, now, size = dialogue.state, begun, sent_at, 0
        while not dialogue.over:
            patience_s = patience[state]
            if state is _QUIET and dialogue.is_within_line:
                patience_s = max(patience_s, self._patience_within_line)
            data, now = self._read(min(cap, after(since, patience_s)))
            if not data:
                events.extend(dialogue.flush(now))
                silence_wanted = state is _QUIET and now < cap
                return (_COMPLETE if silence_wanted else Outcome.OVERDUE), now
            events.extend(dialogue.feed(data, now))
            size += len(data)
            if size > MAX_EXCHANGE or len(events) > MAX_EVENTS:
                return Outcome.FLOOD, now
            if dialogue.state is not state or state is _QUIET:
                state, since = dialogue.state, max(now, begun)
        return _COMPLETE, now

    def _on_the_wire(self, size: int) -> float:
        """How long `size` bytes and a short answer take at the rate of the line, in seconds.

        What was written may still wait in the host's buffers: 4 kB take a third of a second at
        115200 baud, and a silence that long would be taken for the IUT's.
        """
        if self._line is None:
            return 0.0
        return (size + _SHORT_ANSWER) * _BITS / self._line.baudrate

    def _read(self, deadline: int) -> tuple[bytes, int]:
        """What comes until `deadline`, written down and counted."""
        data, now = self._port.read(deadline)
        if data:
            self.recorder.received(data, now)
            self._said += len(data)
        return data, now

    def _drain(self) -> list[Event]:
        """What is there already; bounded, so that a babbling IUT holds up nobody."""
        events: list[Event] = []
        while self._drained < MAX_EXCHANGE and len(events) < MAX_EVENTS:
            data, now = self._read(0)
            if not data:
                break
            self._drained += len(data)
            events += self._dialogue.feed(data, now)
        return events
