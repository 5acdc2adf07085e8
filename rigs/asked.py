"""What a run is asked under: what the command line says, and for a stored run what it had.

Law of this file: a stored run that is played back has its PIXIT, PICS, profile, selection and
leave, option by option, unless the command line says otherwise; either is told. Nothing is opened.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from conformance.document import Edition
from conformance.statement import (
    Pics,
    Pixit,
    Profile,
    StatementError,
    load_pics,
    load_pixit,
    load_shipped_profiles,
    profile_named,
)
from conformance.testbed import HAZARDS, LONG, Timing
from rigs.open import RigChoice
from rigs.stored import REMEMBERING, SELECTING, StoredRun, stored_run


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is asked under."""

    pixit: Pixit
    pics: Pics
    #: None: chosen by what `AT+GMR` says.
    profile: Profile | None
    #: The profile as `--profile` names it.
    profile_text: str
    allowed: frozenset[str]
    #: The purposes to which a stored run is narrowed; None: those that are selected.
    only: frozenset[str] | None = None
    #: Of a stored run: what holds as it did then, and what does not, line by line.
    playback: tuple[str, ...] = ()


def asked(config: pytest.Config, edition: Edition, choice: RigChoice) -> Asked:
    """What this run is asked under; raises `StatementError`.

    The options of a stored run's selection are set in `config` where the command line is silent.
    """
    stored = stored_run(choice.stored) if choice.stored is not None else None
    if stored is None:
        return _by_command_line(config, edition, choice.timing)
    return _by_stored_run(config, edition, choice.timing, stored)


def _by_command_line(config: pytest.Config, edition: Edition, timing: Timing) -> Asked:
    profile = config.getoption("profile") or "auto"
    if profile == "auto":
        load_shipped_profiles(edition)  # what is wrong with one is said before anything is opened
    return Asked(
        pixit=_pixit(config.getoption("pixit"), timing),
        pics=_pics(config.getoption("pics"), edition),
        profile=None if profile == "auto" else profile_named(profile, edition),
        profile_text=profile,
        allowed=_allowed(config.getoption("allow") or ""),
    )


def _by_stored_run(
    config: pytest.Config, edition: Edition, timing: Timing, stored: StoredRun
) -> Asked:
    told = _by_command_line(config, edition, timing)
    given = {
        name: value
        for name in ("pixit", "pics", "profile", "allow")
        if (value := config.getoption(name)) is not None
    }
    selection = _select(config, stored)
    only = None if selection.otherwise else stored.only()
    return Asked(
        pixit=told.pixit if "pixit" in given else stored.pixit,
        pics=told.pics if "pics" in given else stored.pics(edition),
        profile=told.profile if "profile" in given else stored.profile(edition),
        profile_text=told.profile_text if "profile" in given else stored.run.profile,
        allowed=told.allowed if "allow" in given else stored.allowed,
        only=only,
        playback=tuple(_playback(stored, given, selection, only)),
    )


def _playback(
    stored: StoredRun,
    given: Mapping[str, str],
    selection: _Selection,
    only: frozenset[str] | None,
) -> Iterator[str]:
    """What holds as it did in the stored run, and what does not, a line each."""
    holds = {
        "pixit": "PIXIT",
        "pics": f"PICS ({stored.run.pics})",
        "profile": f"profile ({stored.run.profile})",
        "allow": f"leave ({', '.join(sorted(stored.allowed)) or 'none'})",
    }
    as_it_was = [words for name, words in holds.items() if name not in given]
    if selection.as_it_was or not selection.otherwise:
        as_it_was.append(f"selection ({' '.join(selection.as_it_was) or 'everything'})")
    held = f"as it was: {', '.join(as_it_was)}" if as_it_was else "nothing is as it was"
    yield f"stored run of {stored.run.started} at {stored.run.rig}; {held}"
    otherwise = [*(f"--{name}={value}" for name, value in given.items()), *selection.otherwise]
    if otherwise:
        yield f"told otherwise than the stored run was: {', '.join(otherwise)}"
    if only is not None:
        why = "was narrowed by what pytest remembered" if stored.is_over else "ended early"
        yield f"the stored run {why}: the {len(only)} purposes that it ended are judged"
    for sentence in (*stored.assumed, *selection.assumed):
        yield f"assumed of the stored run: {sentence}"


def _pixit(file: str | None, timing: Timing) -> Pixit:
    return load_pixit(Path(file), timing) if file else Pixit(timing=timing)


def _pics(file: str | None, edition: Edition) -> Pics:
    return load_pics(Path(file), edition) if file else Pics()


def _allowed(text: str) -> frozenset[str]:
    allowed = frozenset(filter(None, text.split(",")))
    known = (*HAZARDS, LONG)
    if unknown := sorted(allowed.difference(known)):
        raise StatementError(f"--allow={','.join(unknown)}: known classes: {', '.join(known)}")
    return allowed


# The selection ----------------------------------------------------------------------------------


def selection_of(config: pytest.Config) -> Mapping[str, Any]:
    """What the options of this run select, to be written down."""
    options = {name: config.getoption(name, None) for name in SELECTING}
    return {
        **{name: list(v) if isinstance(v, list) else v or "" for name, v in options.items()},
        **{name: bool(config.getoption(name, False)) for name in REMEMBERING},
        "paths": _paths(config),
    }


@dataclass(slots=True)
class _Selection:
    """How the selection of this run goes with that of a stored one, in words."""

    as_it_was: list[str] = field(default_factory=list)
    otherwise: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)


def _select(config: pytest.Config, stored: StoredRun) -> _Selection:
    """Set the options and paths of the stored selection where the command line is silent."""
    selection = _Selection()
    for name, option in SELECTING.items():
        given, had = config.getoption(name), stored.selection.get(name)
        if given and given != had:
            selection.otherwise += _written(option, given)
        elif had:
            setattr(config.option, name, had)
            selection.as_it_was += _written(option, had)
    paths = _paths(config)
    if config.args_source is config.ArgsSource.ARGS and paths != list(stored.paths):
        selection.otherwise += paths
    else:
        _select_paths(config, stored.paths, selection)
    return selection


def _select_paths(config: pytest.Config, paths: Sequence[str], selection: _Selection) -> None:
    there = [path for path in paths if _file(config.rootpath, path).exists()]
    if gone := [path for path in paths if path not in there]:
        selection.assumed.append(
            f"{', '.join(gone)}, which it asked for, is not there; taken: without"
        )
    if there:
        config.args = [str(config.rootpath / path) for path in there]
    selection.as_it_was += there


def _written(option: str, value: object) -> list[str]:
    """An option as one would write it; one that may be repeated has a list."""
    values = value if isinstance(value, list) else [value]
    joint = "=" if option.startswith("--") else " "
    return [f"{option}{joint}{shlex.quote(str(each))}" for each in values]


def _paths(config: pytest.Config) -> list[str]:
    """The files, folders and node ids of the command line, seen from pytest's root."""
    return [
        _seen_from(config.rootpath, config.invocation_params.dir, str(argument))
        for argument in config.args
    ]


def _seen_from(root: Path, here: Path, argument: str) -> str:
    path, mark, rest = argument.partition("::")
    return f"{os.path.relpath(here / path, root)}{mark}{rest}"


def _file(root: Path, path: str) -> Path:
    return root / path.partition("::")[0]
