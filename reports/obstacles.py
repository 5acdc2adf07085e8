"""What purposes met on their way that speaks against requirements of other commands.

Law of this file: nothing is forgiven and nothing is counted twice. What a purpose met outside of
its stimulus under test speaks against the first requirement of that command and form: that it is
answered as it is to be. If a requirement of that form fails by its own purposes, the fail stands
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


def held_against(requirements: Requirements, purposes: Requirements) -> list[dict[str, Any]]:
    """`requirements`, those that passed but were broken elsewhere as inconclusive."""
    against = _spoken_against(requirements, purposes)
    return [_judged(dict(each), against.get(each["id"], ())) for each in requirements]


def _spoken_against(
    requirements: Requirements, purposes: Requirements
) -> dict[str, list[tuple[Mapping[str, Any], Mapping[str, Any]]]]:
    """Requirement id -> purpose and obstacle, for what no fail of its form stands for."""
    firsts: dict[tuple[str, str], str] = {}
    told: set[tuple[str, str]] = set()
    for each in requirements:
        kind = each["command"], each["form"]
        if each["id"].endswith("/01"):
            firsts.setdefault(kind, each["id"])
        if each["verdict"] in _TOLD:
            told.add(kind)
    found: dict[str, list[tuple[Mapping[str, Any], Mapping[str, Any]]]] = {}
    for purpose in purposes:
        for obstacle in purpose["obstacles"]:
            kind = obstacle["command"], obstacle["form"]
            first = [firsts[kind]] if kind in firsts and kind not in told else []
            for name in obstacle["requirements"] or first:
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
