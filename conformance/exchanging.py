"""One exchange after the other: what is sent, what is heard, and which belongs to which.

Law of this file: an answer belongs to what it answers, whatever the delay and whatever reads it
comes in (docs/verdicts.md). It never sends a stimulus twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from conformance import commandline
from conformance.commandline import CommandLine
from conformance.debt import Debt, lines_in, may_owe
from conformance.dialogue import State, Until
from conformance.events import Echo, Event, FinalResult, MarkerEcho
from conformance.exchange import WAITS, Exchange, Outcome, Proof, shows_restart
from conformance.grammar import LINE_END, PROMPT
from conformance.listening import MAX_EVENTS, MAX_EXCHANGE, Listener
from conformance.log import ExchangeLog
from conformance.marker import Marker
from conformance.proving import Proving
from conformance.testbed import LineSettings, Port, Recorder, Timing
from conformance.transcript import readable
from conformance.verdict import Inconclusive, NonConformity, Reason

#: The most bytes that an IUT may say while one purpose lasts.
MAX_SAID = 1 << 24
#: Members by another name, because Python takes longer to look one up than to compare it.
_RESULT, _SENT, _SILENCE, _RESTART = Until.RESULT, Until.SENT, Until.SILENCE, Until.RESTART
#: The states in which an answer is owed.
_ANSWER_OWED = tuple(until.value for until in Until if until not in (_SILENCE, Until.START))
#: So many bytes of a line any IUT that echoes sends back.
_SURELY_WHOLE = 64
#: A line of fewer data bits carries no command.
_TEXT_BITS = 7
#: What an exchange did that only waits for what the one before may owe.
_HAD_ITS_SAY = f"{WAITS}until it has had its say"


class _Answered(NamedTuple):
    """An exchange that has its result; another one would be held against it."""

    exchange: Exchange
    #: Whether the purpose only leans on it, and whether it only undoes.
    leans_on: bool
    undoes: bool


class Exchanger(Listener):
    """Stimulates one IUT, and knows what it may still owe."""

    def __init__(
        self,
        port: Port,
        timing: Timing | None,
        recorder: Recorder | None,
        line: LineSettings | None,
        markers: Sequence[Marker] | None,
        *,
        owing: bool,
    ) -> None:
        super().__init__(port, timing, recorder, line)
        self._log = ExchangeLog()
        self._markers = markers
        if markers is not None:
            self._patience_within_line = self.timing.answer_s
        self._debt = Debt(owing=owing)
        #: What came since the last exchange.
        self._between: list[Event] = []
        #: The exchange that a result which nobody asked for would be held against; and one that is.
        self._answered: _Answered | None = None
        self._unasked: tuple[_Answered, FinalResult] | None = None
        #: Results that nobody asked for, behind what only undoes: they turn no verdict.
        self.surplus: list[NonConformity] = []
        #: An exchange that came back without an echo: a result too many that follows it would be
        #: taken for that of the next line. And the one before it, if that is so for it, too.
        self._unechoed: Exchange | None = None
        self._either: Exchange | None = None
        #: Whether what is sent now only prepares, or undoes, what is judged.
        self._leans_on = self._undoes = False
        #: Whether the IUT may have left the setting of the line that the host has.
        self._is_elsewhere = False
        #: Whether the IUT echoed the latest line before it answered.
        self._echoes_first = False
        #: Whether anything was sent or done to the IUT yet.
        self._has_begun = False
        #: What showed a restart before that, and what a result that nobody was waiting for.
        self.late_restart: Exchange | None = None
        self.late_result: Exchange | None = None

    def send(
        self,
        line: CommandLine,
        until: Until = Until.RESULT,
        answer_s: float | None = None,
        *,
        restarts: bool = False,
    ) -> Exchange:
        """Send `line` and observe until the exchange is over.

        `answer_s` is the patience with an answer, in seconds, if it is not the bench's own.
        `restarts`: the IUT is to restart by it, after its answer, and that may come with it.
        Raises `NonConformity` if the IUT restarted though nobody asked it to, or gave this line or
        the one before a second result; and `PortError` if the line broke.
        """
        return self._send(line, until, answer_s=answer_s, restarts=restarts)

    def observe(
        self, line: CommandLine, until: Until = Until.RESULT, answer_s: float | None = None
    ) -> Exchange:
        """Like `send`, but a restart is only recorded: for those who judge nothing.

        `answer_s` is the patience with an answer, in seconds, if it is not the bench's own.
        """
        self._catch_up()
        exchange = self._stimulate(line, until, answer_s=answer_s)
        self._answered = None
        self._note_echo(exchange)
        return exchange

    def _send(
        self,
        line: CommandLine,
        until: Until,
        *,
        answer_s: float | None = None,
        silence_s: float | None = None,
        is_data: bool = False,
        restarts: bool = False,
    ) -> Exchange:
        """Like `observe`, and judge what nobody asked for."""
        self._catch_up()
        self._require_nothing_unasked()
        self._require_an_end()
        if self._unechoed is not None and not (self._leans_on or self._undoes):
            self._part_from_preamble()
        exchange = self._stimulate(
            line, until, answer_s=answer_s, silence_s=silence_s, is_data=is_data, restarts=restarts
        )
        self._require_no_restart(exchange)
        self._require_nothing_unasked()
        results = exchange.results
        is_answered = bool(results) and until is not _SILENCE
        answered = _Answered(exchange, self._leans_on, self._undoes)
        self._answered = answered if is_answered else None
        self._note_echo(exchange)
        if len(results) > 1:
            owed = 1 if until is _SENT else lines_in(line.encoded)
            self._hear(results[owed:])
            self._require_nothing_unasked()
        return exchange

    def _stimulate(
        self,
        line: CommandLine,
        until: Until,
        *,
        answer_s: float | None = None,
        silence_s: float | None = None,
        is_data: bool = False,
        is_first: bool = False,
        restarts: bool = False,
        follow: Callable[[], None] | None = None,
    ) -> Exchange:
        """Send `line` when nothing is owed any more, and observe until the exchange is over.

        What has come until now was taken (`_catch_up`).
        `is_first`: whatever is owed may be owed to this line, too. `follow` is called when the line
        was written.
        """
        is_data, is_silence = is_data or until is _SENT, until is _SILENCE
        encoded = line.encoded
        if self._debt.owing and line.text and not is_data and not is_first:
            self._resynchronise()
            self._catch_up()
        before, self._between = self._between, []
        echo_first = self._echoes_first and until is _RESULT and _comes_back_whole(line)
        self._dialogue.begin(encoded, until, echo_first=echo_first)
        self._debt.send(encoded)
        sent_at = self._port.write(encoded)
        self.recorder.sent(encoded, sent_at)
        patience = self._patience
        if answer_s is not None:
            patience = patience | dict.fromkeys(_ANSWER_OWED, answer_s)
        if is_silence and silence_s is None and not _is_closed(line):
            silence_s = self._patience_within_line
        if silence_s is not None:
            patience = patience | {State.QUIET: silence_s}
        events: list[Event] = []
        if follow is not None:
            follow()
        outcome, ended_at = self._observe(events, sent_at, patience, len(encoded))
        if echo_first:
            early, outcome = _early(events, outcome)
            self._hear(early)
            before += early
        exchange = Exchange(
            line,
            tuple(events),
            sent_at,
            ended_at,
            outcome,
            tuple(before),
            restarts or until is _RESTART,
        )
        is_proven = False
        if is_silence and not is_data and self._markers is not None:
            exchange, is_proven = self._until_proven(exchange)
        self._dialogue.end()
        self._debt.close(exchange, until, is_data=is_data, is_proven=is_proven)
        self._echoes_first = not is_data and _is_echoed_first(exchange)
        if not self._has_begun and exchange.restarted_before:
            self.late_restart = exchange
            self.remark("a restart from before this purpose")
        elif not self._has_begun and any(isinstance(event, FinalResult) for event in before):
            self.late_result = exchange
            self.remark("a result from before this purpose")
        self._has_begun = True
        self._log.append(exchange)
        return exchange

    def remark(self, text: str) -> None:
        """Have `text` stand in the trace, at the place of this moment."""
        self._log.remark(self._port.now(), text)

    # What belongs to which exchange (docs/verdicts.md)

    def conclude(self) -> None:
        """The purpose has sent its last stimulus: what it brought may not go on.

        Raises `NonConformity` for a result that nobody asked for, and for a flood.
        """
        self._catch_up()
        if self._debt.owing:
            self._resynchronise()
        elif self._answered is not None and self._markers and self._can_be_asked:
            self._hear(self._let_it_finish())
        self._require_nothing_unasked()
        self._require_an_end()

    def _note_echo(self, exchange: Exchange) -> None:
        """Note whether the answer of `exchange` can be told from that of the next line."""
        lacks = not self._echoes_first and exchange.final is not None and not exchange.echo
        unproven = lacks and (self._leans_on or self._undoes or self._answered is None)
        unproven = unproven and exchange.line.name != "ATE"
        self._either, self._unechoed = self._unechoed, exchange if unproven else None

    def _part_from_preamble(self) -> None:
        """Let what was only prepared have its say, where no echo parts it from what is judged."""
        if self._markers and self._can_be_asked:
            self._hear(self._let_it_finish())
            self._require_nothing_unasked()
            self._catch_up()
        self._unechoed = self._either = None

    def _require_an_end(self) -> None:
        if self._said > MAX_SAID:
            raise NonConformity(
                f"no more than {MAX_SAID >> 20} MiB in one purpose",
                f"{self._said} bytes",
                Reason.FLOOD,
            )

    def _resynchronise(self) -> None:
        """Let the IUT say what it may still owe, so that the next answer is the next line's."""
        if self._markers is not None and self._debt.owing and self._can_be_asked:
            self._let_it_finish()
            self._unechoed = self._either = None

    @property
    def _can_be_asked(self) -> bool:
        """Whether a marker would be heard, and not taken for data."""
        is_legible = self._line is None or self._line.databits >= _TEXT_BITS
        return is_legible and not self._is_elsewhere and not self._debt.takes_data

    def _let_it_finish(self) -> list[Event]:
        """What the IUT says before it answers a marker; nothing is owed then."""
        began, before = self._port.now(), self._between
        self._dialogue.begin(b"", _SILENCE)
        said, proof = self._proof()
        self._dialogue.end()
        exchange = Exchange(
            commandline.raw(b"", end=b""),
            tuple(said),
            began,
            self._port.now(),
            Outcome.COMPLETE,
            tuple(before),
            restart_asked=True,
            did=_HAD_ITS_SAY,
            proof=proof,
        )
        self._log.append(exchange)
        self._between = [event for event in (*before, *said) if shows_restart(event)]
        return said

    def _until_proven(self, exchange: Exchange) -> tuple[Exchange, bool]:
        """A wait for silence and what came late; and whether it is sure that no more will come."""
        self._debt.hear(exchange.events)
        if _ends_with_prompt(exchange):
            self._debt.takes_data = True
        if self._debt.takes_data or exchange.outcome is not Outcome.COMPLETE:
            return exchange, False
        if not _is_closed(exchange.line) or exchange.restarted or not may_owe(exchange):
            return exchange, True
        late, proof = self._proof()
        ended_at = late[-1].at if late else exchange.ended_at
        events = (*exchange.events, *late)
        return replace(exchange, events=events, ended_at=ended_at, proof=proof), True

    def _proof(self) -> tuple[list[Event], Proof | None]:
        """What the IUT says before a marker is answered, or else for the time of an answer."""
        markers = [each for each in self._markers or () if each.suits(self._debt.sent)]
        if not markers:
            late: list[Event] = []
            patience = self._patience | {State.QUIET: self.timing.answer_s}
            self._observe(late, self._port.now(), patience)
            self._debt.settle()
            return late, None
        most, lines = (MAX_EXCHANGE, MAX_EVENTS), lines_in(self._debt.sent)
        proving = Proving(self._port, self._dialogue, self.timing, self.recorder, most, lines)
        said, proof, is_proven = proving.prove(markers)
        self._said += sum(len(event.raw) for event in (*said, *proof.events))
        self._debt.settle()
        if is_proven:
            return said, proof
        # Nobody knows what was said of the marker, and what was said before it; a restart shows.
        doubtful = tuple(event for event in said if not shows_restart(event))
        restarts = [event for event in said if shows_restart(event)]
        return restarts, replace(proof, events=(*doubtful, *proof.events))

    def _hear(self, events: Iterable[Event]) -> None:
        """Note a result among `events`, which came when none was owed."""
        if self._answered is not None and self._unasked is None:
            results = (event for event in events if isinstance(event, FinalResult))
            if (result := next(results, None)) is not None:
                self._unasked = (self._answered, result)

    def _require_nothing_unasked(self) -> None:
        if self._unasked is None:
            return
        (exchange, leans_on, undoes), result = self._unasked
        self._unasked = self._answered = None
        stimulus, found = readable(exchange.line.text, 80), exchange.describe_surplus(result)
        expected = f"one final result code for `{stimulus}`"
        about: CommandLine | None = exchange.line
        if (leans_on or undoes) and exchange is self._unechoed and self._either is not None:
            other = readable(self._either.line.text, 80)
            expected, about = f"one final result code for each of `{other}` and `{stimulus}`", None
        met = NonConformity(expected, found, Reason.UNASKED_RESULT, about)
        if undoes:
            self.surplus.append(met)
            return
        if leans_on:
            raise Inconclusive(f"the preamble {stimulus} had {found}", Reason.IN_THE_WAY, met)
        raise met

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
        elif exchange.restarted_before:
            cause = self._stimulus_before(exchange)
        raise NonConformity(
            "no restart unless asked for",
            exchange.describe(),
            Reason.UNASKED_RESTART,
            cause.line,
        )

    def _stimulus_before(self, exchange: Exchange) -> Exchange:
        """What was sent or done before `exchange`; itself if nothing is known of that."""
        earlier = [each for each in self._log if each is not exchange and each.did != _HAD_ITS_SAY]
        return earlier[-1] if earlier else exchange

    def _catch_up(self) -> None:
        """Take what has come since the last exchange; a result among it was not asked for."""
        self._between += self._drain()
        self._hear(self._between)

    def _taken_between(self) -> list[Event]:
        """What came since the last exchange, once."""
        events, self._between = self._between, []
        return events + self._drain()


