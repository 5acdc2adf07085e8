"""Samples of the product: what was drawn, what each mutant came to, how many came to what.

Law of this file: it counts and stores. Samples stand side by side in one file, by what drew them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

FILE = "product.json"

#: What a mutant comes to.
KINDS = ("noticed", "equivalent", "allowed", "waiting", "undecided", "survives")
#: What nobody has to notice.
INVISIBLE = ("equivalent", "allowed")


@dataclass(frozen=True, slots=True)
class Judged:
    """One mutant of the product, and which of `KINDS` it came to."""

    id: str
    seam: str
    operator: str
    condition: str
    came_to: str
    because: str
    failed: tuple[str, ...]
    undecided: tuple[str, ...]
    passed: int
    duration_s: float


@dataclass(frozen=True, slots=True)
class Sample:
    """`seed` has drawn `mutants` out of `of`: those that begin with `only`, with `when` alone."""

    seed: int
    only: str
    when: str
    of: int
    mutants: tuple[Judged, ...]

    @property
    def drawn_by(self) -> tuple[int, str, str]:
        """What draws the same again."""
        return self.seed, self.only, self.when

    def with_those(self, judged: Mapping[str, Judged]) -> Sample:
        """The same, with other judgements of some, by id."""
        return replace(self, mutants=tuple(judged.get(each.id, each) for each in self.mutants))


def stored(folder: Path) -> list[Sample]:
    """The samples that are there."""
    try:
        data: list[dict[str, Any]] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return [Sample(**{**each, "mutants": tuple(map(_judged, each["mutants"]))}) for each in data]


def _judged(mutant: dict[str, Any]) -> Judged:
    names = {name: tuple(mutant[name]) for name in ("failed", "undecided")}
    return Judged(**{**mutant, **names})


def store(folder: Path, samples: Sequence[Sample]) -> None:
    """Have these there and no others."""
    text = json.dumps([asdict(each) for each in samples], indent=1)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def add_sample(folder: Path, sample: Sample) -> None:
    """One more; it takes the place of one that was drawn in the same way."""
    others = [each for each in stored(folder) if each.drawn_by != sample.drawn_by]
    store(folder, [*others, sample])


# Tables


@dataclass(frozen=True, slots=True)
class Row:
    """How many were run, and how many came to each of `KINDS`."""

    name: str
    run: int
    counts: tuple[int, ...]

    @property
    def score(self) -> str:
        """How many are noticed of those that can be, in percent."""
        of = dict(zip(KINDS, self.counts, strict=True))
        visible = self.run - sum(of[each] for each in INVISIBLE)
        return f"{100 * of['noticed'] / visible:.0f} %" if visible else ""


def stage(judged: Judged) -> str:
    """The seam without its command; of what is of no command, where it is."""
    command, _slash, rest = judged.seam.partition("/")
    return rest if command.startswith("+") or command in ("AT", "E") else command


#: What the rows of a table are.
BY: dict[str, Callable[[Judged], str]] = {
    "seam": stage,
    "operator": lambda each: each.operator,
    "condition": lambda each: each.condition,
}


def tables(judged: Sequence[Judged]) -> dict[str, list[Row]]:
    """By seam, by operator, by condition; the last row of each is all of them."""
    return {title: list(_rows(judged, key)) for title, key in BY.items()}


def _rows(judged: Sequence[Judged], key: Callable[[Judged], str]) -> Iterator[Row]:
    counts: dict[str, Counter[str]] = {}
    for each in judged:
        counts.setdefault(key(each), Counter())[each.came_to] += 1
    total: Counter[str] = Counter()
    for name, count in sorted(counts.items()):
        yield _row(name, count)
        total += count
    yield _row("all", total)


def _row(name: str, count: Counter[str]) -> Row:
    return Row(name, count.total(), tuple(count[kind] for kind in KINDS))


def printed(judged: Sequence[Judged]) -> Iterator[str]:
    """The tables as text; then each survivor."""
    for title, rows in tables(judged).items():
        yield f"\n{title:40} run {' '.join(KINDS)}"
        for row in rows:
            counts = zip(row.counts, KINDS, strict=True)
            columns = "".join(f" {count:{len(kind)}}" for count, kind in counts)
            yield f"{row.name:40} {row.run:3}{columns} {row.score}"
    for each in survivors(judged):
        yield f"{each.came_to}: {each.id} ({each.passed} passed)"


def survivors(judged: Sequence[Judged]) -> list[Judged]:
    """What no purpose has noticed, and nobody has judged."""
    return [each for each in judged if each.came_to in ("survives", "undecided")]
