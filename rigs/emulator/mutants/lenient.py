"""The mutants that refuse and act all the same, of commands that still ask for faults themselves.

Law: rows.  What of it has its own place in a command is asked for there, by the same id.
"""

from __future__ import annotations

from ..asking.scope import SCOPES
from ..command import Form
from ..commands.join import BASE as JOIN
from .mutant import Mutant, Mutation, form, mutant
from .naming import slug
from .refusing import asked_leniently


def _lenient(name: str, word: str, says: str) -> Mutant:
    forms = (Form.SET, Form.EXECUTE)
    return mutant(
        f"{slug(name)}.{word}",
        f"AT{name}{says}",
        *(Mutation(form(name, kind), asked_leniently(name)) for kind in forms),
    )


MUTANTS: tuple[Mutant, ...] = (
    *(
        _lenient(
            scope.name(JOIN),
            "refused-joins",
            "= answers ERROR where it has to, yet joins what it could read",
        )
        for scope in SCOPES
    ),
    _lenient("+CWLAPOPT", "refused-takes-effect", "= answers ERROR, yet its mask applies"),
)
