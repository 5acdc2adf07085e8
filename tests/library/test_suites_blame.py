"""The suites leave it to the mechanism who is blamed: what would go round it is not in them.

Law of this file: the source of `suites/` is read, and nothing of it is run.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

SUITES = Path(__file__).parents[2] / "suites"
FILES = sorted(SUITES.rglob("*.py"))
NAMES = [str(path.relative_to(SUITES)) for path in FILES]

#: What is required of an exchange, by the names of its questions.
QUESTIONS = {
    "asks_for_data", "ends_with", "gives_no_result", "has_line", "has_line_from", "is_echoed",
    "is_like", "is_not_echoed", "is_not_executed", "is_refused", "is_sent", "says_nothing_else",
    "shows_restart", "succeeds", "tells",
}  # fmt: skip
BUILDERS = {"set_", "query", "execute", "test_form"}


def calls(tree):
    """Every call of a method or function, and its name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            yield node, name


def receiver(call):
    """The call whose result `call` is a method of, and its name."""
    inner = getattr(call.func, "value", None)
    if not isinstance(inner, ast.Call):
        return None, ""
    return inner, getattr(inner.func, "attr", getattr(inner.func, "id", ""))


def places(path, tree, wrong):
    return [f"{path.relative_to(SUITES)}:{node.lineno}" for node in wrong(tree)]


def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.fixture(params=FILES, ids=NAMES)
def file(request):
    return request.param


def judged_restarts(tree):
    """What is asked of `restart()`, which is for those who only stand on it."""
    for call, name in calls(tree):
        inner, of = receiver(call)
        if name in QUESTIONS and of == "restart":
            yield inner


def test_who_judges_a_restart_sends_it(file):
    assert places(file, parsed(file), judged_restarts) == []


def is_about_at(function):
    """Whether a purpose says itself that it verifies a requirement of AT."""
    return any("/AT/execute/" in ast.unparse(each) for each in function.decorator_list)


def judged_signs_of_life(tree):
    """`AT` that is to be answered OK: an IUT whose AT is broken would fail by it."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    own = {id(node) for each in functions if is_about_at(each) for node, _ in calls(each)}
    for call, name in calls(tree):
        if id(call) in own:
            continue
        inner, of = receiver(call)
        if (
            name == "succeeds"
            and of in ("send", "observe")
            and "execute('AT')" in ast.unparse(inner)
        ):
            yield inner


def test_a_sign_of_life_is_what_the_iut_answered_when_it_was_found(file):
    found = places(file, parsed(file), judged_signs_of_life)
    assert found == [] or file.name == "test_at.py"  # there AT is under test


def questions_of_strangers(tree, source):
    """Questions to a command, named there, that the file verifies nothing of."""
    verified = set(re.findall(r"/([A-Z][A-Z_]+)/", source))
    for call, name in calls(tree):
        inner, of = receiver(call)
        if name not in QUESTIONS or of not in ("send", "observe", "ask"):
            continue
        for line, built in calls(inner):
            first = line.args[0] if line.args else None
            named = isinstance(first, ast.Constant) and isinstance(first.value, str)
            if built in BUILDERS and named and first.value not in verified:
                yield inner


def test_another_command_s_answer_decides_only_where_that_is_said(file):
    source = file.read_text(encoding="utf-8")
    found = [f"{file.name}:{n.lineno}" for n in questions_of_strangers(ast.parse(source), source)]
    # AT and GMR are what a rule of every line is tried with.
    assert found == [] or file.parent.name == "general" or file.name == "test_at.py"


def silently_asked(tree):
    """Functions that send a query and agree to its answer by hand, instead of `session.ask`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            text = ast.unparse(node)
            if re.search(r"\.send\(query\(", text) and re.search(r"\.agree\(", text):
                yield node


def test_what_is_only_asked_goes_through_ask(file):
    if file.name.startswith("test_"):
        return  # a purpose may judge its own query
    assert places(file, parsed(file), silently_asked) == []


def unrefused(tree):
    """Purposes that say what a refusal changes, and do not require that there was one."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
            continue
        said = re.search(r"what_is_refused_|a_refused_(ate|line)", node.name)
        if said and "refuse" not in {name for _, name in calls(node)}:
            yield node


def test_what_a_refusal_changes_is_decided_only_after_one(file):
    assert places(file, parsed(file), unrefused) == []
