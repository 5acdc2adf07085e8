"""Clauses 1.1 and 2, note 1: forms that a command does not have (ruling R-05).

One purpose for every command of the edition and every form that the document does not give it.
"""

import pytest

from conformance import commandline
from conformance.catalogue import load_edition

BUILD = {
    "test": commandline.test,
    "query": commandline.query,
    "set": lambda name: commandline.set_(name, 1),
    "execute": commandline.execute,
}


#: What a firmware that takes a form for another one could do that no reset takes back.
HAZARDS = {"CIUPDATE": ["ota"]}


def absent_forms():
    """Every pair of a command and a form that the document does not give it."""
    for command in load_edition().commands.values():
        for form in command.absent_forms:
            requirement = f"{command.clause}/{command.name}/{form}/01"
            mark = pytest.mark.purpose(
                "TP/GENERAL/ABSENT/BI-01",
                verifies=[requirement],
                hazards=HAZARDS.get(command.name, []),
            )
            yield pytest.param(command.name, form, marks=mark, id=f"{command.name}-{form}")


@pytest.mark.parametrize(("name", "form"), list(absent_forms()))
def test_a_form_that_does_not_exist_is_refused(session, name, form):
    """A form that the document does not give the command ends with ERROR."""
    exchange = session.send(BUILD[form](name))

    exchange.is_refused()
