"""What refuses and acts all the same: an ERROR comes too late, or does not mean it.

Law: operators on what a set form does where it is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Any

from ..commands.numbers import Number
from ..commands.stages import SetForm
from ..firmware.dispatch import obeyed
from ..line.command import ERROR, Answer, BadParameter, Call, Final, Form, Handler
from .mutant import Mutant, Mutation, Operator, Seam, form, mutated_at
from .naming import slug
from .operators import Change, wrapped
from .rows import Rows

Reasons = Callable[[tuple[str, ...]], bool]
"""Whether these reasons to refuse are those that come too late."""


def any_reason(_why: Collection[str]) -> bool:
    """All of them."""
    return True


def as_wanted(_chip: object, wanted: Any) -> Any:
    """What is wanted, though it is refused."""
    return wanted


def takes_effect(what: Change = as_wanted, late: Reasons = any_reason) -> Operator:
    """ERROR, but it is done; `what`: what is made of what is wanted."""

    def acts(
        refuse: Any, chip: Any, form: SetForm[Any], wanted: Any, why: tuple[str, ...]
    ) -> Answer:
        if not late(why):
            return refuse(chip, form, wanted, why)  # type: ignore[no-any-return]
        return _late(form.accepted(chip, what(chip, wanted)))

    return wrapped("refused, takes effect", acts)


def does(act: Callable[[Any, Any], None], late: Reasons = any_reason) -> Operator:
    """ERROR, and something else is done."""

    def acts(
        refuse: Any, chip: Any, form: SetForm[Any], wanted: Any, why: tuple[str, ...]
    ) -> Answer:
        if not late(why):
            return refuse(chip, form, wanted, why)  # type: ignore[no-any-return]
        return replace(ERROR, effect=lambda: act(chip, wanted))

    return wrapped("refused, does something", acts)


def unread(source: Callable[[bytes], bytes]) -> Operator:
    """ERROR where the parameters cannot be read, but what is made of them is done.

    `source`: the parameters that are read instead.  It is for a whole set form.
    """
    return unread_on(lambda _chip, text: source(text))


def unread_on(source: Callable[[Any, bytes], bytes]) -> Operator:
    """The same, where it depends on the chip what is read instead."""

    def mutate(form: SetForm[Any]) -> Handler:
        def answer(chip: Any, call: Call) -> Answer:
            try:
                return form(chip, call)
            except BadParameter:
                typed = source(chip, form.typed(call))
                wanted = form.parse(chip, chip.parameters(typed, form.rules(chip)))
                return _late(form.accepted(chip, wanted))

        return answer

    return Operator("unread, takes effect", mutate)


def refused_does(name: str, act: Callable[[Any], None]) -> Operator:
    """ERROR whatever it is for, and something is done.  It is for a whole form."""

    def mutate(handler: Handler) -> Handler:
        def answer(chip: Any, call: Call) -> Answer:
            refusal = obeyed(handler, chip, call)
            return replace(refusal, effect=lambda: act(chip)) if _idle(refusal) else refusal

        return answer

    return Operator(name, mutate)


def refused_as(name: str, typed: Callable[[bytes], bytes]) -> Operator:
    """ERROR, and what another line would do is done.  It is for a whole form.

    `typed`: what stands behind the name in the line that is refused -> in that other line.
    """

    def mutate(handler: Handler) -> Handler:
        def answer(chip: Any, call: Call) -> Answer:
            refusal = obeyed(handler, chip, call)
            if not _idle(refusal):
                return refusal
            return _though(refusal, obeyed(handler, chip, replace(call, tail=typed(call.tail))))

        return answer

    return Operator(name, mutate)


def _idle(answer: Answer) -> bool:
    """Whether it is a refusal, and no more than that."""
    return answer.final is Final.ERROR and not (answer.effect or answer.afterwards)


def checked_late(seam: Seam, mutants: Iterable[Mutant]) -> Operator:
    """ERROR where it is due, but what a firmware would do that takes everything is done.

    `seam`: the form; `mutants`: what each takes that has to be refused, all of them at once.
    """

    def mutate(form: Handler) -> Handler:
        lenient = mutated_at(seam, form, (one for each in mutants for one in each.mutations))

        def answer(chip: Any, call: Call) -> Answer:
            refusal = obeyed(form, chip, call)
            return _though(refusal, obeyed(lenient, chip, call)) if _idle(refusal) else refusal

        return answer

    return Operator("checked late", mutate)


def _though(refusal: Answer, done: Answer) -> Answer:
    """A refusal, and what is done though it is one."""
    return replace(refusal, effect=done.effect, afterwards=done.afterwards)


_TAKES_TOO_MUCH = re.compile(r".*-accepted|set-(in|without)-.*")
"""The words of mutants that take what has to be refused."""


def late(name: str, mutants: Iterable[Mutant], *before: Operator) -> Mutation:
    """The set form of a command, checked late, whatever mutants it has that take too much.

    `mutants`: of the command, and maybe others.  `before`: operators that are tried first.
    """
    seam, own = form(name, Form.SET), f"{slug(name)}."
    lenient = tuple(
        each
        for each in mutants
        if each.id.startswith(own) and _TAKES_TOO_MUCH.fullmatch(each.id.removeprefix(own))
    )
    return Mutation(seam, first_to_act(*before, checked_late(seam, lenient)))


def applies_though_refused(names: Rows, mutants: Iterable[Mutant]) -> Mutant:
    """The row of a setting that is checked late; see `late`."""
    return names.row(
        "refused-takes-effect",
        "= answers ERROR where it has to, yet what it could read applies",
        late(names.name, mutants),
    )


def first_to_act(*operators: Operator) -> Operator:
    """What the first of these answers that does anything about it; each is for a whole form."""

    def mutate(handler: Handler) -> Handler:
        handlers = [each.mutates(handler) for each in operators]

        def answer(chip: Any, call: Call) -> Answer:
            answers = [ERROR]
            for each in handlers:
                answers.append(obeyed(each, chip, call))
                if not _idle(answers[-1]):
                    break
            return answers[-1]

        return answer

    return Operator(", or ".join(each.name for each in operators), mutate)


def _late(done: Answer) -> Answer:
    return replace(done, final=Final.ERROR, information=b"")


def out_of_range(number: Number) -> Reasons:
    """Whether a value of this parameter is refused for its range."""
    return lambda why: why[0].startswith(f"{number.name} ")


_NUMBER = re.compile(rb"-?[0-9]+")


def first_number(text: bytes) -> bytes:
    """The number that a text begins with."""
    found = _NUMBER.match(text)
    return found[0] if found else b""
