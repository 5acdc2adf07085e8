"""The mutants that any command can have, one family per form, and those of what does not exist.

Law: made from the table of commands, so that a new command has them without another line.  A form
that only firmware has, and not the document, has the mutants of a form that does not exist: they
act in personalities that do without it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..commands import DEFINITIONS
from ..firmware.dispatch import existing, obeyed
from ..line.command import (
    ERROR,
    OK,
    Answer,
    Call,
    Command,
    Final,
    Form,
    Handler,
)
from .keeping import write_user_area
from .mutant import Mutant, Mutation, Operator, Seam, form, mutant
from .naming import form_id, listed, slug
from .unlisted import Change, acting, done, in_secret, restarts

_SILENCE = Answer(None)

DISPATCH = Seam(("dispatch",))
"""From a call to its answer."""

_WRITTEN = {Form.TEST: "{}=?", Form.QUERY: "{}?", Form.SET: "{}=", Form.EXECUTE: "{}"}
_DONE = {
    Form.TEST: "the range is not printed",
    Form.QUERY: "the value is not printed",
    Form.SET: "nothing is printed",
    Form.EXECUTE: "nothing is printed",
}
_PRINTS = frozenset((Form.TEST, Form.QUERY))
_RESTARTS = ("+RST", "+RESTORE")
_ACTORS = (*_RESTARTS, "+CWQAP", "+CWSTARTSMART", "+CWSTOPSMART", "+CIPCLOSE", "+CIPSEND")
_PRINTERS = ("+GMR", "+CWLAP", "+CIPSTATUS")
_UNSEEN = (
    "+RFPOWER",
    "+RFVDD",
    "+CWLAP",
    "+CWSTARTDISCOVER",
    "+WPS",
    "+MDNS",
    "+CIPSSLSIZE",
    "+CIPDINFO",
)
"""What they set does not show on the serial line."""

_NEVER_OK = ("+CIPSENDBUF", "+CIPBUFSTATUS", "+CIPCHECKSEQ", "+CIPBUFRESET", "+PING", "+CIUPDATE")
"""What can only be refused where there is no peer; mutants of its success would not show."""

# Operators on an answer.


def _answered(name: str, final_is_ok: bool, change: Change) -> Operator:
    """What becomes of an answer that ends with OK, or of one that does not."""

    def judged(whole: Answer) -> Answer:
        return change(whole) if (whole.final is Final.OK) is final_is_ok else whole

    def mutate(handler: Handler) -> Handler:
        return lambda chip, call: obeyed(handler, chip, call).then(judged)

    return Operator(name, mutate)


def ends(final: Final | None, of_ok: bool = True) -> Operator:
    """Another final code, or none, where OK is due, or where it is not."""
    word = final.value.decode("ascii") if final else "nothing"
    of = "OK" if of_ok else "a refusal"
    return _answered(f"{word} for {of}", of_ok, lambda whole: replace(whole, final=final))


def _idle(handler: Handler) -> Handler:
    """Nothing is done: what would take its time is not begun."""

    def answer(chip: Any, call: Call) -> Answer:
        healthy = obeyed(handler, chip, call)
        if healthy.pending:
            return OK
        done = healthy.final is Final.OK
        return replace(healthy, effect=None, afterwards=None) if done else healthy

    return answer


NO_EFFECT = Operator("no effect", _idle)
NO_INFORMATION = _answered("no information", True, lambda whole: replace(whole, information=b""))

_OPERATORS = {
    "wrong-code": ends(Final.FAIL),
    "done-yet-error": ends(Final.ERROR),
    "no-final": ends(None),
    "no-effect": NO_EFFECT,
    "no-information": NO_INFORMATION,
    "refusal-ok": ends(Final.OK, of_ok=False),
    "refusal-silent": ends(None, of_ok=False),
}

# Operators on the dispatch, each for one name and form.


class _Intercepted:
    """A dispatch that answers calls of some names and forms in another way."""

    def __init__(self, healthy: Handler, cases: Mapping[tuple[str, Form], Handler]) -> None:
        self._healthy = healthy
        self._cases = cases

    def __call__(self, chip: Any, call: Call | None) -> Answer:
        case = self._cases.get((call.name, call.form)) if call else None
        return (case or self._healthy)(chip, call)  # type: ignore[arg-type]

    def with_case(self, name: str, kind: Form, case: Callable[[Handler], Handler]) -> _Intercepted:
        """The same with one more case, on top of what there is for it."""
        before = self._cases.get((name, kind), self._healthy)
        return _Intercepted(self._healthy, {**self._cases, (name, kind): case(before)})


def intercepted(word: str, name: str, kind: Form, case: Callable[[Handler], Handler]) -> Operator:
    """Calls of one name and form are answered by a case, which may leave them to what was there."""

    def mutate(dispatch: Handler) -> _Intercepted:
        if not isinstance(dispatch, _Intercepted):
            dispatch = _Intercepted(dispatch, {})
        return dispatch.with_case(name, kind, case)

    return Operator(f"{word} for AT{name} {kind.value}", mutate)


def _said(answer: Answer, only_missing: bool, only_existing: bool) -> Callable[[Handler], Handler]:
    """The same answer always, or only where the form is missing, or is not."""

    def case(before: Handler) -> Handler:
        def answered(chip: Any, call: Call) -> Answer:
            missing = existing(chip.personality.commands, call) is None
            if (only_missing and not missing) or (only_existing and missing):
                return before(chip, call)
            return answer

        return answered

    return case


_CASES: Mapping[str, Callable[[Handler], Handler]] = {
    "silent": _said(_SILENCE, only_missing=False, only_existing=False),
    "error": _said(ERROR, only_missing=False, only_existing=True),
    "ok": _said(OK, only_missing=True, only_existing=False),
    "restarts": restarts,
}
_ACTS: Mapping[str, Change] = {"executes": lambda answer: answer, "acts": in_secret}

# The rows.


def _typed(command: Command, kind: Form) -> str:
    if command.by_digit and kind is Form.SET:
        return f"AT{command.name}<n>"
    return _WRITTEN[kind].format("AT" + command.name)


def _existing(command: Command, kind: Form) -> Iterator[tuple[str, str]]:
    if command.name in _NEVER_OK:
        yield "silent", "is not answered at all, and nothing is done"
        yield "refusal-ok", "answers OK although it cannot be done"
        return
    prints = kind in _PRINTS or command.name in _PRINTERS
    acts = command.name in _ACTORS or (kind is Form.SET and command.name not in _UNSEEN)
    yield "silent", "is not answered at all, and nothing is done"
    yield "error", "answers ERROR whatever it is given, and nothing is done"
    yield "wrong-code", "does its work and ends with FAIL where OK is due"
    yield "done-yet-error", "does its work and ends with ERROR where OK is due"
    if prints or acts:
        yield "no-final", "does its work, but the final OK is missing"
    if acts:
        yield "no-effect", "answers OK, but nothing is done"
    if prints:
        yield "no-information", f"answers OK, but {_DONE[kind]}"
    if kind is Form.SET:
        yield "refusal-ok", "answers OK to parameters that it refuses"
        yield "refusal-silent", "does not answer at all if it refuses the parameters"


def _missing(command: Command, kind: Form) -> Iterator[tuple[str, str]]:
    yield "ok", "answers OK though this form does not exist"
    yield "silent", "is not answered at all, as this form does not exist"
    yield from acting(kind, command.name)


def _mutation(command: Command, kind: Form, word: str) -> Mutation:
    if word in _OPERATORS:
        return Mutation(form(command.name, kind), _OPERATORS[word])
    if word in _ACTS:
        case = done(command.name, _ACTS[word])
        return Mutation(DISPATCH, intercepted(word, command.name, kind, case))
    return Mutation(DISPATCH, intercepted(word, command.name, kind, _CASES[word]))


def _forms() -> Iterator[Mutant]:
    for command, kind in itertools.product(DEFINITIONS, Form):
        if listed(command):  # the others do not exist in the document
            family = _existing if kind in listed(command) else _missing
            for word, says in family(command, kind):
                typed = f"{_typed(command, kind)} {says}"
                yield mutant(form_id(command, kind, word), typed, _mutation(command, kind, word))


FORMS: tuple[Mutant, ...] = tuple(_forms())


def _unknown(word: str, answer: Answer) -> Mutation:
    def mutate(dispatch: Handler) -> Handler:
        def answered(chip: Any, call: Call | None) -> Answer:
            known = call is not None and call.name in chip.personality.commands
            return dispatch(chip, call) if known else answer  # type: ignore[arg-type]

        return answered

    return Mutation(DISPATCH, Operator(word, mutate))


def _told_the_version(dispatch: Handler) -> Handler:
    version = Call("+GMR", Form.EXECUTE, b"")

    def answered(chip: Any, call: Call | None) -> Answer:
        there = call is not None and call.name and call.name in chip.personality.commands
        is_at = call is not None and not call.name and not call.by_digit
        return dispatch(chip, call if there or is_at else version)  # type: ignore[arg-type]

    return answered


UNKNOWN: tuple[Mutant, ...] = (
    mutant(
        "unknown.tells-version",
        "an unknown command is answered as AT+GMR is",
        Mutation(DISPATCH, Operator("unknown is +GMR", _told_the_version)),
    ),
    mutant("unknown.ok", "an unknown command answers OK", _unknown("unknown is OK", OK)),
    mutant(
        "unknown.silent",
        "an unknown command is not answered at all",
        _unknown("unknown is silent", _SILENCE),
    ),
)


def _writing(handler: Handler) -> Handler:
    def answer(chip: Any, call: Call) -> Answer:
        write_user_area(chip, call)
        return handler(chip, call)

    return answer


_UNLISTED = (
    "E", "+SLEEP", "+RFPOWER", "+RFVDD", "+CWLAPOPT",
    "+CIPMUX", "+CIPSERVER", "+CIPSTO", "+CIPSSLSIZE",
)  # fmt: skip
"""What sets something and saves nothing."""

SETS_WRITE: tuple[Mutant, ...] = tuple(
    mutant(
        f"{slug(name)}.writes-flash",
        f"AT{name}= writes the user parameter area",
        Mutation(form(name, Form.SET), Operator("writes the flash", _writing)),
    )
    for name in _UNLISTED
)
QUERIES_WRITE = mutant(
    "flash.queries-write",
    "every query writes the user parameter area",
    *(
        Mutation(form(command.name, Form.QUERY), Operator("writes the flash", _writing))
        for command in DEFINITIONS
        if Form.QUERY in command.handlers
    ),
)
