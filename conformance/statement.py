"""What the maker claims (PICS), what the bench tells (PIXIT), what is known to differ (profiles).

Law of this file: it reads TOML written by people, so every error names the file, the entry and
what would be right. Nothing here judges.
"""

from __future__ import annotations

import dataclasses
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.document import Edition, Level, Requirement
from conformance.network import SECRET, Network
from conformance.testbed import LineSettings, Timing
from conformance.verdict import Reason
from conformance.wiring import Board

PROFILES = Path(__file__).parent / "profiles"


class StatementError(ValueError):
    """A PICS, PIXIT or profile that cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Pics:
    """Which forms of which commands the maker claims to implement."""

    source: str = "everything the document lists"
    #: `(command, form)` pairs that are not claimed.
    not_claimed: frozenset[tuple[str, str]] = frozenset()

    def claims(self, requirement: Requirement) -> bool:
        """Whether `requirement` applies. General rules and absent forms always do."""
        return (requirement.command, requirement.form) not in self.not_claimed


@dataclass(frozen=True, slots=True)
class Pixit:
    """What the bench must tell the tests."""

    source: str = ""
    timing: Timing = field(default_factory=Timing)
    line: LineSettings = field(default_factory=LineSettings)
    board: Board = field(default_factory=Board)
    network: Network = field(default_factory=Network)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What comes into no report, wherever it turns up; a stored PIXIT has none any more."""
        return tuple({self.network.password} - {"", SECRET})

    def shown(self) -> Mapping[str, Any]:
        """The values for a report; secrets never come in here."""
        return {
            "timing": dataclasses.asdict(self.timing),
            "line": dataclasses.asdict(self.line),
            "board": self.board.shown(),
            "network": self.network.shown(),
        }


#: Reasons of a fail that is more than a wrong answer: a deviation covers them where it says so.
DRASTIC = tuple(
    reason.value
    for reason in (
        Reason.UNASKED_RESTART,
        Reason.SILENCE,
        Reason.FLOOD,
        Reason.DEAD_AFTERWARDS,
    )
)

#: The numbers of a firmware's version.
Version = tuple[int, ...]

_TELLS_VERSION = "AT version:"
_VERSION = re.compile(r"\d+(?:\.\d+)*")


def version_of(text: str) -> Version:
    """The version that `text` begins with; empty if it begins with none. 1.3 is 1.3.0.0."""
    found = _VERSION.match(text)
    numbers = [int(each) for each in found[0].split(".")] if found else []
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


@dataclass(frozen=True, slots=True)
class Deviation:
    """A known difference of a named firmware from the document."""

    requirement: str
    #: What the firmware does instead, in our words.
    instead: str
    #: Where that was learnt: a field guide, a transcript, a public report; never our emulator.
    source: str
    #: The first version of the firmware that does so, and the first that does so no more, as in
    #: `1.3.0.0`; empty: always did, still does.
    since: str = ""
    until: str = ""
    #: What of the IUT's end it covers, too: `unasked-restart`, `silence`, `flood`,
    #: `dead-afterwards`. A wrong answer is covered always.
    covers: tuple[str, ...] = ()

    def holds_for(self, version: Version) -> bool:
        """Whether this version of the firmware deviates so."""
        since, until = version_of(self.since), version_of(self.until)
        return not (since and version < since) and not (until and version >= until)


@dataclass(frozen=True, slots=True)
class Profile:
    """The registered deviations of one firmware."""

    name: str = "none"
    deviations: Mapping[str, Deviation] = field(default_factory=dict)

    def of(self, identity: Sequence[str]) -> Profile:
        """What of it holds for the firmware that says so of itself; all of it if it says nothing.

        A firmware tells its version in the line that begins `AT version:` (clause 3.2.3).
        """
        said = next((line for line in identity if line.startswith(_TELLS_VERSION)), "")
        version = version_of(said.removeprefix(_TELLS_VERSION))
        if not version:
            return self
        holding = {name: d for name, d in self.deviations.items() if d.holds_for(version)}
        return dataclasses.replace(self, deviations=holding)


def load_pics(path: Path, edition: Edition) -> Pics:
    """The PICS in `path`; raises `StatementError`."""
    content = _read(path)
    _only(content, ("claims",), path)
    claims = content.get("claims", {})
    _only(claims, sorted(edition.commands), path, "claims")
    not_claimed = set()
    for command, forms in claims.items():
        _only(forms, edition.commands[command].forms, path, f"claims.{command}")
        for form, claimed in forms.items():
            if type(claimed) is not bool:
                where = f"claims.{command}.{form}"
                raise StatementError(f"{path}: {where}: true or false wanted, found {claimed!r}")
        not_claimed |= {(command, form) for form, claimed in forms.items() if not claimed}
    return Pics(str(path), frozenset(not_claimed))


