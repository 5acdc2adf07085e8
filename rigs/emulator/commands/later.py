"""The stages of a command that is answered later: begun, looked at, ended.

Law: as in `stages.py`.  Until the last look the firmware is busy; what is seen then, a frozen
value, is all that the answer depends on.
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
    """Whatever breaks it off, nothing more is said."""
    return None


def succeeds(_chip: Chip, _outcome: object) -> Final | None:
    """Whatever is seen, that is OK."""
    return Final.OK


@dataclass(frozen=True, kw_only=True)
class LaterForm(SetForm[Wanted], Generic[Wanted, Outcome]):
    """What becomes of it is looked at, once or several times.

    Begun, `do`: see the kinds below.
    Looked at, `wait_ns`: how long until the first look, the second one, and so on, by its number;
    `broken_off`: how the answer ends if a forced restart comes before the last one.
    Ended, `final`: what is seen -> the final code.
    """

    wait_ns: Callable[[Chip, int], int]
    broken_off: Callable[[Chip], Final | None] = silently
    final: Callable[[Chip, Outcome], Final | None] = succeeds

    def accepted(self, chip: Chip, wanted: Wanted) -> Answer:
        """Begin it, and answer when there is something to tell."""
        return Answer(
            None,
            effect=lambda: self.do(chip, wanted),
            pending=lambda done: self._look_later(chip, wanted, 1, done),
            broken_off=self.broken_off(chip),
        )

    def _look_later(
        self, chip: Chip, wanted: Wanted, number: int, done: Callable[[Answer], None]
    ) -> None:
        def look() -> None:
            outcome = self.seen(chip, wanted, number)
            if outcome is None:
                self._look_later(chip, wanted, number + 1, done)
            else:
                done(Answer(self.final(chip, outcome), self.told(chip, outcome)))

        chip.later(self.wait_ns(chip, number), look)

    def seen(self, chip: Chip, wanted: Wanted, number: int) -> Outcome | None:
        """What this look shows; None: too little, there will be another one."""
        raise NotImplementedError

    def told(self, chip: Chip, outcome: Outcome) -> bytes:
        """What is said of it before the final code."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class LaterSettingForm(LaterForm[Wanted, Outcome], SettingForm[Wanted]):
    """`=` of a setting of which it takes time to see what comes.

    Begun: what SettingForm does, and then `start`: what else.
    Looked at, `look`: what a look shows, by its number; None: there will be another one.
    Ended, `report`: what is said of it before the final code.
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

    Looked at, once: `find`: what there is; `choose`: what of it is wanted; `order`: in which order
    it is listed.
    Ended, for each: `fields`: as it is printed, part by part; `shown`: which of the parts; `label`:
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
