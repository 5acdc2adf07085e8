"""From collected pytest items to test purposes, and which of them are to run.

Law of this file: it acts only on items that carry the marker `purpose`, opens nothing, and calls a
purpose that is not sound (unknown requirement, id used twice, no docstring) a usage error.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pytest

from conformance.document import Edition, TestPurpose, refusal_code
from conformance.statement import Pics
from conformance.testbed import CAPABILITIES, HAZARDS, LONG, LONG_S, LONG_TAKES, Rig
from conformance.verdict import Judgement, Reason, Verdict

MARKER = (
    "purpose(id, verifies, hazards=(), needs=(), waits_s=0): the test function is the test purpose "
    "`id`, verifies the requirements in `verifies`, `hazards` names what it can do to a board, "
    "`needs` what it wants of the rig beside what its requirements want, and `waits_s` how many "
    f"seconds it waits at least (more than {LONG_S}: where time is real, with --allow={LONG} only)"
)

#: Hazard -> the capabilities of which any makes it none.
_CURES = {
    "unwired-sleep": frozenset({"wake-wire"}),
    "stranding": frozenset({"reset", "power"}),
}

PURPOSE = pytest.StashKey[TestPurpose]()

#: The fixture with which a purpose requires a refusal (`Checks.refused`).
REFUSED = "refused"


def attach_purposes(items: Iterable[pytest.Item], edition: Edition) -> None:
    """Read the marker of every item into its stash; raises `pytest.UsageError`."""
    seen: dict[str, str] = {}
    for item in items:
        marker = item.get_closest_marker("purpose")
        if marker is None:
            continue
        purpose = _purpose(item, marker, edition)
        _check(purpose, edition)
        if purpose.id in seen:
            raise pytest.UsageError(f"{purpose.id} is both {seen[purpose.id]} and {item.nodeid}")
        seen[purpose.id] = item.nodeid
        item.stash[PURPOSE] = purpose


def with_purpose(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The items that are test purposes."""
    return [item for item in items if PURPOSE in item.stash]


def _purpose(item: pytest.Item, marker: pytest.Mark, edition: Edition) -> TestPurpose:
    verifies = marker.kwargs.get("verifies", ())
    if len(marker.args) != 1 or not isinstance(verifies, (list, tuple)):
        raise pytest.UsageError(
            f"{item.nodeid}: the marker is purpose(ID, verifies=[REQUIREMENT, ...])"
        )
    function = getattr(item, "function", None)
    callspec = getattr(item, "callspec", None)
    suffix = f"[{callspec.id}]" if callspec is not None else ""
    return TestPurpose(
        id=f"{marker.args[0]}{suffix}",
        statement=_statement(function),
        verifies=(*verifies, *_codes(item, verifies, edition)),
        nodeid=item.nodeid,
        hazards=tuple(marker.kwargs.get("hazards", ())),
        needs=tuple(marker.kwargs.get("needs", ())),
        waits_s=marker.kwargs.get("waits_s", 0),
    )


def _codes(item: pytest.Item, verifies: Sequence[str], edition: Edition) -> Iterable[str]:
    """The requirements for which a purpose that takes `refused` writes a result code down."""
    if REFUSED not in getattr(item, "fixturenames", ()):
        return ()
    known = [edition.requirements[name] for name in verifies if name in edition.requirements]
    codes = dict.fromkeys(refusal_code(each) for each in known)
    return [name for name in codes if name in edition.requirements]


@lru_cache(maxsize=1)
def _statement(function: object) -> str:
    """What `function` claims; the cases of one come one after the other."""
    docstring = inspect.getdoc(function) or ""
    return " ".join(docstring.split("\n\n")[0].split())


def _check(purpose: TestPurpose, edition: Edition) -> None:
    unknown = [name for name in purpose.verifies if name not in edition.requirements]
    problems = {
        "it verifies nothing": not purpose.verifies,
        f"no requirement {', '.join(unknown)} in {edition.name}": bool(unknown),
        "it has no docstring, so nobody knows what it claims": not purpose.statement,
        f"unknown hazard; known: {', '.join(HAZARDS)}": not set(purpose.hazards) <= HAZARDS.keys(),
        f"unknown need; known: {', '.join(CAPABILITIES)}": not set(purpose.needs)
        <= CAPABILITIES.keys(),
        f"waits_s is a number of seconds, not {purpose.waits_s!r}": not isinstance(
            purpose.waits_s, (int, float)
        ),
    }
    for problem, there in problems.items():
        if there:
            raise pytest.UsageError(f"{purpose.nodeid}: {purpose.id}: {problem}")


def is_selected(purpose: TestPurpose, edition: Edition, prefixes: Sequence[str]) -> bool:
    """Whether one of the requirements that `purpose` verifies is under one of `prefixes`."""
    requirements = [edition.requirements[name] for name in purpose.verifies]
    return any(r.selected_by(prefix) for r in requirements for prefix in prefixes)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What decides whether a selected purpose can run."""

    edition: Edition
    pics: Pics
    allowed: frozenset[str]

    def objection(self, purpose: TestPurpose, rig: Rig) -> Judgement | None:
        """Why `purpose` is not applicable or not run on `rig`; None if it is to run."""
        requirements = [self.edition.requirements[name] for name in purpose.verifies]
        if not any(self.pics.claims(requirement) for requirement in requirements):
            return Judgement(
                Verdict.NOT_APPLICABLE,
                Reason.NOT_CLAIMED,
                f"the PICS does not claim {', '.join(purpose.verifies)}",
            )
        needs = {*purpose.needs, *(need for each in requirements for need in each.needs)}
        if lacking := sorted(needs - rig.capabilities):
            missing = rig.missing()
            # One trouble of a rig may cost it several capabilities.
            whys = dict.fromkeys(missing.get(need, f"no {need}") for need in lacking)
            why = "; ".join(whys)
            return Judgement(Verdict.NOT_RUN, Reason.CAPABILITY_MISSING, f"the rig lacks it: {why}")
        if forbidden := self._forbidden(purpose, rig):
            dangers = "; ".join(f"{name}: {_danger(name)}" for name in forbidden)
            return Judgement(
                Verdict.NOT_RUN,
                Reason.NOT_ALLOWED,
                f"not allowed on a board without --allow={','.join(forbidden)} ({dangers})",
            )
        if purpose.waits_s > LONG_S and rig.is_real_time and LONG not in self.allowed:
            return Judgement(
                Verdict.NOT_RUN,
                Reason.NOT_ALLOWED,
                f"it {LONG_TAKES}, and time is real on this rig: --allow={LONG} lets it, and "
                "--rig=emulator skips the waiting",
            )
        return None

    def _forbidden(self, purpose: TestPurpose, rig: Rig) -> list[str]:
        """The hazards of `purpose` that nobody allowed, and that this bench cannot undo itself."""
        if not rig.is_board:
            return []
        harmless = {hazard for hazard, cures in _CURES.items() if cures & rig.capabilities}
        return sorted(set(purpose.hazards) - self.allowed - harmless)


def _danger(hazard: str) -> str:
    """What `hazard` does, and with which capability nobody has to allow it."""
    cures = " or ".join(sorted(_CURES.get(hazard, ())))
    return f"{HAZARDS[hazard]}; with {cures} it needs no leave" if cures else HAZARDS[hazard]
