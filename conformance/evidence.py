"""What runs show of the coverage: what was tried and never decided, and which checks can fail.

Law of this file: it reads what was stored, a `results.json` and the kill matrix's `matrix.json`,
and names a requirement verified only where both a check and a fault stand behind it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.document import Edition
from conformance.verdict import DECIDED, Verdict

#: Verdicts on a requirement that somebody tried to decide.
_TRIED = DECIDED | {Verdict.INCONCLUSIVE, Verdict.ERROR}


class EvidenceError(ValueError):
    """A stored file that cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a run decided, requirement by requirement."""

    #: Requirements that a purpose tried to decide, and those that one did.
    tried: frozenset[str]
    decided: frozenset[str]

    @property
    def undecided(self) -> tuple[str, ...]:
        """Requirements that were exercised and never decided."""
        return tuple(sorted(self.tried - self.decided))


@dataclass(frozen=True, slots=True)
class Kills:
    """What the kill matrix knows of each requirement."""

    #: Requirements that some fault breaks.
    broken: frozenset[str]
    #: Those of them that failed under such a fault, in a check that bears their name.
    noticed: frozenset[str]
    #: Requirements that the faults are said to break, and that no edition has.
    strange: frozenset[str] = frozenset()


def sent(path: Path, purpose: str) -> tuple[str, ...]:
    """What `purpose` sent in the run whose `results.json` is at `path`, readable, in its order.

    Empty if it was not run there. Raises `EvidenceError`.
    """
    try:
        rows = [each for each in _read(path)["purposes"] if each["id"] == purpose]
        traces = [line for row in rows for line in row["evidence"]["trace"]]
        return tuple(line.split(" > ", 1)[1] for line in traces if " > " in line)
    except (KeyError, TypeError, AttributeError) as error:
        raise EvidenceError(f"{path}: not the results of a run: {error!r}") from error


def failing(path: Path, purpose: str) -> tuple[str, ...]:
    """The faults that made `purpose` fail in the kill matrix at `path`; raises `EvidenceError`."""
    try:
        faults = _read(path)["faults"]
        return tuple(each["id"] for each in faults if purpose in each["failed_purposes"])
    except (KeyError, TypeError) as error:
        raise EvidenceError(f"{path}: not a kill matrix: {error!r}") from error


def decisions(path: Path) -> Decisions:
    """What the `results.json` at `path` tells; raises `EvidenceError`."""
    results = _read(path)
    try:
        judged = [
            (each["requirement"], Verdict(each["verdict"]))
            for purpose in results["purposes"]
            for each in _judgements(purpose)
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise EvidenceError(f"{path}: not the results of a run: {error}") from error
    return Decisions(
        frozenset(name for name, verdict in judged if verdict in _TRIED),
        frozenset(name for name, verdict in judged if verdict in DECIDED),
    )


def _judgements(purpose: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Of all attempts: what was decided once was decided."""
    attempts = [purpose, *purpose["earlier"]]
    return [each for attempt in attempts for each in attempt["judgements"]]


def kills(path: Path, edition: Edition) -> Kills:
    """What the `matrix.json` at `path` tells; raises `EvidenceError`."""
    matrix = _read(path)
    try:
        faults = [row for row in matrix["faults"] if row["kind"] == "fault"]
        broken = frozenset(name for row in faults for name in row["breaks"])
        noticed = frozenset(
            name for row in faults for name in row["breaks"] if name in row["failed_requirements"]
        )
    except (KeyError, TypeError) as error:
        raise EvidenceError(f"{path}: not a kill matrix: {error}") from error
    return Kills(broken, noticed, broken - edition.requirements.keys())


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands behind the coverage, as far as it was given."""

    #: The requirements that have a purpose.
    covered: frozenset[str]
    decisions: Decisions | None = None
    kills: Kills | None = None

    @property
    def verified(self) -> frozenset[str]:
        """Requirements whose check was reached and noticed a fault of theirs.

        That a check failed under a fault shows that it was reached; if a run's results are given,
        they must show it, too.
        """
        if self.kills is None:
            return frozenset()
        verified = self.covered & self.kills.noticed
        return verified if self.decisions is None else verified & self.decisions.decided

    @property
    def unverified(self) -> Mapping[str, str]:
        """Each covered requirement that is not verified, and what is lacking."""
        if self.kills is None:
            return {}
        return {name: self._lack(name) for name in sorted(self.covered - self.verified)}

    def _lack(self, name: str) -> str:
        assert self.kills is not None
        if name not in self.kills.broken:
            return "no fault breaks it"
        if name not in self.kills.noticed:
            return "a fault breaks it, and no check of its own noticed"
        return "the run did not decide it"

    def as_dict(self) -> dict[str, Any]:
        """What is known beyond the coverage; `verified` takes the place of the coverage's own."""
        told: dict[str, Any] = {}
        if self.decisions is not None:
            told["exercised_never_decided"] = list(self.decisions.undecided)
        if self.kills is not None:
            told["verified"] = sorted(self.verified)
            told["not_verified"] = dict(self.unverified)
            told["faults_of_unknown_requirements"] = sorted(self.kills.strange)
        return told

    def told(self) -> list[str]:
        """The evidence for people."""
        lines = []
        if self.decisions is not None:
            names = self.decisions.undecided
            lines += [f"UNDECIDED: exercised and never decided: {name}" for name in names]
            lines.append(f"{len(names)} exercised and never decided")
        if self.kills is not None:
            lines += [f"NOT VERIFIED: {name}: {why}" for name, why in self.unverified.items()]
            lines += [
                f"NOT VERIFIED: faults break {name}, which the edition does not have"
                for name in sorted(self.kills.strange)
            ]
            lines.append(
                f"{len(self.verified)} of {len(self.covered)} requirements with a purpose are "
                "verified: their check was reached, and noticed a fault of theirs"
            )
        return lines


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EvidenceError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise EvidenceError(f"{path}: not JSON: {error}") from error
