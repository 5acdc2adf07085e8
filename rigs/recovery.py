"""The recovery ladder: how an IUT that does not answer is brought back.

Law of this file: gentle rungs first, the whole under one deadline of the port's clock, and what is
heard decides which rungs are worth while. Only an answer is a sign of life: text that comes by
itself, or that it is busy, is none. Retrying is tenacity's; it is allowed here because nothing here
is judged.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence

import tenacity

from conformance.commandline import CommandLine, execute, raw
from conformance.dialogue import Until
from conformance.exchange import Exchange
from conformance.grammar import OK
from conformance.session import Session
from conformance.testbed import (
    NANOSECONDS,
    LineSettings,
    NotRecovered,
    Recorder,
    Rig,
    SettingRefused,
    Timing,
    after,
)
from conformance.verdict import NonConformity
from conformance.whereabouts import SHORT_FRAMES, cut, is_reachable, whereabouts
from rigs.symptoms import Finding, Symptom, answers, elsewhere, finding, unasked_results

#: Rates that firmware of this family is known to be left at, likeliest first.
KNOWN_RATES = (115200, 9600, 57600, 38400, 19200, 74880, 230400, 460800, 921600)

#: The other rates that UARTs are usually set to, within the bounds of clause 3.2.7.
STANDARD_RATES = (
    4800, 2400, 1200, 14400, 28800, 76800, 128000, 250000, 256000, 500000, 576000, 1000000,
    1152000, 1500000, 2000000, 3000000, 4000000, 4608000, 600,
)  # fmt: skip

#: Rates at which asking alone takes seconds; a start, where one can be had, is sooner.
SLOW_RATES = (300, 150, 134, 110)

#: Other framings that a UART is likely to be left at, and the rates at which they are looked for.
FRAMINGS = ((8, 2, "N"), *SHORT_FRAMES, (8, 1, "E"), (8, 1, "O"))
LIKELY_RATES = KNOWN_RATES[:3]

#: The rate of the ROM, whose text shows a chip that starts, and the part of the whole time for
#: which it is listened to there.
_ROM_RATE, _ROM_PART = 74880, 1 / 30

#: How long a rung waits for an answer at first, before the next is tried, in seconds; longer in
#: each round.
_PROBE_S = 0.5

#: How long garbage is listened to where the IUT was last, in seconds.
_GARBAGE_S = 1.0

#: No more suspects than this are looked into; the likeliest come first.
_SUSPECTS = 4

#: How long an unlikely rate is given to answer, in seconds, beside the time of the bytes.
_UNLIKELY_S = 0.1

#: How long an IUT that was started is asked for an answer, in seconds, if no answer takes longer.
_START_S = 3.0
#: How often what it says then may be garbled: once, by the chip that starts at another rate.
_NOISY_STARTS = 1

#: Clause 5.2.14: this alone in a packet leaves transparent transmission.
_ESCAPE = b"+++"

#: What ends an exchange, whoever asked.
_ANY_RESULT = rb"OK|ERROR|FAIL"

#: What the IUT is asked for a sign of life; the second is for one whose AT itself is broken.
AT, GMR = execute("AT"), execute("GMR")
PROBES = (AT, GMR)

Rung = Callable[[], LineSettings | None]


class Ladder:
    """One climb: from an IUT in an unknown state to one that answers AT."""

    def __init__(
        self,
        rig: Rig,
        timing: Timing,
        recorder: Recorder,
        suspects: Sequence[LineSettings] = (),
    ) -> None:
        self._port = rig.port
        self._controls = rig.controls
        #: Where the IUT answered last.
        self._home = rig.settings
        self._has_framing = "uart-framing" in rig.capabilities
        told = tuple(dict.fromkeys(each for each in suspects if is_reachable(each.baudrate)))
        quick = [each for each in whereabouts(told[:_SUSPECTS]) if not _is_slow(each)]
        #: Where it may be, likeliest first.
        self._suspects = _each_once((*quick, self._home))
        #: One of these alone could take all the time there is.
        self._slow = [each for each in told if _is_slow(each)]
        #: Every rate that was tried, for other framings.
        self._told = whereabouts(told)
        self._timing = timing
        self._recorder = recorder
        self._give_up = 0
        self._round = 0
        #: Questions to which an answer may still come where the line is set now.
        self._owed = 0
        self._finding: Finding | None = None
        #: Whether an IUT that was started said anything.
        self._has_spoken = False
        #: The latest question that was asked after a start.
        self._latest: Exchange | None = None
        #: How the host's side of the line is set, if that is known.
        self._now_at = None if suspects else rig.settings
        # Nothing here waits for a restart, and an IUT that never falls silent must not hold us up.
        short_s = min(timing.answer_s, _PROBE_S)
        patience = dataclasses.replace(
            timing, answer_s=short_s, restart_s=short_s,
            after_busy_s=min(timing.after_busy_s, short_s),
        )  # fmt: skip
        self._session = Session(self._port, patience, recorder, line=self._now_at)

    def climb(self) -> LineSettings:
        """The settings at which the IUT answers; `NotRecovered` when the time is over."""
        began = self._port.now()
        self._recorder.acted("recover", str(self._home), began)
        self._give_up = after(began, self._timing.recovery_s)
        attempts = tenacity.Retrying(
            retry=tenacity.retry_if_result(lambda found: found is None),
            stop=lambda _: self._too_late or self._is_hopeless,
            retry_error_callback=lambda _: None,
        )
        found: LineSettings | None = attempts(self._climb_once)
        if found is None:
            self._set(self._home)
            raise NotRecovered(self._complaint((self._port.now() - began) / NANOSECONDS))
        return found

    def _complaint(self, waited_s: float) -> str:
        head = f"the IUT did not answer AT within {waited_s:.0f} s"
        if self._finding is None or not self._finding.is_legible:
            head += f", neither at {self._home} nor at another known rate"
        what = self._finding or finding((), (), self._home)
        return f"{head}; {what.sentence}"

    def _climb_once(self) -> LineSettings | None:
        for rung in self._rungs():
            if self._too_late:
                break
            found = rung()
            if found is not None and self._is_in_step(found):
                return found
        self._round += 1
        return None

    def _rungs(self) -> Iterator[Rung]:
        """The rungs in their order, which depends on what was heard on those before."""
        yield self._try_suspects
        garbled = self._hears(Symptom.NOISE)
        if garbled:  # another setting is likelier than anything else
            yield self._try_known_rates
            yield self._try_framings
        starts_first = self._can_start_it and not self._hears(Symptom.SILENCE)
        gently = (self._leave_passthrough, self._start_again)
        # What talks is seldom in passthrough, and the silence before an escape takes it long.
        yield from reversed(gently) if starts_first else gently
        if self._finding is not None and self._finding.is_legible:
            return  # the line is set right: no other rate is
        if not garbled:
            yield self._try_known_rates
            yield self._try_framings
        yield self._try_standard_rates
        yield self._start_again  # sooner than asking where asking takes seconds
        yield self._try_slow_rates

    @property
    def _can_start_it(self) -> bool:
        return self._controls.reset is not None or self._controls.power is not None

    @property
    def _too_late(self) -> bool:
        return self._port.now() >= self._give_up

    @property
    def _is_hopeless(self) -> bool:
        """Whether something else than AT firmware answers, and stays."""
        return self._hears(Symptom.STRANGER) and (not self._can_start_it or self._round > 1)

    def _hears(self, symptom: Symptom) -> bool:
        return self._finding is not None and self._finding.symptom is symptom

    def _note(self, found: Finding) -> None:
        """Write down what was heard, if it is something else than before."""
        if self._finding is None or self._finding.symptom is not found.symptom:
            self._recorder.acted("heard", found.sentence, self._port.now())
        self._finding = found

    # Rungs

    def _try_suspects(self) -> LineSettings | None:
        """Where it may have been left, and where it was last."""
        for settings in self._suspects:
            if self._too_late or not self._set(settings):
                continue
            if settings == self._home:
                if self._is_at_home():
                    return settings
            elif self._answers(self._probe_s):
                return settings
        return None

    def _is_at_home(self) -> bool:
        """Whether it answers where it was last, in whatever way; else what is heard is noted.

        A line that it may hold open is closed by the first question.
        """
        exchanges = [self._ask_patiently(AT)]
        if exchanges[0].restarted or exchanges[0].final not in (None, OK):
            exchanges.append(self._ask_patiently(AT))
        last = exchanges[-1]
        if last.final == OK:
            return True
        if last.legible or not last.raw.strip():
            exchanges.append(self._ask(GMR, self._probe_s))
        if any(answers(each) for each in exchanges) and all(e.raw.isascii() for e in exchanges):
            return True  # wrongly, but an IUT that answers is not lost
        self._note(finding(exchanges, self._session.settle(), self._home))
        return False

    def _leave_passthrough(self) -> LineSettings | None:
        """The escape must stand alone, with silence before and after it."""
        for settings in self._suspects:
            if self._too_late or not self._set(settings):
                continue
            self._session.settle()
            self._session.observe(raw(_ESCAPE, end=b""), Until.SILENCE)
            if self._answers(self._probe_s):
                return settings
        return None

    def _start_again(self) -> LineSettings | None:
        """Reset the board; if that does not help, or there is no reset, switch it off and on."""
        found = None
        if self._controls.reset is not None:
            self._controls.reset.pulse()
            self._recorder.acted("reset", "", self._port.now())
            found = self._ask_after_start()
        if found is None and self._controls.power is not None:
            try:
                self._controls.power.off()
                self._recorder.acted("power-off", "", self._port.now())
            finally:
                self._controls.power.on()
            self._recorder.acted("power-on", "", self._port.now())
            found = self._ask_after_start()
        return found

    def _ask_after_start(self) -> LineSettings | None:
        """A start forgets what was not saved, so the likeliest settings are now the rig's own."""
        for settings in _each_once((self._home, *self._suspects)):
            if not self._set(settings):
                continue
            self._session.settle()
            is_home, answer_s = settings == self._home, self._timing.answer_s
            if self._answers_within(max(_START_S, answer_s) if is_home else self._probe_s):
                return settings
            # Whoever has said something by then may be about to answer, if it is slow.
            if is_home and self._has_spoken and self._answers_within(answer_s):
                return settings
            if is_home and self._latest is not None and self._latest.legible:
                self._note_legible(self._latest)
        return None

    def _answers_within(self, patience_s: float) -> bool:
        """Whether an IUT that was started answers, asked again and again; not if it is garbled."""
        deadline = min(self._give_up, after(self._port.now(), patience_s))
        garbled, self._has_spoken = 0, False
        while True:
            exchange = self._latest = self._first_answer()
            if answers(exchange) and exchange.raw.isascii():
                return True
            self._has_spoken |= bool(exchange.raw.strip())
            garbled += not exchange.silent and not exchange.legible
            if garbled > _NOISY_STARTS or self._port.now() >= deadline:
                return False

    def _note_legible(self, exchange: Exchange) -> None:
        """What can be read after a start is more than what was heard of a chip that starts."""
        found = finding([exchange], self._session.settle(), self._home)
        if found.is_legible:
            self._note(found)

    def _first_answer(self) -> Exchange:
        """What the first probe that is answered gets, or else the last."""
        exchange = self._ask(PROBES[0], self._probe_s)
        if answers(exchange):
            return exchange
        return self._ask(PROBES[1], self._probe_s)

    def _try_known_rates(self) -> LineSettings | None:
        return self._first_of(map(LineSettings, KNOWN_RATES))

    def _try_framings(self) -> LineSettings | None:
        """Other frames, at every rate that it was told and at the likeliest."""
        if not self._has_framing:
            return None
        rates = dict.fromkeys(each.baudrate for each in (*self._told, self._home))
        rates |= dict.fromkeys(LIKELY_RATES)
        quick = [rate for rate in rates if not _is_slow(LineSettings(rate))]
        return self._first_of(LineSettings(rate, *frame) for rate in quick for frame in FRAMINGS)

    def _try_standard_rates(self) -> LineSettings | None:
        """Whatever else a UART may have been set to and then saved, or made of it."""
        unlikely = [LineSettings(rate) for rate in STANDARD_RATES]
        slow = [cut(LineSettings(rate)) for rate in (600, 1200, *SLOW_RATES)]
        return self._first_of(_each_once((*unlikely, *slow)))

    def _try_slow_rates(self) -> LineSettings | None:
        return self._first_of(_each_once((*self._slow, *map(LineSettings, SLOW_RATES))))

    def _first_of(self, candidates: Iterable[LineSettings]) -> LineSettings | None:
        """The first of `candidates` at which the IUT answers; the suspects were tried before."""
        for settings in candidates:
            if settings in self._suspects:
                continue
            if self._too_late:
                break
            if self._set(settings) and self._answers_hastily(settings):
                return settings
        return None

    def _answers_hastily(self, settings: LineSettings) -> bool:
        listens = settings.baudrate == _ROM_RATE and self._hears(Symptom.NOISE) and not self._round
        hasty_s = min(self._timing.answer_s, self._longer(_UNLIKELY_S))
        rom_s = self._timing.recovery_s * _ROM_PART
        exchange = self._ask(AT, max(rom_s, hasty_s) if listens else hasty_s)
        if exchange.final == OK:
            return True
        if self._finding is None or not self._hears(Symptom.WRONG_RATE):
            heard = elsewhere(settings, (*exchange.before, *exchange.events))
            if heard is not None:
                self._note(heard)
        return bool(exchange.legible) and self._answers(self._probe_s)

    # Asking

    @property
    def _probe_s(self) -> float:
        """How long an answer is waited for: longer in each round, for an IUT that is slow."""
        return min(self._timing.answer_s, self._longer(_PROBE_S))

    def _longer(self, seconds: float) -> float:
        return seconds * float(1 << self._round)

    def _ask(self, line: CommandLine, answer_s: float) -> Exchange:
        left_s = max(0.0, (self._give_up - self._port.now()) / NANOSECONDS)
        exchange = self._session.observe(line, answer_s=min(answer_s, left_s))
        self._owed += exchange.final is None
        return exchange

    def _ask_patiently(self, line: CommandLine) -> Exchange:
        """Give the IUT all the time that the bench gives it, but not if what comes is no text."""
        answer_s = self._timing.answer_s
        exchange = self._ask(line, min(answer_s, _GARBAGE_S))
        is_open = exchange.final is None and not exchange.restarted
        if is_open and answer_s > _GARBAGE_S and (exchange.silent or exchange.legible):
            late = self._await_result(answer_s - _GARBAGE_S)
            self._owed -= late.final is not None
            events = (*exchange.events, *late.before, *late.events)
            return dataclasses.replace(exchange, events=events, ended_at=late.ended_at)
        return exchange

    def _await_result(self, within_s: float) -> Exchange:
        """What comes until a result has come; a start is no trouble here."""
        with contextlib.suppress(NonConformity):
            return self._session.await_line(_ANY_RESULT, within_s)
        assert self._session.last is not None
        return self._session.last

    def _answers(self, answer_s: float) -> bool:
        """Whether it answers OK: with another framing even what it mishears may get an ERROR."""
        exchange = self._ask(AT, answer_s)
        if exchange.final not in (None, OK):  # what it was asked closed a line that it held open
            exchange = self._ask(AT, answer_s)
        if exchange.final is None and (exchange.silent or exchange.legible):
            exchange = self._ask(GMR, answer_s)
        return exchange.final == OK

    def _is_in_step(self, settings: LineSettings) -> bool:
        """Wait for the answers that are still owed, so that none is taken for a later one.

        False if results keep coming though nothing is asked: those were no answers.
        """
        if not self._set(settings):
            return False
        while self._owed > 0:
            self._owed -= 1
            if self._await_result(self._timing.answer_s).final is None:
                break
        self._owed = 0
        return not (
            unasked_results(self._session.settle()) and unasked_results(self._session.settle())
        )

    def _set(self, settings: LineSettings) -> bool:
        """Set the host's side of the line; false if this port cannot be set so."""
        before = self._now_at
        if settings == before:
            return True
        if before is None or not _is_heard_alike(before, settings):
            self._owed = 0
        self._now_at = None
        try:
            self._session.configure(settings)
        except SettingRefused:
            return False
        self._now_at = settings
        return True


def sign_of_life(session: Session) -> Exchange | None:
    """The exchange of the first probe that AT firmware answered, right or wrong; None if none."""
    exchanges = (session.observe(probe) for probe in PROBES)
    return next((exchange for exchange in exchanges if answers(exchange)), None)


def _each_once(settings: Iterable[LineSettings]) -> tuple[LineSettings, ...]:
    return tuple(dict.fromkeys(settings))


def _is_heard_alike(one: LineSettings, other: LineSettings) -> bool:
    """Whether what is sent at one setting is understood at the other: stop bits hurt nobody."""
    return dataclasses.replace(one, stopbits=1) == dataclasses.replace(other, stopbits=1)


def _is_slow(settings: LineSettings) -> bool:
    return settings.baudrate <= SLOW_RATES[0]
