"""What a command is: its forms, one call of it, the answer to that call.

Law: words shared by the grammar, the dispatcher and the command files, and nothing that acts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import Any


class Form(StrEnum):
    """The four types of a command (clause 2)."""

    TEST = "test"
    QUERY = "query"
    SET = "set"
    EXECUTE = "execute"


FORM_LETTERS: Mapping[str, Form] = {
    "T": Form.TEST,
    "Q": Form.QUERY,
    "S": Form.SET,
    "E": Form.EXECUTE,
}


class Final(bytes, Enum):
    """How an answer ends (field guide 2): the word without its line ends."""

    OK = b"OK"
    ERROR = b"ERROR"
    FAIL = b"FAIL"


@dataclass(frozen=True)
class Call:
    """One command line, taken apart.

    `name` is what stands between `AT` and the form (`""`, `E`, `+GMR`); `tail` is everything after
    the name, the `=` or digit included, the line end not.
    """

    name: str
    form: Form
    tail: bytes = b""

    @property
    def by_digit(self) -> bool:
        """Whether a digit right after the name made this a set form (`ATE0`, field guide 2)."""
        return self.tail[:1].isdigit()

    @property
    def arguments(self) -> bytes:
        """The parameters: handlers skip the one character after the name (field guide 2)."""
        return self.tail[1:]


Action = Callable[[], None]
Pending = Callable[[Callable[["Answer"], None]], None]
"""Something that takes its time; it hands over the rest of the answer once it is over."""


@dataclass(frozen=True)
class Answer:
    """What a handler decided, before any of it has happened.

    Handlers are pure: they judge the parameters and hand back what to say and do.  The dispatcher
    and the firmware carry it out in this order: effect, information, `lasts_ns` of being busy,
    final code, afterwards.  With `pending`, the firmware says the information, is busy until the
    rest of the answer comes, and does everything else as that says.  `broken_off`: how a pending
    answer ends if a forced restart comes first (observed 1.3, item 5).
    """

    final: Final | None
    information: bytes = b""
    effect: Action | None = None
    afterwards: Action | None = None
    lasts_ns: int = 0
    pending: Pending | None = None
    broken_off: Final | None = None

    def then(self, change: Callable[[Answer], Answer]) -> Answer:
        """The same answer, changed: now, or when its rest has come if it is pending."""
        pending = self.pending
        if pending is None:
            return change(self)
        return replace(self, pending=lambda done: pending(lambda rest: done(rest.then(change))))


OK = Answer(Final.OK)
ERROR = Answer(Final.ERROR)

Handler = Callable[[Any, Call], Answer]
"""Takes the chip, a `chip.Chip`."""


@dataclass(frozen=True)
class Command:
    """A command with every form that some firmware has.

    `by_digit`: the parameter follows the name without `=` (ATE0, clause 3.2.5).
    """

    name: str
    handlers: Mapping[Form, Handler]
    by_digit: bool = False


@dataclass(frozen=True)
class Registered:
    """A command as one firmware has it: what answers each of its forms.

    `takes_digit`: a digit right after the name is its parameter; elsewhere it is an ERROR.
    """

    forms: Mapping[Form, Handler]
    takes_digit: bool = False

    def handler(self, form: Form) -> Handler | None:
        """What answers a form, or None where this firmware registered none (clause 1.1)."""
        return self.forms.get(form)


class BadParameter(Exception):
    """A parameter that this firmware does not take; the answer is ERROR."""
