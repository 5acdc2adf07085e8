"""What a run came to: from the records of its journal and the edition to one plain value.

Law of this file: a pure function. The same journal and the same edition give the same results,
byte for byte, whatever the order in which workers ended their purposes. `schema/` publishes the
shape; `summary.py` says what it all amounts to.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conformance.document import FORMS, Edition, Requirement
from conformance.record import FORMAT, EndRecord, PurposeRecord, Record, RigRecord, RunRecord
from conformance.testbed import NANOSECONDS
from conformance.verdict import OVER_PURPOSES, Judgement, Reason, Verdict, roll_up
from reports.obstacles import broken_elsewhere, held_against
from reports.summary import summarise
from reports.text import natural

#: For a journal that stops without saying why.
KILLED = "the harness ended without saying so; only what had finished until then is reported"


def build(records: Iterable[Record], edition: Edition) -> dict[str, Any]:
    """The results of the run that `records` tell of; raises `ValueError` if no run began."""
    journal = _sorted_out(records)
    purposes = [_purpose(journal.attempts[key]) for key in sorted(journal.attempts, key=natural)]
    judged = _requirements(edition, purposes)
    requirements = held_against(judged, purposes, edition.responses())
    run = _run(journal)
    rigs = [_rig(rig) for rig in journal.rigs]
    return {
        "format": FORMAT,
        "run": run,
        "rigs": rigs,
        "edition": _edition(edition),
        "requirements": requirements,
        "purposes": purposes,
        "summary": summarise(requirements, purposes, run, rigs),
    }


def purpose_verdicts(records: Iterable[Record]) -> list[Verdict]:
    """The verdict that counts of each purpose, for the exit code of a run."""
    attempts: dict[str, list[PurposeRecord]] = {}
    for record in records:
        if isinstance(record, PurposeRecord):
            attempts.setdefault(record.id, []).append(record)
    return [_in_order(tries)[-1].verdict for tries in attempts.values()]


def deciding_verdicts(records: Iterable[Record], edition: Edition) -> list[Verdict]:
    """`purpose_verdicts`, and what becomes of requirements that were broken elsewhere."""
    kept = list(records)
    verdicts = purpose_verdicts(kept)
    if any(isinstance(record, PurposeRecord) and record.obstacles for record in kept):
        elsewhere = broken_elsewhere(build(kept, edition)["requirements"])
        verdicts += [Verdict(each["verdict"]) for each in elsewhere]
    return verdicts


@dataclass(frozen=True, slots=True)
class _Journal:
    """The records of one run by kind."""

    run: RunRecord
    rigs: Sequence[RigRecord]
    attempts: Mapping[str, list[PurposeRecord]]
    end: EndRecord | None


def _sorted_out(records: Iterable[Record]) -> _Journal:
    runs: list[RunRecord] = []
    rigs: list[RigRecord] = []
    ends: list[EndRecord] = []
    attempts: dict[str, list[PurposeRecord]] = {}
    for record in records:
        match record:
            case RunRecord():
                runs.append(record)
            case RigRecord():
                # A worker may tell it with each of its tests.
                if record not in rigs:
                    rigs.append(record)
            case EndRecord():
                ends.append(record)
            case PurposeRecord():
                attempts.setdefault(record.id, []).append(record)
    if len(runs) != 1 or len(ends) > 1:
        raise ValueError(
            f"a journal tells of one run; this one begins {len(runs)} times, ends {len(ends)} times"
        )
    rigs.sort(key=lambda rig: natural(rig.worker))
    return _Journal(runs[0], rigs, attempts, ends[0] if ends else None)


def _rig(record: RigRecord) -> dict[str, Any]:
    """What a rig was; what only a playback of the run needs stays in the journal."""
    needless = ("registered", "is_board")
    return {key: value for key, value in _plain(record).items() if key not in needless}


def _plain(record: Any) -> dict[str, Any]:
    """`record` as JSON has it: no tuples, no enums, mappings in the order of their keys."""
    plain = _jsonable(dataclasses.asdict(record))
    assert isinstance(plain, dict)
    return plain


def _jsonable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    return value.value if isinstance(value, Verdict | Reason) else value


# The run ----------------------------------------------------------------------------------------


def _run(journal: _Journal) -> dict[str, Any]:
    run, end = journal.run, journal.end
    told = _plain(run)
    interrupted = KILLED if end is None else end.interrupted
    return {
        "started": run.started,
        "ended": end.ended if end else None,
        "duration_s": _duration(journal),
        "interrupted": interrupted,
        "exit_code": end.exit_code if end else None,
        "wear": _jsonable(end.wear) if end else {},
        "edition": {
            "name": run.edition,
            "title": run.edition_title,
            "digest": run.edition_digest,
        },
        **{key: told[key] for key in ("suite_version", "rig", "pics", "pixit", "profile")},
        **{key: told[key] for key in ("selection", "playback", "environment")},
        "clock": {
            "start": _clock(run.clock_offset_ns, run.clock_uncertainty_ns),
            "end": _clock(end.clock_offset_ns, end.clock_uncertainty_ns) if end else None,
        },
    }


def _clock(offset_ns: int, uncertainty_ns: int) -> dict[str, int]:
    return {"offset_ns": offset_ns, "uncertainty_ns": uncertainty_ns}


def _duration(journal: _Journal) -> float | None:
    """Seconds from the start to the end, or to the end of the last purpose of a killed run."""
    try:
        start = datetime.fromisoformat(journal.run.started)
        if journal.end:
            seconds = (datetime.fromisoformat(journal.end.ended) - start).total_seconds()
            return round(max(seconds, 0.0), 3)
        offset = journal.run.clock_offset_ns
        seconds = max(
            (record.started_ns + offset) / NANOSECONDS + record.duration_s - start.timestamp()
            for tries in journal.attempts.values()
            for record in tries
        )
    except (ValueError, TypeError):  # no purpose ended, or a time that is none
        return None
    return round(max(seconds, 0.0), 3)


# The edition ------------------------------------------------------------------------------------


def _edition(edition: Edition) -> dict[str, Any]:
    """What a page needs of the edition that the results were made with."""
    return {
        "name": edition.name,
        "title": edition.title,
        "digest": edition.digest,
        "clauses": [
            _plain(edition.clauses[number]) for number in sorted(edition.clauses, key=natural)
        ],
        "commands": [
            {
                "name": command.name,
                "clause": command.clause,
                "title": command.title,
                "forms": list(command.forms),
            }
            for command in sorted(edition.commands.values(), key=lambda c: natural(c.clause))
        ],
        "rulings": [_plain(edition.rulings[name]) for name in sorted(edition.rulings, key=natural)],
    }


# Purposes ---------------------------------------------------------------------------------------


def _in_order(tries: Iterable[PurposeRecord]) -> list[PurposeRecord]:
    """The attempts at one purpose; the one that counts comes last.

    Should two claim the same number, the worse one counts: nothing bad is hidden by repetition.
    """
    return sorted(tries, key=lambda t: (t.attempt, OVER_PURPOSES.index(t.verdict), t.started_ns))


def _purpose(tries: Iterable[PurposeRecord]) -> dict[str, Any]:
    *earlier, last = _in_order(tries)
    return {
        "id": last.id,
        "nodeid": last.nodeid,
        "statement": last.statement,
        "verifies": sorted(last.pairs, key=natural),
        "rulings": sorted(last.rulings, key=natural),
        "attempts": len(earlier) + 1,
        **_attempt(last),
        "earlier": [_attempt(record) for record in earlier],
    }


def _attempt(record: PurposeRecord) -> dict[str, Any]:
    judgement = Judgement(
        record.verdict, record.reason, record.sentence, record.expected, record.actual
    )
    return {
        **_plain(judgement),
        "judgements": [
            {"requirement": name, **_plain(record.pairs[name])}
            for name in sorted(record.pairs, key=natural)
        ],
        "evidence": {
            "transcript": record.transcript,
            "trace": list(record.trace),
            "captures": list(record.captures),
            "seen": list(record.seen),
        },
        "obstacles": [_plain(each) for each in record.obstacles],
        "attempt": record.attempt,
        "worker": record.worker,
        "started_ns": record.started_ns,
        "duration_s": record.duration_s,
        "unasked_restarts": record.unasked_restarts,
        "idle_restarts": record.idle_restarts,
    }


# Requirements -----------------------------------------------------------------------------------


def _requirements(edition: Edition, purposes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every requirement of the edition, judged or not, in the document's order."""
    judged: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for purpose in purposes:
        for judgement in purpose["judgements"]:
            judged.setdefault(judgement["requirement"], []).append((purpose["id"], judgement))
    known = [
        _requirement(requirement, judged.pop(requirement.id, []))
        for requirement in sorted(edition.requirements.values(), key=_place)
    ]
    # Of an edition that has changed since the run: kept, so that no verdict gets lost.
    return known + [_unknown(name, judged[name]) for name in sorted(judged, key=natural)]


