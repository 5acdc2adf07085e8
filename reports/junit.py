"""junit.xml: the same run for continuous integration.

Law of this file: what a dashboard shows green, passed. A purpose that could not decide is an
error, one that was not tried is skipped. A run that was interrupted has an error of its own, and so
has each requirement whose own purposes passed and which another purpose met broken.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Mapping
from typing import Any

from conformance.verdict import Verdict
from reports.obstacles import broken_elsewhere
from reports.text import bounded, bounded_lines, one_line, visible

#: Verdict -> what JUnit calls it; a pass has no element.
ELEMENTS: Mapping[str, str] = {
    Verdict.FAIL.value: "failure",
    Verdict.ERROR.value: "error",
    Verdict.INCONCLUSIVE.value: "error",
    Verdict.NONE.value: "skipped",
    Verdict.OBSERVED.value: "skipped",
    Verdict.NOT_RUN.value: "skipped",
    Verdict.NOT_APPLICABLE.value: "skipped",
    Verdict.DEVIATION.value: "skipped",
}

_NAME = "esp8266-at-conformance"
_INTERRUPTED = {
    "id": "run/interrupted",
    "nodeid": "",
    "verdict": Verdict.ERROR.value,
    "reason": "interrupted",
    "duration_s": 0.0,
}


def render(results: Mapping[str, Any]) -> str:
    """`results` as a JUnit document."""
    cases = [*results["purposes"], *map(_met_elsewhere, broken_elsewhere(results["requirements"]))]
    interrupted = results["run"]["interrupted"]
    if interrupted:
        cases.append({**_INTERRUPTED, "sentence": interrupted})
    found = Counter(ELEMENTS.get(case["verdict"], "passed") for case in cases)
    totals = {
        "name": _NAME,
        "tests": str(len(cases)),
        "failures": str(found["failure"]),
        "errors": str(found["error"]),
        "time": _seconds(results["run"]["duration_s"]),
    }
    root = ET.Element("testsuites", totals)
    # `skipped` and `timestamp` belong to a testsuite; the outermost element has neither.
    more = {"skipped": str(found["skipped"]), "timestamp": visible(results["run"]["started"])}
    suite = ET.SubElement(root, "testsuite", {**totals, **more})
    _properties(suite, results)
    for case in cases:
        _case(suite, case)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _met_elsewhere(requirement: Mapping[str, Any]) -> dict[str, Any]:
    """The case of a requirement that no purpose of its own says is broken."""
    told = {key: requirement[key] for key in ("verdict", "reason", "sentence")}
    judgement = {key: requirement[key] for key in ("verdict", "expected", "actual")}
    return {
        "id": requirement["id"],
        "nodeid": "requirements",
        "duration_s": 0.0,
        "judgements": [{"requirement": requirement["id"], **judgement}],
        **told,
    }


def _seconds(value: float | None) -> str:
    """At most three decimals, never an exponent: consumers refuse more."""
    return f"{max(value or 0.0, 0.0):.3f}"


def _properties(suite: ET.Element, results: Mapping[str, Any]) -> None:
    run, summary = results["run"], results["summary"]
    told = {
        "conformant": summary["conformant"],
        "rig": run["rig"],
        "edition": run["edition"]["name"],
        "edition digest": run["edition"]["digest"],
        "suite version": run["suite_version"],
        "pics": run["pics"],
        "profile": run["profile"],
    }
    for rig in results["rigs"]:
        told[f"firmware of {rig['worker']}"] = " | ".join(rig["identity"]) or "unknown"
    properties = ET.SubElement(suite, "properties")
    for name, value in told.items():
        ET.SubElement(properties, "property", {"name": one_line(name), "value": one_line(value)})


def _case(suite: ET.Element, case: Mapping[str, Any]) -> None:
    attributes = {
        "classname": _classname(case),
        "name": one_line(case["id"]),
        "time": _seconds(case["duration_s"]),
    }
    element = ET.SubElement(suite, "testcase", attributes)
    name = ELEMENTS.get(case["verdict"])
    if name:
        told = {
            "type": f"{case['verdict']}: {case['reason']}",
            "message": one_line(case["sentence"]),
        }
        ET.SubElement(element, name, told).text = _told(case)


def _classname(case: Mapping[str, Any]) -> str:
    """The file of the purpose as a dotted name, which dashboards group by."""
    file = str(case["nodeid"]).split("::")[0].removesuffix(".py")
    return one_line(file.replace("/", ".") or str(case["id"]).split("/")[0])


def _told(case: Mapping[str, Any]) -> str:
    """What a reader of a dashboard needs before opening the report."""
    lines = [bounded(case["sentence"])]
    for judgement in case.get("judgements", ()):
        lines.append(f"{visible(judgement['requirement'])}: {judgement['verdict']}")
        for name in ("expected", "actual"):
            if judgement[name]:
                lines.append(f"  {name}: {bounded(judgement[name])}")
    if "evidence" in case:
        lines.extend(bounded_lines(case["evidence"]["trace"]))
        if case["evidence"]["transcript"]:
            lines.append(f"transcript: {visible(case['evidence']['transcript'])}")
    return "\n".join(lines)
