"""What pytest is told of a verdict: its own outcome, a word of ours, and a text.

Law of this file: it decides nothing, and a secret comes into no text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from conformance.document import Edition, TestPurpose
from conformance.veil import Veil
from conformance.verdict import Judgement, Reason, Verdict

#: Verdict -> pytest's outcome, and the status that the terminal shows (None: pytest's own).
OUTCOMES: dict[Verdict, tuple[str, tuple[str, str, str] | None]] = {
    Verdict.PASS: ("passed", None),
    Verdict.FAIL: ("failed", None),
    Verdict.INCONCLUSIVE: ("failed", ("inconclusive", "I", "INCONCLUSIVE")),
    Verdict.ERROR: ("failed", ("error", "E", "ERROR")),
    Verdict.DEVIATION: ("skipped", ("deviation", "d", "DEVIATION")),
    Verdict.OBSERVED: ("skipped", ("observed", "o", "OBSERVED")),
    Verdict.NOT_RUN: ("skipped", ("not run", "n", "NOT RUN")),
    Verdict.NOT_APPLICABLE: ("skipped", ("not applicable", "-", "NOT APPLICABLE")),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What pytest is told of a verdict."""

    judgement: Judgement
    text: str
    veil: Veil = field(default_factory=Veil)

    def dress(self, report: pytest.TestReport) -> None:
        """Give `report` the outcome, the status and the text of the verdict."""
        outcome, status = OUTCOMES[self.judgement.verdict]
        if status is None and outcome == "failed":  # in a fixture, too: pytest calls that an error
            status = ("failed", "F", "FAILED")
        report.outcome = outcome  # type: ignore[assignment]
        report.conformance_status = status  # type: ignore[attr-defined]
        report.conformance_why = self.judgement.sentence  # type: ignore[attr-defined]
        if outcome == "skipped":
            path, line, _ = report.location
            report.longrepr = (path, line or 0, self.text)
        elif self.judgement.reason is not Reason.HARNESS_BROKE:
            report.longrepr = self.text
        elif self.veil.has_secrets:  # a traceback quotes what it likes
            report.longrepr = self.veil.over_text(str(report.longrepr))


def said_of(
    purpose: TestPurpose, edition: Edition, pairs: Mapping[str, Judgement], trace: Sequence[str]
) -> str:
    """What the terminal shows: requirement, expected, actual, then the trace."""
    lines = [f"{purpose.id}: {purpose.statement}"]
    for name, judgement in pairs.items():
        requirement = edition.requirements[name]
        lines.append(f"-> {name} {judgement.verdict.upper()}: {requirement.statement}")
        if requirement.ruling:
            lines.append(f"     ruling: {requirement.ruling}")
        if judgement.expected:
            lines.append(f"   expected: {judgement.expected}")
            lines.append(f"     actual: {judgement.actual}")
        lines.append(f"        why: {judgement.sentence}")
    return "\n".join([*lines, *(f"     {line}" for line in trace)])
