"""Loads an edition from its TOML files and refuses one that is not sound.

Law of this file: a table of the document becomes TOML, and this is the only place that reads it.
Unknown keys, duplicate ids and dangling references are errors, because a typing mistake in a
transcription would otherwise become a requirement that nobody tests.
"""

from __future__ import annotations

import dataclasses
import hashlib
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

from conformance.document import (
    COMMAND_FORMS,
    FORMS,
    VANTAGES,
    Clause,
    Command,
    Edition,
    Level,
    Parameter,
    Requirement,
    Ruling,
)
from conformance.testbed import CAPABILITIES

EDITIONS = Path(__file__).parent / "editions"
DEFAULT_EDITION = "v1_5"

_SECTIONS = ("edition", "clause", "command", "requirement", "ruling")
_COMPLETIONS = ("result", "restart")
_KINDS = ("integer", "string", "digit")

T = TypeVar("T")


class EditionError(ValueError):
    """The transcription is not sound; the message names the file and the entry."""


@lru_cache(maxsize=4)
def load_edition(name: str = DEFAULT_EDITION, root: Path = EDITIONS) -> Edition:
    """Load and check the edition in `root/name`; raises `EditionError` or `FileNotFoundError`."""
    folder = root / name
    files = sorted(folder.glob("*.toml"))
    if not files:
        known = ", ".join(sorted(p.name for p in root.iterdir() if p.is_dir() and p.name[0] != "_"))
        raise FileNotFoundError(f"no edition {name!r}; these exist: {known}")
    tables: dict[str, list[tuple[str, dict[str, Any]]]] = {section: [] for section in _SECTIONS}
    for file in files:
        _sort_into(tables, file)
    heads = tables["edition"]
    if len(heads) != 1:
        raise EditionError(f"{name}: exactly one [edition] table is wanted, found {len(heads)}")
    head = _build(heads[0], _edition_head)
    commands = _index(tables["command"], _command, lambda c: c.name)
    tables["requirement"] = [
        (file, row)
        for file, entry in tables["requirement"]
        for row in _build((file, entry), partial(_expanded, commands))
    ]
    clauses = _index(tables["clause"], _clause, lambda c: c.number)
    requirements = _with_sole_responses(_index(tables["requirement"], _requirement, lambda r: r.id))
    edition = Edition(
        name=head["name"],
        title=head["title"],
        digest=_digest(files),
        clauses=_in_order(clauses, lambda clause: clause.number),
        commands=_in_order(commands, lambda command: command.clause),
        requirements=_in_order(requirements, lambda requirement: requirement.clause),
        rulings=dict(sorted(_index(tables["ruling"], _ruling, lambda r: r.id).items())),
    )
    homes = {_label(entry): file for rows in tables.values() for file, entry in rows}
    problems = (*_dangling(edition), *_misused_clauses(edition), *_unanswered_forms(edition))
    for name, problem in problems:
        raise EditionError(f"{homes[name]}: {name}: {problem}")
    return edition


def _in_order(index: Mapping[str, T], clause: Callable[[T], str]) -> Mapping[str, T]:
    """`index` in the order of the document, not of the files; within a clause as it is."""
    return dict(sorted(index.items(), key=lambda entry: _place(clause(entry[1]))))


def _with_sole_responses(requirements: Mapping[str, Requirement]) -> Mapping[str, Requirement]:
    """`requirements`; the only one of a command's form is the one that says how it is answered."""
    counts = Counter(_form_of(each) for each in requirements.values())
    return {
        name: dataclasses.replace(each, response=True)
        if _has_response(each) and counts[_form_of(each)] == 1
        else each
        for name, each in requirements.items()
    }


def _form_of(requirement: Requirement) -> tuple[str, str]:
    return requirement.command, requirement.form


def _has_response(requirement: Requirement) -> bool:
    """Whether it judges a form that is sent and answered."""
    is_judged = requirement.level is not Level.OBSERVED
    return is_judged and requirement.command != "-" and requirement.form in COMMAND_FORMS


def _place(number: str) -> tuple[tuple[int, str], ...]:
    """What sorts 4.1.9 before 4.1.10."""
    return tuple((int(part) if part.isdigit() else -1, part) for part in number.split("."))


def _label(entry: dict[str, Any]) -> str:
    """What an entry is called."""
    return str(entry.get("id") or entry.get("number") or entry.get("name") or entry)


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _sort_into(tables: dict[str, list[tuple[str, dict[str, Any]]]], file: Path) -> None:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise EditionError(f"{file.name}: not TOML: {error}") from error
    for section, entries in content.items():
        if section not in tables:
            raise EditionError(f"{file.name}: unknown table {section!r}; known: {_SECTIONS}")
        for entry in entries if isinstance(entries, list) else [entries]:
            tables[section].append((file.name, entry))


