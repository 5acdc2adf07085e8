"""A join of an access point that is not there, and what can be seen of it (ruling R-41).

Law of this file: the name is one that nobody uses, so that no bench joins anything by it. A join
that was tried shows in its error code; a line that is refused need not have one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from conformance.commandline import CommandLine, Value, Verbatim, set_
from conformance.document import Command
from conformance.exchange import Exchange
from conformance.grammar import FAIL
from conformance.session import Session
from conformance.verdict import NonConformity
from suites.head import head
from suites.malformed import with_one, wrong_shapes

#: Test values; no network has this name.
NOWHERE, PASSWORD = "no such network 4d1f", "0123456789"


@dataclass(frozen=True)
class Attempt:
    """What came of an attempt to join."""

    exchange: Exchange

    @property
    def _codes(self) -> bytes:
        """The line with an error code: the name without a suffix, or as it was typed."""
        return head("CWJAP", self.exchange.line.name) + rb"(-?\d+)"

    @property
    def code(self) -> str:
        """The error code, in words, for what is observed; a join that was not tried has none."""
        lines = (re.fullmatch(self._codes, each) for each in self.exchange.information)
        told = [each[1].decode() for each in lines if each]
        return told[0] if told else f"no error code, {self.exchange.ending}"

    def was_tried(self) -> None:
        """Require an error code and FAIL."""
        self.exchange.ends_with(FAIL)
        self.exchange.tells(self._codes, "a line +CWJAP:<error code> before FAIL")

    def was_refused(self) -> None:
        """Require a refusal, which may have an error code."""
        self.exchange.is_not_accepted()

    def was_not_tried(self) -> None:
        """Require a refusal without an error code, which would say that a join was tried."""
        self.exchange.is_not_accepted()
        try:
            self.exchange.tells(self._codes, "")
        except NonConformity:
            return
        raise NonConformity("a refusal without a join", self.exchange.describe())


def join(session: Session, command: str, *values: Value) -> Attempt:
    """Try to join what `values` say, or the access point that is not there."""
    line = set_(command, *(values or (NOWHERE, PASSWORD)))
    return Attempt(session.send(line, answer_s=session.timing.join_s))


def shapes_of(command: Command) -> dict[str, CommandLine]:
    """The wrong shapes of `command`; an empty address is one of them (ruling R-39)."""
    return dict(wrong_shapes(command)) | {"bssid-empty": with_one(command, 2, Verbatim(b""))}
