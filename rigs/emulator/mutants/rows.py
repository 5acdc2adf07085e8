"""A row of a table of mutants, and the seams of the command that it is about.

Law: shorthand, so that a row reads as a row; no mutant is named here.
"""

from __future__ import annotations

from ..line.command import Form
from .mutant import (
    ALWAYS,
    Condition,
    Mutant,
    Mutation,
    Operator,
    form,
    mutant,
    stage,
)
from .naming import slug


class Rows:
    """The rows of one command; `name` is `+CWSAP`, or `E` of ATE."""

    def __init__(self, name: str) -> None:
        self.name = name

    def row(self, word: str, says: str, *mutations: Mutation) -> Mutant:
        """One mutant; `says` begins with what is typed behind the name."""
        return mutant(f"{slug(self.name)}.{word}", f"AT{self.name}{says}", *mutations)

    def test(self, step: str, operator: Operator, when: Condition = ALWAYS) -> Mutation:
        """A stage of the test form, mutated."""
        return Mutation(stage(self.name, Form.TEST, step), operator, when)

    def query(self, step: str, operator: Operator, when: Condition = ALWAYS) -> Mutation:
        """A stage of the query form, mutated."""
        return Mutation(stage(self.name, Form.QUERY, step), operator, when)

    def shows(self, operator: Operator) -> tuple[Mutation, ...]:
        """What the query form shows, mutated, whether that is saved or not."""
        return tuple(self.query(step, operator) for step in ("show", "show_saved"))

    def set(self, step: str, operator: Operator, when: Condition = ALWAYS) -> Mutation:
        """A stage of the set form, mutated."""
        return Mutation(stage(self.name, Form.SET, step), operator, when)

    def execute(self, step: str, operator: Operator, when: Condition = ALWAYS) -> Mutation:
        """A stage of the execute form, mutated."""
        return Mutation(stage(self.name, Form.EXECUTE, step), operator, when)

    def whole(self, kind: Form, operator: Operator) -> Mutation:
        """A whole form, mutated."""
        return Mutation(form(self.name, kind), operator)