def _is_closed(line: CommandLine) -> bool:
    return line.encoded.endswith(LINE_END)


def _ends_with_prompt(exchange: Exchange) -> bool:
    """Whether the IUT may ask for data, though nobody wanted it to."""
    return bool(exchange.events) and exchange.events[-1].text.startswith(PROMPT)


def _comes_back_whole(line: CommandLine) -> bool:
    """Whether an IUT that echoes is sure to echo `line` as it was sent."""
    return (
        len(line.text) <= _SURELY_WHOLE and line.text.isascii() and line.text.decode().isprintable()
    )


def _is_echoed_first(exchange: Exchange) -> bool:
    """Whether the line came back before its result, so that the next one can be told apart."""
    kinds = [kind for event in exchange.events if (kind := type(event)) in _ECHO_AND_RESULT]
    if kinds[:1] != [Echo] or FinalResult not in kinds or exchange.restarted:
        return False
    return exchange.echo == exchange.line.text and exchange.line.name != "ATE"


_ECHO_AND_RESULT = frozenset({Echo, MarkerEcho, FinalResult})


def _early(events: list[Event], outcome: Outcome) -> tuple[list[Event], Outcome]:
    """Take out of `events` what stands before the echo and ends with a result of another line.

    If no result follows the echo, the early one was this line's: the IUT changed its ways.
    """
    if events and isinstance(events[0], Echo):
        return [], outcome
    echo = next((at for at, event in enumerate(events) if isinstance(event, Echo)), len(events))
    results = [at for at, event in enumerate(events) if isinstance(event, FinalResult)]
    early = [at for at in results if at < echo]
    if not early:
        return [], outcome
    if len(early) == len(results):
        return [], Outcome.COMPLETE if outcome is Outcome.OVERDUE else outcome
    taken = events[: early[-1] + 1]
    del events[: early[-1] + 1]
    return taken, outcome
