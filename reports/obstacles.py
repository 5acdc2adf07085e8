"""What purposes met on their way that speaks against requirements of other commands.

Law of this file: nothing is forgiven and nothing is counted twice. What a purpose met outside of
its stimulus under test speaks against the requirements that say how that command is answered in
that form. If a requirement of that form fails by its own purposes, the fail stands
for it; if its own purposes pass, it is inconclusive, and shows the exchange. So it is with the rule
that nothing restarts unless asked to, which is tried with a few lines only: a purpose that failed
by a restart speaks against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from conformance.blame import NO_RESTART
from conformance.verdict import Reason, Verdict

_TOLD = frozenset({Verdict.FAIL.value, Verdict.DEVIATION.value})
_WHERE = {
    "preamble": "in the preamble of",
    "undo": "when it was undone what was done by",
    "before": "before anything was said by",
    "stimulus": "in",
}

Requirements = Sequence[Mapping[str, Any]]


#: Command and form -> the requirements that say how that form is answered.
Responses = Mapping[tuple[str, str], Sequence[str]]


def held_against(
    requirements: Requirements, purposes: Requirements, responses: Responses
) -> list[dict[str, Any]]:
    """`requirements`, those that passed but were broken elsewhere as inconclusive."""
    against = _spoken_against(requirements, purposes, responses)
    return [_judged(dict(each), against.get(each["id"], ())) for each in requirements]


def _spoken_against(
    requirements: Requirements, purposes: Requirements, responses: Responses
) -> dict[str, list[tuple[Mapping[str, Any], Mapping[str, Any]]]]:
    """Requirement id -> purpose and obstacle, for what no fail of its form stands for."""
    told = {(e["command"], e["form"]) for e in requirements if e["verdict"] in _TOLD}
    found: dict[str, list[tuple[Mapping[str, Any], Mapping[str, Any]]]] = {}
    for purpose in purposes:
        for obstacle in purpose["obstacles"]:
            kind = obstacle["command"], obstacle["form"]
            of_form = () if kind in told else responses.get(kind, ())
            for name in obstacle["requirements"] or of_form:
                found.setdefault(name, []).append((purpose, obstacle))
        if _failed_by_a_restart(purpose):
            found.setdefault(NO_RESTART, []).append((purpose, {**purpose, "phase": "stimulus"}))
    return found


def _failed_by_a_restart(purpose: Mapping[str, Any]) -> bool:
    told = (purpose["verdict"], purpose["reason"])
    return told == (Verdict.FAIL.value, Reason.UNASKED_RESTART.value)


def _judged(
    requirement: dict[str, Any],
    against: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]],
) -> dict[str, Any]:
    met = list(against)
    if not met or requirement["verdict"] != Verdict.PASS.value:
        return requirement
    purpose, obstacle = met[0]
    others = f", and {len(met) - 1} times more" if len(met) > 1 else ""
    return {
        **requirement,
        "verdict": Verdict.INCONCLUSIVE.value,
        "reason": Reason.MET_ELSEWHERE.value,
        "sentence": (
            f"its own purposes passed, but {_WHERE[obstacle['phase']]} {purpose['id']} it was not "
            f"so: expected {obstacle['expected']}, but found {obstacle['actual']}{others}"
        ),
        "expected": obstacle["expected"],
        "actual": obstacle["actual"],
        "decided_by": purpose["id"],
    }


def broken_elsewhere(requirements: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The requirements that are inconclusive by what other purposes met."""
    return [each for each in requirements if each["reason"] == Reason.MET_ELSEWHERE.value]
