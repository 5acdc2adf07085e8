"""The suites on strangers: what pytest is told of each, and what came of it.

Law of this file: it starts pytest as an engineer would, and reads what the run wrote down; it
judges nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.document import Edition
from conformance.testbed import Timing
from conformance.verdict import Reason, Verdict
from reports.compare import Pair, verdicts
from reports.journal import JOURNAL, read_journal
from tests.strangers.device import About
from tests.strangers.roster import pics_of
from tests.suite_runs import RAN, SHUFFLED, Finished, run_suites

#: How the bench of every stranger is wired, and its patience with an answer.
PIXIT = """\
[timing]
answer_s = {answer_s}

[board]
reset = "rts"
wake_wire = true
"""

#: An answer comes within this part of `answer_s` at the latest.
_PUNCTUAL = 0.95


@dataclass(frozen=True, slots=True)
class Way:
    """How a stranger is run."""

    #: How much later its bytes arrive, in milliseconds: `MS`, or `MS-MS` at random in between.
    delay: str = "0"
    #: The seed of the order of the purposes; 0: as written.
    order: int = 0

    @property
    def latest_ms(self) -> int:
        """How much later they may arrive."""
        return int(self.delay.rpartition("-")[2])

    def __str__(self) -> str:
        order = f"order {self.order}" if self.order else "as written"
        return order if self.delay == "0" else f"{order}, {self.delay} ms later"


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run came to."""

    took_s: float
    #: The verdict of each purpose for each requirement that it verifies.
    pairs: Mapping[Pair, str]
    #: The verdict of each requirement that was decided, or could not be.
    requirements: Mapping[str, str]
    #: Requirements of which some purpose was left out though the rig has what it needs, and why.
    left_out: Mapping[str, str] = field(default_factory=dict)
    #: What kept it from running.
    complaint: str = ""


def run(about: About, way: Way, edition: Edition, place: Path, more: Sequence[str] = ()) -> Ran:
    """Run the suites on a stranger; what pytest printed stands beside the report at `place`."""
    ended = _pytest(about, way, edition, place, more)
    if ended.exit_code not in RAN:
        complaint = f"pytest ended with {ended.exit_code}; see {place}.txt"
        return Ran(ended.took_s, {}, {}, complaint=complaint)
    results = json.loads((place / "results.json").read_text(encoding="utf-8"))
    return Ran(
        ended.took_s,
        verdicts(read_journal(place / JOURNAL)),
        {row["id"]: row["verdict"] for row in results["requirements"] if row["verdict"]},
        _left_out(results["purposes"]),
    )


def _left_out(purposes: Iterable[Mapping[str, Any]]) -> Mapping[str, str]:
    return {
        each["requirement"]: each["sentence"]
        for purpose in purposes
        for each in purpose["judgements"]
        if each["verdict"] == Verdict.NOT_RUN and each["reason"] != Reason.CAPABILITY_MISSING
    }


def _pytest(about: About, way: Way, edition: Edition, place: Path, more: Sequence[str]) -> Finished:
    pics, pixit = Path(f"{place}.pics.toml"), Path(f"{place}.pixit.toml")
    pics.write_text(pics_of(about, edition), encoding="utf-8")
    pixit.write_text(PIXIT.format(answer_s=patience_s(about, way)), encoding="utf-8")
    device = f"{sys.executable} -m tests.strangers {about.name} --flash {{folder}}/flash.json"
    if way.latest_ms:
        device += f" --delay {way.delay}"
    return run_suites(
        place, "-n", "0", f"--rig=exec[clock=skips]:{device}", f"--pics={pics}",
        f"--pixit={pixit}", "--profile=none", *SHUFFLED, f"--order={way.order}", *more,
    )  # fmt: skip


def patience_s(about: About, way: Way) -> float:
    """How long a bench has to wait for an answer: what the PIXIT says by default, or longer."""
    latest_s = (about.takes_ms + way.latest_ms) / 1000
    return max(Timing().answer_s, round(latest_s / _PUNCTUAL, 3))
