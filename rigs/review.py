"""Asks the IUT, before the run, which forms it knows: the probes of the static review.

Law of this file: it asks questions that do nothing, within a bounded time, and judges nothing. An
IUT that does not bear a question is not asked another one.
"""

from __future__ import annotations

import dataclasses

from conformance.document import Edition
from conformance.exchange import Exchange
from conformance.grammar import OK
from conformance.record import Review
from conformance.review import CONFIDED, FORMS, NOBODY, contradictions, line_of, probes
from conformance.session import Session
from conformance.statement import Pics
from conformance.testbed import Port, after

#: How long the whole review may take, in seconds, and how long one answer.
LIMIT_S = 15.0
_ANSWER_S = 1.0

#: After so many questions in a row without an answer nothing more is asked.
_UNANSWERED = 3


def taken(session: Session, port: Port, edition: Edition, pics: Pics) -> Review:
    """The review of the IUT that `session` speaks to over `port`."""
    asking = _Asking(session, port)
    unknown = {form: asking.ask(form) for form in FORMS}
    questions = probes(edition, pics)
    answers = []
    for probe in questions:
        if asking.why_stop():
            break
        answers.append((probe, asking.ask(probe.form, probe.command)))
    review = Review(len(answers), len(questions), note=asking.why_stop())
    if any(exchange.final == OK for exchange in unknown.values()):
        return dataclasses.replace(review, note="even a name that no command has is answered OK")
    if not all(exchange.legible for exchange in unknown.values()):
        return dataclasses.replace(review, note="a name that no command has gets no answer")
    heard = [(probe, exchange) for probe, exchange in answers if exchange.legible]
    return dataclasses.replace(review, contradictions=contradictions(heard, unknown))


class _Asking:
    """Asks as long as that is wise."""

    def __init__(self, session: Session, port: Port) -> None:
        self._session = session
        self._port = port
        self._give_up = after(port.now(), LIMIT_S)
        self._answer_s = min(session.timing.answer_s, _ANSWER_S)
        self._unanswered = 0
        self._restarted = ""

    def ask(self, form: str, command: str = NOBODY) -> Exchange:
        line = line_of(command, form)
        put = self._session.confide if command in CONFIDED else self._session.observe
        exchange = put(line, answer_s=self._answer_s)
        self._unanswered = 0 if exchange.legible else self._unanswered + 1
        if exchange.restarted_unasked:
            self._restarted = f"{line.text.decode('ascii')} made the IUT restart"
        return exchange

    def why_stop(self) -> str:
        """Why no more questions should be asked; empty if they may."""
        if self._restarted:
            return self._restarted
        if self._unanswered >= _UNANSWERED:
            return f"{self._unanswered} questions in a row got no answer"
        if self._port.now() >= self._give_up:
            return f"the time for it was over after {LIMIT_S:g} s"
        return ""
