"""No file of the emulator imports, by whatever way, a file that imports it: types count, too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
NAMES = {
    ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__"): path
    for path in (REPOSITORY / "rigs" / "emulator").rglob("*.py")
}
"""The emulator's modules, and their files."""


def _imported(name: str, path: Path) -> Iterator[str]:
    """What a module imports of the emulator: a file, or what a folder itself defines."""
    package = (name if path.stem == "__init__" else name.rpartition(".")[0]).split(".")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            inner = (f"{base}.{alias.name}" for alias in node.names)
            yield from (each if each in NAMES else base for each in inner)


def _graph() -> dict[str, set[str]]:
    return {name: set(_imported(name, path)) & NAMES.keys() for name, path in NAMES.items()}


def test_no_file_imports_what_imports_it() -> None:
    graph = _graph()
    assert sum(map(len, graph.values())) > 1000
    TopologicalSorter(graph).prepare()


def test_a_circle_is_seen() -> None:
    graph = _graph()
    graph["rigs.emulator.timers"] |= {"rigs.emulator.__main__"}
    with pytest.raises(CycleError):
        TopologicalSorter(graph).prepare()