def blank_pics(edition: Edition) -> str:
    """A PICS in TOML that claims everything; the maker changes what is not so."""
    lines = [
        f"# PICS for {edition.title}: what the firmware's maker claims to implement.",
        "# Write false for a form that the firmware does not have.",
    ]
    for command in edition.commands.values():
        lines += ["", f"[claims.{command.name}]  # {command.clause} {command.title}"]
        lines += [f"{form} = true" for form in command.forms]
    return "\n".join(lines) + "\n"


def load_pixit(path: Path, timing: Timing | None = None) -> Pixit:
    """The PIXIT in `path`, and `timing` where it names no time; raises `StatementError`."""
    content = _read(path)
    _only(content, ("timing", "line", "board", "network"), path)
    line = _filled(LineSettings, content.get("line", {}), path, "line")
    if problem := line.problem():
        raise StatementError(f"{path}: line.{problem}")
    board = _filled(Board, content.get("board", {}), path, "board")
    if problem := board.problem():
        raise StatementError(f"{path}: board.{problem}")
    network = _filled(Network, content.get("network", {}), path, "network")
    if problem := network.problem():
        raise StatementError(f"{path}: network.{problem}")
    try:
        board, network = board.in_folder(path.parent), network.in_folder(path.parent)
    except RuntimeError as error:  # nobody knows whose ~ that is
        key = "board.flash_file" if board.flash_file.startswith("~") else "network.lab_key"
        raise StatementError(f"{path}: {key}: {error}") from error
    return Pixit(
        str(path),
        _timing(timing or Timing(), content, path),
        line,
        board,
        network,
    )


def stored_pixit(shown: Mapping[str, Any]) -> tuple[Pixit, tuple[str, ...]]:
    """The PIXIT of which `Pixit.shown` gave `shown`, and the keys that it does not tell.

    Those have their defaults. Its secrets are not there, nor the arguments of its commands.
    """
    lacking: list[str] = []
    tables = {
        name: _restored(kind, shown.get(name), name, lacking)
        for name, kind in (
            ("timing", Timing), ("line", LineSettings), ("board", Board), ("network", Network),
        )
    }  # fmt: skip
    return Pixit("the stored run", **tables), tuple(lacking)


def _restored(kind: type[Any], told: Any, where: str, lacking: list[str]) -> Any:
    """A dataclass of type `kind` from what was told of it; `lacking` gets the keys that are not."""
    if not isinstance(told, dict):
        lacking.append(where)
        return kind()
    values = {}
    for item in dataclasses.fields(kind):
        given = _strings(told.get(item.name))
        if type(given) in _TOML_TYPES[str(item.type)]:
            values[item.name] = given
        else:
            lacking.append(f"{where}.{item.name}")
    return kind(**values)


def stored_profile(name: str, registered: Sequence[Mapping[str, Any]], edition: Edition) -> Profile:
    """The profile of a stored run, as far as `edition` judges its requirements.

    `registered` are its deviations, each as a mapping; raises `StatementError` if one is none.
    """
    known = {item.name for item in dataclasses.fields(Deviation)}
    try:
        deviations = [
            Deviation(
                **{key: value for key, value in each.items() if key in known}
                | {"covers": tuple(each.get("covers", ()))}
            )
            for each in registered
        ]
    except (TypeError, AttributeError) as error:
        raise StatementError(f"the stored run's profile {name} is damaged: {error}") from error
    return Profile(
        name, {d.requirement: d for d in deviations if _is_judged(d.requirement, edition)}
    )


def _is_judged(name: str, edition: Edition) -> bool:
    """Whether `edition` has this requirement, and does more than observe it."""
    known = edition.requirements.get(name)
    return known is not None and known.level is not Level.OBSERVED


def _timing(rig: Timing, content: Mapping[str, Any], path: Path) -> Timing:
    """The times in `content`, and those of `rig` where it names none.

    Where a scan and a join take their own time, what must not come is waited for as long as both.
    """
    named = content.get("timing", {})
    timing: Timing = _filled(rig, named, path, "timing")
    if "absent_s" in named or not {"scan_s", "join_s"} & named.keys():
        return timing
    absent_s = timing.scan_s + timing.join_s
    return dataclasses.replace(timing, absent_s=absent_s)


