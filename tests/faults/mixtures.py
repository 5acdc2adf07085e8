"""Mixtures: of variants, as few as hold every one once; of readings, one for all spellings.

Law of this file: it draws, and runs nothing. A mixture is named by its seed alone, so that a
failure can be had again with `--rig=emulator:variant=random:SEED`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from rigs.emulator.variants.active import RANDOM
from rigs.emulator.variants.catalogue import no_variants
from tests.faults.runs import Job

#: How many seeds are looked at.
_SEEDS = range(4000)

#: How readings end that take one more spelling of a value each. No line has two of them, so they
#: cannot hide each other.
SPELLINGS = (".quoted-accepted", ".plus-accepted", ".hex-accepted", ".space-accepted")
#: What stands between the names of readings that are run together.
_AND = " & "


def spelled_together(jobs: Sequence[Job]) -> list[Job]:
    """`jobs`, but one for all readings of spellings against the same requirements."""
    together: dict[object, Job] = {}
    for number, job in enumerate(jobs):
        is_spelling = job.fault.endswith(SPELLINGS) and not job.foreseen
        reach: object = (job.requirements, job.beside) if is_spelling else number
        if (other := together.get(reach)) is None:
            together[reach] = job
        else:
            name = f"{other.fault}{_AND}{job.fault}"
            together[reach] = replace(other, fault=name, on=(*other.on, *job.on))
    return list(together.values())


def names_of(job: str) -> list[str]:
    """The faults of which a job of this name is."""
    return job.split(_AND)


def covering(leaving_out: Collection[str]) -> list[str]:
    """Mixtures without the variants to leave out, in which every other one occurs."""
    variants = no_variants()
    drawn = {seed: variants.mixture(str(seed)) for seed in _SEEDS}
    usable = {seed: names for seed, names in drawn.items() if not names & set(leaving_out)}
    missing = variants.known.keys() - set(leaving_out)
    chosen: list[int] = []
    while missing:
        seed = max(usable, key=lambda seed: len(usable[seed] & missing))
        if not usable[seed] & missing:
            raise LookupError(f"in no mixture: {', '.join(sorted(missing))}")
        chosen.append(seed)
        missing -= usable[seed]
    return named(chosen)


def named(seeds: Iterable[int]) -> list[str]:
    """What one says to the emulator to get these mixtures."""
    return [f"{RANDOM}{seed}" for seed in seeds]


def more(count: int, leaving_out: Collection[str]) -> list[str]:
    """The first `count` mixtures without the variants to leave out."""
    variants = no_variants()
    usable = (s for s in _SEEDS if not variants.mixture(str(s)) & set(leaving_out))
    return named(seed for seed, _ in zip(usable, range(count), strict=False))
