"""The static review: what the maker claims, held against how the IUT answers harmless probes.

Law of this file: values, and what they amount to. A contradiction is information, no verdict: the
IUT may have its reasons, for instance the state that it is found in.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from conformance import commandline
from conformance.commandline import CommandLine
from conformance.discretion import veiled
from conformance.document import Command, Edition
from conformance.exchange import Exchange
from conformance.grammar import OK
from conformance.record import Contradiction, Review
from conformance.statement import Pics
from conformance.transcript import readable

#: The forms that ask and do nothing; set and execute forms act, so nobody tries them here.
FORMS = ("test", "query")

#: No command has this name; how it is answered is how an unknown name is answered.
NOBODY = "XNOBODYHASTHIS"

#: Commands that are left in peace: should a firmware take a question for an order, what they do
#: could not be undone (clauses 3.2.2, 3.2.4, 3.2.6 and 5.2.18).
LEFT_OUT = frozenset({"RST", "GSLP", "RESTORE", "CIUPDATE"})

#: Commands whose queries tell names and passwords of the board's owner: those are not shown.
CONFIDED = frozenset(
    f"{name}{suffix}" for name in ("CWJAP", "CWSAP") for suffix in ("", "_CUR", "_DEF")
)

#: The most bytes of an answer that a report shows.
_SHOWN = 80


class Claim(enum.StrEnum):
    """What is said about a form of a command."""

    CLAIMED = "claimed"
    NOT_CLAIMED = "not claimed"
    NOT_DOCUMENTED = "not in the document"


@dataclass(frozen=True, slots=True)
class Probe:
    """A question about one form of one command."""

    command: str
    form: str
    claim: Claim

    @property
    def line(self) -> CommandLine:
        """What is sent."""
        return line_of(self.command, self.form)


def line_of(command: str, form: str) -> CommandLine:
    """The test or query form of `command`."""
    return commandline.test(command) if form == "test" else commandline.query(command)


def probes(edition: Edition, pics: Pics) -> Sequence[Probe]:
    """The questions; which they are does not depend on the claims, so that a run can be replayed
    with others."""
    return [
        Probe(command.name, form, _claim(command, form, pics))
        for command in edition.commands.values()
        if command.name not in LEFT_OUT
        for form in FORMS
    ]


def _claim(command: Command, form: str, pics: Pics) -> Claim:
    if form not in command.forms:
        return Claim.NOT_DOCUMENTED
    return Claim.NOT_CLAIMED if (command.name, form) in pics.not_claimed else Claim.CLAIMED


def contradictions(
    answers: Iterable[tuple[Probe, Exchange]], unknown: Mapping[str, Exchange]
) -> tuple[Contradiction, ...]:
    """Where `answers` contradict the claims; `unknown` are the answers to a name nobody has."""
    return tuple(
        Contradiction(
            readable(probe.line.text),
            probe.command,
            probe.form,
            probe.claim.value,
            sentence,
            readable(_shown(probe, exchange))[:_SHOWN],
        )
        for probe, exchange in answers
        if (sentence := _objection(probe, exchange, unknown[probe.form]))
    )


def _objection(probe: Probe, exchange: Exchange, unknown: Exchange) -> str:
    """What speaks against the claim; empty if nothing does."""
    as_unknown = _nameless(exchange, probe.command) == _nameless(unknown, NOBODY)
    if probe.claim is Claim.CLAIMED and as_unknown:
        return "answered as a name that no command has"
    if probe.claim is not Claim.CLAIMED and exchange.final == OK and not as_unknown:
        return "answered OK all the same"
    return ""


def _shown(probe: Probe, exchange: Exchange) -> bytes:
    """What a report may show of an answer."""
    if probe.command not in CONFIDED:
        return _said(exchange)
    lines = [veiled(line) for line in exchange.information]
    return b"\n".join([*lines, exchange.final or b""])


def _said(exchange: Exchange) -> bytes:
    """Information and final result code."""
    return b"\n".join([*exchange.information, exchange.final or b""]).strip()


def _nameless(exchange: Exchange, command: str) -> bytes:
    """The same without the command's own name, so that two commands can be compared."""
    return _said(exchange).replace(command.encode("ascii"), b"").strip()


#: The most contradictions that a terminal shows.
_MOST = 10


def told(review: Review | None) -> list[str]:
    """The review for people, in a few lines; none if there was none."""
    if review is None:
        return []
    found = review.contradictions
    many = f"{len(found)} contradictions" if len(found) != 1 else "1 contradiction"
    note = f"; {review.note}" if review.note else ""
    lines = [f"review: {review.asked} of {review.forms} forms asked for, {many}{note}"]
    lines += [f"review: {c.line} ({c.claim}) is {c.sentence}: {c.answer}" for c in found[:_MOST]]
    if len(found) > _MOST:
        lines.append(f"review: and {len(found) - _MOST} more, in the report")
    return lines
