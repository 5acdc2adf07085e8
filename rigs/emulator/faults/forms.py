"""The faults that any command can have, one family per form (asked for in `dispatch`).

Law: made from the table of commands, so that a new command has them without another line.  A form
that only firmware has, and not the document, has the faults of a form that does not exist: they
act in personalities that do without it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from ..command import Command, Form
from ..commands import DEFINITIONS
from .active import Fault

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
"""What can only be refused where there is no peer; faults of its success would not show."""


def _typed(command: Command, form: Form) -> str:
    if command.by_digit and form is Form.SET:
        return f"AT{command.name}<n>"
    return _WRITTEN[form].format("AT" + command.name)


def _existing(command: Command, form: Form) -> Iterator[tuple[str, str]]:
    if command.name in _NEVER_OK:
        yield "silent", "is not answered at all, and nothing is done"
        yield "refusal-ok", "answers OK although it cannot be done"
        return
    prints = form in _PRINTS or command.name in _PRINTERS
    acts = command.name in _ACTORS or (form is Form.SET and command.name not in _UNSEEN)
    yield "silent", "is not answered at all, and nothing is done"
    yield "error", "answers ERROR whatever it is given, and nothing is done"
    yield "wrong-code", "does its work and ends with FAIL where OK is due"
    yield "done-yet-error", "does its work and ends with ERROR where OK is due"
    if prints or acts:
        yield "no-final", "does its work, but the final OK is missing"
    if acts:
        yield "no-effect", "answers OK, but nothing is done"
    if prints:
        yield "no-information", f"answers OK, but {_DONE[form]}"
    if form is Form.SET:
        yield "refusal-ok", "answers OK to parameters that it refuses"
        yield "refusal-silent", "does not answer at all if it refuses the parameters"


def _missing(command: Command, form: Form) -> Iterator[tuple[str, str]]:
    yield "ok", "answers OK though this form does not exist"
    yield "silent", "is not answered at all though ERROR is due"
    if command.name == "+GMR":
        yield "executes", "is executed as if it were AT+GMR"
    if command.name in _RESTARTS:
        yield "executes", f"is executed as if it were AT{command.name}"
    if command.name == "+RST":
        yield "acts", "answers ERROR, as is due, but the board restarts"
    if command.name == "+RESTORE":
        yield "acts", "answers ERROR, as is due, but the settings are lost and the board restarts"


def _faults() -> Iterator[Fault]:
    for command, form in itertools.product(DEFINITIONS, Form):
        if command.listed:  # the others do not exist in the document
            family = _existing if form in command.listed else _missing
            for word, says in family(command, form):
                yield Fault(command.fault_id(form, word), f"{_typed(command, form)} {says}")


FAULTS: tuple[Fault, ...] = tuple(_faults())
