"""The stages of a command that is answered later: started, polled, ended.

Law: as in `stages.py`.  Until the last poll the firmware is busy; the outcome, a frozen value, is
all that the answer depends on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..chip.chip import Chip
from ..line.command import Answer, Final
from .stages import Fields, SetForm, SettingForm, one_line

Wanted = TypeVar("Wanted")
Outcome = TypeVar("Outcome")
Row = TypeVar("Row")


def silently(_chip: Chip) -> Final | None:
    """If a restart breaks it off, there is no final code."""
    return None


def succeeds(_chip: Chip, _outcome: object) -> Final | None:
    """Whatever the outcome is, that is OK."""
    return Final.OK


@dataclass(frozen=True, kw_only=True)
class LaterForm(SetForm[Wanted], Generic[Wanted, Outcome]):
    """It is polled until its outcome is known.  What SetForm says of OK does not hold here.

    Started, before anything is said: see the kinds below.
    Polled, `wait_ns`: the number of a poll, from 1 -> how long it is waited for, after the start or
    after the one before; `broken_off`: the final code if a forced restart comes first.
    Ended, `final`: the outcome -> the final code.
    """

    wait_ns: Callable[[Chip, int], int]
    broken_off: Callable[[Chip], Final | None] = silently
    final: Callable[[Chip, Outcome], Final | None] = succeeds

    def accepted(self, chip: Chip, wanted: Wanted) -> Answer:
        """Start it, and answer when the outcome is known."""
        return Answer(
            None,
            effect=lambda: self.do(chip, wanted),
            pending=lambda done: self._poll_later(chip, wanted, 1, done),
            broken_off=self.broken_off(chip),
        )

    def _poll_later(
        self, chip: Chip, wanted: Wanted, number: int, done: Callable[[Answer], None]
    ) -> None:
        def poll() -> None:
            outcome = self.seen(chip, wanted, number)
            if outcome is None:
                self._poll_later(chip, wanted, number + 1, done)
            else:
                done(Answer(self.final(chip, outcome), self.told(chip, outcome)))

        chip.later(self.wait_ns(chip, number), poll)

    def seen(self, chip: Chip, wanted: Wanted, number: int) -> Outcome | None:
        """The outcome; None: it is not known yet, and there is another poll."""
        raise NotImplementedError

    def told(self, chip: Chip, outcome: Outcome) -> bytes:
        """What is said of it before the final code."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class LaterSettingForm(LaterForm[Wanted, Outcome], SettingForm[Wanted]):
    """`=` of a setting whose outcome takes time.

    Started: applied and saved as in SettingForm, and then `start`: what else is done.
    Polled, `look`: the number of a poll -> the outcome; None: there is another poll.
    Ended, `report`: the outcome -> what is said before the final code.
    """

    start: Callable[[Chip, Wanted], None]
    look: Callable[[Chip, Wanted, int], Outcome | None]
    report: Callable[[Chip, Outcome], bytes]

    def do(self, chip: Chip, wanted: Wanted) -> None:
        """In RAM, in the flash, and then."""
        super().do(chip, wanted)
        self.start(chip, wanted)

    def seen(self, chip: Chip, wanted: Wanted, number: int) -> Outcome | None:
        """See LaterForm."""
        return self.look(chip, wanted, number)

    def told(self, chip: Chip, outcome: Outcome) -> bytes:
        """See LaterForm."""
        return self.report(chip, outcome)


def as_found(_chip: Chip, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """In the order in which they were found."""
    return rows


def all_fields(_chip: Chip, fields: Fields) -> Fields:
    """None is left out."""
    return fields


@dataclass(frozen=True, kw_only=True)
class LaterListForm(LaterForm[Wanted, tuple[Row, ...]]):
    """A command that lists what it takes time to find; nothing is changed by it.

    Polled, once: `find`: what there is; `choose`: what of it is wanted; `order`: in which order it
    is listed.
    Ended, for each: `fields`: as it is printed, field by field; `shown`: which of them; `label`:
    what stands in front; `line`: all of it.
    """

    find: Callable[[Chip], tuple[Row, ...]]
    choose: Callable[[Chip, Wanted, tuple[Row, ...]], tuple[Row, ...]]
    order: Callable[[Chip, tuple[Row, ...]], tuple[Row, ...]] = as_found
    fields: Callable[[Chip, Row], Fields]
    shown: Callable[[Chip, Fields], Fields] = all_fields
    label: Callable[[Chip], bytes]
    line: Callable[[Chip, bytes, Fields], bytes] = one_line

    def do(self, chip: Chip, wanted: Wanted) -> None:
        """Nothing is done but to wait."""

    def seen(self, chip: Chip, wanted: Wanted, _number: int) -> tuple[Row, ...]:
        """See LaterForm."""
        return self.order(chip, self.choose(chip, wanted, self.find(chip)))

    def told(self, chip: Chip, rows: tuple[Row, ...]) -> bytes:
        """See LaterForm."""
        return b"".join(
            self.line(chip, self.label(chip), self.shown(chip, self.fields(chip, row)))
            for row in rows
        )