def _place(requirement: Requirement) -> tuple[Any, ...]:
    form = FORMS.index(requirement.form) if requirement.form in FORMS else len(FORMS)
    return natural(requirement.clause), requirement.command, form, natural(requirement.id)


def _requirement(
    requirement: Requirement, judged: Sequence[tuple[str, Mapping[str, Any]]]
) -> dict[str, Any]:
    return {
        "id": requirement.id,
        "clause": requirement.clause,
        "command": requirement.command,
        "form": requirement.form,
        "level": requirement.level.value,
        "statement": requirement.statement,
        "place": requirement.place,
        "vantage": list(requirement.vantage),
        "needs": list(requirement.needs),
        "ruling": requirement.ruling,
        "known": True,
        **_rolled_up(judged, requirement.untested_because),
    }


def _unknown(name: str, judged: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    clause, command, form, *_ = [*name.split("/"), "-", "-", "-"]
    return {
        "id": name,
        "clause": clause,
        "command": command,
        "form": form,
        # The stricter guess: what is unknown may not make a run look better than it was.
        "level": "mandatory",
        "statement": "This requirement is not in the edition that the report was made with.",
        "place": "",
        "vantage": [],
        "needs": [],
        "ruling": "",
        "known": False,
        **_rolled_up(judged, ""),
    }


def _rolled_up(
    judged: Sequence[tuple[str, Mapping[str, Any]]], untested_because: str
) -> dict[str, Any]:
    """Verdict, reason and sentence of a requirement, from the purpose that decides."""
    verdict = roll_up(Verdict(judgement["verdict"]) for _, judgement in judged)
    if not judged:
        return _untouched(untested_because)
    name, decisive = next(pair for pair in judged if pair[1]["verdict"] == verdict.value)
    told = {key: decisive[key] for key in ("verdict", "reason", "sentence", "expected", "actual")}
    if verdict is Verdict.OBSERVED:
        told["actual"] = _observed(judged)
        told["sentence"] = f"observed: {told['actual']}"
    return {
        **told,
        "decided_by": name,
        "purposes": [purpose for purpose, _ in judged],
    }


def _observed(judged: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """What was observed, each value once; how often, where they differ."""
    values = [each["actual"] for _, each in judged if each["verdict"] == Verdict.OBSERVED.value]
    counts = Counter(values)
    if len(counts) == 1:
        return str(values[0])
    return ", ".join(f"{value} in {count}" for value, count in counts.items())


def _untouched(untested_because: str) -> dict[str, Any]:
    reason = Reason.NO_AUTOMATIC_TEST if untested_because else Reason.NOT_SELECTED
    return {
        "verdict": Verdict.NONE.value,
        "reason": reason.value,
        "sentence": untested_because or "No purpose of this run verified it.",
        "expected": "",
        "actual": "",
        "decided_by": "",
        "purposes": [],
    }
