"""index.html: the compliance report, for whoever must sign off.

Law of this file: rendered from results alone, by a template that escapes everything. What the
IUT said is hostile: it is made visible and bounded here, and escaped there. The page runs no
script and fetches nothing, and its own policy forbids both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2

from conformance.verdict import Verdict
from reports import names, text
from reports.matrix import matrix

TEMPLATES = Path(__file__).parent / "templates"

#: A sign beside each word, so that colour never speaks alone.
SIGNS: Mapping[str, str] = {
    Verdict.PASS.value: "\N{CHECK MARK}",
    Verdict.FAIL.value: "\N{BALLOT X}",
    Verdict.DEVIATION.value: "\N{NOT EQUAL TO}",
    Verdict.ERROR.value: "!",
    Verdict.INCONCLUSIVE.value: "?",
    Verdict.OBSERVED.value: "\N{FISHEYE}",
    Verdict.NOT_RUN.value: "\N{EN DASH}",
    Verdict.NOT_APPLICABLE.value: "\N{EMPTY SET}",
    Verdict.NONE.value: "\N{MIDDLE DOT}",
}

#: What a reader must look at, the worst first.
ATTENTION = (
    Verdict.FAIL.value,
    Verdict.DEVIATION.value,
    Verdict.ERROR.value,
    Verdict.INCONCLUSIVE.value,
)

#: So many hindrances stand on the first page, of each code.
HINDRANCES = 5

#: The order of counts: what was decided, what could not be, what was not tried.
COUNTED = (Verdict.PASS.value, *ATTENTION, *("observed", "not run", "not applicable", "none"))


def render(results: Mapping[str, Any], evidence: str = "") -> str:
    """The page of `results`; `evidence` leads from the page to the folder of the run."""
    page = (
        _environment()
        .get_template("index.html")
        .render(
            **results,
            matrix=matrix(results),
            attention=_attention(results),
            observed=_observed(results),
            hindrances=_hindrances(results),
            reviews=_reviews(results),
            evidence=evidence,
            counted=COUNTED,
            signs=SIGNS,
            open_verdicts=ATTENTION,
            shown=HINDRANCES,
        )
    )
    return page.rstrip() + "\n"


def _observed(results: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The requirements that were only observed, in the order of the document."""
    return [r for r in results["requirements"] if r["verdict"] == Verdict.OBSERVED.value]


def _attention(results: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The requirements that did not simply pass, the worst first."""
    found = [each for each in results["requirements"] if each["verdict"] in ATTENTION]
    return sorted(found, key=lambda each: ATTENTION.index(each["verdict"]))


def _hindrances(results: Mapping[str, Any]) -> Mapping[str, list[tuple[str, int]]]:
    """What kept requirements from being run, by code: each sentence and of how many, most first."""
    found: dict[str, Counter[str]] = {}
    for each in results["requirements"]:
        if each["verdict"] == Verdict.NOT_RUN.value:
            found.setdefault(each["reason"], Counter())[each["sentence"]] += 1
    return {code: sentences.most_common() for code, sentences in found.items()}


def _reviews(results: Mapping[str, Any]) -> list[tuple[list[str], Mapping[str, Any]]]:
    """The reviews of claims that say something, each once, with the workers whose rigs said so."""
    found: list[tuple[list[str], Mapping[str, Any]]] = []
    for rig in results["rigs"]:
        review = {key: value for key, value in (rig["review"] or {}).items() if key != "transcript"}
        if not review.get("contradictions") and not review.get("note"):
            continue
        workers = next((workers for workers, known in found if known == review), None)
        if workers is None:
            found.append(([rig["worker"]], review))
        else:
            workers.append(rig["worker"])
    return found


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Nothing is left to a default that could change: every printed value goes through this.
        finalize=_finalize,
    )
    environment.filters.update(
        anchor=names.anchor,
        fragment=names.fragment,
        cell=text.bounded,
        lines=text.bounded_lines,
        seconds=_seconds,
        told=_told,
        slug=lambda verdict: str(verdict).replace(" ", "-"),
    )
    environment.globals["link"] = names.relative_link
    return environment


def _finalize(value: Any) -> Any:
    """Last guard: text that no filter has made visible is made so here."""
    return text.visible(value) if type(value) is str else value


def _told(value: Any) -> str:
    """A value of the PIXIT or of the selection as a person would write it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_told(item)}" for name, item in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(_told, value)) or "none"
    return "none" if value is None or value == "" else str(value)


def _seconds(value: float | None) -> str:
    """A duration for people."""
    if value is None:
        return "unknown"
    if value < 60:
        return f"{value:.3g} s" if value < 1 else f"{value:.1f} s"
    minutes, seconds = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min {seconds} s" if hours else f"{minutes} min {seconds} s"
