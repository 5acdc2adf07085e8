"""What a run amounts to: counts, the one word on the cover, and what stands beside it.

Law of this file: the word is `verdict.conformant`'s; here it is only made more careful, never
kinder. Whatever did not count for the word is counted beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from conformance.document import Level
from conformance.verdict import DECIDED, Answer, Reason, Verdict, conformant

#: The cover's words for each answer.
HEADLINES: Mapping[Answer, str] = {
    Answer.CONFORMANT: "Conformant",
    Answer.NOT_CONFORMANT: "Not conformant",
    Answer.UNDECIDED: "Undecided",
}

_BESIDE = (Verdict.NOT_RUN, Verdict.NOT_APPLICABLE, Verdict.NONE)


def summarise(
    requirements: Sequence[Mapping[str, Any]],
    purposes: Sequence[Mapping[str, Any]],
    run: Mapping[str, Any],
    rigs: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """The summary of a run from its requirements and purposes."""
    counted = [
        Verdict(requirement["verdict"])
        for requirement in requirements
        if requirement["level"] == Level.MANDATORY.value
        and requirement["reason"] != Reason.NO_AUTOMATIC_TEST.value
    ]
    interrupted = bool(run["interrupted"])
    partial = not run["selection"].get("whole", True)
    answer = _answer(counted, interrupted or partial)
    return {
        "conformant": answer.value,
        "headline": HEADLINES[answer],
        "sentence": _sentence(answer, Counter(counted), interrupted, partial),
        "nothing_decided": not any(Verdict(p["verdict"]) in DECIDED for p in purposes),
        "interrupted": interrupted,
        "duration_s": run["duration_s"],
        "requirements": _counts(requirements),
        "mandatory": _counts(r for r in requirements if r["level"] == Level.MANDATORY.value),
        "purposes": _counts(purposes),
        "beside": _beside(requirements),
        "unshown_deviations": _unshown(requirements, rigs),
        "unasked_restarts": _restarts(purposes),
    }


def _answer(mandatory: Sequence[Verdict], incomplete: bool) -> Answer:
    answer = conformant(mandatory)
    # A purpose that was still to come, or left out, could have failed what another one passed.
    if incomplete and answer is Answer.CONFORMANT:
        return Answer.UNDECIDED
    return answer


def _counts(judged: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many there are of each verdict, zeros too, so that every reader finds every key."""
    found = Counter(each["verdict"] for each in judged)
    return {"total": found.total(), **{verdict.value: found[verdict.value] for verdict in Verdict}}


def _beside(requirements: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What was not decided, grouped by why, the largest group of each verdict first."""
    groups: Counter[tuple[str, str]] = Counter()
    mandatory: Counter[tuple[str, str]] = Counter()
    for requirement in requirements:
        if Verdict(requirement["verdict"]) in _BESIDE:
            group = requirement["verdict"], requirement["reason"]
            groups[group] += 1
            mandatory[group] += requirement["level"] == Level.MANDATORY.value
    order = [verdict.value for verdict in _BESIDE]
    return [
        {
            "verdict": group[0],
            "reason": group[1],
            "requirements": groups[group],
            "mandatory": mandatory[group],
        }
        for group in sorted(groups, key=lambda g: (order.index(g[0]), -groups[g], g[1]))
    ]


def _restarts(purposes: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How often the IUT restarted unasked, in how many purposes, and how often out of the blue."""
    counted = [each for each in purposes if each["unasked_restarts"]]
    return {
        "total": sum(each["unasked_restarts"] for each in counted),
        "idle": sum(each["idle_restarts"] for each in counted),
        "purposes": len(counted),
    }


def _unshown(
    requirements: Iterable[Mapping[str, Any]], rigs: Iterable[Mapping[str, Any]]
) -> list[dict[str, str]]:
    """Deviations that the profile predicts for requirements that passed: it is out of date."""
    predicted: dict[str, str] = {}
    for rig in rigs:
        predicted |= rig["deviations"]
    return [
        {"requirement": each["id"], "predicted": predicted[each["id"]]}
        for each in requirements
        if each["id"] in predicted and each["verdict"] == Verdict.PASS.value
    ]


def _sentence(answer: Answer, counted: Counter[Verdict], interrupted: bool, partial: bool) -> str:
    """Why the cover says what it says."""
    match answer:
        case Answer.CONFORMANT:
            return f"{_many(counted[Verdict.PASS])} that this rig could decide passed, all of them."
        case Answer.NOT_CONFORMANT:
            return _not_met(counted)
        case Answer.UNDECIDED:
            return _undecided(counted, interrupted, partial)


def _not_met(counted: Counter[Verdict]) -> str:
    parts = []
    if counted[Verdict.FAIL]:
        parts.append(f"{_many(counted[Verdict.FAIL])} not met")
    if counted[Verdict.DEVIATION]:
        parts.append(
            f"{_many(counted[Verdict.DEVIATION])} not met as the firmware's profile predicts"
        )
    return "; ".join(parts) + "."


def _undecided(counted: Counter[Verdict], interrupted: bool, partial: bool) -> str:
    parts = ["The run was interrupted"] if interrupted else []
    parts += ["only a selection of the purposes was run"] if partial else []
    for verdict, words in (
        (Verdict.ERROR, "ended in an error of the harness or the rig"),
        (Verdict.INCONCLUSIVE, "inconclusive"),
        (Verdict.NONE, "not verified by any purpose of this run"),
    ):
        if counted[verdict]:
            parts.append(f"{_many(counted[verdict])} {words}")
    if not counted[Verdict.PASS]:
        parts.append("no mandatory requirement passed")
    text = "; ".join(parts)
    return text[0].upper() + text[1:] + "."


def _many(number: int) -> str:
    return f"{number} mandatory requirement{'s' if number != 1 else ''}"
