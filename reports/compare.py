"""Two or more runs held against each other: which verdicts differ.

Law of this file: verdicts are compared, of pairs of purpose and requirement, and what was observed
where nothing is judged; times, traces and sentences may differ. A purpose that one run does not
have is a difference, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from conformance.record import PurposeRecord, Record
from conformance.verdict import Judgement, Verdict

#: What a run says of a pair that it does not have.
ABSENT = "absent"

#: A purpose and a requirement that it verifies.
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One pair on which the runs do not agree; `verdicts` in the order of the runs."""

    purpose: str
    requirement: str
    verdicts: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.purpose} ({self.requirement}): {', '.join(self.verdicts)}"


def verdicts(records: Iterable[Record]) -> dict[Pair, str]:
    """The verdict of each pair in a run; of several attempts the last one's."""
    return {
        (record.id, requirement): _told(judgement)
        for record in records
        if isinstance(record, PurposeRecord)
        for requirement, judgement in record.pairs.items()
    }


def _told(judgement: Judgement) -> str:
    """The verdict; of an observation, its value, too."""
    if judgement.verdict is Verdict.OBSERVED:
        return f"{judgement.verdict} ({judgement.actual})"
    return str(judgement.verdict)


def differences(runs: Sequence[Mapping[Pair, str]]) -> list[Difference]:
    """Every pair on which `runs` differ, in the order in which they were first met."""
    pairs = dict.fromkeys(pair for run in runs for pair in run)
    told = ((pair, tuple(run.get(pair, ABSENT) for run in runs)) for pair in pairs)
    return [Difference(*pair, each) for pair, each in told if len(set(each)) > 1]
