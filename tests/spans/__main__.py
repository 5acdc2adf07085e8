"""`python -m tests.spans REAL SKIPPED`: whether a clock that skips idle time keeps the time.

Law of this file: two runs of the same purposes, the first in real time. What a transcript spans
there, from its first byte to its last, it must span in the other, too. It may be shorter there by
what the parties computed while the clock stood; how much of that a run in real time shows depends
on how busy the machine was then.
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
    stood = stood_still(given.skipped, skipped)
    shorter = {name: real[name].length - skipped[name].length for name in common}
    bad = [
        name
        for name in common
        if not -TOLERANCE_NS <= shorter[name] <= stood.get(name, 0) + TOLERANCE_NS
        or skipped[name].goes_back
    ]
    for name in sorted(bad, key=lambda each: abs(shorter[each])):
        print(
            f"{name}: {real[name].length / 1e9:.3f} s in real time, "
            f"{skipped[name].length / 1e9:.3f} s and {stood.get(name, 0) / 1e9:.3f} s of computing"
        )
    print(
        f"{len(common)} transcripts: {sum(real[each].length for each in common) / 1e9:.0f} s in "
        f"real time, {sum(skipped[each].length for each in common) / 1e9:.0f} s by the clock; "
        f"{len(bad)} differ by more than {TOLERANCE_NS / 1e9:g} s"
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


def stood_still(run: Path, of: Mapping[str, Span]) -> Mapping[str, int]:
    """Name of a transcript -> real time that passed within it while the clock stood."""
    found: dict[str, int] = {}
    for path in (run / "clock").glob("*.jsonl"):
        before: list[Reading] = []
        for row in _rows(path):
            readings = [
                *before[-1:],
                *((real, shown, runs) for real, shown, runs in row["readings"]),
            ]
            name = Path(row["transcript"]).name
            if name in of:
                found[name] = _stood(readings, of[name])
            before = readings
    return found


def _stood(readings: Sequence[Reading], span: Span) -> int:
    """How much real time passed within the span for which the clock shows nothing."""
    total = 0
    for (real, shown, runs), (next_real, next_shown, _) in itertools.pairwise(readings):
        if not runs and span.first <= shown and next_shown <= span.last:
            total += next_real - real
    return total


def _rows(path: Path) -> Iterator[dict]:
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


if __name__ == "__main__":
    sys.exit(main())
