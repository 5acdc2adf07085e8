"""How ids spell commands, forms and numbers.

Law: from what stands in the firmware to words of an id, and nothing else.
"""

from __future__ import annotations

from ..line.command import Command, Form
from ..personalities import PERSONALITIES

WORDS = {
    "+RST": {"no-effect": "no-restart", "no-final": "restart-without-ok", "acts": "restarts"},
    "+RESTORE": {"no-final": "restart-without-ok", "acts": "restores"},
    "+GSLP": {"no-effect": "no-sleep"},
}
"""Better words for the general mutants, where a command has any."""


def slug(name: str) -> str:
    """A command's name as ids spell it: `at`, `ate`, `cwmode_cur`."""
    return name[1:].lower() if name.startswith("+") else "at" + name.lower()


def listed(command: Command) -> frozenset[Form]:
    """The forms that the document lists."""
    registered = PERSONALITIES["document"].commands.get(command.name)
    return frozenset(registered.forms if registered else ())


def form_id(command: Command, form: Form, word: str) -> str:
    """The id of the mutant `word` of one form; the only one that is listed goes unnamed."""
    word = WORDS.get(command.name, {}).get(word, word)
    if listed(command) == {form}:
        return f"{slug(command.name)}.{word}"
    return f"{slug(command.name)}.{form.value}-{word}"


def spelled(value: int) -> str:
    """A number as ids spell it."""
    return f"minus-{-value}" if value < 0 else str(value)
