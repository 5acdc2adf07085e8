"""Which requirements the purposes of each file verify, as the latest whole collection found.

Law of this file: it leaves out files, and so saves time; it decides nothing. What it knows holds
only while nothing has changed that a collection depends on: no source (by size and time, as Python
trusts what it has compiled), no plugin, no setting. Of what it does not know nothing is left out.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from conformance.document import Edition
from rigs.purposes import PURPOSE

#: The folders below pytest's root whose sources say what is collected; with those below, or alone.
_SOURCES, _FLAT = ("suites", "conformance"), ("rigs",)
#: Files that do, too.
_FILES = ("conftest.py", "pyproject.toml")
#: Options with which less than a whole file may be collected.
_WITHIN_FILES = ("lf", "failedfirst", "newfirst")
#: So many states of the sources and plugins are remembered.
_KEPT = 8
_NAME = "files-*.json"


class FileIndex:
    """Kept in pytest's cache; without one it knows nothing."""

    def __init__(self, config: pytest.Config, edition: Edition) -> None:
        self._config = config
        self._edition = edition
        self._path = self._place()
        self._known = self._read()
        self._wanted = self._asked_for(config.getoption("req"))
        #: Whether a file was left out.
        self._has_left_out = False

    def leaves_out(self, path: Path) -> bool:
        """Whether no purpose in the file at `path` verifies what is asked for."""
        verified = self._known.get(str(path))
        leaves_out = verified is not None and self._wanted.isdisjoint(verified)
        self._has_left_out |= leaves_out
        return leaves_out

    def learn(self, items: Iterable[pytest.Item]) -> None:
        """Remember what was collected, if whole files were."""
        is_whole = self._collects_files and not self._has_left_out
        if self._path is None or self._known or not is_whole:
            return
        verified: dict[str, set[str]] = {}
        mixed: set[str] = set()
        for item in items:
            if PURPOSE in item.stash:
                verified.setdefault(str(item.path), set()).update(item.stash[PURPOSE].verifies)
            else:  # it is run whatever is asked for
                mixed.add(str(item.path))
        known = {path: sorted(names) for path, names in verified.items() if path not in mixed}
        if known and self._place() == self._path:  # no source was changed meanwhile
            _write(self._path, known)

    @property
    def _collects_files(self) -> bool:
        """Whether each file that is collected is collected whole."""
        narrowed = any(self._config.getoption(option, None) for option in _WITHIN_FILES)
        return not narrowed and not any("::" in str(each) for each in self._config.args)

    def _asked_for(self, prefixes: Sequence[str]) -> frozenset[str]:
        """The requirements that `--req` selects; without it, all."""
        requirements = self._edition.requirements
        if not prefixes:
            return frozenset(requirements)
        return frozenset(
            name for name, each in requirements.items() if any(map(each.selected_by, prefixes))
        )

    # The file

    def _place(self) -> Path | None:
        """Where it is kept, by what a collection depends on; None: nowhere."""
        config = self._config
        cache = getattr(config, "cache", None)
        if cache is None or "PYTEST_PLUGINS" in os.environ or _names_plugins(config):
            return None
        distributions = {dist for _, dist in config.pluginmanager.list_plugin_distinfo()}
        state = {
            "python": [sys.version, sys.flags.optimize],
            "plugins": sorted(f"{each.project_name} {each.version}" for each in distributions),
            "options": [config.option.plugins, config.option.override_ini, str(config.inipath)],
            "edition": self._edition.digest,
            "files": sorted(_stamps(config.rootpath)),
        }
        digest = hashlib.sha256(json.dumps(state).encode()).hexdigest()[:32]
        try:
            return Path(cache.mkdir("conformance"), _NAME.replace("*", digest))
        except OSError:  # nobody may write there
            return None

    def _read(self) -> Mapping[str, frozenset[str]]:
        if self._path is None:
            return {}
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
            return {path: frozenset(names) for path, names in stored.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}


def _names_plugins(config: pytest.Config) -> bool:
    """Whether the command line names plugins, which may collect as they like."""
    return any(not name.startswith("no:") for name in config.option.plugins)


def _write(path: Path, known: Mapping[str, Iterable[str]]) -> None:
    """Whole or not at all: several runs may do so at a time."""
    aside = path.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        aside.write_text(json.dumps(known), encoding="utf-8")
        aside.replace(path)
        stored = sorted(path.parent.glob(_NAME), key=lambda each: each.stat().st_mtime)
        for old in stored[:-_KEPT]:
            old.unlink(missing_ok=True)


def _stamps(root: Path) -> Iterator[tuple[str, int, int]]:
    """Path, size and time of each source."""
    for name in _FILES:
        with contextlib.suppress(OSError):
            status = (root / name).stat()
            yield name, status.st_size, status.st_mtime_ns
    for name in _FLAT:
        yield from _stamps_in(str(root / name), deep=False)
    for name in _SOURCES:
        yield from _stamps_in(str(root / name), deep=True)


def _stamps_in(folder: str, *, deep: bool) -> Iterator[tuple[str, int, int]]:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                status = entry.stat()
                yield entry.path, status.st_size, status.st_mtime_ns
            elif deep and entry.is_dir():
                yield from _stamps_in(entry.path, deep=True)
