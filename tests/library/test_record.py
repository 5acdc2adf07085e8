"""Records: a line of the journal gives back the very value that it was made from."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.record import EndRecord, PurposeRecord, RigRecord, RunRecord, dump, load
from conformance.verdict import Judgement, Reason, Verdict

PAIR = Judgement(Verdict.FAIL, Reason.DIFFERS, "not so", "OK", "ERROR")

PURPOSE = PurposeRecord(
    id="TP/BASIC/AT/BV-01[x]",
    nodeid="suites/basic/test_at.py::test_x[x]",
    statement="AT is answered OK.",
    verdict=Verdict.FAIL,
    reason=Reason.DIFFERS,
    sentence='expected "OK"\nbut é\u2028\x00\udcff',
    expected="OK",
    actual="ERROR",
    pairs={"3.2.1/AT/execute/01": PAIR},
    rulings=("R-01", "R-02"),
    trace=("+0.000 > AT\\r\\n", "+0.003 < ERROR\\r\\n"),
    transcript="transcripts/x.jsonl",
    started_ns=2**62,
    duration_s=0.25,
    worker="gw1",
    attempt=2,
)

RECORDS = {
    "a run": RunRecord(
        started="2026-01-02T03:04:05Z",
        edition="v1.5",
        edition_title="title",
        edition_digest="ab",
        suite_version="0.1",
        rig="emulator",
        clock_offset_ns=-5,
        clock_uncertainty_ns=7,
        pics="pics.toml",
        pixit={"timing": {"answer_s": 3.0}},
        profile="auto",
        selection={"req": ["3.2"], "allow": []},
        environment={"python": "3.11"},
    ),
    "a run with nothing said": RunRecord("t", "e", "e", "d", "v", "r", 0, 0),
    "a rig": RigRecord(
        worker="main",
        rig="emulator",
        opened=True,
        identity=("AT version:1.3.0.0", "OK"),
        capabilities=("uart-rate",),
        missing={"x": "why"},
        transcript="transcripts/opening.jsonl",
        profile="nonos-1.3",
        deviations={"2/-/general/04": "accepted"},
    ),
    "a rig that was not opened": RigRecord("gw0", "/dev/null", False, problem="no such port"),
    "a purpose": PURPOSE,
    "a purpose with nothing said": PurposeRecord(
        "i", "n", "s", Verdict.NOT_RUN, Reason.CAPABILITY_MISSING, "no rate"
    ),
    "an end": EndRecord("2026-01-02T03:04:06Z", 10, 1, 2, "Ctrl-C"),
}


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS.keys())
def test_a_record_comes_back_equal_from_one_line(record):
    line = dump(record)

    assert line.isascii()
    assert "\n" not in line
    assert load(line) == record


def test_what_comes_back_is_frozen_and_of_the_same_types():
    record = load(dump(PURPOSE))

    assert type(record.verdict) is Verdict
    assert type(record.reason) is Reason
    assert record.pairs["3.2.1/AT/execute/01"] == PAIR
    assert type(record.pairs["3.2.1/AT/execute/01"].verdict) is Verdict
    assert (type(record.trace), type(record.rulings)) == (tuple, tuple)


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("reason", [Reason.AS_REQUIRED, Reason.UNASKED_RESTART])
def test_each_verdict_comes_back(verdict, reason):
    record = PurposeRecord("i", "n", "s", verdict, reason, "x", pairs={})

    assert load(dump(record)) == record


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_comes_back_in_a_pair(reason):
    pairs = {"3/-/general/01": Judgement(Verdict.ERROR, reason, "x")}
    record = PurposeRecord("i", "n", "s", Verdict.ERROR, reason, "x", pairs=pairs)

    assert load(dump(record)) == record


@given(st.text(), st.lists(st.text()), st.floats(0, 1e6), st.integers(0, 2**63))
def test_any_text_and_any_time_come_back(text, lines, seconds, moment):
    record = PurposeRecord(
        text, text, text, Verdict.PASS, Reason.AS_REQUIRED, text,
        trace=tuple(lines), duration_s=seconds, started_ns=moment,
    )  # fmt: skip

    assert load(dump(record)) == record


def changed(**fields):
    return json.dumps({**json.loads(dump(PURPOSE)), **fields})


WRONG = {
    "not JSON": '{"kind": "run"',
    "nothing": "",
    "a list": "[]",
    "a text": '"run"',
    "a number": "5",
    "null": "null",
    "no kind": "{}",
    "an unknown kind": '{"kind": "verdict"}',
    "a field is missing": '{"kind": "end"}',
    "an unknown field": changed(colour="red"),
    "an unknown verdict": changed(verdict="passed"),
    "an unknown reason": changed(reason="because"),
    "pairs that are none": changed(pairs=["3.2.1/AT/execute/01"]),
    "a pair that is none": changed(pairs={"3.2.1/AT/execute/01": "pass"}),
    "a pair without a sentence": changed(
        pairs={"x": {"verdict": "pass", "reason": "differs", "expected": "", "actual": ""}}
    ),
}


@pytest.mark.parametrize("line", WRONG.values(), ids=WRONG.keys())
def test_what_is_no_record_is_refused(line):
    with pytest.raises(ValueError):  # noqa: PT011  (json's own words are not ours to match)
        load(line)
