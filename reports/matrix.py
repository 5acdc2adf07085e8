"""The matrix of commands and forms: what each form of each command came to.

Law of this file: from results alone; a cell says how many of its requirements share its verdict,
so that one pass does not speak for five.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.document import COMMAND_FORMS, FORMS
from conformance.verdict import Verdict, roll_up

#: What the edition calls a rule that belongs to no command.
GENERAL = "-"


@dataclass(frozen=True, slots=True)
class Cell:
    """One form of one command. Without a verdict, no requirement stands behind it."""

    form: str
    absent: bool = False
    verdict: str = ""
    #: How many requirements have that verdict, of how many.
    share: int = 0
    total: int = 0
    #: The first requirement that has that verdict.
    requirement: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A command, or the general rules of a clause."""

    name: str
    clause: str
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Commands and forms, and below them the general rules by clause."""

    forms: tuple[str, ...]
    commands: tuple[Row, ...]
    general: tuple[Row, ...]


def matrix(results: Mapping[str, Any]) -> Matrix:
    """The matrix of `results`; every command of the edition has a row."""
    found: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for requirement in results["requirements"]:
        # Rules without a command are told apart by clause; a command's are kept together.
        clause = requirement["clause"] if requirement["command"] == GENERAL else ""
        key = requirement["command"], clause, requirement["form"]
        found.setdefault(key, []).append(requirement)
    used = {form for _, _, form in found}
    forms = tuple(form for form in FORMS if form in used or form in COMMAND_FORMS)
    return Matrix(forms, _commands(results, forms, found), _general(results, forms, found))


def _commands(
    results: Mapping[str, Any],
    forms: Sequence[str],
    found: Mapping[tuple[str, str, str], list[Mapping[str, Any]]],
) -> tuple[Row, ...]:
    return tuple(
        Row(
            command["name"],
            command["clause"],
            command["title"],
            tuple(
                _cell(
                    form,
                    form in COMMAND_FORMS and form not in command["forms"],
                    found.get((command["name"], "", form), ()),
                )
                for form in forms
            ),
        )
        for command in results["edition"]["commands"]
    )


def _general(
    results: Mapping[str, Any],
    forms: Sequence[str],
    found: Mapping[tuple[str, str, str], list[Mapping[str, Any]]],
) -> tuple[Row, ...]:
    clauses = {clause for command, clause, _ in found if command == GENERAL}
    return tuple(
        Row(
            "general rules",
            clause["number"],
            clause["title"],
            tuple(
                _cell(form, False, found.get((GENERAL, clause["number"], form), ()))
                for form in forms
            ),
        )
        for clause in results["edition"]["clauses"]
        if clause["number"] in clauses
    )


def _cell(form: str, absent: bool, requirements: Iterable[Mapping[str, Any]]) -> Cell:
    requirements = list(requirements)
    if not requirements:
        return Cell(form, absent)
    verdict = roll_up(Verdict(requirement["verdict"]) for requirement in requirements)
    same = [each for each in requirements if each["verdict"] == verdict.value]
    return Cell(form, absent, verdict.value, len(same), len(requirements), same[0]["id"])
