"""Evidence: what was tried and never decided; what counts as verified, with a fault behind it."""

import json

import pytest

from conformance.document import Edition, Level, Requirement
from conformance.evidence import Decisions, Evidence, EvidenceError, Kills, decisions, kills

A, B, C, D = (f"3.1/AT/set/0{number}" for number in range(1, 5))
EDITION = Edition(
    "v0", "A small document", "digest",
    requirements={name: Requirement(name, "x", Level.MANDATORY, "row") for name in (A, B, C, D)},
)  # fmt: skip


@pytest.fixture
def stored(tmp_path):
    """Writes what is given as JSON; its path."""

    def write(content):
        path = tmp_path / "stored.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def purpose(*judged, earlier=()):
    def judgements(pairs):
        return [{"requirement": name, "verdict": verdict} for name, verdict in pairs]

    attempts = [{"judgements": judgements([one])} for one in earlier]
    return {"judgements": judgements(judged), "earlier": attempts}


def fault(*breaks, failed=(), kind="fault"):
    return {"kind": kind, "breaks": list(breaks), "failed_requirements": list(failed)}


@pytest.mark.parametrize("verdict", ["inconclusive", "error"])
def test_what_was_exercised_and_never_decided_is_told(stored, verdict):
    found = decisions(stored({"purposes": [purpose((A, verdict), (B, "pass"))]}))

    assert found.undecided == (A,)
    told = Evidence(frozenset({A, B}), found).told()
    assert told == [
        f"UNDECIDED: exercised and never decided: {A}",
        "1 exercised and never decided",
    ]


@pytest.mark.parametrize("verdict", ["pass", "fail", "deviation"])
def test_what_any_purpose_or_attempt_decided_is_decided(stored, verdict):
    other = [purpose((A, "inconclusive")), purpose((A, verdict))]
    again = [purpose((A, "error"), earlier=[(A, verdict)])]

    assert decisions(stored({"purposes": other})).undecided == ()
    assert decisions(stored({"purposes": again})).undecided == ()


@pytest.mark.parametrize("verdict", ["not run", "not applicable", "none"])
def test_what_was_left_out_was_not_exercised(stored, verdict):
    assert decisions(stored({"purposes": [purpose((A, verdict))]})).undecided == ()


def test_a_requirement_is_verified_only_if_its_check_noticed_a_fault_of_it(stored):
    found = kills(
        stored(
            {
                "faults": [
                    fault(A, failed=[A, C]),  # C failed, but nothing of C was broken
                    fault(B, failed=[A]),  # B was broken, and nobody noticed
                    fault(D, failed=[D], kind="accepted"),  # a reading, no fault
                ]
            }
        ),
        EDITION,
    )
    evidence = Evidence(frozenset({A, B, C, D}), None, found)

    assert evidence.verified == {A}
    assert evidence.unverified == {
        B: "a fault breaks it, and no check of its own noticed",
        C: "no fault breaks it",
        D: "no fault breaks it",
    }
    assert f"NOT VERIFIED: {C}: no fault breaks it" in evidence.told()
    assert evidence.told()[-1].startswith("1 of 4 requirements")


def test_a_requirement_that_the_run_did_not_decide_is_not_verified_by_a_fault_alone():
    evidence = Evidence(
        frozenset({A, B}),
        Decisions(frozenset({A, B}), frozenset({B})),
        Kills(frozenset({A, B}), frozenset({A, B})),
    )

    assert evidence.verified == {B}
    assert evidence.unverified == {A: "the run did not decide it"}


def test_a_fault_of_a_requirement_without_a_purpose_verifies_nothing():
    evidence = Evidence(frozenset({B}), None, Kills(frozenset({A}), frozenset({A})))

    assert evidence.verified == frozenset()


def test_faults_of_a_requirement_that_the_edition_does_not_have_are_told(stored):
    found = kills(stored({"faults": [fault("9/X/set/01")]}), EDITION)

    assert found.strange == {"9/X/set/01"}
    assert any("9/X/set/01" in line for line in Evidence(frozenset(), None, found).told())


def test_numbers_for_machines():
    evidence = Evidence(
        frozenset({A, B}), Decisions(frozenset({A}), frozenset()), Kills(frozenset(), frozenset())
    )

    assert json.loads(json.dumps(evidence.as_dict())) == {
        "exercised_never_decided": [A],
        "verified": [],
        "not_verified": {A: "no fault breaks it", B: "no fault breaks it"},
        "faults_of_unknown_requirements": [],
    }
    assert Evidence(frozenset({A})).as_dict() == {}
    assert Evidence(frozenset({A})).told() == []


@pytest.mark.parametrize(
    "content", ["{", "[]", "{}", '{"purposes": [{}]}', '{"purposes": 5}', '{"faults": [{}]}']
)
def test_a_file_that_is_something_else_is_refused_by_its_name(stored, content):
    for read in (decisions, lambda path: kills(path, EDITION)):
        with pytest.raises(EvidenceError, match=r"stored\.json"):
            read(stored(content))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(EvidenceError, match="cannot read"):
        decisions(tmp_path / "none.json")
