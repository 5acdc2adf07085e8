"""The stages of a command: parsed, decided, effect, saved, rendered.

Law: a form is a row of functions, and what one of them makes, a frozen value, is handed to the
next.  Each takes the chip first.  What the functions do is for the file of the command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Generic, TypeVar

from ..chip.chip import Chip
from ..line.command import ERROR, Answer, BadParameter, Call, Final
from ..line.parameters import ParameterRules, Parameters
from ..settings.settings import Changes, Settings

Wanted = TypeVar("Wanted")
Shown = TypeVar("Shown")

Reasons = Iterable[str]
"""Why something is refused; none: it is accepted."""

Fields = tuple[bytes, ...]
"""What an answer tells, each as it is printed."""


def at_any_time(_chip: Chip) -> Reasons:
    """A form that can always be used."""
    return ()


def one_line(_chip: Chip, label: bytes, fields: Fields) -> bytes:
    """The label, and the fields with commas between them."""
    return label + b",".join(fields) + b"\r\n"


@dataclass(frozen=True)
class QueryForm(Generic[Shown]):
    """`?` (and `=?`, where that prints a value).

    `available`: why it cannot be used now.  `saved`: whether it reads what is saved, and not what
    RAM holds.  `show`: those settings, or the chip's state -> the value; `show_saved`: the same,
    where the saved one is found otherwise.  `fields`: the value as it is printed, field by field.
    `label`: what stands in front.  `line`: label and fields -> the whole text.
    """

    show: Callable[[Chip, Settings], Shown]
    fields: Callable[[Chip, Shown], Fields]
    label: Callable[[Chip], bytes]
    available: Callable[[Chip], Reasons] = at_any_time
    saved: bool = False
    show_saved: Callable[[Chip, Settings], Shown] | None = None
    line: Callable[[Chip, bytes, Fields], bytes] = one_line

    def __call__(self, chip: Chip, _call: Call) -> Answer:
        """What is answered."""
        if any(self.available(chip)):
            return ERROR
        fields = self.fields(chip, self._shown(chip))
        return Answer(Final.OK, self.line(chip, self.label(chip), fields))

    def _shown(self, chip: Chip) -> Shown:
        if not self.saved:
            return self.show(chip, chip.current)
        show = self.show_saved or self.show
        return show(chip, chip.store.read())


def usual_rules(chip: Chip) -> ParameterRules:
    """Parameters are written as usual in this firmware."""
    return chip.personality.parameters


def strict_rules(chip: Chip) -> ParameterRules:
    """Where this firmware looks closer at numbers: none is empty, or a minus alone."""
    return chip.personality.strict_parameters


def turn_away(_chip: Chip, _why: tuple[str, ...]) -> Answer:
    """ERROR, and the parameters are not read."""
    return ERROR


def at_once(_chip: Chip, _wanted: object) -> int:
    """It takes no time."""
    return 0


def silent(_chip: Chip, _wanted: object) -> bytes:
    """Nothing but OK is said."""
    return b""


def no_news(_chip: Chip, _wanted: object) -> tuple[bytes, ...]:
    """Nothing is said behind OK."""
    return ()


def behind_the_sign(call: Call) -> bytes:
    """The parameters stand behind `=`."""
    return call.arguments


def unreadable(_chip: Chip, why: BadParameter) -> Answer:
    """ERROR (see dispatch)."""
    raise why


def refuse(_chip: Chip, _form: object, _wanted: object, _why: tuple[str, ...]) -> Answer:
    """ERROR, and nothing is done."""
    return ERROR


@dataclass(frozen=True, kw_only=True)
class SetForm(Generic[Wanted]):
    """`=`; what its effect is, stands in the two kinds below.

    `available`, before anything is read: why it cannot be used now; `turn_away`: what is said then.
    `typed`: where the parameters stand; `rules`: how they are written.
    Parsed, `parse`: the parameters -> what is wanted; raises BadParameter.  `unreadable`: what is
    said then.
    Decided, `decide`: why it is not taken.
    Rendered, `tell`: what is said before OK; `lasts_ns`: how long OK waits; `news`: lines that
    follow OK; all three see the chip as it was before the effect.  The effect comes before anything
    is said; `after_ok`: it comes after OK.  `refuse`: what is said, and done, where it is not
    taken; it is given the form, too.
    """

    parse: Callable[[Chip, Parameters], Wanted]
    decide: Callable[[Chip, Wanted], Reasons]
    available: Callable[[Chip], Reasons] = at_any_time
    turn_away: Callable[[Chip, tuple[str, ...]], Answer] = turn_away
    typed: Callable[[Call], bytes] = behind_the_sign
    rules: Callable[[Chip], ParameterRules] = usual_rules
    unreadable: Callable[[Chip, BadParameter], Answer] = unreadable
    tell: Callable[[Chip, Wanted], bytes] = silent
    after_ok: bool = False
    news: Callable[[Chip, Wanted], tuple[bytes, ...]] = no_news
    lasts_ns: Callable[[Chip, Wanted], int] = at_once
    refuse: Callable[[Chip, Any, Wanted, tuple[str, ...]], Answer] = refuse

    def __call__(self, chip: Chip, call: Call) -> Answer:
        """What is answered, and done."""
        if locked := tuple(self.available(chip)):
            return self.turn_away(chip, locked)
        try:
            wanted = self.parse(chip, chip.parameters(self.typed(call), self.rules(chip)))
        except BadParameter as why_not:
            return self.unreadable(chip, why_not)
        if why := tuple(self.decide(chip, wanted)):
            return self.refuse(chip, self, wanted, why)
        return self.accepted(chip, wanted)

    def accepted(self, chip: Chip, wanted: Wanted) -> Answer:
        """OK, once it is done, or before that."""
        told = self.tell(chip, wanted)
        if self.after_ok:
            return Answer(Final.OK, told, afterwards=lambda: self.do(chip, wanted))
        news = self.news(chip, wanted)
        return Answer(
            Final.OK,
            told,
            effect=partial(self.do, chip, wanted),
            lasts_ns=self.lasts_ns(chip, wanted),
            afterwards=(lambda: _say(chip, news)) if news else None,
        )

    def do(self, chip: Chip, wanted: Wanted) -> None:
        """Make it so."""
        raise NotImplementedError


def _say(chip: Chip, lines: Iterable[bytes]) -> None:
    for line in lines:
        chip.tell(line)


@dataclass(frozen=True, kw_only=True)
class RamForm(SetForm[Wanted]):
    """`=` of what is gone after a restart.  Effect, `effect`: it is done."""

    effect: Callable[[Chip, Wanted], None]

    def do(self, chip: Chip, wanted: Wanted) -> None:
        """See SetForm."""
        self.effect(chip, wanted)


def apply(chip: Chip, changes: Changes) -> None:
    """New values take effect."""
    chip.current = replace(chip.current, **changes)


def save(chip: Chip, changes: Changes) -> None:
    """New values are saved."""
    chip.store.write(**changes)


def nothing_follows(_chip: Chip, _before: Settings) -> None:
    """The radio has nothing to do with it."""


@dataclass(frozen=True, kw_only=True)
class SettingForm(SetForm[Wanted]):
    """`=` of a setting, which may be saved.

    Effect, `change`: settings, those of RAM or those of the flash -> their new values; `apply`: in
    RAM; `follow`, last of all: what the radio does about it, given what RAM held before.
    Saved, `saves`: whether they are; `save`: in the flash.
    """

    change: Callable[[Chip, Settings, Wanted], Changes]
    saves: bool
    apply: Callable[[Chip, Changes], None] = apply
    save: Callable[[Chip, Changes], None] = save
    follow: Callable[[Chip, Settings], None] = nothing_follows

    def do(self, chip: Chip, wanted: Wanted) -> None:
        """In RAM, in the flash, on the radio."""
        before = chip.current
        self.apply(chip, self.change(chip, before, wanted))
        if self.saves:
            self.save(chip, self.change(chip, chip.store.read(), wanted))
        self.follow(chip, before)


def nothing(_chip: Chip) -> None:
    """It has no effect."""


@dataclass(frozen=True, kw_only=True)
class ExecuteForm:
    """A command without parameters.

    `available`: why it cannot be used now; `turn_away`: what is said then.  `effect`: what is done
    before OK; `then`: after it.
    """

    available: Callable[[Chip], Reasons] = at_any_time
    turn_away: Callable[[Chip, tuple[str, ...]], Answer] = turn_away
    effect: Callable[[Chip], None] = nothing
    then: Callable[[Chip], None] = nothing

    def __call__(self, chip: Chip, _call: Call) -> Answer:
        """OK, and what is done."""
        if locked := tuple(self.available(chip)):
            return self.turn_away(chip, locked)
        return Answer(
            Final.OK, effect=lambda: self.effect(chip), afterwards=lambda: self.then(chip)
        )


Row = TypeVar("Row")


def no_head(_chip: Chip) -> bytes:
    """Nothing stands over the rows."""
    return b""


@dataclass(frozen=True, kw_only=True)
class ListForm(Generic[Row]):
    """A command that lists something.

    `available`: why it cannot be used now.  `head`: what stands over the rows.  `rows`: what is
    listed.  `fields`: a row as it is printed, field by field.  `label`: what stands in front of
    each.  `line`: all of a row.
    """

    rows: Callable[[Chip], tuple[Row, ...]]
    fields: Callable[[Chip, Row], Fields]
    label: Callable[[Chip], bytes]
    available: Callable[[Chip], Reasons] = at_any_time
    head: Callable[[Chip], bytes] = no_head
    line: Callable[[Chip, bytes, Fields], bytes] = one_line

    def __call__(self, chip: Chip, _call: Call) -> Answer:
        """What is answered."""
        if any(self.available(chip)):
            return ERROR
        label = self.label(chip)
        lines = (self.line(chip, label, self.fields(chip, row)) for row in self.rows(chip))
        return Answer(Final.OK, self.head(chip) + b"".join(lines))
