"""Coverage in both directions: requirements without a purpose, purposes without a requirement.

Law of this file: it counts what stands in the edition and in the suites. What a run decided, and
whether a check can fail, is `evidence.py`'s to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.document import COMMAND_FORMS, FORMS, Command, Edition, Level, TestPurpose


@dataclass(frozen=True, slots=True)
class Coverage:
    """What covers what."""

    edition: Edition
    purposes: Sequence[TestPurpose]

    def purposes_of(self, requirement: str) -> tuple[str, ...]:
        """The ids of the purposes that verify `requirement`."""
        return tuple(p.id for p in self.purposes if requirement in p.verifies)

    @property
    def verified(self) -> frozenset[str]:
        named = frozenset(name for purpose in self.purposes for name in purpose.verifies)
        return named & self.edition.requirements.keys()

    @property
    def observed(self) -> frozenset[str]:
        """Requirements that no purpose judges."""
        rows = self.edition.requirements.values()
        return frozenset(row.id for row in rows if row.level is Level.OBSERVED)

    @property
    def untested(self) -> Mapping[str, str]:
        """Requirements that no automatic test decides, and why."""
        rows = self.edition.requirements.values()
        return {row.id: row.untested_because for row in rows if row.untested_because}

    @property
    def without_purpose(self) -> tuple[str, ...]:
        """Requirements with neither a purpose nor a reason."""
        return tuple(
            sorted(self.edition.requirements.keys() - self.verified - self.untested.keys())
        )

    @property
    def excused_and_tested(self) -> tuple[str, ...]:
        """Requirements with a reason why no test decides them, and a test that does."""
        return tuple(sorted(self.verified & self.untested.keys()))

    @property
    def without_requirement(self) -> tuple[str, ...]:
        """Purposes that verify something the edition does not have."""
        known = self.edition.requirements.keys()
        return tuple(p.id for p in self.purposes if not p.verifies or set(p.verifies) - known)

    @property
    def gaps(self) -> tuple[str, ...]:
        return (*self.without_purpose, *self.without_requirement, *self.excused_and_tested)

    def levels(self) -> Mapping[str, Mapping[str, int]]:
        """Clause -> level -> number of requirements; the headings of a chapter are counted as one.

        A level that a clause does not have stands there as 0.
        """
        counts: dict[str, dict[str, int]] = {}
        for row in self.edition.requirements.values():
            chapter = ".".join(row.clause.split(".")[:2])
            of_chapter = counts.setdefault(chapter, dict.fromkeys(map(str, Level), 0))
            of_chapter[row.level] += 1
        return counts

    def per_command(self) -> Mapping[str, int]:
        """Number of purposes for each command of the edition."""
        known = self.edition.requirements
        commands = [{known[r].command for r in p.verifies if r in known} for p in self.purposes]
        return {name: sum(name in those for those in commands) for name in self.edition.commands}

    def by_command(self) -> Mapping[str, Mapping[str, Any]]:
        """Each command of the edition: its forms, and what is required and checked of each.

        Those of test, query, set and execute that the document does not list are there, too: how
        they are answered is observed, and what they do is checked.
        """
        counts = self.per_command()
        return {
            command.name: {
                "clause": command.clause,
                "title": command.title,
                "purposes": counts[command.name],
                "forms": self._forms_of(command),
            }
            for command in self.edition.commands.values()
        }

    def _forms_of(self, command: Command) -> Mapping[str, Mapping[str, Any]]:
        rows = [row for row in self.edition.requirements.values() if row.command == command.name]
        names = {form: [row.id for row in rows if row.form == form] for form in FORMS}
        return {
            form: {
                "documented": form in command.forms,
                "requirements": names[form],
                "purposes": [p.id for p in self.purposes if set(p.verifies) & set(names[form])],
            }
            for form in FORMS
            if form in COMMAND_FORMS or names[form]
        }

    def as_dict(self) -> dict[str, Any]:
        return {
            "edition": self.edition.name,
            "requirements": len(self.edition.requirements),
            "levels": dict(self.levels()),
            "verified": sorted(self.verified),
            "untested": dict(self.untested),
            "purposes": len(self.purposes),
            "commands": self.by_command(),
            "requirements_without_purpose": list(self.without_purpose),
            "purposes_without_requirement": list(self.without_requirement),
            "excused_and_tested": list(self.excused_and_tested),
        }

    def told(self) -> list[str]:
        """The coverage for people."""
        total, verified = len(self.edition.requirements), len(self.verified)
        lines = [
            f"{self.edition.title}",
            f"{total} requirements: {verified} verified by {len(self.purposes)} purposes, "
            f"{len(self.untested)} with a reason why no automatic test decides them",
        ]
        lines += [f"  clause {of}: {_told_levels(counts)}" for of, counts in self.levels().items()]
        lines += [
            f"  {name}: {command['purposes']} purposes ({_told_forms(command['forms'])})"
            for name, command in self.by_command().items()
        ]
        lines += [f"  {name}: not tested: {why}" for name, why in self.untested.items()]
        lines += _gap("requirement without a purpose", self.without_purpose)
        lines += _gap("purpose without a requirement", self.without_requirement)
        lines += _gap("excused and yet tested", self.excused_and_tested)
        return [*lines, "no gap" if not self.gaps else f"{len(self.gaps)} gaps"]


def _told_levels(counts: Mapping[str, int]) -> str:
    """How many requirements of each level there are, as far as there are any."""
    return ", ".join(f"{number} {level}" for level, number in counts.items() if number)


def _told_forms(forms: Mapping[str, Mapping[str, Any]]) -> str:
    """The purposes of each form; those of a form that the document does not list in brackets."""
    counts = [
        f"{form} {number}"
        if known["documented"] or form not in COMMAND_FORMS
        else f"[{form} {number}]"
        for form, known in forms.items()
        for number in [len(known["purposes"])]
    ]
    return ", ".join(counts)


def _gap(what: str, names: Iterable[str]) -> list[str]:
    return [f"GAP: {what}: {name}" for name in names]
