"""What refuses and acts all the same: an ERROR comes too late, or does not mean it.

Law: operators on what a set form does where it is not taken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from ..command import ERROR, Answer, BadParameter, Call, Final, Handler
from ..stages import SetForm
from .mutant import Operator
from .operators import Change, wrapped

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
        return replace(form.accepted(chip, what(chip, wanted)), final=Final.ERROR)

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

    def mutate(form: SetForm[Any]) -> Handler:
        def answer(chip: Any, call: Call) -> Answer:
            try:
                return form(chip, call)
            except BadParameter:
                parameters = chip.parameters(source(call.arguments), form.rules(chip))
                wanted = form.parse(chip, parameters)
                return replace(form.accepted(chip, wanted), final=Final.ERROR)

        return answer

    return Operator("unread, takes effect", mutate)