def load_profile(path: Path, edition: Edition) -> Profile:
    """The deviation profile in `path`; raises `StatementError`.

    A requirement that is unknown is an error, and so is one that is observed, or that no automatic
    test decides: such a deviation could never show.
    """
    content = _read(path)
    _only(content, ("firmware", "identity", "deviation"), path)
    deviations = {}
    entries = content.get("deviation", [])
    if not isinstance(entries, list):
        raise StatementError(f"{path}: deviation must be a table in a list: [[deviation]]")
    for entry in entries:
        deviation = _filled(Deviation, entry, path, "deviation")
        if deviation.requirement in deviations:
            raise StatementError(f"{path}: {deviation.requirement} is registered twice")
        if deviation.requirement not in edition.requirements:
            raise StatementError(f"{path}: no requirement {deviation.requirement!r} in the edition")
        if edition.requirements[deviation.requirement].level is Level.OBSERVED:
            raise StatementError(
                f"{path}: {deviation.requirement} is observed and not judged, so nothing deviates "
                "from it: take the entry out"
            )
        if edition.requirements[deviation.requirement].untested_because:
            raise StatementError(
                f"{path}: {deviation.requirement} is stale: no automatic test decides it any more"
            )
        _check_versions(deviation, path)
        if unknown := sorted(set(deviation.covers) - set(DRASTIC)):
            raise StatementError(
                f"{path}: {deviation.requirement}: covers: unknown {', '.join(unknown)}; "
                f"known: {', '.join(DRASTIC)}"
            )
        deviations[deviation.requirement] = deviation
    return Profile(str(content.get("firmware", path.stem)), deviations)


def _check_versions(deviation: Deviation, path: Path) -> None:
    since, until = deviation.since, deviation.until
    for key, given in (("since", since), ("until", until)):
        if given and not _VERSION.fullmatch(given):
            raise StatementError(
                f"{path}: {deviation.requirement}: {key}: a version as 1.3.0.0 wanted, "
                f"found {given!r}"
            )
    if since and until and version_of(since) >= version_of(until):
        raise StatementError(
            f"{path}: {deviation.requirement}: since {since} is not before until {until}"
        )


def load_shipped_profiles(edition: Edition, folder: Path = PROFILES) -> Sequence[Profile]:
    """All profiles that ship with the harness; raises `StatementError` if one is wrong."""
    return [load_profile(path, edition) for path in sorted(folder.glob("*.toml"))]


def profile_named(name: str, edition: Edition, folder: Path = PROFILES) -> Profile:
    """The profile that ships under `name`, or the one in the file `name`."""
    if name == "none":
        return Profile()
    for path in (folder / f"{name}.toml", Path(name)):
        if path.is_file():
            return load_profile(path, edition)
    shipped = ", ".join(sorted(path.stem for path in folder.glob("*.toml"))) or "none"
    raise StatementError(f"no deviation profile {name!r}: no such file; shipped: {shipped}")


def profile_for(identity: Sequence[str], edition: Edition, folder: Path = PROFILES) -> Profile:
    """The shipped profile whose `identity` occurs in what `AT+GMR` said; an empty one if none."""
    for path in sorted(folder.glob("*.toml")):
        mark = str(_read(path).get("identity", ""))
        if mark and any(mark in line for line in identity):
            return load_profile(path, edition)
    return Profile("none for this firmware")


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StatementError(f"cannot read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StatementError(f"{path}: not TOML: {error}") from error


def _only(content: Any, known: Sequence[str], path: Path, where: str = "the file") -> None:
    if not isinstance(content, dict):
        raise StatementError(f"{path}: {where} must be a table")
    unknown = content.keys() - set(known)
    if unknown:
        wrong, right = ", ".join(sorted(unknown)), ", ".join(known)
        raise StatementError(f"{path}: {where} has unknown key {wrong}; known: {right}")


#: Type of a field -> types of TOML values that fit it; a bool is no int here.
_TOML_TYPES: dict[Any, tuple[type, ...]] = {
    "float": (int, float),
    "int": (int,),
    "str": (str,),
    "bool": (bool,),
    "tuple[str, ...]": (tuple,),
}


def _filled(base: Any, entry: Any, path: Path, where: str) -> Any:
    """An instance of a dataclass from a TOML table, types checked.

    `base` is the class, or an instance that has what the table leaves out.
    """
    fields = {item.name: item for item in dataclasses.fields(base)}
    _only(entry, tuple(fields), path, where)
    entry = {name: _strings(given) for name, given in entry.items()}
    try:
        value = base(**entry) if isinstance(base, type) else dataclasses.replace(base, **entry)
    except TypeError as error:
        raise StatementError(f"{path}: {where}: {error}") from error
    for name in entry:
        wanted, given = fields[name].type, entry[name]
        if type(given) not in _TOML_TYPES[wanted]:
            words = "a list of texts" if wanted == "tuple[str, ...]" else wanted
            raise StatementError(f"{path}: {where}.{name}: {words} wanted, found {given!r}")
        if type(given) in (int, float) and not 0 < given < math.inf:
            raise StatementError(f"{path}: {where}.{name}: must be more than 0, found {given!r}")
    return value


def _strings(given: Any) -> Any:
    """A list of texts as a tuple; anything else as it is, for the check of its type to refuse."""
    if isinstance(given, list) and all(isinstance(each, str) for each in given):
        return tuple(given)
    return given
