"""What a fault breaks by its kind: the part of its id behind the dot, as `kinds.toml` says it.

Law of this file: a kind names obligations; which requirement of a command states one is found in
the edition, by the requirement's own fields. So a new command wants no row, and no number is named.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from conformance.document import Command, Edition, Requirement

KINDS = Path(__file__).with_name("kinds.toml")

#: What stands for the command in a pattern.
_COMMAND = "~"


@dataclass(frozen=True, slots=True)
class Obligation:
    """A kind of statement; a field that is empty selects nothing."""

    form: str = ""
    #: Of this level alone.
    level: str = ""
    #: Whether the form is one that the command does not have.
    absent: bool = False
    #: Globs; one of them is to match.
    statement: tuple[str, ...] = ()
    #: One of these is the ruling.
    ruling: tuple[str, ...] = ()
    #: Whether clause 6 says it of the command, and not the command's own clause.
    of_flash: bool = False
    #: Whether only the first requirement of this kind counts.
    first: bool = False

    def stated_by(self, command: Command, requirements: Iterable[Requirement]) -> list[str]:
        """Which of the requirements of `command` are of this kind."""
        if self.form and (self.form in command.absent_forms) is not self.absent:
            return []
        found = [each.id for each in requirements if self._is(each)]
        return found[:1] if self.first else found

    def _is(self, requirement: Requirement) -> bool:
        return (
            (requirement.clause == "6") is self.of_flash
            and self.form in ("", requirement.form)
            and self.level in ("", requirement.level)
            and (not self.ruling or requirement.ruling in self.ruling)
            and (not self.statement or self._says(requirement))
        )

    def _says(self, requirement: Requirement) -> bool:
        name = requirement.command
        line = name if name.startswith("AT") else f"AT+{name}"
        globs = (each.replace(_COMMAND, line) for each in self.statement)
        return any(fnmatchcase(requirement.statement, each) for each in globs)


@dataclass(frozen=True, slots=True)
class Ground:
    """What stands on something of a command, and may fail with it."""

    on: tuple[str, ...]
    #: The commands; empty: every one.
    of: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()
    why: str = ""
    blanket: bool = False
    #: Of a reading: what it can touch.
    touches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """What faults of a kind break, or which ruling accepts them."""

    faults: tuple[str, ...]
    #: Obligations of the command; a command that lacks one has no such fault.
    breaks: tuple[str, ...] = ()
    #: What they take away: see `Ground`.
    on: str = ""
    #: The commands; empty: every one that has the obligations.
    of: frozenset[str] = frozenset()
    blanket: bool = False
    ruling: str = ""


class Kinds:
    """The table of kinds, for one edition."""

    def __init__(self, edition: Edition, path: Path = KINDS) -> None:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        self._commands = {name.lower(): each for name, each in edition.commands.items()}
        self._requirements: dict[str, list[Requirement]] = {}
        for each in edition.requirements.values():
            self._requirements.setdefault(each.command, []).append(each)
        self._families = {name: tuple(of) for name, of in data["family"].items()}
        self._obligations = {
            name: Obligation(**self._frozen(row)) for name, row in data["obligation"].items()
        }
        self.kinds = tuple(Kind(**self._frozen(row)) for row in data["kind"])
        self.grounds = tuple(Ground(**self._frozen(row)) for row in data["ground"])

    def _frozen(self, row: Mapping[str, Any]) -> dict[str, Any]:
        values = {key: tuple(each) if isinstance(each, list) else each for key, each in row.items()}
        if isinstance(values.get("breaks"), str):
            values["breaks"] = (values["breaks"],)
        if "of" in values:
            values["of"] = frozenset(name.lower() for name in self.named(values["of"]))
        return values

    def named(self, names: Iterable[str]) -> Iterator[str]:
        """The commands that are named, those of a family in its place."""
        for name in names:
            yield from self._families.get(name, (name,))

    def says(self, fault: str) -> dict[str, Any] | None:
        """What the kind of `fault` says of it, as a row of its own would."""
        kind = self.kind_of(fault)
        if kind is None:
            return None
        if kind.ruling:
            return {"ruling": kind.ruling, "touches": _COMMAND, "on": kind.on}
        return {"breaks": kind.breaks, "blanket": kind.blanket, "on": kind.on}

    def kind_of(self, fault: str) -> Kind | None:
        """The first kind that has `fault`, if its command has what the kind breaks."""
        command, _dot, rest = fault.partition(".")
        return next((each for each in self.kinds if self._is(rest, command, each)), None)

    def _is(self, rest: str, command: str, kind: Kind) -> bool:
        return (
            command in self._commands
            and any(fnmatchcase(rest, each) for each in kind.faults)
            and (not kind.of or command in kind.of)
            and all(self._stated(command, each) for each in kind.breaks)
        )

    def spelt_out(self, row: Mapping[str, Any], command: str) -> dict[str, Any]:
        """`row` with requirements in place of `~`, of obligations, and of what it takes away."""
        full = dict(row)
        ground = self.ground_of(full.pop("on", ""), command)
        if ground is not None and "ruling" in full:
            full["touches"] = ground.touches or full["touches"]
        elif ground is not None:
            full = {"also": ground.also, "why": ground.why} | full
            full["blanket"] = full.get("blanket", False) or ground.blanket
        for key in ("breaks", "also", "touches"):
            names = full.get(key, ())
            names = (names,) if isinstance(names, str) else names
            full[key] = tuple(each for name in names for each in self._spelt(name, command))
        return full

    def ground_of(self, on: str, command: str) -> Ground | None:
        """What stands on `on` of `command`."""
        grounds = (each for each in self.grounds if on in each.on)
        return next((each for each in grounds if not each.of or command in each.of), None)

    def _spelt(self, name: str, command: str) -> list[str]:
        """A requirement or a pattern; or those that state an obligation."""
        if command not in self._commands:
            return [name]
        if name in self._obligations:
            return self._stated(command, name)
        own = self._commands[command]
        return [name.replace(_COMMAND, f"{own.clause}/{own.name}")]

    def _stated(self, command: str, obligation: str) -> list[str]:
        """The requirements of `command` that state `obligation`."""
        own = self._commands[command]
        return self._obligations[obligation].stated_by(own, self._requirements.get(own.name, ()))
