"""junit.xml: valid, honest, and whatever the IUT says stays text."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from conformance.blame import Obstacle
from conformance.verdict import Verdict
from reports.junit import ELEMENTS, render
from reports.results import build
from tests.reports.made_by_hand import (
    HOSTILE,
    edition,
    full_run,
    judgement,
    purpose,
    rig_record,
    run_record,
)

ECHO = "3.2.9/ATE/set/01"
SCHEMA = xmlschema.XMLSchema(Path(__file__).parent / "data" / "junit.xsd")


def junit_of(*records):
    text = render(build(records, edition()))
    SCHEMA.validate(text)
    return ET.fromstring(text.encode("utf-8"))


EXPECTED = {
    Verdict.PASS: None,
    Verdict.FAIL: "failure",
    Verdict.ERROR: "error",
    Verdict.INCONCLUSIVE: "error",
    Verdict.NOT_RUN: "skipped",
    Verdict.NOT_APPLICABLE: "skipped",
    Verdict.DEVIATION: "skipped",
    Verdict.OBSERVED: "skipped",
    Verdict.NONE: "skipped",
}


@pytest.mark.parametrize("verdict", Verdict)
def test_each_verdict_has_its_element(verdict):
    record = purpose("TP/A", verdict, (ECHO,), sentence="Because of this.")
    (case,) = junit_of(*full_run(record)).iter("testcase")
    assert [child.tag for child in case] == [EXPECTED[verdict]] * (verdict is not Verdict.PASS)
    assert all(child.get("message") == "Because of this." for child in case)


def test_only_a_pass_looks_like_one():
    assert ELEMENTS.keys() == {verdict.value for verdict in Verdict} - {"pass"}


def test_counts_agree_with_the_cases():
    records = [purpose(f"TP/{verdict}", verdict, (ECHO,)) for verdict in Verdict]
    root = junit_of(*full_run(*records))
    (suite,) = root
    for element in (root, suite):
        counts = [element.get(name) for name in ("tests", "failures", "errors")]
        assert counts == ["9", "1", "2"]
    assert suite.get("skipped") == "5"
    assert len(list(suite.iter("testcase"))) == 9


def test_a_case_is_named_after_purpose_and_file():
    (case,) = junit_of(*full_run(purpose("TP/A[9]"))).iter("testcase")
    assert case.get("classname") == "suites.basic.test_it"
    assert (case.get("name"), case.get("time")) == ("TP/A[9]", "0.250")


def test_a_failure_tells_expected_and_actual():
    pairs = {ECHO: judgement(Verdict.FAIL, expected="silence", actual="an echo")}
    record = purpose("TP/A", Verdict.FAIL, pairs=pairs, trace=("+0.000 > ATE0",))
    (failure,) = junit_of(*full_run(record)).iter("failure")
    assert failure.text.splitlines()[1:] == [
        f"{ECHO}: fail",
        "  expected: silence",
        "  actual: an echo",
        "+0.000 > ATE0",
    ]


def test_an_interrupted_run_is_not_green():
    root = junit_of(run_record(), purpose("TP/A", Verdict.PASS, (ECHO,)))
    assert (root.get("tests"), root.get("errors")) == ("2", "1")
    assert "harness ended" in next(root.iter("error")).get("message")


def test_a_requirement_that_was_met_broken_elsewhere_is_not_green():
    met = Obstacle("preamble", "ATE", "set", "the final result code OK", "`ERROR`")
    root = junit_of(
        *full_run(
            purpose("TP/A", Verdict.PASS, (ECHO,)),
            purpose("TP/B", Verdict.PASS, ("2/-/general/01",), obstacles=(met,)),
        )
    )
    assert (root.get("tests"), root.get("errors")) == ("3", "1")
    case = root.findall(".//testcase")[-1]
    assert (case.get("classname"), case.get("name")) == ("requirements", ECHO)
    (error,) = case
    assert (error.tag, error.get("type")) == ("error", "inconclusive: met-elsewhere")
    assert "TP/B" in error.get("message")
    assert error.text.splitlines()[1:] == [
        f"{ECHO}: inconclusive",
        "  expected: the final result code OK",
        "  actual: `ERROR`",
    ]


def test_an_empty_run_is_valid():
    assert junit_of(run_record()).get("tests") == "1"


@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_whatever_the_iut_says_stays_text(said):
    hostile = said + HOSTILE
    record = purpose(
        f"TP/{hostile}",
        Verdict.FAIL,
        pairs={ECHO: judgement(Verdict.FAIL, hostile, expected=hostile, actual=hostile)},
        sentence=hostile,
        trace=(hostile,),
        nodeid=hostile,
        transcript=hostile,
    )
    root = junit_of(run_record(rig=hostile), rig_record(identity=(hostile,)), record)
    assert {element.tag for element in root.iter()} == {
        *("testsuites", "testsuite", "properties", "property", "testcase", "failure", "error"),
    }
