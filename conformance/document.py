"""The document as the harness sees it: editions, clauses, requirements, rulings, purposes.

Law of this file: frozen values only. Where they come from is the catalogue's business, what they
came to is the verdict's.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

#: Where an obligation can be seen.
VANTAGES = frozenset({"uart", "wire", "flash", "time", "rf", "power"})

#: The last segment but one of a requirement id.
FORMS = ("test", "query", "set", "execute", "urc", "data", "general")


#: Clause 2, table of command types.
COMMAND_FORMS = ("test", "query", "set", "execute")


class Level(enum.StrEnum):
    """How much the document wants it. Nothing is optional because it is hard to test."""

    MANDATORY = "mandatory"
    OPTIONAL = "optional"
    #: The document is silent: what the IUT does is written down, and never judged.
    OBSERVED = "observed"


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered heading of the document."""

    number: str
    title: str
    #: Why no requirement stands under this heading, if none does.
    empty_because: str = ""


@dataclass(frozen=True, slots=True)
class Ruling:
    """How we read a place where the document is silent, garbled or contradicts itself."""

    id: str
    title: str
    #: The clauses that rest on it; a heading stands for everything under it.
    clauses: tuple[str, ...]
    #: What is wrong with the text there.
    question: str
    #: Every reading that is accepted.
    accepted: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """One observable obligation of the document, in our words.

    `id` is `section/command/form/number`, for example `3.2.5/ATE/set/02`; it is never reused.
    """

    id: str
    statement: str
    level: Level
    #: The place inside the clause that it comes from, for example "Response row".
    place: str
    vantage: tuple[str, ...] = ("uart",)
    #: Capabilities that a rig must offer to decide it.
    needs: tuple[str, ...] = ()
    ruling: str = ""
    #: Why no automatic test decides it; empty if one does.
    untested_because: str = ""
    #: Whether it says how the form is answered, as a row Response does: what breaks that in another
    #: purpose speaks against it.
    response: bool = False

    @property
    def clause(self) -> str:
        return self.id.split("/")[0]

    @property
    def command(self) -> str:
        """The command's name without `AT+`; `-` for rules that belong to none."""
        return self.id.split("/")[1]

    @property
    def form(self) -> str:
        return self.id.split("/")[2]

    def selected_by(self, prefix: str) -> bool:
        """Whether `prefix` names this requirement, by whole segments: 4.1.1 is not in 4.1.10."""
        return starts_with_segments(self.id, prefix)


#: The number of the requirement that says with which code a form refuses: that is observed where
#: the Response row of the form lists no ERROR.
_CODE = "90"


def refusal_code(requirement: Requirement) -> str:
    """What the requirement about the code of a refusal would be called, for the same form."""
    return "/".join((*requirement.id.split("/")[:-1], _CODE))


def is_refusal_code(name: str) -> bool:
    """Whether `name` is that of such a requirement."""
    return name.split("/")[-1] == _CODE


def starts_with_segments(identifier: str, prefix: str) -> bool:
    """Whether `prefix` ends on a segment border of `identifier` (segments end at `/` or `.`)."""
    prefix = prefix.rstrip("/.")
    if not identifier.startswith(prefix):
        return False
    rest = identifier[len(prefix) :]
    return not rest or rest[0] in "/."


@dataclass(frozen=True, slots=True)
class TestPurpose:
    """One claim that a test case checks."""

    __test__ = False  # pytest must not take it for a test class

    id: str
    statement: str
    verifies: tuple[str, ...]
    nodeid: str = ""
    #: Classes of harm to a board: `destructive`, `ota`, `unwired-sleep`.
    hazards: tuple[str, ...] = ()
    #: Capabilities that this purpose needs beside those of its requirements.
    needs: tuple[str, ...] = ()
    #: How long it waits at least, in seconds, if that is more than some moments.
    waits_s: float = 0


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a command, as the document's parameter rows describe it."""

    name: str
    #: `integer`, `string` or `digit` (a digit that follows the name without `=`).
    kind: str
    #: The values that the document enumerates; empty if it gives a range or nothing.
    values: tuple[int, ...] = ()
    #: The ends of the range that the document gives; None where it gives none.
    minimum: int | None = None
    maximum: int | None = None
    #: The least and the greatest length of a string, in bytes; None where the document gives none.
    minlength: int | None = None
    maxlength: int | None = None
    #: What the document says of the unit of a number.
    unit: str = ""
    #: What holds if nothing was set, or if the parameter is left out; None if that is not said.
    default: int | str | None = None
    optional: bool = False
    #: Optional parameters of one group are given together or left out together.
    group: str = ""

    @property
    def bounds(self) -> tuple[int, ...]:
        """The least and the greatest documented value, as far as there are any."""
        if self.values:
            return min(self.values), max(self.values)
        return tuple(end for end in (self.minimum, self.maximum) if end is not None)

    def allows(self, value: int | str) -> bool:
        """Whether the document lists `value`, as far as it lists anything."""
        if self.kind == "string":
            length = len(value.encode()) if isinstance(value, str) else None
            return length is not None and _within(length, self.minlength, self.maxlength)
        if type(value) is not int:
            return False
        if self.values:
            return value in self.values
        return _within(value, self.minimum, self.maximum)


def _within(value: int, least: int | None, greatest: int | None) -> bool:
    """Whether `value` lies between two ends, either of which may be missing."""
    return (least is None or value >= least) and (greatest is None or value <= greatest)


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the document and the forms it has."""

    name: str
    clause: str
    title: str
    #: The documented forms; every other one of test, query, set and execute is absent.
    forms: tuple[str, ...]
    parameters: tuple[Parameter, ...] = ()
    #: `result` or `restart`: what ends an exchange with this command.
    completion: str = "result"
    #: One valid value for each parameter, harmless to a board that has no more than a serial line.
    example: tuple[int | str, ...] = ()

    @property
    def absent_forms(self) -> tuple[str, ...]:
        return tuple(form for form in COMMAND_FORMS if form not in self.forms)


@dataclass(frozen=True, slots=True)
class Edition:
    """The transcription of one version of the document."""

    name: str
    title: str
    #: SHA-256 over the transcription's files, so that two reports can be compared honestly.
    digest: str
    clauses: Mapping[str, Clause] = field(default_factory=dict)
    commands: Mapping[str, Command] = field(default_factory=dict)
    requirements: Mapping[str, Requirement] = field(default_factory=dict)
    rulings: Mapping[str, Ruling] = field(default_factory=dict)

    def named(self, names: Iterable[str]) -> tuple[Requirement, ...]:
        """The requirements with these ids."""
        return tuple(self.requirements[name] for name in names)

    def responses(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """Command and form -> the requirements that say how that form is answered."""
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for name, each in self.requirements.items():
            if each.response:
                kind = each.command, each.form
                found[kind] = (*found.get(kind, ()), name)
        return found
