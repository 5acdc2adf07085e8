"""What a query with _DEF tells while its sibling with _CUR has put another value in force (R-31).

Law of this file: the saved one and the one in force are both true answers; which it is is observed.
A third one is false.
"""

from __future__ import annotations

from conformance.verdict import NonConformity
from suites.wifi.siblings import stem
from suites.wifi.triples import COMMANDS

#: Number of the requirement, for the command with _CUR; two were there before it.
_NUMBERS = {"CWMODE": "11", "CWSAP": "24"}


def told_beside(command: str) -> str:
    """The requirement about what is told beside a value that `command`'s sibling put in force."""
    name = f"{stem(command)}_CUR"
    return f"{COMMANDS[name].clause}/{name}/set/{_NUMBERS.get(stem(command), '91')}"


def which(saved: object, current: object, told: object) -> str:
    """Which of two values is told, in words."""
    if told == saved:
        return "the saved one"
    return "the one in force" if told == current else "neither"


def require_either(saved: object, current: object, told: object) -> str:
    """Require one of two values to be told; which, in words."""
    if told not in (saved, current):
        raise NonConformity(f"{saved}, which was saved, or {current}, which is in force", str(told))
    return which(saved, current, told)
