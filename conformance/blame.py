"""Who is blamed for a nonconformity: the requirement under test, or whatever else it was met in.

Law of this file: a requirement fails only by what its own purpose stimulated. Its own command in
its own form is the stimulus under test, and so is what no command has a name for: nonsense, data.
What another command does wrong is an obstacle: recorded against that command, and never forgiven.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from conformance.commandline import CommandLine, spelt
from conformance.document import Edition, Requirement
from conformance.verdict import Inconclusive, NonConformity, Reason, Unclaimed

#: That nothing restarts unless asked to (ruling R-16).
NO_RESTART = "2/-/general/13"

#: Forms of a requirement that hold for a command whatever the form in which it is sent.
_ANY_FORM = ("general", "urc", "data")
#: Forms that act: a command without its parameters is one of the lines that its set form is tried
#: with.
_ACTING = frozenset({"set", "execute"})


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What an IUT did wrong outside of the stimulus under test."""

    #: Where it was met: `preamble`, `undo`, or `before` the purpose said anything.
    phase: str
    #: The command and the form that did it; `-` and `general` if nobody can tell.
    command: str
    form: str
    expected: str
    actual: str
    reason: Reason = Reason.DIFFERS
    #: The requirements that it speaks against, if they are known; else those that say how the form
    #: is answered.
    requirements: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The obstacle in words."""
        named = f"{spelt(self.command)} ({self.form})" if self.command != "-" else "it"
        return f"{named}: expected {self.expected}, but found {self.actual}"


def is_under_test(line: CommandLine, requirements: Iterable[Requirement]) -> bool:
    """Whether `line` is the stimulus of a purpose that verifies `requirements`."""
    return line.name == "-" or any(_stimulates(line, each) for each in requirements)


def _stimulates(line: CommandLine, requirement: Requirement) -> bool:
    command, form = requirement.command, requirement.form
    if command != "-" and line.name != command:
        return False
    if command == "-" or form in _ANY_FORM:  # a query is only asked what became of it
        return line.form != "query"
    return form == line.form or _ACTING.issuperset((form, line.form))


def attributed(
    error: BaseException,
    requirements: Iterable[Requirement],
    *,
    in_body: bool,
    not_claimed: Collection[tuple[str, str]] = (),
) -> BaseException:
    """`error`, or an `Inconclusive` in its place if it speaks against something else.

    `in_body` is whether the purpose itself ran: what a fixture meets is never under test.
    `not_claimed` are the commands and forms that the PICS does not claim: how an IUT answers one
    that it does not have is nobody's fault.
    """
    met = error.met if isinstance(error, Inconclusive) else error
    if isinstance(met, NonConformity) and _is_of_nobody(met, not_claimed):
        assert met.about is not None
        return Unclaimed(
            f"the PICS does not claim {spelt(met.about.name)} ({met.about.form}), which the "
            f"purpose takes: expected {met.expected}, but found {met.actual}"
        )
    if not isinstance(error, NonConformity):
        return error
    if in_body and _is_tried(error, requirements):
        return error
    where = spelt(error.about.name) if error.about and error.about.name != "-" else "the preamble"
    return Inconclusive(
        f"{where} was in the way: expected {error.expected}, but found {error.actual}",
        Reason.IN_THE_WAY,
        error,
    )


def _is_tried(met: NonConformity, requirements: Iterable[Requirement]) -> bool:
    """Whether `met` is in what a purpose that verifies `requirements` tries, or itself compares.

    A question for what is set is tried by whoever verifies how it is answered (`response`);
    everybody else stands on that.
    """
    if met.about is None:
        return True
    if met.of_question:
        requirements = [each for each in requirements if each.response]
    return is_under_test(met.about, requirements)


def _is_of_nobody(met: NonConformity, not_claimed: Collection[tuple[str, str]]) -> bool:
    """Whether `met` is what became of a command that the IUT need not have."""
    harms = met.reason in (Reason.UNASKED_RESTART, Reason.FLOOD)
    return not harms and met.about is not None and (met.about.name, met.about.form) in not_claimed


def obstacle(met: NonConformity, phase: str, edition: Edition | None = None) -> Obstacle:
    """What is written down of a nonconformity that fails nothing.

    `edition` has the requirement that it speaks against, where the purpose named it; raises
    `LookupError` if it has not.
    """
    name, form = (met.about.name, met.about.form) if met.about else ("-", "general")
    against: tuple[str, ...] = ()
    if met.rule and edition is not None:
        against = (f"{edition.commands[name].clause}/{name}/{met.rule}",)
        if against[0] not in edition.requirements:
            raise LookupError(f"the purpose names {against[0]}, which is no requirement")
    return Obstacle(phase, name, form, met.expected, met.actual, met.reason, against)
