"""Forms that the document does not list for a command: which there are, and how one is tried.

Law of this file: test and query forms only ask, whatever they are answered; a set or an execute
form that is answered OK may do what it was taken for (ruling R-05).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import CommandLine, execute, query, set_, test
from conformance.dialogue import Until
from conformance.exchange import Exchange
from conformance.grammar import OK
from conformance.session import Session
from conformance.verdict import Reason

COMMANDS = load_edition().commands

#: Forms that ask (clause 2, table of types).
_ASKING = ("test", "query")

#: Commands that invite data when they act (clauses 5.2.4 to 5.2.6).
_INVITING = ("CIPSEND", "CIPSENDEX", "CIPSENDBUF")

#: What a firmware that takes a form for another one could do that no reset takes back.
_HAZARDS = {"CIUPDATE": ("ota",)}


@dataclass(frozen=True, slots=True)
class AbsentForm:
    """A form that the document does not give a command."""

    name: str
    form: str

    @property
    def answered(self) -> str:
        """The requirement that says that its answer is observed."""
        return f"{self._requirements}/01"

    @property
    def does(self) -> str:
        """The requirement that says what it does."""
        return f"{self._requirements}/02"

    @property
    def _requirements(self) -> str:
        return f"{COMMANDS[self.name].clause}/{self.name}/{self.form}"

    @property
    def line(self) -> CommandLine:
        """A line in this form."""
        if self.form == "set":
            return set_(self.name, 1)
        return {"test": test, "query": query, "execute": execute}[self.form](self.name)

    def sent(self, session: Session) -> Exchange:
        """The line sent; whether it may restart the IUT, `judge` says."""
        until = Until.PROMPT if self.name in _INVITING else Until.RESULT
        return session.send(self.line, until, restarts=True)

    def judge(self, session: Session, exchange: Exchange) -> bool:
        """Require no restart and no prompt, unless it may act; whether it may not."""
        if not self.may_act(exchange):
            if exchange.restarted:
                reason = Reason.UNASKED_RESTART
                raise exchange.objection("no restart", reason=reason)
            if exchange.prompted:
                raise exchange.objection("no prompt")
            if self._starts_late(session):
                raise exchange.objection(
                    "no restart", "a restart after the answer", reason=Reason.UNASKED_RESTART
                )
            return True
        if COMMANDS[self.name].completion == "restart":
            session.await_restart(session.timing.restart_s)
        return False

    def _starts_late(self, session: Session) -> bool:
        """Whether it restarts behind its answer, within the time that its command may take."""
        restarts = COMMANDS[self.name].completion == "restart"
        timing = session.timing
        return session.await_restart(timing.restart_s if restarts else timing.quiet_s).restarted

    def may_act(self, exchange: Exchange) -> bool:
        """Whether it may have done what it was taken for: it is to run something, and says OK."""
        return self.form not in _ASKING and exchange.final == OK


def absent_forms(names: Iterable[str] = COMMANDS) -> Iterator[AbsentForm]:
    """Every form that the document does not give one of these commands."""
    for name in names:
        yield from (AbsentForm(name, form) for form in COMMANDS[name].absent_forms)


def cases(
    code: str,
    names: Iterable[str] = COMMANDS,
    states: Mapping[str, Mapping[str, Any]] | None = None,
    needs: Iterable[str] = (),
    hazards: Iterable[str] = (),
    observed: bool = False,
) -> Iterator[Any]:
    """A `pytest.param` for every form that one of these commands does not have.

    With `states` for every state, by name, that its command has there, too; the state is the
    second value. `observed`: the answer is observed, too.
    """
    for absent in absent_forms(names):
        mark = pytest.mark.purpose(
            f"TP/GENERAL/ABSENT/{code}",
            verifies=[absent.answered, absent.does] if observed else [absent.does],
            hazards=(*_HAZARDS.get(absent.name, ()), *hazards),
            needs=tuple(needs),
        )
        usual = f"{absent.name}-{absent.form}"
        if states is None:
            yield pytest.param(absent, marks=mark, id=usual)
            continue
        for key, state in states.get(absent.name, {"": None}).items():
            yield pytest.param(absent, state, marks=mark, id=f"{usual}-{key}" if key else usual)
