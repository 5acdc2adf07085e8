"""The device knows no fault: nothing of it speaks of one, and nothing of it is there for one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2] / "rigs" / "emulator"
WRITTEN_FROM_OUTSIDE = {"mutants", "variants"}
SWITCHES = {"process", "__init__.py", "__main__.py"}
"""The process around the device, which switches faults and variants on."""

SPOKEN = re.compile(r"(?<!de)fault|mutant|variant|mutat(e|ion)|sabotage", re.IGNORECASE)

FLUSHES = {"reset_input_buffer", "reset_output_buffer"}
ASKED_FOR_BY_PYSERIAL = {
    "cts", "dsr", "ri", "cd", "xonxoff", "rtscts", "break_condition", *FLUSHES,
}  # fmt: skip
"""What `serial.rfc2217` wants of a port."""
HELD = {"_signal_sockets"}
"""What only has to stay alive."""


def _files(without: set[str]) -> list[Path]:
    found = ROOT.rglob("*.py")
    return [path for path in found if path.relative_to(ROOT).parts[0] not in without]


def test_nothing_of_the_device_speaks_of_faults() -> None:
    files = _files(WRITTEN_FROM_OUTSIDE | SWITCHES)
    assert len(files) > 100
    speaking = [str(path) for path in files if SPOKEN.search(path.read_text(encoding="utf-8"))]
    assert speaking == []


# What is there for a fault: nothing but faults asks for it.


def _defined(tree: ast.Module) -> Iterator[str]:
    """Functions, classes, members and constants."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        if isinstance(node, ast.ClassDef | ast.Module):
            for each in node.body:
                targets = each.targets if isinstance(each, ast.Assign) else [_target(each)]
                yield from (name.id for name in targets if isinstance(name, ast.Name))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _own(node):
            yield node.attr


def _own(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def _target(node: ast.stmt) -> ast.expr | None:
    return node.target if isinstance(node, ast.AnnAssign) else None


def _read(tree: ast.Module) -> Iterator[str]:
    """What is looked at: names, members, and words, for `getattr`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _asked_for_by_nobody(trees: list[ast.Module]) -> set[str]:
    defined = {name for tree in trees for name in _defined(tree) if not name.startswith("__")}
    return defined - {name for tree in trees for name in _read(tree)}


def _device() -> list[ast.Module]:
    files = _files(WRITTEN_FROM_OUTSIDE)
    return [ast.parse(path.read_text(encoding="utf-8")) for path in files]


def test_nothing_of_the_device_is_there_for_faults() -> None:
    assert _asked_for_by_nobody(_device()) == ASKED_FOR_BY_PYSERIAL | HELD


def test_what_only_a_fault_would_ask_for_is_seen() -> None:
    hook = "class Link:\n  opened_ns = 0\n  def was_open(self): self.was_said = 0\n"
    assert {"opened_ns", "was_open", "was_said"} <= _asked_for_by_nobody(
        [*_device(), ast.parse(hook)]
    )


def _methods(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and "Protocol" not in map(ast.unparse, node.bases):
            yield from (each for each in node.body if isinstance(each, ast.FunctionDef))


def _does_nothing(method: ast.FunctionDef) -> bool:
    """It is a sentence alone."""
    return len(method.body) == 1 and ast.get_docstring(method) is not None


def _steps_for_nothing(trees: list[ast.Module]) -> set[str]:
    """Methods that do nothing, of which there is no other one that does anything."""
    methods = [each for tree in trees for each in _methods(tree)]
    idle = {each.name for each in methods if _does_nothing(each)}
    return idle - {each.name for each in methods if not _does_nothing(each)}


def test_no_step_of_the_device_waits_for_a_fault_to_do_something() -> None:
    assert _steps_for_nothing(_device()) == FLUSHES


def test_a_step_that_does_nothing_is_seen() -> None:
    hook = 'class Voice:\n  def before_ok(self): "Nothing is said."\n'
    assert "before_ok" in _steps_for_nothing([*_device(), ast.parse(hook)])
