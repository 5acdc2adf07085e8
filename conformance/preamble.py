"""What a purpose stands on and does not judge: its preamble, its questions, and what it undoes.

Law of this file: what is not as it has to be makes the purpose inconclusive, and says which command
did it. Nothing here fails a requirement. A preamble takes what the PICS claims.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar, cast

from conformance import commandline
from conformance.commandline import CommandLine
from conformance.dialogue import Until
from conformance.discretion import CONFIDED, DiscreetRecorder, veiled
from conformance.exchange import Exchange
from conformance.exchanging import Exchanger
from conformance.grammar import FAIL, OK
from conformance.marker import Marker
from conformance.standins import StandIns
from conformance.testbed import LineSettings, Port, Recorder, Timing
from conformance.transcript import readable
from conformance.verdict import Inconclusive, Lacking, NonConformity, Reason, Unclaimed

T = TypeVar("T")


class Preamble(Exchanger):
    """The part of a Session that judges nothing."""

    def __init__(
        self,
        port: Port,
        timing: Timing | None,
        recorder: Recorder | None,
        line: LineSettings | None,
        markers: Sequence[Marker] | None,
        stand_ins: StandIns | None,
        owners: dict[str, object] | None,
        *,
        owing: bool,
    ) -> None:
        super().__init__(port, timing, recorder, line, markers, owing=owing)
        #: What was met and turned no verdict.
        self.passed_over: list[NonConformity] = []
        self._undo: list[Callable[[], object]] = []
        #: What stands in for a command that the PICS does not claim; what is kept of it.
        self._stand_ins = stand_ins
        self._kept: set[str] = set()
        #: What the board's owner had saved when it was first read in this run, by name.
        self._owners: dict[str, object] = {} if owners is None else owners

    # Preambles and questions

    def prepare(self, *lines: CommandLine) -> None:
        """Send the lines of a preamble; one that is not answered OK makes us inconclusive.

        Where the PICS does not claim a command, a sibling stands in for it (`StandIns`).
        """
        with self._leaning():
            for line in lines:
                self.agree(self.send(self.taken(line)))

    def ask(self, line: CommandLine) -> Exchange:
        """Ask what a purpose stands on: `line` or a sibling's that the PICS claims, answered OK."""
        with self._leaning():
            exchange = replace(self.send(self.auxiliary(line)), is_question=True)
        self.agree(exchange)
        return exchange

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
        shown = tuple(event._replace(raw=veiled(event.raw)) for event in exchange.events)
        asked = replace(line, text=veiled(line.text))
        self._log.replace_last(replace(exchange, line=asked, events=shown))
        return exchange

    @contextlib.contextmanager
    def _leaning(self) -> Iterator[None]:
        """What is sent meanwhile only prepares what is judged: also what nobody asked for."""
        self._leans_on = True
        try:
            yield
        finally:
            self._leans_on = False

    def auxiliary(self, line: CommandLine) -> CommandLine:
        """`line`, or what stands in for it where the PICS does not claim its command."""
        return self._stand_ins.of(line) if self._stand_ins else line

    def taken(self, line: CommandLine) -> CommandLine:
        """`line`, or what stands in for it; what that saves though `line` would not is given back.

        Also for a rule of no command, which is tried with the command of the document's example.
        """
        known = self.auxiliary(line)
        if known is not line and line.form == "set" and line.name.endswith("_CUR"):
            self._keep(known.name)
        return known

    def may(self, line: CommandLine) -> bool:
        """Whether a preamble may send `line` as it is: claimed, and saved with leave alone."""
        return self._stand_ins is None or self._stand_ins.admits(line)

    def tries(self, name: str) -> bool:
        """Whether the purpose verifies a requirement of the command `name`, as far as is known."""
        return self._stand_ins is None or name in self._stand_ins.under_test

    def _keep(self, name: str) -> None:
        """Have what `name`, which stands in for another, saves given back as it is now."""
        if name in self._kept or self._stand_ins is None:
            return
        self._kept.add(name)
        is_confided = name in CONFIDED
        ask = self.confide if is_confided else self.observe
        found = ask(commandline.query(name))
        if (line := self._stand_ins.giving_back(name, found.own_lines)) is None:
            told = "something else" if is_confided else found.describe()
            self.remark(f"AT+{name} is not given back: its query tells {told}")
            return

        def give_back() -> None:
            if ask(commandline.query(name)).own_lines == found.own_lines:
                return
            if not is_confided:
                self.agree(self.send(line))
            elif self.confide(line).final != OK:
                raise Inconclusive(f"what AT+{name} had saved is not taken back")

        self.afterwards(give_back)

    def agree(self, exchange: Exchange) -> None:
        """Require OK of an exchange that a purpose stands on and does not judge."""
        if exchange.final == OK:
            return
        if exchange is self._unechoed and self._either is not None:  # perhaps not its own answer
            self._part_from_preamble()
        stimulus = exchange.did or readable(exchange.line.text)
        met = exchange.objection("the final result code OK")
        raise Inconclusive(
            f"the preamble {stimulus} was answered {exchange.describe()}",
            # A join may fail, and the IUT says so as it is to.
            met=None if exchange.final == FAIL else met,
        )

    def refuse(self, exchange: Exchange, rule: str = "") -> None:
        """Require a refusal of what a purpose only stands on: that something is refused.

        `rule` is the requirement of the same command that says so, as `set/07`. With which code is
        that requirement's business.
        """
        if not exchange.declined:
            stimulus = exchange.did or readable(exchange.line.text)
            met = exchange.objection("a refusal: an answer other than OK")
            met.rule = rule
            raise Inconclusive(
                f"{stimulus} was not refused, but answered {exchange.describe()}",
                Reason.NOT_REFUSED,
                met,
            )

    def restart(self) -> Exchange:
        """Have the IUT restarted by AT+RST; without a restart the purpose is inconclusive.

        For what stands on a restart. Who judges AT+RST itself takes `send_restart`.
        """
        with self._leaning():
            exchange = self.send(commandline.execute("RST"), Until.RESTART)
        if not exchange.restarted:
            met = exchange.objection("a restart: boot text or `ready`")
            raise Inconclusive(
                f"AT+RST did not restart the IUT: {met.actual}", Reason.IN_THE_WAY, met
            )
        return exchange

    # Leaving the IUT as it was

    def afterwards(self, undo: Callable[[], object]) -> None:
        """Have `undo` called when the purpose is over, whatever happens; the last one first."""
        self._undo.append(undo)

    @contextlib.contextmanager
    def undone_last(self) -> Iterator[None]:
        """What is done within is undone behind all that was done before it.

        For what only holds while a purpose goes on, whose own undo needs the IUT as it left it.
        """
        before, self._undo = self._undo, []
        try:
            yield
        finally:
            self._undo += before

    def owners(self, name: str, read: Callable[[], T], instead: Callable[[], T] | None = None) -> T:
        """What the board's owner had saved under `name` when it could first be read in this run.

        What an earlier purpose could not give back is not taken for the owner's; what cannot be
        read any more is known from before, and what never could be, by `instead`.
        """
        try:
            value = read()
        except (Unclaimed, Lacking):
            raise
        except (NonConformity, Inconclusive) as error:
            if name not in self._owners and instead is None:
                raise
            self.pass_over(error, "not told")
            if name not in self._owners and instead is not None:
                self._owners[name] = instead()
        else:
            self._owners.setdefault(name, value)
        return cast(T, self._owners[name])

    def pass_over(self, error: NonConformity | Inconclusive, what: str) -> None:
        """Go on though `error` was met: it is in the trace, and speaks against its command."""
        self.remark(f"{what}: {error}")
        met = error.met if isinstance(error, Inconclusive) else error
        if met is not None:
            self.passed_over.append(met)

    def undo(self) -> Sequence[Exception]:
        """Undo what the purpose did, as it asked with `afterwards`; the errors that it met.

        Each step is tried, whatever became of those before it. What could not be undone stands in
        the trace.
        """
        errors: list[Exception] = []
        self._answered, self._undoes = None, True
        while self._undo:
            try:
                self._undo.pop()()
            except Exception as error:  # whatever it is, the other steps have their chance
                errors.append(error)
                self.remark(f"not undone: {error}")
        self._undoes = False
        return errors