def _build(located: tuple[str, dict[str, Any]], make: Callable[[dict[str, Any]], T]) -> T:
    file, entry = located
    if not isinstance(entry, dict):
        raise EditionError(f"{file}: a table wanted, found {entry!r}")
    try:
        return make(entry)
    except (KeyError, TypeError, ValueError) as error:
        raise EditionError(f"{file}: {_label(entry)}: {error}") from error


def _index(
    located: Iterable[tuple[str, dict[str, Any]]],
    make: Callable[[dict[str, Any]], T],
    key: Callable[[T], str],
) -> Mapping[str, T]:
    index: dict[str, T] = {}
    for place in located:
        value = _build(place, make)
        if key(value) in index:
            raise EditionError(f"{place[0]}: {key(value)} is defined twice")
        index[key(value)] = value
    return index


def _known(entry: dict[str, Any], cls: type[Any]) -> dict[str, Any]:
    """`entry` with lists made tuples, if `cls` has a field for each key and gets all it needs."""
    fields = {field.name: field for field in dataclasses.fields(cls)}
    unknown = entry.keys() - fields.keys()
    if unknown:
        raise ValueError(f"unknown key {', '.join(sorted(unknown))}; known: {', '.join(fields)}")
    for key, value in entry.items():
        tupled = str(fields[key].type).startswith("tuple")
        wanted = (list,) if tupled else _SCALARS[fields[key].type]
        if type(value) not in wanted:
            names = " or ".join(each.__name__ for each in wanted)
            raise ValueError(f"{key}: {names} wanted, found {value!r}")
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


#: Type of a field that is no tuple -> types of the TOML value; a level is made of a string.
_SCALARS: dict[Any, tuple[type, ...]] = {
    "str": (str,),
    "bool": (bool,),
    "Level": (str,),
    "int | None": (int,),
    "int | str | None": (int, str),
}


def _one_of(value: str, allowed: Iterable[str], what: str) -> None:
    if value not in allowed:
        raise ValueError(f"{what} {value!r} is none of {', '.join(sorted(allowed))}")


def _edition_head(entry: dict[str, Any]) -> dict[str, str]:
    if entry.keys() != {"name", "title"}:
        raise ValueError("[edition] wants exactly name and title")
    return entry


def _clause(entry: dict[str, Any]) -> Clause:
    return Clause(**_known(entry, Clause))


def _ruling(entry: dict[str, Any]) -> Ruling:
    ruling = Ruling(**_known(entry, Ruling))
    if not ruling.accepted:
        raise ValueError("a ruling accepts at least one reading")
    return ruling


def _parameter(entry: dict[str, Any]) -> Parameter:
    if not isinstance(entry, dict):
        raise ValueError(f"a parameter is a table, not {entry!r}")
    parameter = Parameter(**_known(entry, Parameter))
    _one_of(parameter.kind, _KINDS, "kind")
    if any(type(value) is not int for value in parameter.values):
        raise ValueError(f"{parameter.name}: values are integers, not {parameter.values}")
    if parameter.bounds and parameter.bounds[0] > parameter.bounds[-1]:
        raise ValueError(f"{parameter.name}: the minimum is over the maximum")
    if parameter.values and (parameter.minimum, parameter.maximum) != (None, None):
        raise ValueError(f"{parameter.name}: either values or a range")
    _check_length(parameter)
    if parameter.default is not None and not parameter.allows(parameter.default):
        raise ValueError(f"{parameter.name}: the default {parameter.default!r} is not documented")
    if parameter.group and not parameter.optional:
        raise ValueError(f"{parameter.name}: only optional parameters form a group")
    return parameter


def _check_length(parameter: Parameter) -> None:
    lengths = [n for n in (parameter.minlength, parameter.maxlength) if n is not None]
    if lengths and parameter.kind != "string":
        raise ValueError(f"{parameter.name}: only a string has a length")
    if parameter.unit and parameter.kind == "string":
        raise ValueError(f"{parameter.name}: only a number has a unit")
    if lengths and not 0 <= lengths[0] <= lengths[-1]:
        raise ValueError(f"{parameter.name}: the least length is below 0 or over the greatest")


