"""`python -m tests.faults`: run every fault, store the kill matrix, say what is wrong with it.

Law of this file: the command line and the order of things.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from conformance.__main__ import collected_purposes
from conformance.document import TestPurpose
from tests.faults import onepurpose, product
from tests.faults.described import load_entries
from tests.faults.judging import HEALTHY, Entry, problems, problems_of_variants, undescribed
from tests.faults.mixtures import covering, more, names_of, spelled_together
from tests.faults.page import MATRIX, write_page
from tests.faults.runs import ROOT, Job, Outcome, known_faults, known_variants, run_all
from tests.faults.samples import store, stored

#: How many mixtures of variants beside those that hold every variant once, with `--full`.
MORE_MIXTURES = 20


def main() -> int:
    """0 if every fault is noticed, every purpose can fail and no variant does; else 1."""
    options = _parser().parse_args()
    begin = time.monotonic()
    if options.product:
        return product.main(options, _verified(collected_purposes()))
    says = known_faults()
    entries = load_entries(says)
    if options.purpose:
        return onepurpose.show(
            options.purpose,
            collected_purposes(),
            entries,
            Path(options.out).with_name("one-purpose"),
            options.jobs,
            options.all,
        )
    kinds = {fault: entries.get(fault) for fault in says}
    folder = Path(options.out)
    samples = stored(folder)  # of the product: they are no part of what is run now
    shutil.rmtree(folder, ignore_errors=True)
    purposes = collected_purposes()
    verified = _verified(purposes)
    faults = _long_ones_first(_faults(kinds, verified, options.full), purposes)
    jobs = [job for job in (*_variants(verified, options.full), *faults) if _wanted(job, options)]
    jobs = jobs if options.full else spelled_together(jobs)
    jobs = [*_healthy(_by_clause(verified), jobs if options.only else ()), *jobs]
    outcomes = _run(jobs, folder, options.jobs)
    wrong = _problems(outcomes, entries, purposes, options.full)
    varied = {name: outcomes.pop(name) for name in list(outcomes) if name.startswith(VARIANT)}
    wrong += undescribed(name for name, entry in kinds.items() if entry is None)
    if options.only:
        wrong = [line for line in wrong if line.startswith(options.only)]
    matrix = _matrix(outcomes, kinds, says, wrong) | {"variants": sorted(varied)}
    (folder / MATRIX).write_text(json.dumps(matrix, indent=1) + "\n", encoding="utf-8")
    store(folder, samples)
    write_page(folder)
    print("\n".join(wrong))
    wrongly = {line.split(": ")[0] for line in wrong}
    missed = [job for job in jobs if wrongly.intersection(names_of(_name(job)))]
    print(f"matrix: {folder / 'index.html'} ({time.monotonic() - begin:.0f} s)")
    print(f"{len(jobs) - len(missed)} passed, {len(wrong)} failed")
    return 1 if wrong else 0


def _verified(purposes: Iterable[TestPurpose]) -> set[str]:
    return {name for purpose in purposes for name in purpose.verifies}


def _problems(
    outcomes: Mapping[str, Outcome],
    entries: Mapping[str, Entry],
    purposes: Sequence[TestPurpose],
    full: bool,
) -> list[str]:
    varied = {name: each for name, each in outcomes.items() if name.startswith(VARIANT)}
    faulty = {name: each for name, each in outcomes.items() if name not in varied}
    return problems(faulty, entries, purposes, full) + problems_of_variants(varied)


def _name(job: Job) -> str:
    return job.fault or HEALTHY


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument(
        "--only", default="", metavar="PREFIX",
        help=f"only faults that begin so ({VARIANT} for the variants)",
    )  # fmt: skip
    parser.add_argument(
        "--purpose", default="", metavar="ID",
        help="instead of the matrix: whether any fault makes this purpose fail, and the first that "
        "does",
    )  # fmt: skip
    parser.add_argument(
        "--all", action="store_true", help="with --purpose: every fault that makes it fail"
    )
    parser.add_argument(
        "--full", action="store_true",
        help="every fault against every purpose, not only those it can touch, every variant by "
        "itself, and more mixtures of them (nightly)",
    )  # fmt: skip
    parser.add_argument(
        "--jobs", type=int, default=len(os.sched_getaffinity(0)),
        help="processes at a time (default: one for each processor)",
    )  # fmt: skip
    parser.add_argument(
        "--out", default=str(ROOT / "reports" / "runs" / "kill-matrix"),
        help="where the matrix goes; replaced if it exists",
    )  # fmt: skip
    parser.add_argument(
        "--product", action="store_true",
        help="instead of the faults: operators on the seams of the emulator, a sample of them",
    )  # fmt: skip
    parser.add_argument(
        "--sample", type=int, metavar="N",
        help=f"with --product: how many of them (default: {product.SAMPLE})",
    )  # fmt: skip
    parser.add_argument(
        "--when", default="", metavar="CONDITION",
        help="with --product: only those of one condition (always, second-time, joined, ...)",
    )  # fmt: skip
    parser.add_argument(
        "--again", action="store_true",
        help="with --product: only what has survived in the samples that were run before",
    )  # fmt: skip
    parser.add_argument(
        "--seed", type=int,
        help="with --product: what draws the sample (default: another one each time)",
    )  # fmt: skip
    return parser


#: What the jobs of variants are called.
VARIANT = "variant:"

#: What conforms and lets nothing be decided: a restart for want of memory (clause 5.2.2, note 3).
UNDECIDED = ("ssl.no-memory", "ssl.no-memory-late")
#: The mixture of all that the document prints.
PRINTED = "printed"

#: Variants that make everything slow: with `--full` against everything, else against these.
PACES = ("pace.slow", "pace.slow-final", "pace.dribble", "boot.slow")
#: How long one of them may take against everything, in seconds.
SLOWLY_S = 3600
PACED = ("3.2.1", "3.2.2", "3.2.3", "3.2.5/ATE/set/03", "3.2.8/UART_CUR/set/15", "3.2.10/SLEEP/set")


#: Beginnings of the clauses of which every purpose is run on a mixture; of others one purpose for
#: each requirement, and every one with `--full`.
WHOLE = ("2", "3")


def _wanted(job: Job, options: argparse.Namespace) -> bool:
    return job.fault.startswith(options.only)


def _healthy(clauses: Iterable[str], others: Sequence[Job]) -> Iterator[Job]:
    """No fault against everything, clause by clause; or in the clauses that `others` reach."""
    reached = {
        name.partition("/")[0] for job in others for name in (*job.requirements, *job.beside)
    }
    yield from (Job("", requirements=(each,)) for each in sorted(reached) or clauses)


def _variants(verified: set[str], full: bool) -> Iterator[Job]:
    """Mixtures, and with `full` more of them, and each variant by itself."""
    clauses = _by_clause(verified)
    for name in known_variants():
        if name in UNDECIDED:
            continue
        if name in PACES and not full:
            yield Job(VARIANT + name, (), (name,), PACED)
        elif full:
            for clause in clauses:
                yield Job(VARIANT + name, (), (name,), (clause,), limit_s=SLOWLY_S)
    apart = (*PACES, *UNDECIDED)
    mixtures = [PRINTED, *covering(apart), *(more(MORE_MIXTURES, apart) if full else ())]
    for name in dict.fromkeys(mixtures):
        for clause, names in clauses.items():
            whole = full or clause.startswith(WHOLE)
            yield Job(VARIANT + name, (), (name,), *(((clause,),) if whole else ((), names)))


def _by_clause(verified: set[str]) -> dict[str, tuple[str, ...]]:
    """Clause -> its verified requirements."""
    clauses: dict[str, list[str]] = {}
    for name in sorted(verified):
        clauses.setdefault(name.partition("/")[0], []).append(name)
    return {clause: tuple(names) for clause, names in clauses.items()}


def _faults(kinds: dict[str, Entry | None], verified: set[str], full: bool) -> Iterator[Job]:
    for fault, entry in kinds.items():
        if entry is None or entry.kind == "waiting":
            continue
        if full:
            yield Job(fault, (fault,))
            continue
        each = entry.whole, entry.beside, entry.foreseen
        reach = (tuple(names(verified)) for names in each)
        yield Job(fault, (fault,), (), *reach, tuple(entry.contrast()), entry.family)


def _long_ones_first(jobs: Iterable[Job], purposes: Sequence[TestPurpose]) -> list[Job]:
    """So that none is left alone at the end: the largest family first, in it the largest job."""
    sizes = {job: _size(purposes, job) for job in jobs}
    families = Counter[str]()
    for job, size in sizes.items():
        families[job.family] += size
    return sorted(
        sizes, key=lambda job: (families[job.family], job.family, sizes[job]), reverse=True
    )


def _size(purposes: Sequence[TestPurpose], job: Job) -> int:
    """About how long `job` will take: a fault that lets hardly anything pass takes longest."""
    if not job.requirements and not job.beside:
        return len(purposes)
    wanted = set(job.requirements)
    whole = sum(bool(wanted & set(purpose.verifies)) for purpose in purposes)
    return whole + len(job.beside)


def _run(jobs: list[Job], folder: Path, processes: int) -> dict[str, Outcome]:
    """Fault or variant -> what came of it; jobs of one name are put together."""
    outcomes: dict[str, Outcome] = {}
    for number, outcome in enumerate(run_all(jobs, folder, processes), 1):
        for name in names_of(outcome.fault):
            before = outcomes.get(name)
            own = replace(outcome, fault=name)
            outcomes[name] = before.with_more(own) if before else own
        failed = [name for name, verdict in outcome.requirements.items() if verdict == "fail"]
        told = ", ".join(failed) or outcome.complaint or "nothing failed"
        name = outcome.fault or HEALTHY
        print(f"[{number}/{len(jobs)}] {name} ({outcome.duration_s:.1f} s): {told}", flush=True)
    return outcomes


def _matrix(
    outcomes: dict[str, Outcome],
    kinds: dict[str, Entry | None],
    says: dict[str, str],
    wrong: list[str],
) -> dict[str, Any]:
    faults = [
        _row(outcomes[fault], kinds[fault], says[fault]) for fault in says if fault in outcomes
    ]
    healthy = outcomes[""].purposes
    return {
        "purposes": len(healthy),
        "problems": wrong,
        "faults": faults,
        "waiting": [
            {"id": fault, "until": entry.because}
            for fault, entry in kinds.items()
            if entry is not None and entry.kind == "waiting"
        ],
        "kills": {
            name: sum(name in fault["failed_purposes"] for fault in faults) for name in healthy
        },
    }


def _row(outcome: Outcome, entry: Entry | None, says: str) -> dict[str, Any]:
    return {
        "id": outcome.fault,
        "says": says,
        "kind": entry.kind if entry else "unknown",
        "breaks": list(entry.breaks) if entry else [],
        "because": entry.because if entry else "",
        "failed_requirements": [n for n, v in outcome.requirements.items() if v == "fail"],
        "failed_purposes": [n for n, v in outcome.purposes.items() if v == "fail"],
        "undecided_purposes": [
            n for n, v in outcome.purposes.items() if v in ("inconclusive", "error")
        ],
        "duration_s": outcome.duration_s,
        "why_undecided": {
            name: outcome.sentences.get(name, "")
            for name, verdict in outcome.purposes.items()
            if verdict in ("inconclusive", "error")
        },
    }


if __name__ == "__main__":
    sys.exit(main())
