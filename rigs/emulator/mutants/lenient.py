"""The mutants that refuse and act all the same, of commands that still ask for faults themselves.

Law: rows.  What of it has its own place in a command is asked for there, by the same id.
"""

from __future__ import annotations

from ..command import Form
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
    _lenient("+CWSTARTSMART", "refused-takes-effect", "= answers ERROR, but starts it"),
    _lenient(
        "+CIPCLOSE",
        "refused-closes",
        "= answers ERROR and yet closes all links, AT+CIPCLOSE link 0",
    ),
    _lenient("+SAVETRANSLINK", "refused-takes-effect", "= saves a link that it refuses"),
    _lenient("+CIPSERVER", "refused-takes-effect", "= answers ERROR and yet starts a server"),
)
