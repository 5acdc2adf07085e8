"""What is written down about a run: the lines of its journal.

Law of this file: plain values that survive JSON unchanged. Whoever judges writes them, whoever
reports reads them, and neither knows the other. A journal is one `RunRecord`, a `PurposeRecord`
for each purpose as it ends, and an `EndRecord` unless the harness was killed.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.blame import Obstacle
from conformance.verdict import Judgement, Reason, Verdict

#: Version of the journal's and of results.json's format.
FORMAT = 1


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What a run was, before anything was decided. Times are UTC in ISO 8601."""

    started: str
    edition: str
    edition_title: str
    edition_digest: str
    suite_version: str
    rig: str
    #: How `time.monotonic_ns` and UTC were related at the start: offset and its uncertainty.
    clock_offset_ns: int
    clock_uncertainty_ns: int
    pics: str = "everything the document lists"
    #: The forms that the PICS does not claim: command and form. None: that was not written down.
    not_claimed: tuple[tuple[str, str], ...] | None = None
    #: Names and values of the PIXIT, secrets left out.
    pixit: Mapping[str, Any] = field(default_factory=dict)
    profile: str = "none"
    #: What was asked for: prefixes, classes allowed.
    selection: Mapping[str, Any] = field(default_factory=dict)
    #: Of a stored run that is played back: what holds as it did then, and what does not.
    playback: tuple[str, ...] = ()
    #: Versions of Python, of the platform and of the packages that judge.
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An answer that does not go with what is claimed."""

    line: str
    command: str
    form: str
    #: What is said of the form: claimed, not claimed, or not in the document.
    claim: str
    #: What the IUT did instead of what the claim lets one expect.
    sentence: str
    answer: str


@dataclass(frozen=True, slots=True)
class Review:
    """How the maker's claims go with the answers to harmless probes; information, no verdict."""

    #: How many forms were asked for, and how many were to be.
    asked: int = 0
    forms: int = 0
    contradictions: tuple[Contradiction, ...] = ()
    #: Why not everything was asked, or why the answers tell nothing; empty if all is well.
    note: str = ""
    #: Path of its transcript, relative to the report's folder.
    transcript: str = ""


@dataclass(frozen=True, slots=True)
class RigRecord:
    """What a worker found when it opened its rig."""

    worker: str
    rig: str
    opened: bool
    #: The lines that `AT+GMR` answered; empty if it did not.
    identity: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    #: Each missing capability, and why.
    missing: Mapping[str, str] = field(default_factory=dict)
    #: Why it could not be opened.
    problem: str = ""
    #: Path of the transcript of its opening, relative to the report's folder.
    transcript: str = ""
    #: Name of the deviation profile that was chosen for this firmware.
    profile: str = "none"
    #: Requirement id -> what the firmware does instead, according to that profile.
    deviations: Mapping[str, str] = field(default_factory=dict)
    #: The same in full, so that a stored run is played back with them. None: not written down.
    registered: tuple[Mapping[str, Any], ...] | None = None
    #: Whether hazards needed the engineer's leave there. None: not written down.
    is_board: bool | None = None
    #: How the maker's claims go with the answers to harmless probes; None: nobody asked.
    review: Review | None = None
    #: Whether a second took a second there, or idle time was skipped.
    real_time: bool = True


@dataclass(frozen=True, slots=True)
class PurposeRecord:
    """What came of one purpose."""

    id: str
    nodeid: str
    statement: str
    verdict: Verdict
    reason: Reason
    sentence: str
    expected: str = ""
    actual: str = ""
    #: Requirement id -> judgement, for every requirement that the purpose verifies.
    pairs: Mapping[str, Judgement] = field(default_factory=dict)
    #: Ids of the rulings it rests on.
    rulings: tuple[str, ...] = ()
    #: The exchanges, one line an event, in packetdrill's manner.
    trace: tuple[str, ...] = ()
    #: Path of the transcript, relative to the report's folder; empty if nothing was said.
    transcript: str = ""
    #: Paths of the captures, relative to the report's folder.
    captures: tuple[str, ...] = ()
    #: What they show, one line a frame, as far as there is room.
    seen: tuple[str, ...] = ()
    #: What the IUT did wrong outside of the stimulus under test.
    obstacles: tuple[Obstacle, ...] = ()
    started_ns: int = 0
    duration_s: float = 0.0
    worker: str = "main"
    #: 1 for the first try.
    attempt: int = 1
    #: How often the IUT restarted though nobody asked it to, and how often of these while nothing
    #: was asked of it at all.
    unasked_restarts: int = 0
    idle_restarts: int = 0


@dataclass(frozen=True, slots=True)
class EndRecord:
    """How a run ended."""

    ended: str
    exit_code: int
    clock_offset_ns: int
    clock_uncertainty_ns: int
    interrupted: str = ""
    #: What the run cost the boards, by name, all rigs together; empty if nobody can tell.
    wear: Mapping[str, int] = field(default_factory=dict)


Record = RunRecord | RigRecord | PurposeRecord | EndRecord

_NAMES: dict[type[Record], str] = {
    RunRecord: "run",
    RigRecord: "rig",
    PurposeRecord: "purpose",
    EndRecord: "end",
}

#: Under this name a record travels in a pytest report's `user_properties`, from worker to recorder.
PROPERTY = "conformance-record"


def dump(record: Record) -> str:
    """`record` as one line of a journal, without the line's end."""
    return json.dumps({"kind": _NAMES[type(record)], **_fields(record)}, default=_fields)


def _fields(value: Any) -> dict[str, Any]:
    """The fields of a frozen value; `dataclasses.asdict` would copy all that is in them."""
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def load(line: str) -> Record:
    """The record that `dump` made `line` from; raises `ValueError` if it is none."""
    try:
        fields = json.loads(line)
        return _LOADERS[fields.pop("kind")](fields)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a journal record: {error}") from error


def _tuples(fields: dict[str, Any]) -> dict[str, Any]:
    """JSON has no tuples, frozen values have no lists."""
    return {key: tuple(v) if isinstance(v, list) else v for key, v in fields.items()}


def _rig(fields: dict[str, Any]) -> RigRecord:
    if review := fields.get("review"):
        review["contradictions"] = tuple(Contradiction(**each) for each in review["contradictions"])
        fields["review"] = Review(**review)
    return RigRecord(**_tuples(fields))


def _purpose(fields: dict[str, Any]) -> PurposeRecord:
    fields["verdict"] = Verdict(fields["verdict"])
    fields["reason"] = Reason(fields["reason"])
    fields["pairs"] = {key: _judgement(value) for key, value in fields["pairs"].items()}
    fields["obstacles"] = tuple(_obstacle(each) for each in fields.get("obstacles", ()))
    return PurposeRecord(**_tuples(fields))


def _obstacle(fields: dict[str, Any]) -> Obstacle:
    fields["reason"] = Reason(fields["reason"])
    return Obstacle(**_tuples(fields))


def _judgement(fields: dict[str, Any]) -> Judgement:
    return Judgement(
        Verdict(fields["verdict"]),
        Reason(fields["reason"]),
        fields["sentence"],
        fields["expected"],
        fields["actual"],
    )


def _run(fields: dict[str, Any]) -> RunRecord:
    if fields.get("not_claimed"):
        fields["not_claimed"] = tuple((command, form) for command, form in fields["not_claimed"])
    return RunRecord(**_tuples(fields))


_LOADERS: dict[str, Callable[[dict[str, Any]], Record]] = {
    "run": _run,
    "rig": _rig,
    "purpose": _purpose,
    "end": lambda fields: EndRecord(**_tuples(fields)),
}
