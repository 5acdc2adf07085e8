"""The kill matrix as a page, from its JSON.

Law of this file: it shows; whether the matrix is good is said in `judging.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment

from tests.faults.samples import KINDS, Sample, stored, survivors, tables

#: The kill matrix as JSON.
MATRIX = "matrix.json"

_TEMPLATE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Kill matrix</title>
<style>
body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; color-scheme: light dark }
table { border-collapse: collapse } td, th { padding: .2rem .6rem; text-align: left;
vertical-align: top; border-bottom: 1px solid #8884 } code { font-size: 12px }
.missed { font-weight: bold; color: #c00 }
</style>
<h1>Kill matrix</h1>
<p>{{ faults | length }} faults of the emulator against {{ purposes }} purposes:
{{ faults | selectattr("kind", "equalto", "fault") | list | length }} break something,
{{ faults | selectattr("kind", "equalto", "accepted") | list | length }} are accepted by a ruling.
{{ waiting | length }} more wait for suites that do not exist yet.
{{ variants | length }} runs were on emulators that differ and conform.</p>
{% if problems %}<h2>Problems</h2><ul>{% for p in problems %}<li class="missed">{{ p }}</li>
{% endfor %}</ul>{% else %}<p>Every fault is noticed, every purpose can fail, nothing else
broke.</p>{% endif %}
<h2>Faults</h2>
<table><tr><th>fault<th>what goes wrong<th>must break<th>requirements that failed<th>purposes
that failed<th>seconds</tr>
{% for f in faults %}<tr><td><code>{{ f.id }}</code><td>{{ f.says }}
<td>{% if f.kind == "accepted" %}nothing ({{ f.because }}){% else %}{{ f.breaks | join(", ") }}
{% endif %}<td>{{ f.failed_requirements | join(", ") or "none" }}
<td><details><summary>{{ f.failed_purposes | length }}</summary>
{{ f.failed_purposes | join(", ") }}</details><td>{{ "%.1f" | format(f.duration_s) }}</tr>
{% endfor %}</table>
{% if samples %}<h2>Operators on seams</h2>
<p>Of the mutants that nobody wrote by hand, samples:
{% for s in samples %}seed {{ s.seed }} drew {{ s.mutants | length }} of {{ s.of }}
{%- if s.when %} ({{ s.when }}){% endif %}{% if not loop.last %}; {% endif %}{% endfor %}.
The last column says how many are noticed of those that are neither equivalent nor allowed.</p>
{% for title, rows in tables.items() %}
<table><tr><th>{{ title }}<th>run{% for kind in kinds %}<th>{{ kind }}{% endfor %}<th></tr>
{% for row in rows %}<tr><td>{{ row.name }}<td>{{ row.run }}
{% for count in row.counts %}<td>{{ count }}{% endfor %}<td>{{ row.score }}</tr>
{% endfor %}</table>
{% endfor %}
{% if survivors %}<h3>Survivors</h3><ul>
{% for each in survivors %}<li class="missed"><code>{{ each.id }}</code> {{ each.came_to }}</li>
{% endfor %}</ul>{% endif %}{% endif %}
<h2>Purposes, and how many faults fail each</h2>
<table><tr><th>purpose<th>faults</tr>
{% for name, count in kills.items() %}<tr><td><code>{{ name }}</code><td>{{ count }}</tr>
{% endfor %}</table>
</html>
"""


#: What there is before a kill matrix is: a page of samples alone.
NOTHING: Mapping[str, Any] = {
    "purposes": 0, "problems": [], "faults": [], "waiting": [], "variants": [], "kills": {},
}  # fmt: skip


def render(matrix: Mapping[str, Any], samples: Sequence[Sample] = ()) -> str:
    """The page of `matrix`, and of samples of the product."""
    latest = {each.id: each for sample in samples for each in sample.mutants}
    judged = list(latest.values())
    return Environment(autoescape=True).from_string(_TEMPLATE).render(
        **matrix, samples=samples, tables=tables(judged), kinds=KINDS, survivors=survivors(judged)
    )  # fmt: skip


def write_page(folder: Path) -> None:
    """The page of what is in `folder`."""
    try:
        matrix = json.loads((folder / MATRIX).read_text(encoding="utf-8"))
    except FileNotFoundError:
        matrix = NOTHING
    (folder / "index.html").write_text(render(matrix, stored(folder)), encoding="utf-8")
