"""Verdicts, the reasons behind them, and how many verdicts become one.

Law of this file: every word that a report may use for an outcome is defined here and nowhere else,
and so is every rule that turns several outcomes into one.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from conformance.commandline import CommandLine


class Verdict(enum.StrEnum):
    """What a purpose, or a requirement, came to."""

    #: Nothing was decided: not selected, not reached, or there is no purpose.
    NONE = "none"
    #: The document is silent there: what the IUT did is written down, and not judged.
    OBSERVED = "observed"
    #: The IUT did what the requirement says.
    PASS = "pass"
    #: The environment could not decide (preamble refused, line unhealthy, evidence differs).
    INCONCLUSIVE = "inconclusive"
    #: The IUT did not do what the requirement says.
    FAIL = "fail"
    #: The harness or the rig broke.
    ERROR = "error"
    #: A fail that the deviation profile of this firmware predicts.
    DEVIATION = "deviation"
    #: The rig lacks what the purpose needs, or the engineer did not allow it.
    NOT_RUN = "not run"
    #: The PICS does not claim it.
    NOT_APPLICABLE = "not applicable"


#: Within one purpose: none < pass < inconclusive < fail < error (ISO/IEC 9646).
WITHIN_PURPOSE = (
    Verdict.NONE,
    Verdict.NOT_APPLICABLE,
    Verdict.NOT_RUN,
    Verdict.OBSERVED,
    Verdict.PASS,
    Verdict.DEVIATION,
    Verdict.INCONCLUSIVE,
    Verdict.FAIL,
    Verdict.ERROR,
)

#: For a requirement over its purposes fail beats error: a bad cable cannot hide a proven fault.
OVER_PURPOSES = (
    Verdict.NONE,
    Verdict.NOT_APPLICABLE,
    Verdict.NOT_RUN,
    Verdict.OBSERVED,
    Verdict.PASS,
    Verdict.DEVIATION,
    Verdict.INCONCLUSIVE,
    Verdict.ERROR,
    Verdict.FAIL,
)

#: A verdict that says something about the IUT.
DECIDED = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.DEVIATION})


class Reason(enum.StrEnum):
    """Why a verdict is what it is: a code for machines; the sentence beside it is for people."""

    AS_REQUIRED = "as-required"
    AS_OBSERVED = "as-observed"
    DIFFERS = "differs"
    SILENCE = "silence"
    FLOOD = "flood"
    UNASKED_RESTART = "unasked-restart"
    UNASKED_RESULT = "unasked-result"
    DEAD_AFTERWARDS = "dead-afterwards"
    PREDICTED = "predicted-by-profile"
    PREAMBLE_REFUSED = "preamble-refused"
    IN_THE_WAY = "in-the-way"
    NOT_REFUSED = "not-refused"
    MET_ELSEWHERE = "met-elsewhere"
    LINE_UNHEALTHY = "line-unhealthy"
    LINE_CANNOT = "line-cannot"
    EVIDENCE_DIFFERS = "evidence-differs"
    PORT_FAILED = "port-failed"
    LAB_FAILED = "lab-failed"
    LAB_CANNOT = "lab-cannot"
    CAPTURE_LATE = "capture-late"
    CAPTURE_DROPPED = "capture-dropped"
    ACCESS_POINT_GONE = "access-point-gone"
    PEER_GONE = "peer-gone"
    RIG_NOT_OPEN = "rig-not-open"
    NOT_RECOVERED = "not-recovered"
    HARNESS_BROKE = "harness-broke"
    INTERRUPTED = "interrupted"
    CHECK_NOT_REACHED = "check-not-reached"
    CAPABILITY_MISSING = "capability-missing"
    NOT_ALLOWED = "not-allowed"
    NOT_CLAIMED = "not-claimed"
    NOT_SELECTED = "not-selected"
    NO_AUTOMATIC_TEST = "no-automatic-test"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with everything a stranger needs to believe it."""

    verdict: Verdict
    reason: Reason
    sentence: str
    expected: str = ""
    actual: str = ""


class NonConformity(AssertionError):
    """The IUT did something other than what was required; raised by questions to an Exchange.

    `about` is the command line that was answered so; None where what the purpose itself required
    is not there, whichever lines it took to see it. `rule` is the requirement of that command which
    this breaks, as `set/07`, where the purpose knows it. `of_question`: it was only asked what is
    set.
    """

    def __init__(
        self,
        expected: str,
        actual: str,
        reason: Reason = Reason.DIFFERS,
        about: CommandLine | None = None,
        rule: str = "",
        *,
        of_question: bool = False,
    ) -> None:
        super().__init__(f"expected {expected}; actual: {actual}")
        self.expected = expected
        self.actual = actual
        self.reason = reason
        self.about = about
        self.rule = rule
        self.of_question = of_question


class Inconclusive(Exception):
    """The environment could not decide; `reason` says in which way.

    `met` is the nonconformity that was in the way, if it was one.
    """

    def __init__(
        self,
        sentence: str,
        reason: Reason = Reason.PREAMBLE_REFUSED,
        met: NonConformity | None = None,
    ) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.met = met


class Lacking(Inconclusive):
    """This testbed has not what the purpose takes, today or tomorrow: it is not run."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, Reason.CAPABILITY_MISSING)


class Unclaimed(Inconclusive):
    """The maker does not claim what the purpose stands on: it is not run."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, Reason.NOT_CLAIMED)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a purpose from the verdicts of its checks; `NONE` if there are none."""
    return max(verdicts, key=WITHIN_PURPOSE.index, default=Verdict.NONE)


def roll_up(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a requirement from those of its purposes; `NONE` if there are none."""
    return max(verdicts, key=OVER_PURPOSES.index, default=Verdict.NONE)


class Answer(enum.StrEnum):
    """The one word on the cover of a report."""

    CONFORMANT = "yes"
    NOT_CONFORMANT = "no"
    UNDECIDED = "undecided"


#: What a mandatory requirement may end as without spoiling the word "conformant".
#: What the rig could not decide, or the maker does not claim, stands beside the word.
_HARMLESS = frozenset({Verdict.PASS, Verdict.NOT_RUN, Verdict.NOT_APPLICABLE})
_DAMNING = frozenset({Verdict.FAIL, Verdict.DEVIATION})


def conformant(mandatory: Iterable[Verdict]) -> Answer:
    """The answer from the verdicts of all mandatory requirements that have a purpose.

    A deviation is a registered failure, so it means "no"; a run that decided nothing, or left out
    a requirement that it could have decided, is undecided.
    """
    verdicts = list(mandatory)
    if any(verdict in _DAMNING for verdict in verdicts):
        return Answer.NOT_CONFORMANT
    if Verdict.PASS in verdicts and all(verdict in _HARMLESS for verdict in verdicts):
        return Answer.CONFORMANT
    return Answer.UNDECIDED


#: Exit codes of a run (`docs/design.md`, table of verdicts).
EXIT_CLEAN = 0
EXIT_FAIL = 1
EXIT_NOTHING_DECIDED = 5
EXIT_UNSURE = 10


def exit_code(purposes: Iterable[Verdict]) -> int:
    """The exit code of a finished run from the verdicts of its purposes."""
    verdicts = set(purposes)
    if Verdict.FAIL in verdicts:
        return EXIT_FAIL
    if verdicts & {Verdict.ERROR, Verdict.INCONCLUSIVE}:
        return EXIT_UNSURE
    if verdicts & DECIDED:
        return EXIT_CLEAN
    return EXIT_NOTHING_DECIDED
