"""Who may import whom, read from the source: a lazy import counts as any other."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STANDARD = sys.stdlib_module_names

#: Folder -> the packages that its files may import beside the standard library.
MAY_IMPORT = {
    "conformance": {"conformance"},
    "suites": {"conformance", "suites", "pytest", "hypothesis"},
    "rigs/clock": {"rigs.clock"},
    "rigs/emulator": {"rigs.emulator", "rigs.clock"},
    "rigs/lab": {"rigs.lab", "rigs.clock", "pyroute2", "scapy", "cryptography", "pcapng"},
}


def imported(source, package=""):
    """The absolute names of the modules that `source`, a module in `package`, imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node) in ("__import__", "import_module"):
            yield "a computed import"


def _called(node):
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def foreign(names, allowed):
    """Those of `names` that belong neither to the standard library nor to an `allowed` package."""
    return {
        name
        for name in names
        if name.split(".")[0] not in STANDARD
        and not any(name == each or name.startswith(f"{each}.") for each in allowed)
    }


#: Files that may import more: RFC 2217's server side is pyserial's, the emulator's interfaces are
#: pyroute2's and its frames scapy's; the lab looks for who answers a question.
MORE = {
    "rigs/emulator/serial/rfc2217_endpoint.py": {"serial"},
    "rigs/emulator/net/bootp.py": {"scapy"},
    "rigs/emulator/net/ether.py": {"scapy"},
    "rigs/emulator/net/kernel.py": {"pyroute2"},
    "rigs/emulator/net/mdns.py": {"scapy"},
    "rigs/emulator/net/mdnsrecords.py": {"scapy"},
    "rigs/emulator/net/names.py": {"scapy"},
    "rigs/lab/questions.py": {"a computed import"},
}

FILES = [
    pytest.param(path, allowed | MORE.get(name, set()), id=name)
    for folder, allowed in MAY_IMPORT.items()
    for path in sorted((ROOT / folder).rglob("*.py"))
    for name in [path.relative_to(ROOT).as_posix()]
]


@pytest.mark.parametrize(("path", "allowed"), FILES)
def test_a_file_imports_only_what_its_folder_may(path, allowed):
    package = ".".join(path.relative_to(ROOT).parent.parts)

    assert foreign(imported(path.read_text(encoding="utf-8"), package), allowed) == set()


def test_each_folder_with_a_rule_has_files():
    found = {folder: len(list((ROOT / folder).rglob("*.py"))) for folder in MAY_IMPORT}

    assert min(found.values()) >= 5


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import serial", {"serial"}),
        ("import os, scapy.all as s", {"scapy.all"}),
        ("from rigs.board import Board", {"rigs.board.Board"}),
        ("def f():\n    import tenacity", {"tenacity"}),
        ("if TYPE_CHECKING:\n    from conformance import grammar", {"conformance.grammar"}),
        ("from ..board import x", {"rigs.board.x"}),
        ("from .. import board", {"rigs.board"}),
        ("from rigs import emulated", {"rigs.emulated"}),
        ("import importlib\nimportlib.import_module('x')", {"a computed import"}),
        ("__import__('serial')", {"a computed import"}),
        ("import os.path\nfrom json import loads", set()),
        ("from .loop import Loop\nfrom . import cli", set()),
        ("from rigs.emulator.process.cli import main", set()),
    ],
)
def test_the_reader_finds_each_kind_of_import(source, found):
    assert foreign(imported(source, "rigs.emulator"), {"rigs.emulator"}) == found
