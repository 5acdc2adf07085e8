"""`python -m tests.strangers.judge`: the suites on strangers, held against their lists.

Law of this file: exactly what a stranger breaks fails; inconclusive is what its lists say may be
so; nothing is an error; and whatever the order of the purposes and the delay of the answers, each
purpose has the same verdict.
"""

from __future__ import annotations

import argparse
import itertools
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from conformance.catalogue import load_edition
from conformance.document import Edition
from conformance.verdict import Verdict
from reports import compare
from rigs.workers import processors
from tests.strangers.device import About
from tests.strangers.roster import STRANGERS, open_ids
from tests.strangers.runs import Ran, Way, run
from tests.suite_runs import parser_of_runs

#: The nightly's delays, in milliseconds; the last is 0.95 of what the PIXIT allows.
DELAYS = ("0", "350", "0-900", "2850")
#: How many shuffled orders the nightly has, beside the written one.
ORDERS = 3

_UNDECIDED = (Verdict.NOT_RUN, Verdict.NOT_APPLICABLE)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if every stranger came out as its lists say, 1 if not, 2 if a run came to nothing."""
    options = _parser().parse_args(arguments)
    folder = Path(options.out)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    names, ways = options.names or sorted(STRANGERS), _ways(options)
    judged = Judging(names, ways, folder, options.more, options.jobs)
    judged.run()
    return judged.exit_code


def _ways(options: argparse.Namespace) -> list[Way]:
    delays, orders = options.delay, options.order
    if options.nightly:
        chance = random.SystemRandom()
        delays, orders = DELAYS, [0, *(chance.randrange(1, 1 << 32) for _ in range(ORDERS))]
    return [Way(delay, order) for delay, order in itertools.product(delays, orders)]


def _parser() -> argparse.ArgumentParser:
    parser = parser_of_runs("strangers.judge", __doc__, "--req=3.2")
    parser.add_argument("--names", nargs="+", choices=sorted(STRANGERS), metavar="NAME",
                        help="these strangers alone")  # fmt: skip
    parser.add_argument("--delay", nargs="+", default=["0"], type=_delay, metavar="MS|MS-MS",
                        help="everything that they send arrives so much later")  # fmt: skip
    parser.add_argument("--order", nargs="+", default=[0], type=int, metavar="SEED",
                        help="the order of the purposes; 0: as written")  # fmt: skip
    parser.add_argument(
        "--nightly", action="store_true",
        help=f"every delay ({', '.join(DELAYS)}) in the written order and {ORDERS} shuffled ones",
    )  # fmt: skip
    parser.add_argument("--jobs", type=int, default=processors(), metavar="N",
                        help="runs at a time (default: one for each processor)")  # fmt: skip
    return parser


def _delay(text: str) -> str:
    bounds = text.split("-")
    are_numbers = len(bounds) <= 2 and all(each.isdecimal() for each in bounds)
    if not are_numbers or int(bounds[0]) > int(bounds[-1]):
        raise argparse.ArgumentTypeError(f"milliseconds wanted, as 350 or 0-350, found {text!r}")
    return text


class Judging:
    """Every stranger in every way, several at a time; what was found is told as it comes."""

    def __init__(
        self,
        names: Sequence[str],
        ways: Sequence[Way],
        folder: Path,
        more: Sequence[str],
        jobs: int,
    ) -> None:
        self._names, self._ways = names, ways
        self._folder, self._more, self._jobs = folder, more, jobs
        self._edition = load_edition()
        self._ran: dict[str, list[Ran]] = {name: [] for name in names}
        self._wrong = 0
        self._is_broken = False

    def run(self) -> None:
        """Run them all, and tell."""
        began, total = time.monotonic(), len(self._names) * len(self._ways)
        with ThreadPoolExecutor(self._jobs) as pool:
            runs = {
                pool.submit(self._one, name, way): (name, way)
                for name, way in itertools.product(self._names, self._ways)
            }
            for number, done in enumerate(as_completed(runs), 1):
                name, way = runs[done]
                self._tell(
                    f"[{number}/{total}] {name}, {way}", STRANGERS[name].about, done.result()
                )
        for name in self._names:
            self._compare(name)
        print(f"{total} runs in {time.monotonic() - began:.0f} s, {self._wrong} differences")

    @property
    def exit_code(self) -> int:
        return 2 if self._is_broken else 1 if self._wrong else 0

    def _one(self, name: str, way: Way) -> Ran:
        place = self._folder / name
        if len(self._ways) > 1:
            place = self._folder / f"{name}-{way.delay}ms-{way.order}"
        return run(STRANGERS[name].about, way, self._edition, place, self._more)

    def _tell(self, head: str, about: About, ran: Ran) -> None:
        if ran.complaint:
            self._is_broken = True
            print(f"{head}: {ran.complaint}", flush=True)
            return
        self._ran[about.name].append(ran)
        found = differences(about, self._edition, ran.requirements)
        found += missed(about, ran.requirements, ran.left_out)
        found += unobserved(about, ran.pairs)
        print(f"{head}: {_came_to(ran)}; {len(found)} not as its lists say", flush=True)
        self._note(found)

    def _compare(self, name: str) -> None:
        """Tell what is not the same in every way, for what may be open must not depend on it."""
        found = compare.differences([ran.pairs for ran in self._ran[name]])
        if found:
            print(f"{name}: {len(found)} not the same in every way")
            self._note(map(str, found))

    def _note(self, found: Iterable[str]) -> None:
        for line in found:
            self._wrong += 1
            print(f"  {line}", flush=True)


def _came_to(ran: Ran) -> str:
    """How many purposes were run, how long it took, and how many requirements came to what."""
    purposes = {purpose for (purpose, _), each in ran.pairs.items() if each not in _UNDECIDED}
    counts = Counter(ran.requirements.values())
    shown = (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR)
    told = ", ".join(f"{counts[each]} {each}" for each in shown if counts[each])
    return f"{len(purposes)} purposes in {ran.took_s:.0f} s, requirements: {told or 'none'}"


def differences(about: About, edition: Edition, verdicts: Mapping[str, str]) -> list[str]:
    """What is not as the lists say, a line each."""
    may_be_open = set(open_ids(about, edition)) | set(about.inconclusive)
    lines = []
    for name, verdict in verdicts.items():
        if verdict == Verdict.FAIL and name not in about.breaks:
            lines.append(f"{name} fails, and is not broken")
        elif verdict == Verdict.PASS and name in about.breaks:
            lines.append(f"{name} passes, and is broken: {about.breaks[name]}")
        elif verdict == Verdict.INCONCLUSIVE and name in about.breaks:
            lines.append(f"{name} is inconclusive, and is broken: {about.breaks[name]}")
        elif verdict == Verdict.INCONCLUSIVE and name not in may_be_open:
            lines.append(f"{name} is inconclusive, and nothing is in the way")
        elif verdict == Verdict.PASS and name in about.inconclusive:
            lines.append(f"{name} passes, though {about.inconclusive[name]}")
        elif verdict == Verdict.ERROR:
            lines.append(f"{name} is an error")
    return lines


def missed(about: About, verdicts: Mapping[str, str], left_out: Mapping[str, str]) -> list[str]:
    """What the lists say, and no purpose tried though the rig could; a line each."""
    listed = {**about.breaks, **about.inconclusive}
    return [
        f"{name} is not run ({left_out[name]}), though {listed[name]}"
        for name in listed
        if verdicts.get(name) == Verdict.NOT_RUN and name in left_out
    ]


def unobserved(about: About, pairs: Mapping[compare.Pair, str]) -> list[str]:
    """What is not observed as the list says, a line each."""
    seen: dict[str, set[str]] = {}
    for (_, name), verdict in pairs.items():
        seen.setdefault(name, set()).add(verdict)
    return [
        f"{name} is {', '.join(seen[name])}, and not observed ({value})"
        for name, value in about.observed.items()
        if name in seen and seen[name] != {f"{Verdict.OBSERVED} ({value})"}
    ]


if __name__ == "__main__":
    sys.exit(main())
