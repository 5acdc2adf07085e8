"""The recovery ladder: how an IUT that does not answer is brought back.

Law of this file: gentle rungs first, the whole under one deadline of the port's clock. Retrying is
tenacity's; it is allowed here because nothing here is judged.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence

import tenacity

from conformance.commandline import execute, raw
from conformance.dialogue import Until
from conformance.exchange import Exchange
from conformance.grammar import OK
from conformance.session import Session
from conformance.testbed import (
    LineSettings,
    NotRecovered,
    Recorder,
    Rig,
    SettingRefused,
    Timing,
    after,
)

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
FRAMINGS = ((8, 2, "N"), (7, 1, "E"), (8, 1, "E"), (8, 1, "O"), (7, 1, "O"), (7, 2, "N"))
LIKELY_RATES = KNOWN_RATES[:3]

#: How long a rung waits for an answer before the next is tried, in seconds.
_PROBE_S = 0.5

#: No more suspects than this are looked into; the likeliest come first.
_SUSPECTS = 4

#: How long an unlikely rate is given to answer, in seconds, beside the time of so many bits.
_UNLIKELY_S = 0.1
_BITS = 400

#: The part of the whole time that is kept for the last rung, where there is a reset.
_KEPT_FOR_RESET = 0.4

#: Clause 5.2.14: this alone in a packet leaves transparent transmission.
_ESCAPE = b"+++"

#: Closes whatever line the IUT holds open at this rate, and asks.
CLOSE_AND_ASK = raw(b"\r\nAT")

#: What the IUT is asked for a sign of life; the second is for one whose AT itself is broken.
PROBES = (execute("AT"), execute("GMR"))


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
        self._settings = rig.settings
        self._has_framing = "uart-framing" in rig.capabilities
        #: Where it may be, likeliest first.
        quick = [each for each in suspects if each.baudrate > SLOW_RATES[0]]
        self._suspects = _each_once((*quick[:_SUSPECTS], rig.settings))
        #: One of these alone could take all the time there is.
        self._slow = [each for each in suspects if each not in quick]
        self._timing = timing
        self._recorder = recorder
        self._give_up = 0
        #: How the host's side of the line is set, if that is known.
        self._now_at = None if suspects else rig.settings
        self._session = self._probing(min(timing.answer_s, _PROBE_S))

    def _probing(self, probe_s: float) -> Session:
        """A session that waits so long for an answer.

        Nothing here waits for a restart, and an IUT that never falls silent must not hold us up.
        """
        timing = dataclasses.replace(
            self._timing,
            answer_s=probe_s,
            restart_s=probe_s,
            after_busy_s=min(self._timing.after_busy_s, probe_s),
        )
        return Session(self._port, timing, self._recorder)

    def _hurrying(self, settings: LineSettings) -> Session:
        return self._probing(min(self._timing.answer_s, _UNLIKELY_S) + _BITS / settings.baudrate)

    def climb(self) -> LineSettings:
        """The settings at which the IUT answers; `NotRecovered` when the time is over."""
        self._recorder.acted("recover", str(self._settings), self._port.now())
        self._give_up = after(self._port.now(), self._timing.recovery_s)
        attempts = tenacity.Retrying(
            retry=tenacity.retry_if_result(lambda found: found is None),
            stop=lambda _: self._too_late,
            retry_error_callback=lambda _: None,
        )
        found: LineSettings | None = attempts(self._climb_once)
        if found is None:
            self._set(self._settings)
            raise NotRecovered(
                f"the IUT did not answer AT within {self._timing.recovery_s:g} s, neither at "
                f"{self._settings} nor at another known rate; check its power, wiring and rate"
            )
        return found

    def _climb_once(self) -> LineSettings | None:
        rungs: tuple[Callable[[], LineSettings | None], ...] = (
            self._try_suspects,
            self._leave_passthrough,
            self._try_known_rates,
            self._try_the_rest,
            self._start_again,
            self._try_slow_rates,
        )
        for rung in rungs:
            found = None if self._too_late else rung()
            if found is not None:
                return found
        return None

    @property
    def _can_start_it(self) -> bool:
        return self._controls.reset is not None or self._controls.power is not None

    @property
    def _must_start_it_now(self) -> bool:
        """Whether so little time is left that the last rung, if there is one, must be climbed."""
        kept = self._timing.recovery_s * _KEPT_FOR_RESET if self._can_start_it else 0.0
        return after(self._port.now(), kept) >= self._give_up

    @property
    def _too_late(self) -> bool:
        return self._port.now() >= self._give_up

    def _try_suspects(self) -> LineSettings | None:
        """Let it finish speaking, close the line that it may hold open, and ask."""
        if len(self._suspects) == 1 and self._set(self._settings):
            # Most often it has said all: a line end that it may need, and it answers.
            self._session.observe(raw(b""), Until.SILENCE)
            if self._answers():
                return self._settings
        oddly = None
        for settings in self._suspects:
            if self._too_late or not self._set(settings):
                continue
            self._session.settle()
            self._session.close_line()
            alive = sign_of_life(self._session)
            if alive is not None and alive.final == OK:
                return settings
            if alive is not None and alive.raw.isascii() and settings == self._settings:
                oddly = settings  # where it was last: an IUT that answers wrongly is not lost
        return oddly

    def _leave_passthrough(self) -> LineSettings | None:
        """The escape must stand alone, with silence before and after it."""
        for settings in self._suspects:
            if self._must_start_it_now or not self._set(settings):
                continue
            self._session.settle()
            self._session.provoke(raw(_ESCAPE, end=b""))
            self._session.close_line()
            if self._answers():
                return settings
        return None

    def _try_known_rates(self) -> LineSettings | None:
        return self._first_of(LineSettings(rate) for rate in KNOWN_RATES)

    def _try_the_rest(self) -> LineSettings | None:
        """Whatever else a UART may have been set to and then saved."""
        framed = [LineSettings(rate, *framing) for rate in LIKELY_RATES for framing in FRAMINGS]
        unlikely = [LineSettings(rate) for rate in STANDARD_RATES]
        return self._first_of((*framed, *unlikely) if self._has_framing else unlikely, hasty=True)

    def _try_slow_rates(self) -> LineSettings | None:
        return self._first_of(
            _each_once((*self._slow, *map(LineSettings, SLOW_RATES))),
            hasty=True,
            till=lambda: self._too_late,
        )

    def _first_of(
        self,
        candidates: Iterable[LineSettings],
        *,
        hasty: bool = False,
        till: Callable[[], bool] | None = None,
    ) -> LineSettings | None:
        """The first of `candidates` at which the IUT answers; the suspects were tried before."""
        over = till or (lambda: self._must_start_it_now)
        for settings in candidates:
            if settings in self._suspects:
                continue
            if over():
                break
            session = self._hurrying(settings) if hasty else self._session
            if self._set(settings) and session.observe(CLOSE_AND_ASK).legible and self._answers():
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
            self._controls.power.off()
            self._recorder.acted("power-off", "", self._port.now())
            self._controls.power.on()
            self._recorder.acted("power-on", "", self._port.now())
            found = self._ask_after_start()
        return found

    def _ask_after_start(self) -> LineSettings | None:
        """A start forgets what was not saved, so the likeliest settings are now the rig's own."""
        for settings in _each_once((self._settings, *self._suspects)):
            if not self._set(settings):
                continue
            self._session.settle()
            if sign_of_life(self._session) is not None:
                return settings
        return None

    def _set(self, settings: LineSettings) -> bool:
        """Set the host's side of the line; false if this port cannot be set so."""
        if settings == self._now_at:
            return True
        self._now_at = None
        try:
            self._session.configure(settings)
        except SettingRefused:
            return False
        self._now_at = settings
        return True

    def _answers(self) -> bool:
        """Whether it answers OK: with another framing even what it mishears may get an ERROR."""
        alive = sign_of_life(self._session)
        return alive is not None and alive.final == OK


def sign_of_life(session: Session) -> Exchange | None:
    """The exchange of the first probe that got a legible answer, right or wrong; None if none."""
    exchanges = (session.observe(probe) for probe in PROBES)
    return next((exchange for exchange in exchanges if exchange.legible), None)


def _each_once(settings: Iterable[LineSettings]) -> tuple[LineSettings, ...]:
    return tuple(dict.fromkeys(settings))