def _command(entry: dict[str, Any]) -> Command:
    values = _known(entry, Command)
    values["parameters"] = tuple(_parameter(row) for row in values.get("parameters", ()))
    command = Command(**values)
    _one_of(command.completion, _COMPLETIONS, "completion")
    for form in command.forms:
        _one_of(form, COMMAND_FORMS, "form")
    if command.example and len(command.example) != len(command.parameters):
        raise ValueError("an example has a value for each parameter")
    for parameter, value in zip(command.parameters, command.example, strict=False):
        if not parameter.allows(value):
            raise ValueError(f"the example's {parameter.name} is no documented value: {value!r}")
    return command


def _expanded(commands: Mapping[str, Command], entry: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """`entry`, or one entry for each command that it names in `variants`.

    The id of such an entry is `*/form/NN`, or `CLAUSE/*/form/NN` for what is said of them in
    another clause than their own; in its statement `{command}` stands for the name.
    """
    if "variants" not in entry:
        if "*" in str(entry.get("id")):
            raise ValueError("an id is section/command/form/NN; a star in it wants variants")
        if "{" in str(entry.get("statement", "")):
            raise ValueError("the statement has a {placeholder}, which stands for variants")
        return (entry,)
    if not entry["variants"] or type(entry.get("statement")) is not str:
        raise ValueError("an entry with variants names some, and has a statement")
    if "{" in entry["statement"].replace("{command}", ""):
        raise ValueError("the only placeholder of a statement is {command}")
    rest = {key: value for key, value in entry.items() if key != "variants"}
    elsewhere, star, tail = str(entry["id"]).partition("*/")
    if not star:
        raise ValueError("an entry with variants has an id that begins with */ or CLAUSE/*/")
    unknown = [name for name in entry["variants"] if name not in commands]
    if unknown:
        raise ValueError(f"no command {', '.join(unknown)}")
    return tuple(
        rest
        | {
            "id": f"{elsewhere or commands[name].clause + '/'}{name}/{tail}",
            "statement": entry["statement"].replace("{command}", name),
        }
        for name in entry["variants"]
    )


def _requirement(entry: dict[str, Any]) -> Requirement:
    values = _known(entry, Requirement)
    values["level"] = Level(values["level"])
    requirement = Requirement(**values)
    segments = requirement.id.split("/")
    if len(segments) != 4 or not (segments[3].isdigit() and len(segments[3]) == 2):
        raise ValueError("an id is section/command/form/NN")
    _one_of(requirement.form, FORMS, "form")
    for vantage in requirement.vantage:
        _one_of(vantage, VANTAGES, "vantage")
    for need in requirement.needs:
        _one_of(need, CAPABILITIES, "capability")
    if requirement.level is Level.OBSERVED and not requirement.ruling:
        raise ValueError("an observed requirement names the ruling that says what is silent")
    if requirement.response and not _has_response(requirement):
        raise ValueError(
            "only a form of a command has a response, and what is observed breaks none"
        )
    return requirement


def _dangling(edition: Edition) -> Iterator[tuple[str, str]]:
    """Every entry that refers to one that does not exist, and what is missing."""
    for requirement in edition.requirements.values():
        if requirement.clause not in edition.clauses:
            yield requirement.id, f"no clause {requirement.clause}"
        if requirement.command != "-" and requirement.command not in edition.commands:
            yield requirement.id, f"no command {requirement.command}"
        if requirement.ruling and requirement.ruling not in edition.rulings:
            yield requirement.id, f"no ruling {requirement.ruling}"
    for command in edition.commands.values():
        if command.clause not in edition.clauses:
            yield command.name, f"no clause {command.clause}"
    for ruling in edition.rulings.values():
        for number in ruling.clauses:
            if number not in edition.clauses:
                yield ruling.id, f"no clause {number}"


def _unanswered_forms(edition: Edition) -> Iterator[tuple[str, str]]:
    """Every form of a command whose requirements do not say which of them its answer breaks."""
    answered = edition.responses()
    for requirement in edition.requirements.values():
        if _has_response(requirement) and _form_of(requirement) not in answered:
            yield (
                requirement.id,
                "no requirement of its form says how that is answered; mark one, response = true",
            )


def _misused_clauses(edition: Edition) -> Iterator[tuple[str, str]]:
    """Every heading has requirements under it, or says why it has none."""
    used = {requirement.clause for requirement in edition.requirements.values()}
    for clause in edition.clauses.values():
        if clause.number in used and clause.empty_because:
            yield clause.number, f"clause {clause.number} has requirements and says it is empty"
        if clause.number not in used and not clause.empty_because:
            yield clause.number, f"clause {clause.number} has no requirement and no reason"
