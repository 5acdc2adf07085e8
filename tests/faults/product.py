"""`python -m tests.faults --product`: operators on seams, and which of them the suites notice.

Law of this file: the sample, the jobs, the table. A mutant of the product is noticed when a purpose
that says anything of its command fails; what survives is written by, or for, a reason in
`survivors.toml`.
"""

from __future__ import annotations

import argparse
import json
import random
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tests.faults.runs import Job, Outcome, known_product, run_all

SURVIVORS = Path(__file__).with_name("survivors.toml")
SAMPLE = 60
PREFIX = "product:"

#: Where a stage of a boot shows: the second segment of requirements.
BOOT: Mapping[str, tuple[str, ...]] = {
    "plan": ("RST", "RESTORE"),
    "ram": ("RST", "ATE", "SLEEP", "CIPMUX", "CIPMODE", "CIPSTO", "CWMODE_DEF"),
    "uart": ("UART_DEF", "RST"),
    "link": ("SAVETRANSLINK",),
    "ready": ("RST", "RESTORE"),
    "wish": ("CWAUTOCONN", "CWJAP_DEF"),
    "join": ("CWAUTOCONN", "CWJAP_DEF"),
}

#: A run of a mutant that makes everything slow.
LIMIT_S = 600


@dataclass(frozen=True, slots=True)
class Judged:
    """One mutant of the product. `came_to`: noticed, undecided, equivalent, allowed, survives."""

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


def main(options: argparse.Namespace, verified: Iterable[str]) -> int:
    """Run a sample of the product; 0 if nothing survives without a reason."""
    known, names = known_product(), sorted(verified)
    ids = [each for each in sorted(known) if each.startswith(options.only)]
    ids = [each for each in ids if options.when in ("", _parts(each)[2])]
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    drawn = random.Random(seed).sample(ids, min(options.sample or SAMPLE, len(ids)))
    print(f"{len(drawn)} of {len(ids)} mutants; --seed {seed} draws them again", flush=True)
    reasons = _reasons()
    folder = Path(options.out)
    judged = list(_judged([_job(each, names) for each in drawn], folder, options.jobs, reasons))
    told = {
        "seed": seed,
        "product": len(ids),
        "sample": len(drawn),
        "mutants": [asdict(each) for each in judged],
    }
    (folder / "product.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print("\n".join(table(judged)))
    return 1 if any(each.came_to in ("survives", "undecided") for each in judged) else 0


def _parts(id_: str) -> tuple[str, str, str]:
    """Seam, operator, condition."""
    seam, operator, condition = id_.removeprefix(PREFIX).rsplit("/", 2)
    return seam, operator, condition


def _job(id_: str, verified: Sequence[str]) -> Job:
    """Everything that says anything of its command."""
    command, stage, *_ = _parts(id_)[0].split("/")
    concerned = BOOT[stage] if command == "start" else (_document_name(command),)
    wanted = tuple(name for name in verified if name.split("/")[1] in concerned)
    return Job(id_, (id_,), (), wanted, limit_s=LIMIT_S)


def _document_name(command: str) -> str:
    return command[1:] if command.startswith("+") else "AT" + command.removeprefix("AT")


def _judged(
    jobs: Sequence[Job], folder: Path, processes: int, reasons: Sequence[Mapping[str, str]]
) -> Iterator[Judged]:
    without = [each for each in jobs if not each.requirements]
    for each in without:
        print(f"{each.fault}: nothing verifies anything of it")
    runs = [each for each in jobs if each.requirements]
    for number, outcome in enumerate(run_all(runs, folder, processes), 1):
        one = judge(outcome, reasons)
        yield one
        told = ", ".join(one.failed[:3]) or one.because or one.came_to
        print(
            f"[{number}/{len(runs)}] {one.id} ({one.duration_s:.1f} s): {one.came_to}: {told}",
            flush=True,
        )


def judge(outcome: Outcome, reasons: Sequence[Mapping[str, str]]) -> Judged:
    """What a mutant has come to."""
    failed = _with(outcome, "fail")
    undecided = _with(outcome, "inconclusive", "error")
    reason = next((each for each in reasons if fnmatchcase(outcome.fault, each["match"])), None)
    came_to, because = "survives", ""
    if failed:
        came_to = "noticed"
        because = f"called {reason['kind']}: {reason['because']}" if reason else ""
    elif reason:
        came_to, because = reason["kind"], reason["because"]
    elif undecided or outcome.complaint:
        came_to, because = "undecided", outcome.complaint
    passed = len(_with(outcome, "pass"))
    return Judged(
        outcome.fault, *_parts(outcome.fault), came_to, because, failed, undecided, passed,
        round(outcome.duration_s, 1),
    )  # fmt: skip


def _with(outcome: Outcome, *verdicts: str) -> tuple[str, ...]:
    return tuple(sorted(name for name, each in outcome.purposes.items() if each in verdicts))


def _reasons() -> list[dict[str, str]]:
    """What `survivors.toml` says, row by row."""
    data: dict[str, Any] = tomllib.loads(SURVIVORS.read_text(encoding="utf-8"))
    return [
        {**row, "kind": kind} for kind in ("equivalent", "allowed") for row in data.get(kind, [])
    ]


def table(judged: Sequence[Judged]) -> Iterator[str]:
    """Noticed and not, by stage and by operator; then each survivor."""
    for title, key in (("stage", _stage), ("operator", lambda each: each.operator)):
        counts: dict[str, Counter[str]] = {}
        for each in judged:
            counts.setdefault(key(each), Counter())[each.came_to] += 1
        yield f"\n{title:40} run noticed equivalent allowed undecided survives"
        total: Counter[str] = Counter()
        for name, count in sorted(counts.items()):
            yield _line(name, count)
            total += count
        yield _line("all", total)
    for each in judged:
        if each.came_to in ("survives", "undecided"):
            yield f"{each.came_to}: {each.id} ({each.passed} passed)"


def _stage(judged: Judged) -> str:
    """The seam without its command."""
    command, _slash, rest = judged.seam.partition("/")
    return judged.seam if command == "start" else rest


def _line(name: str, count: Counter[str]) -> str:
    kinds = ("noticed", "equivalent", "allowed", "undecided", "survives")
    return f"{name:40} {count.total():3}" + "".join(f" {count[kind]:{len(kind)}}" for kind in kinds)
