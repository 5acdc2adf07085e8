"""The recovery ladder: how an IUT that does not answer is brought back.

Law of this file: gentle rungs first, the whole under one deadline of the port's clock. Retrying is
tenacity's; it is allowed here because nothing here is judged.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import tenacity

from conformance.commandline import execute, raw
from conformance.events import Unclassified
from conformance.exchange import Exchange
from conformance.session import Session
from conformance.testbed import (
    LineSettings,
    NotRecovered,
    Port,
    Recorder,
    Reset,
    Timing,
    after,
)

#: Rates that firmware of this family is known to be left at, likeliest first.
KNOWN_RATES = (115200, 9600, 57600, 38400, 19200, 74880, 230400, 460800, 921600)

#: How long a rung waits for an answer before the next is tried, in seconds.
_PROBE_S = 0.5

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
        port: Port,
        settings: LineSettings,
        timing: Timing,
        recorder: Recorder,
        reset: Reset | None = None,
    ) -> None:
        self._port = port
        self._settings = settings
        self._timing = timing
        self._recorder = recorder
        self._reset = reset
        self._give_up = 0
        probe_s = min(timing.answer_s, _PROBE_S)
        # Nothing here waits for a restart, and an IUT that never falls silent must not hold us up.
        probing = dataclasses.replace(
            timing,
            answer_s=probe_s,
            restart_s=probe_s,
            after_busy_s=min(timing.after_busy_s, probe_s),
        )
        self._session = Session(port, probing, recorder)

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
            raise NotRecovered(
                f"the IUT did not answer AT within {self._timing.recovery_s:g} s, neither at "
                f"{self._settings} nor at another known rate; check its power, wiring and rate"
            )
        return found

    def _climb_once(self) -> LineSettings | None:
        rungs: tuple[Callable[[], LineSettings | None], ...] = (
            self._quiet_the_line,
            self._leave_passthrough,
            self._try_known_rates,
            self._pull_reset,
        )
        for rung in rungs:
            found = None if self._too_late else rung()
            if found is not None:
                return found
        return None

    @property
    def _must_reset_now(self) -> bool:
        """Whether so little time is left that the last rung, if there is one, must be climbed."""
        kept = self._timing.recovery_s * _KEPT_FOR_RESET if self._reset is not None else 0.0
        return after(self._port.now(), kept) >= self._give_up

    @property
    def _too_late(self) -> bool:
        return self._port.now() >= self._give_up

    def _quiet_the_line(self) -> LineSettings | None:
        """Let it finish speaking, close the line that it may hold open, and ask."""
        self._session.settle()
        self._session.close_line()
        return self._settings if self._answers() else None

    def _leave_passthrough(self) -> LineSettings | None:
        """The escape must stand alone, with silence before and after it."""
        self._session.settle()
        self._session.provoke(raw(_ESCAPE, end=b""))
        self._session.close_line()
        return self._settings if self._answers() else None

    def _try_known_rates(self) -> LineSettings | None:
        for rate in KNOWN_RATES:
            if rate == self._settings.baudrate:
                continue  # the gentler rungs tried it
            if self._must_reset_now:
                break
            settings = dataclasses.replace(self._settings, baudrate=rate)
            self._session.configure(settings)
            if self._session.observe(CLOSE_AND_ASK).legible and self._answers():
                return settings
        self._session.configure(self._settings)
        return None

    def _pull_reset(self) -> LineSettings | None:
        if self._reset is None:
            return None
        self._recorder.acted("reset", "", self._port.now())
        self._reset.pulse()
        self._session.configure(self._settings)
        self._session.settle()
        return self._settings if self._answers() else None

    def _answers(self) -> bool:
        return sign_of_life(self._session) is not None


def sign_of_life(session: Session) -> Exchange | None:
    """The exchange of the first probe that got a legible answer, right or wrong; None if none."""
    exchanges = (session.observe(probe) for probe in PROBES)
    return next((exchange for exchange in exchanges if exchange.legible), None)


def line_problem(session: Session, found: Exchange) -> str:
    """Why the line to the IUT cannot be trusted; an empty string if three probes come through.

    `found` is the sign of life from before the run: what was odd then is the IUT's way, and what
    is odd only now is the line's.
    """
    for attempt in range(1, 4):
        exchange = sign_of_life(session)
        if exchange is None:
            return f"probe number {attempt} of the line check was not answered"
        if _has_junk(exchange) and not _has_junk(found):
            return f"unclassified bytes came with probe number {attempt} of the line check"
    return ""


def _has_junk(exchange: Exchange) -> bool:
    return any(isinstance(event, Unclassified) for event in exchange.events)
