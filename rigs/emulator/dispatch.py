"""From a call to an answer: the table of commands, and the faults that any command can have.

Law: which handler runs and whether its answer is believed.  What a command means is in its file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from .command import ERROR, OK, SILENCE, Answer, BadParameter, Call, Final, Form, Registered
from .commands.smartconfig import locked, locks
from .faults import Faults

if TYPE_CHECKING:
    from .firmware import Firmware


class Dispatcher:
    """Looks a call up and has it answered."""

    def __init__(self, table: Mapping[str, Registered], faults: Faults) -> None:
        self._table = table
        self._faults = faults

    def answer(self, firmware: Firmware, call: Call | None) -> Answer:
        """What the firmware does about a call; None is a line that is no command."""
        entry = self._table.get(call.name) if call else None
        if call is None or entry is None:
            return self._unknown()
        if not self._exists(entry, call):
            return self._missing(firmware, entry, call)
        return self._existing(firmware, entry, call)

    def _exists(self, entry: Registered, call: Call) -> bool:
        if call.form is Form.SET and call.by_digit and not entry.takes_digit:
            return False
        if call.form is Form.SET and call.tail.startswith(b"?"):  # a query with something behind
            return False
        return entry.handler(call.form) is not None

    def _unknown(self) -> Answer:
        if self._faults.active("unknown.silent"):
            return SILENCE
        return OK if self._faults.active("unknown.ok") else ERROR

    def _missing(self, firmware: Firmware, entry: Registered, call: Call) -> Answer:
        """A form that this firmware does not have: ERROR (clause 1.1; field guide 1)."""
        if self._active(entry, call, "silent"):
            return SILENCE
        if self._active(entry, call, "ok"):
            return OK
        execute = entry.handler(Form.EXECUTE)
        if execute and self._active(entry, call, "executes"):
            return execute(firmware, replace(call, form=Form.EXECUTE, tail=b""))
        if execute and self._active(entry, call, "acts"):
            done = execute(firmware, replace(call, form=Form.EXECUTE, tail=b""))
            return replace(done, final=Final.ERROR, information=b"")
        return ERROR

    def _existing(self, firmware: Firmware, entry: Registered, call: Call) -> Answer:
        if self._active(entry, call, "silent"):
            return SILENCE
        if self._active(entry, call, "error"):
            return ERROR
        if locks(firmware, entry.command.name):
            return locked(firmware, call, entry.command.handlers[call.form])
        if call.form is Form.QUERY and self._faults.active("flash.queries-write"):
            firmware.store.write(even_if_equal=True, uart=firmware.store.read().uart)
        answer = _handled(firmware, entry, call)
        if _does_nothing(answer) and self._acts_when_refused(entry):
            answer = self._refused_yet_done(firmware, entry, call, answer)
        if answer.pending and self._active(entry, call, "no-effect"):
            return OK
        return answer.then(lambda whole: self._judged(entry, call, whole))

    def _acts_when_refused(self, entry: Registered) -> bool:
        return self._faults.listed_and_active(entry.command.acting_fault)

    def _refused_yet_done(
        self, firmware: Firmware, entry: Registered, call: Call, refusal: Answer
    ) -> Answer:
        """What a firmware does that acts before it checks: what it could read, and then ERROR."""
        with self._faults.lenient(entry.command.slug):
            done = _handled(firmware, entry, call)
        return replace(refusal, effect=done.effect, afterwards=done.afterwards)

    def _judged(self, entry: Registered, call: Call, answer: Answer) -> Answer:
        if answer.final is Final.OK:
            return self._claimed(entry, call, answer)
        return self._refused(entry, call, answer)

    def _claimed(self, entry: Registered, call: Call, answer: Answer) -> Answer:
        if self._active(entry, call, "wrong-code"):
            return replace(answer, final=Final.FAIL)
        if self._active(entry, call, "done-yet-error"):
            return replace(answer, final=Final.ERROR)
        if self._active(entry, call, "no-final"):
            return replace(answer, final=None)
        if self._active(entry, call, "no-effect"):
            return replace(answer, effect=None, afterwards=None)
        if self._active(entry, call, "no-information"):
            return replace(answer, information=b"")
        return answer

    def _refused(self, entry: Registered, call: Call, answer: Answer) -> Answer:
        if self._active(entry, call, "refusal-ok"):
            return replace(answer, final=Final.OK)
        if self._active(entry, call, "refusal-silent"):
            return replace(answer, final=None)
        return answer

    def _active(self, entry: Registered, call: Call, word: str) -> bool:
        return self._faults.listed_and_active(entry.command.fault_id(call.form, word))


def _handled(firmware: Firmware, entry: Registered, call: Call) -> Answer:
    try:
        return entry.command.handlers[call.form](firmware, call)
    except BadParameter:
        return ERROR


def _does_nothing(answer: Answer) -> bool:
    """Whether it is a refusal, and no more than that."""
    return answer.final is Final.ERROR and not (answer.effect or answer.afterwards)
