"""How far what was heard agrees with what was recorded, at three levels.

Law of this file: values in, counts out. It knows no command and makes no exception.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from conformance.grammar import ERROR, FAIL, OK, SENT
from tests.recordings.playing import Played

_FINALS = {OK, ERROR, FAIL, *SENT}

#: A run of dots, crosses or other bytes is cut to so many in what people read.
_SHOWN = 400


def lines(said: bytes) -> Sequence[bytes]:
    """The lines of `said` that are not empty, without their ends."""
    stripped = (line.strip(b"\r") for line in said.split(b"\n"))
    return [line for line in stripped if line.strip()]


def finals(said: bytes) -> Sequence[bytes]:
    """The final result codes of `said`."""
    return [line for line in lines(said) if line in _FINALS]


#: Level -> what of an answer must be the same; each is weaker than the one before.
LEVELS: Mapping[str, Callable[[bytes], object]] = {
    "bytes": lambda said: said,
    "lines": lines,
    "finals": finals,
}


@dataclass(frozen=True, slots=True)
class Count:
    """How many steps there are, and at how many each level holds."""

    steps: int
    same: Mapping[str, int]

    def percent(self, level: str) -> float:
        """Of the steps, those that agree at `level`; all of none is all."""
        return 100 * self.same[level] / self.steps if self.steps else 100.0


def agrees(played: Played, level: str) -> bool:
    """Whether what was heard is the same at `level`."""
    of = LEVELS[level]
    return of(played.heard) == of(played.step.recv)


def count(played: Iterable[Played]) -> Count:
    """The agreement of `played`."""
    steps = list(played)
    return Count(
        len(steps), {level: sum(agrees(each, level) for each in steps) for level in LEVELS}
    )


@dataclass(frozen=True, slots=True)
class Agreement:
    """What came of all groups that were played."""

    played: Sequence[Played]
    #: Why groups could not be played.
    not_played: Sequence[str] = ()

    @property
    def total(self) -> Count:
        """Of the steps that nothing speaks against."""
        return count(self._firm)

    @property
    def doubtful(self) -> Count:
        """Of the steps that are suspect or volatile."""
        return count(each for each in self.played if each.step.doubt)

    @property
    def commands(self) -> Mapping[str, Count]:
        """By what the line begins with; doubtful steps are left out."""
        names = sorted({each.step.command for each in self._firm})
        return {
            name: count(each for each in self._firm if each.step.command == name) for name in names
        }

    def differences(self, level: str = "bytes") -> Sequence[Played]:
        """The steps that differ at `level`; doubtful ones are left out."""
        return [each for each in self._firm if not agrees(each, level)]

    @property
    def _firm(self) -> Sequence[Played]:
        return [each for each in self.played if not each.step.doubt]


def page(agreement: Agreement, show: int, level: str) -> str:
    """The agreement for people: commands, total, first differences."""
    rows = [_row(name, each) for name, each in agreement.commands.items()]
    told = [f"{'':24}{'steps':>7}" + "".join(f"{name:>9}" for name in LEVELS), *rows]
    told += [_row("all", agreement.total), _row("suspect or volatile", agreement.doubtful)]
    told += [f"not played: {why}" for why in agreement.not_played]
    different = agreement.differences(level)
    told += [line for each in different[:show] for line in _difference(each)]
    if len(different) > show:
        told.append(f"({len(different) - show} more differences; --show N shows N of them)")
    return "\n".join(told)


def _row(name: str, counted: Count) -> str:
    shares = "".join(f"{counted.percent(level):>8.2f}%" for level in LEVELS)
    return f"{name:24}{counted.steps:>7}{shares}"


def _difference(played: Played) -> Sequence[str]:
    step = played.step
    note = f" ({step.note})" if step.note else ""
    return [
        f"{step.name}{note}",
        f"      sent {readable(step.send)}",
        f"  expected {readable(step.recv)}",
        f"       got {readable(played.heard)}",
    ]


def readable(said: bytes) -> str:
    """`said` as a Python literal, long runs of one byte told by their length."""
    shorter = re.sub(
        rb"(.)\1{40,}", lambda run: run[1] * 3 + b"<%d times>" % len(run[0]), said, flags=re.S
    )
    return repr(shorter)[1:][:_SHOWN]


def as_json(agreement: Agreement, rig: str) -> Mapping[str, object]:
    """The agreement for programs."""
    return {
        "rig": rig,
        "total": _counted(agreement.total),
        "doubtful": _counted(agreement.doubtful),
        "commands": {name: _counted(each) for name, each in agreement.commands.items()},
        "not_played": list(agreement.not_played),
        "differences": [
            {
                "group": each.step.group,
                "step": each.step.number,
                "note": each.step.note,
                "same": [level for level in LEVELS if agrees(each, level)],
                "sent": each.step.send.decode("latin-1"),
                "expected": each.step.recv.decode("latin-1"),
                "got": each.heard.decode("latin-1"),
            }
            for each in agreement.differences()
        ],
    }


def _counted(counted: Count) -> Mapping[str, object]:
    percent = {level: round(counted.percent(level), 3) for level in LEVELS}
    return {"steps": counted.steps, "same": dict(counted.same), "percent": percent}
