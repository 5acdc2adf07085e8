"""Results: from records to one plain value that obeys the published schema."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from conformance.document import Level
from conformance.verdict import Reason, Verdict
from reports.results import build, purpose_verdicts
from reports.validate import SchemaViolation, check, schema
from tests.reports.made_by_hand import (
    edition,
    end_record,
    full_run,
    judgement,
    purpose,
    requirement,
    rig_record,
    run_record,
)

ECHO = "3.2.9/ATE/set/01"
ECHO2 = "3.2.9/ATE/set/02"


def by_id(entries):
    return {entry["id"]: entry for entry in entries}


def results_of(*purposes, of=None):
    results = build(full_run(*purposes), of or edition())
    check(results)
    return results


def test_the_schema_is_one():
    Draft202012Validator.check_schema(schema())


def test_the_schema_knows_every_verdict_and_reason():
    assert schema()["$defs"]["verdict"]["enum"] == [verdict.value for verdict in Verdict]
    assert schema()["$defs"]["reason"]["enum"] == [reason.value for reason in Reason]


def test_every_part_of_the_schema_is_described():
    def bare(node, path):
        for name, part in node.get("properties", {}).items():
            if "description" not in part:
                yield f"{path}/{name}"
            yield from bare(part, f"{path}/{name}")
        if node.get("type") == "object" and "additionalProperties" not in node:
            yield path
        if "items" in node:
            yield from bare(node["items"], f"{path}[]")

    parts = [("", schema()), *schema()["$defs"].items()]
    assert [place for name, part in parts for place in bare(part, name)] == []


def test_a_violation_is_loud():
    results = results_of()
    results["summary"]["conformant"] = "perhaps"
    with pytest.raises(SchemaViolation, match=r"\$\.summary\.conformant.*bug of the harness"):
        check(results)


def places(node, way=()):
    """The way to every value in `node`."""
    yield way
    if isinstance(node, dict | list):
        for key, part in node.items() if isinstance(node, dict) else enumerate(node):
            yield from places(part, (*way, key))


PLAIN = json.loads(json.dumps(results_of(purpose("TP/A", Verdict.FAIL, (ECHO,)))))
STRANGE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3),
    st.sampled_from([*Verdict, "failed", -1, 0.5, [], {}, ["pass"], [1], {"verdict": "pass"}]),
)  # fmt: skip


@given(st.sampled_from([way for way in places(PLAIN) if way]), STRANGE)
def test_the_quick_check_refuses_what_the_schema_refuses_and_nothing_else(way, value):
    results = json.loads(json.dumps(PLAIN))
    node = results
    for key in way[:-1]:
        node = node[key]
    node[way[-1]] = value
    if Draft202012Validator(schema()).is_valid(results):
        check(results)
    else:
        with pytest.raises(SchemaViolation):
            check(results)


def test_every_requirement_is_there_in_the_order_of_the_document():
    assert [each["id"] for each in results_of()["requirements"]] == [
        "2/-/general/01",
        "3.1.1/AT/execute/01",
        "3.2.9/ATE/query/01",
        "3.2.9/ATE/set/01",
        "3.2.9/ATE/set/02",
        "3.2.10/GMR/execute/01",
        "3.2.10/GMR/urc/01",
    ]


def test_untouched_requirements_say_why():
    found = by_id(results_of()["requirements"])
    assert found[ECHO]["verdict"] == "none"
    assert found[ECHO]["reason"] == "not-selected"
    assert found["3.2.10/GMR/urc/01"]["reason"] == "no-automatic-test"
    assert found["3.2.10/GMR/urc/01"]["sentence"] == "Only a radio could see it."


def test_a_fault_that_somebody_proved_is_not_hidden_by_no_automatic_test():
    touched = results_of(purpose("TP/A", Verdict.FAIL, ("3.2.10/GMR/urc/01",)))
    assert by_id(touched["requirements"])["3.2.10/GMR/urc/01"]["verdict"] == "fail"
    assert touched["summary"]["conformant"] == "no"


def test_a_fail_beats_an_error_and_brings_its_sentence():
    proof = {ECHO: judgement(Verdict.FAIL, "It echoed.", expected="silence", actual="an echo")}
    results = results_of(
        purpose("TP/A", Verdict.ERROR, (ECHO,)), purpose("TP/B", Verdict.FAIL, pairs=proof)
    )
    found = by_id(results["requirements"])[ECHO]
    assert (found["verdict"], found["decided_by"]) == ("fail", "TP/B")
    assert (found["sentence"], found["expected"], found["actual"]) == (
        "It echoed.",
        "silence",
        "an echo",
    )
    assert found["purposes"] == ["TP/A", "TP/B"]


def test_a_purpose_judges_each_of_its_requirements():
    mixed = {ECHO: judgement(Verdict.FAIL), ECHO2: judgement(Verdict.PASS)}
    found = by_id(results_of(purpose("TP/A", Verdict.FAIL, pairs=mixed))["requirements"])
    assert (found[ECHO]["verdict"], found[ECHO2]["verdict"]) == ("fail", "pass")


def test_the_last_attempt_counts_and_all_stay():
    results = results_of(
        purpose("TP/A", Verdict.PASS, (ECHO,), attempt=2),
        purpose("TP/A", Verdict.ERROR, (ECHO,), attempt=1),
    )
    (found,) = results["purposes"]
    assert (found["verdict"], found["attempt"], found["attempts"]) == ("pass", 2, 2)
    assert [each["verdict"] for each in found["earlier"]] == ["error"]
    assert by_id(results["requirements"])[ECHO]["verdict"] == "pass"
    assert results["summary"]["purposes"]["total"] == 1


def test_of_two_attempts_with_one_number_the_worse_counts():
    tries = purpose("TP/A", Verdict.FAIL, (ECHO,)), purpose("TP/A", Verdict.PASS, (ECHO,))
    assert results_of(*tries)["purposes"][0]["verdict"] == "fail"
    assert purpose_verdicts(tries) == [Verdict.FAIL]


def test_requirements_that_the_edition_lost_are_kept_and_count():
    results = results_of(purpose("TP/A", Verdict.FAIL, ("9.9/GONE/set/01",)))
    lost = by_id(results["requirements"])["9.9/GONE/set/01"]
    assert (lost["known"], lost["verdict"], lost["command"]) == (False, "fail", "GONE")
    assert results["summary"]["conformant"] == "no"


def mandatory_run(*verdicts, **end):
    names = [f"1/-/general/{number:02}" for number in range(len(verdicts))]
    tiny = edition(*(requirement(name) for name in names))
    pairs = zip(names, verdicts, strict=True)
    purposes = [
        purpose(f"TP/{name}", verdict, (name,)) for name, verdict in pairs if verdict is not None
    ]
    return build([run_record(), *purposes, end_record(**end)], tiny)["summary"]


@pytest.mark.parametrize(
    ("verdicts", "answer"),
    [
        ((Verdict.PASS, Verdict.PASS), "yes"),
        ((Verdict.PASS, Verdict.NOT_RUN, Verdict.NOT_APPLICABLE), "yes"),
        ((Verdict.NOT_RUN,), "undecided"),
        ((Verdict.PASS, None), "undecided"),
        ((Verdict.PASS, Verdict.ERROR), "undecided"),
        ((Verdict.PASS, Verdict.INCONCLUSIVE), "undecided"),
        ((Verdict.PASS, Verdict.DEVIATION), "no"),
        ((Verdict.ERROR, Verdict.FAIL), "no"),
    ],
)
def test_the_word_on_the_cover(verdicts, answer):
    assert mandatory_run(*verdicts)["conformant"] == answer


def test_an_interrupted_run_is_never_conformant():
    summary = mandatory_run(Verdict.PASS, interrupted="stopped by hand")
    assert (summary["conformant"], summary["interrupted"]) == ("undecided", True)
    assert summary["sentence"] == "The run was interrupted."


def test_an_interrupted_run_can_be_non_conformant():
    assert mandatory_run(Verdict.FAIL, interrupted="stopped by hand")["conformant"] == "no"


def test_optional_and_untestable_requirements_do_not_spoil_the_word():
    tiny = edition(
        requirement("1/-/general/01"),
        requirement("1/-/general/02", Level.OPTIONAL),
        requirement("1/-/general/03", untested_because="Nobody sees it."),
    )
    summary = results_of(purpose("TP/A", Verdict.PASS, ("1/-/general/01",)), of=tiny)["summary"]
    assert summary["conformant"] == "yes"
    assert summary["beside"] == [
        {"verdict": "none", "reason": "no-automatic-test", "requirements": 1, "mandatory": 1},
        {"verdict": "none", "reason": "not-selected", "requirements": 1, "mandatory": 0},
    ]


def test_what_is_observed_counts_for_no_word():
    tiny = edition(requirement("1/-/general/01"), requirement("1/-/general/02", Level.OBSERVED))
    passed = purpose("TP/A", Verdict.PASS, ("1/-/general/01",))
    observed = purpose("TP/B", Verdict.OBSERVED, ("1/-/general/02",))

    both = results_of(passed, observed, of=tiny)["summary"]
    alone = results_of(observed, of=tiny)["summary"]

    assert (both["conformant"], both["requirements"]["observed"]) == ("yes", 1)
    assert (alone["conformant"], alone["nothing_decided"]) == ("undecided", True)


def test_what_several_purposes_observed_is_told_each_value_once():
    tiny = edition(requirement("1/-/general/02", Level.OBSERVED))

    def observing(name, value):
        pairs = {"1/-/general/02": judgement(Verdict.OBSERVED, actual=value)}
        return purpose(name, Verdict.OBSERVED, pairs=pairs)

    def told(*values):
        runs = [observing(f"TP/{at}", value) for at, value in enumerate(values)]
        return results_of(*runs, of=tiny)["requirements"][0]

    assert told("ERROR", "ERROR")["actual"] == "ERROR"
    assert told("ERROR", "OK", "ERROR")["actual"] == "ERROR in 2, OK in 1"
    assert told("OK")["sentence"] == "observed: OK"


def test_not_run_stands_beside_the_word():
    summary = mandatory_run(Verdict.PASS, Verdict.NOT_RUN)
    assert summary["beside"] == [
        {"verdict": "not run", "reason": "capability-missing", "requirements": 1, "mandatory": 1}
    ]
    assert summary["purposes"]["not run"] == 1


def test_a_registered_deviation_that_does_not_show_is_told():
    predicted = {ECHO: "It echoes.", ECHO2: "It echoes twice."}
    purposes = (
        purpose("TP/A", Verdict.PASS, (ECHO,)),
        purpose("TP/B", Verdict.DEVIATION, (ECHO2,)),
    )
    rig = rig_record(profile="nonos", deviations=predicted)
    results = build([run_record(), rig, *purposes, end_record()], edition())
    check(results)
    assert results["summary"]["unshown_deviations"] == [
        {"requirement": ECHO, "predicted": "It echoes."}
    ]


def test_restarts_that_nobody_asked_for_are_summed_up():
    summary = results_of(
        purpose("TP/A", Verdict.PASS, (ECHO,), unasked_restarts=2, idle_restarts=1),
        purpose("TP/B", Verdict.PASS, (ECHO,), unasked_restarts=1),
        purpose("TP/C", Verdict.PASS, (ECHO,)),
    )["summary"]
    assert summary["unasked_restarts"] == {"total": 3, "idle": 1, "purposes": 2}


def test_nothing_decided_is_said():
    summary = results_of()["summary"]
    assert summary["nothing_decided"]
    assert summary["conformant"] == "undecided"
    assert "no mandatory requirement passed" in summary["sentence"]


def test_a_killed_run_is_interrupted_and_timed_by_its_last_purpose():
    started = 1_795_376_081 * 10**9  # 2026-11-22T19:34:41Z
    record = purpose("TP/A", Verdict.PASS, (ECHO,), started_ns=5 * 10**9, duration_s=1.5)
    results = build([run_record(clock_offset_ns=started), record], edition())
    check(results)
    assert results["summary"]["interrupted"]
    assert results["run"]["duration_s"] == 6.5
    assert results["run"]["ended"] is None


def test_the_duration_of_a_run_that_ended():
    assert results_of()["run"]["duration_s"] == 3.5


def test_a_killed_run_without_purposes_has_no_duration():
    results = build([run_record()], edition())
    check(results)
    assert results["run"]["duration_s"] is None


@pytest.mark.parametrize("records", [[], [run_record(), run_record()]])
def test_a_journal_of_no_run_or_of_two_is_refused(records):
    with pytest.raises(ValueError, match="one run"):
        build(records, edition())


VERDICTS = st.sampled_from(list(Verdict))


@given(st.lists(st.tuples(st.integers(1, 12), VERDICTS, st.integers(1, 2)), max_size=8), st.data())
def test_the_order_in_which_purposes_ended_does_not_show(tries, data):
    purposes = [
        purpose(f"TP/{number}", verdict, (ECHO,), attempt=attempt)
        for number, verdict, attempt in dict.fromkeys(tries)
    ]
    rigs = [rig_record(worker=f"gw{number}") for number in range(3)]
    records = [*rigs, *purposes, end_record()]
    shuffled = data.draw(st.permutations(records))
    first = json.dumps(build([run_record(), *records], edition()))
    second = json.dumps(build([run_record(), *shuffled], edition()))
    assert first == second
    check(json.loads(first))
