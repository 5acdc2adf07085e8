"""`python -m tests.faults --product`: operators on seams, and which of them the suites notice.

Law of this file: the sample, the jobs, the verdict. A mutant of the product is noticed when a
purpose that says anything of its command fails; what survives is written by, or for, a reason in
`survivors.toml`.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from conformance.catalogue import load_edition
from tests.faults.page import write_page
from tests.faults.runs import Job, Outcome, known_product, run_all
from tests.faults.samples import Judged, Sample, add_sample, printed, store, stored, survivors

SURVIVORS = Path(__file__).with_name("survivors.toml")
SAMPLE = 60
PREFIX = "product:"

#: Where it shows what is of no command: beginnings of seams -> patterns of commands, as
#: requirements have them (`-`: rules that belong to none).
ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "start/plan": ("RST", "RESTORE"),
    "start/ram": ("RST", "ATE", "SLEEP", "CIPMUX", "CIPMODE", "CIPSTO", "*_DEF"),
    "start/uart": ("UART_DEF", "RST"),
    "start/link": ("SAVETRANSLINK",),
    "start/ready": ("RST", "RESTORE"),
    "start/": ("CWAUTOCONN", "CWJAP_DEF"),
    "network/client": ("CWDHCP*", "CWJAP*", "CIPSTA*", "CIFSR"),
    "network/server": ("CWDHCP*", "CWLIF"),
    "network/mdns": ("MDNS",),
    "network/air": ("CWSAP*", "CWLIF", "CWMODE*"),
    "station_side": ("CWJAP*", "CIPSTA*", "CWDHCP*", "MDNS"),
    "softap_side": ("CWSAP*", "CIPAP*", "CWDHCP*"),
    "reader": ("-", "AT", "ATE"),
    "receiver": ("-", "AT", "ATE", "CIPSEND"),
    "echo": ("ATE", "-"),
    "voice": ("-", "AT", "GMR", "CIPSEND*", "CIPMODE", "SAVETRANSLINK"),
    "store": ("*_DEF", "-", "RESTORE"),
    "radio": ("CWJAP*", "CWQAP", "CWAUTOCONN", "CWMODE*", "CWLAP", "CWLIF", "CWSTARTSMART", "-"),
    "beaconing": ("CWSTARTDISCOVER", "CWSTOPDISCOVER"),
    "data_phase": ("CIPSEND*", "CIPBUF*", "CIPCHECKSEQ"),
    "passthrough": ("CIPMODE", "CIPSEND", "SAVETRANSLINK"),
    "stack": ("CIPSTART", "CIPCLOSE", "CIPSTATUS", "CIPSERVER", "CIPMUX", "CIFSR", "SAVETRANSLINK"),
}

#: What is likely to notice what is wrong under a condition alone, by a part of its id.
FIRST: Mapping[str, tuple[str, ...]] = {
    "joined": ("-IN-USE", "-JOINED", "AIR-"),
    "with-guests": ("-IN-USE", "-VISITED", "AIR-"),
    "in-mode-3": ("-IN-USE", "AIR-"),
}

#: A run of a mutant that makes everything slow.
LIMIT_S = 600


def main(options: argparse.Namespace, verified: Iterable[str]) -> int:
    """Run a sample of the product; 0 if nothing survives without a reason."""
    folder, names = Path(options.out), sorted(verified)
    shutil.rmtree(folder / "report", ignore_errors=True)  # of the sample before
    judged = _again(folder, names, options) if options.again else _sample(folder, names, options)
    write_page(folder)
    print("\n".join(printed(judged)))
    return 1 if survivors(judged) else 0


def _sample(folder: Path, names: Sequence[str], options: argparse.Namespace) -> list[Judged]:
    """Draw a sample, run it, and put it beside the others."""
    known = known_product()
    ids = [each for each in sorted(known) if each.startswith(options.only)]
    ids = [each for each in ids if options.when in ("", _parts(each)[2])]
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    drawn = random.Random(seed).sample(ids, min(options.sample or SAMPLE, len(ids)))
    print(f"{len(drawn)} of {len(ids)} mutants; --seed {seed} draws them again", flush=True)
    judged = list(_judged([_job(each, names) for each in drawn], folder, options.jobs))
    add_sample(folder, Sample(seed, options.only, options.when, len(ids), tuple(judged)))
    return judged


def _again(folder: Path, names: Sequence[str], options: argparse.Namespace) -> list[Judged]:
    """Run what survived in the samples that are there, since when there are other purposes."""
    samples = stored(folder)
    ids = {each.id for sample in samples for each in survivors(sample.mutants)}
    print(f"{len(ids)} mutants have survived", flush=True)
    jobs = [_job(each, names) for each in sorted(ids)]
    now = {each.id: each for each in _judged(jobs, folder, options.jobs)}
    store(folder, [each.with_those(now) for each in samples])
    return list(now.values())


def _parts(id_: str) -> tuple[str, str, str]:
    """Seam, operator, condition."""
    seam, operator, condition = id_.removeprefix(PREFIX).rsplit("/", 2)
    return seam, operator, condition


def _job(id_: str, verified: Sequence[str]) -> Job:
    """Everything that says anything of its command."""
    seam, _operator, condition = _parts(id_)
    elsewhere = (each for begin, each in ELSEWHERE.items() if seam.startswith(begin))
    patterns = next(elsewhere, None)
    if patterns is None:
        wanted = _about(_document_name(seam.partition("/")[0]), verified)
    else:
        named = ((name, name.split("/")[1]) for name in verified)
        wanted = tuple(n for n, command in named if any(fnmatchcase(command, p) for p in patterns))
    first = FIRST.get(condition, ())
    return Job(id_, (id_,), (), wanted, until_failed=True, first=first, limit_s=LIMIT_S)


def _about(command: str, verified: Sequence[str]) -> tuple[str, ...]:
    """The requirements of a command, and those of others whose sentence names it."""
    sentences = load_edition().requirements
    naming = re.compile(rf"\b(AT\+)?{command}(?![A-Z_0-9])")
    return tuple(
        name
        for name in verified
        if name.split("/")[1] == command
        or (command != "AT" and naming.search(sentences[name].statement))
    )


def _document_name(command: str) -> str:
    """As requirements have it; `+` is no part of it."""
    return command[1:] if command.startswith("+") else "AT" + command.removeprefix("AT")


def _judged(jobs: Sequence[Job], folder: Path, processes: int) -> Iterator[Judged]:
    rows = reasons()
    without = [each for each in jobs if not each.requirements]
    for each in without:
        print(f"{each.fault}: nothing verifies anything of it")
    runs = [each for each in jobs if each.requirements]
    for number, outcome in enumerate(run_all(runs, folder, processes), 1):
        one = judge(outcome, rows)
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


def reasons() -> list[dict[str, str]]:
    """What `survivors.toml` says, row by row; a row for each pattern."""
    data: dict[str, Any] = tomllib.loads(SURVIVORS.read_text(encoding="utf-8"))
    return [
        {"kind": kind, "match": match, "because": row["because"]}
        for kind in ("equivalent", "allowed", "waiting")
        for row in data.get(kind, [])
        for match in ([row["match"]] if isinstance(row["match"], str) else row["match"])
    ]
