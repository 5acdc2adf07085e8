"""`python -m tests.spans REAL SKIPPED`: whether a clock that skips idle time keeps the time.

Law of this file: two runs of the same purposes, the first in real time. What a transcript spans
there, from its first byte to its last, it must span in the other, too. It may be shorter there by
what the parties computed while the clock stood, and longer by no more than the clock ran as real
time does: both are as long as the machine was busy. Whatever is longer for that is told.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

#: How far two spans may be apart beside that, in nanoseconds.
TOLERANCE_NS = 200_000_000

#: A real time, what the clock showed, and whether it ran from then on.
Reading = tuple[int, int, bool]


@dataclass(frozen=True, slots=True)
class Span:
    """What a transcript spans; `goes_back`: a line is older than the one before."""

    first: int
    last: int
    goes_back: bool = False

    @property
    def length(self) -> int:
        """In nanoseconds."""
        return self.last - self.first


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if all spans agree, 1 if not, 2 if there is nothing to compare."""
    parser = argparse.ArgumentParser(prog="python -m tests.spans", description=__doc__)
    parser.add_argument("real", type=Path, help="a run with --rig=emulator:clock=real")
    parser.add_argument("skipped", type=Path, help="the same run with a clock that skips")
    given = parser.parse_args(arguments)
    real, skipped = spans(given.real), spans(given.skipped)
    common = sorted(real.keys() & skipped.keys())
    if not common:
        print("the runs have no transcript in common", file=sys.stderr)
        return 2
    passed = of_real_time(given.skipped, skipped)
    bad = late = 0
    for name in common:
        longer = skipped[name].length - real[name].length
        ran, stood = passed.get(name, (0, 0))
        if skipped[name].goes_back or not -stood <= _beyond(longer) <= ran:
            bad += 1
        elif longer > TOLERANCE_NS:
            late += 1
        else:
            continue
        print(
            f"{name}: {real[name].length / 1e9:.3f} s in real time, "
            f"{skipped[name].length / 1e9:.3f} s by the clock, which ran for {ran / 1e9:.3f} s "
            f"and stood for {stood / 1e9:.3f} s"
        )
    print(
        f"{len(common)} transcripts: {sum(real[each].length for each in common) / 1e9:.0f} s in "
        f"real time, {sum(skipped[each].length for each in common) / 1e9:.0f} s by the clock; "
        f"{bad} differ by more than {TOLERANCE_NS / 1e9:g} s, {late} more were late in real time"
    )
    return 1 if bad else 0


def spans(run: Path) -> Mapping[str, Span]:
    """Name of a transcript -> what it spans."""
    found = {}
    for path in (run / "transcripts").glob("*.jsonl"):
        times = [line["t"] for line in _rows(path) if line["t"]]
        if times:
            back = any(later < sooner for sooner, later in itertools.pairwise(times))
            found[path.name] = Span(times[0], times[-1], back)
    return found


def _beyond(difference: int) -> int:
    """What of a difference is beyond the tolerance, in nanoseconds; negative: shorter."""
    return max(0, difference - TOLERANCE_NS) + min(0, difference + TOLERANCE_NS)


def of_real_time(run: Path, of: Mapping[str, Span]) -> Mapping[str, tuple[int, int]]:
    """Name of a transcript -> for how long the clock ran within it, and stood, in real time."""
    found: dict[str, tuple[int, int]] = {}
    for path in (run / "clock").glob("*.jsonl"):
        before: list[Reading] = []
        for row in _rows(path):
            readings = [
                *before[-1:],
                *((real, shown, runs) for real, shown, runs in row["readings"]),
            ]
            name = Path(row["transcript"]).name
            if name in of:
                found[name] = _of_real_time(readings, of[name])
            before = readings
    return found


def _of_real_time(readings: Sequence[Reading], span: Span) -> tuple[int, int]:
    """How much real time passed within the span while the clock ran, and while it stood."""
    passed = {True: 0, False: 0}
    for (real, shown, runs), (next_real, next_shown, _) in itertools.pairwise(readings):
        if span.first <= shown and next_shown <= span.last:
            passed[runs] += next_real - real
    return passed[True], passed[False]


def _rows(path: Path) -> Iterator[dict]:
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


if __name__ == "__main__":
    sys.exit(main())
