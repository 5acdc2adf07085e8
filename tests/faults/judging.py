"""Whether each fault was noticed, each purpose can fail, and nothing else broke.

Law of this file: the definitions of `docs/design.md`, and nothing that runs. A fault is noticed
when a requirement that it breaks fails and at least one other purpose of the same command passes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from conformance.document import TestPurpose
from tests.faults.runs import Outcome

FAULTS = Path(__file__).with_name("faults.toml")

_FINE = {"pass", "none", "not run", "not applicable"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What `faults.toml` says of a fault, or of a family of them."""

    id: str
    kind: str
    breaks: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    blanket: bool = False
    #: The ruling that accepts it, or what it waits for.
    because: str = ""

    def allows(self, requirement: str) -> bool:
        return requirement in self.breaks or requirement in self.also or "*" in self.also

    def concerned(self, verified: Iterable[str]) -> list[str]:
        """The requirements whose purposes this fault can touch, and its command's for contrast.

        The rules that belong to no command touch every line; there the unknown ones stand for all.
        What rests on a command that is silent altogether takes long to fail and shows nothing new.
        """
        commands = {"/".join(name.split("/")[:2]) for name in self.breaks} - {"2/-"}
        rests = () if self.blanket or "*" in self.also else self.also
        named = {name for name in verified if name in rests}
        kin = {name for name in verified if "/".join(name.split("/")[:2]) in commands}
        return sorted(named | kin | set(self.breaks) | ({CONTRAST} if not commands else set()))


#: Purposes that are quick, many, and pass under most faults of clause 2.
CONTRAST = "2/-/general/10"


def load_entries(path: Path = FAULTS) -> list[Entry]:
    """The entries, in the order in which they are tried."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    # TOML keeps the order within a kind only, so accepted ones are tried first, waiting ones last.
    accepted = [Entry(row["id"], "accepted", because=row["ruling"]) for row in tables["accepted"]]
    faults = [
        Entry(
            row["id"],
            "fault",
            tuple(row["breaks"]),
            tuple(row.get("also", ())),
            row.get("blanket", False),
            row.get("why", ""),
        )
        for row in tables["fault"]
    ]
    waiting = [Entry(row["id"], "waiting", because=row["until"]) for row in tables["waiting"]]
    return [*accepted, *faults, *waiting]


def entry_of(fault: str, entries: Sequence[Entry]) -> Entry | None:
    return next((entry for entry in entries if fnmatchcase(fault, entry.id)), None)


def problems(
    outcomes: Mapping[str, Outcome],
    entries: Sequence[Entry],
    purposes: Sequence[TestPurpose],
) -> list[str]:
    """Everything that breaks the build, a sentence each."""
    found = _problems_of_health(outcomes[""])
    for fault, outcome in sorted(outcomes.items()):
        entry = entry_of(fault, entries)
        if fault and entry is None:
            found.append(f"{fault}: faults.toml does not say what it breaks")
        elif fault and entry is not None:
            found += _problems_of_fault(fault, entry, outcome, purposes)
    found += _purposes_that_never_fail(outcomes, purposes)
    return found + _requirements_without_fault(outcomes, entries, purposes)


def _problems_of_health(healthy: Outcome) -> list[str]:
    if not healthy.purposes:
        return [f"the healthy emulator decided nothing: {healthy.complaint}"]
    return [
        f"{purpose} is {verdict} on the healthy emulator"
        for purpose, verdict in healthy.purposes.items()
        if verdict != "pass"
    ]


def _problems_of_fault(
    fault: str, entry: Entry, outcome: Outcome, purposes: Sequence[TestPurpose]
) -> list[str]:
    if not outcome.purposes:
        return [f"{fault}: the run decided nothing: {outcome.complaint or outcome.exit_code}"]
    found = [
        f"{fault}: {name} is {verdict}, which faults.toml does not foresee"
        for name, verdict in outcome.requirements.items()
        if verdict not in _FINE and not entry.allows(name)
    ]
    for name in entry.breaks:
        if outcome.requirements.get(name) != "fail":
            was = outcome.requirements.get(name, "unknown")
            found.append(f"{fault}: not noticed: {name} is {was}")
        elif not entry.blanket and not _sibling_passes(name, outcome, purposes):
            found.append(f"{fault}: no other purpose of the command of {name} passes")
    return found


def _sibling_passes(name: str, outcome: Outcome, purposes: Sequence[TestPurpose]) -> bool:
    """Whether a purpose of the same command, for another requirement or value, passes."""
    command = "/".join(name.split("/")[:2])
    siblings = [p.id for p in purposes if any(r.startswith(f"{command}/") for r in p.verifies)]
    return any(outcome.purposes.get(sibling) == "pass" for sibling in siblings)


def _purposes_that_never_fail(
    outcomes: Mapping[str, Outcome], purposes: Sequence[TestPurpose]
) -> list[str]:
    return [
        f"{purpose.id}: no fault makes it fail"
        for purpose in purposes
        if not any(o.purposes.get(purpose.id) == "fail" for f, o in outcomes.items() if f)
    ]


def _requirements_without_fault(
    outcomes: Mapping[str, Outcome], entries: Sequence[Entry], purposes: Sequence[TestPurpose]
) -> list[str]:
    """Requirements that no fault of their own breaks; a blanket fault counts for its first one."""
    broken: set[str] = set()
    for fault in filter(None, outcomes):
        entry = entry_of(fault, entries)
        if entry is not None and entry.kind == "fault":
            broken |= set(entry.breaks[:1] if entry.blanket else entry.breaks)
    verified = {name for purpose in purposes for name in purpose.verifies}
    return [f"{name}: no fault of its own" for name in sorted(verified - broken)]
