"""Verdicts: the orders, the roll-up, the one word and the exit code, as docs/design.md has them."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.verdict import (
    OVER_PURPOSES,
    WITHIN_PURPOSE,
    Answer,
    Inconclusive,
    NonConformity,
    Reason,
    Verdict,
    conformant,
    exit_code,
    roll_up,
    worst,
)

NONE, PASS, FAIL, ERROR = Verdict.NONE, Verdict.PASS, Verdict.FAIL, Verdict.ERROR
INCONCLUSIVE, DEVIATION = Verdict.INCONCLUSIVE, Verdict.DEVIATION
NOT_RUN, NOT_APPLICABLE = Verdict.NOT_RUN, Verdict.NOT_APPLICABLE

SOME_VERDICTS = st.lists(st.sampled_from(list(Verdict)))


@pytest.mark.parametrize(
    ("better", "worse"), list(pairwise([NONE, PASS, INCONCLUSIVE, FAIL, ERROR]))
)
def test_within_a_purpose_the_worst_wins(better, worse):
    assert worst([better, worse]) is worse
    assert worst([worse, better]) is worse


@pytest.mark.parametrize(
    ("better", "worse"), list(pairwise([NONE, PASS, INCONCLUSIVE, ERROR, FAIL]))
)
def test_over_purposes_the_worst_wins_and_fail_beats_error(better, worse):
    assert roll_up([better, worse]) is worse
    assert roll_up([worse, better]) is worse


def test_the_orders_rank_every_verdict_once():
    assert sorted(WITHIN_PURPOSE) == sorted(OVER_PURPOSES) == sorted(Verdict)


@pytest.mark.parametrize("combine", [worst, roll_up])
def test_nothing_at_all_is_none(combine):
    assert combine([]) is NONE
    assert combine(iter([])) is NONE


@pytest.mark.parametrize(("combine", "verdict"), list(product([worst, roll_up], Verdict)))
def test_one_verdict_stays_what_it_is(combine, verdict):
    assert combine([verdict]) is verdict


@pytest.mark.parametrize("combine", [worst, roll_up])
@given(one=SOME_VERDICTS, other=SOME_VERDICTS)
def test_the_order_and_the_grouping_of_verdicts_do_not_matter(combine, one, other):
    together = combine(one + other)

    assert combine(other + one) is together
    assert combine([combine(one), combine(other)]) is together


@pytest.mark.parametrize("undecided", [NONE, NOT_RUN, NOT_APPLICABLE])
@pytest.mark.parametrize("decided", [PASS, FAIL, DEVIATION])
def test_a_requirement_that_one_purpose_decided_is_decided(undecided, decided):
    assert roll_up([undecided, decided, undecided]) is decided


def test_a_registered_deviation_is_worse_than_a_pass_and_hides_no_fail():
    assert roll_up([PASS, DEVIATION]) is DEVIATION
    assert roll_up([DEVIATION, FAIL]) is FAIL
    assert worst([DEVIATION, FAIL]) is FAIL


# The word "conformant"

CONFORMANT = {
    "all passed": ([PASS, PASS], Answer.CONFORMANT),
    "what the rig cannot decide stands beside the word": ([PASS, NOT_RUN], Answer.CONFORMANT),
    "what is not claimed does not apply": ([PASS, NOT_APPLICABLE], Answer.CONFORMANT),
    "one fail": ([PASS, FAIL], Answer.NOT_CONFORMANT),
    "a fail and an error": ([ERROR, FAIL, PASS], Answer.NOT_CONFORMANT),
    "a registered deviation is a failure": ([PASS, DEVIATION], Answer.NOT_CONFORMANT),
    "an error": ([PASS, ERROR], Answer.UNDECIDED),
    "an inconclusive": ([PASS, INCONCLUSIVE], Answer.UNDECIDED),
    "one left out that could be decided": ([PASS, NONE], Answer.UNDECIDED),
    "nothing run": ([NOT_RUN, NOT_RUN], Answer.UNDECIDED),
    "nothing claimed": ([NOT_APPLICABLE], Answer.UNDECIDED),
    "nothing at all": ([], Answer.UNDECIDED),
}


@pytest.mark.parametrize(("verdicts", "answer"), CONFORMANT.values(), ids=CONFORMANT.keys())
def test_conformant_is_said_only_when_it_is_shown(verdicts, answer):
    assert conformant(verdicts) is answer
    assert conformant(iter(reversed(verdicts))) is answer


@given(SOME_VERDICTS, st.sampled_from([FAIL, DEVIATION]))
def test_nothing_beside_it_makes_a_failure_conformant(verdicts, failure):
    assert conformant([*verdicts, failure]) is Answer.NOT_CONFORMANT


@given(SOME_VERDICTS)
def test_without_a_pass_nothing_is_conformant(verdicts):
    assert conformant([v for v in verdicts if v is not PASS]) is not Answer.CONFORMANT


# The exit code

EXIT_CODES = {
    "pass": ([PASS], 0),
    "pass and not run": ([PASS, NOT_RUN, NOT_APPLICABLE], 0),
    "a registered deviation": ([PASS, DEVIATION], 0),
    "a deviation alone decides something": ([DEVIATION], 0),
    "fail": ([PASS, FAIL], 1),
    "fail beside an error": ([FAIL, ERROR, INCONCLUSIVE, PASS], 1),
    "inconclusive": ([PASS, INCONCLUSIVE], 10),
    "error": ([PASS, ERROR], 10),
    "error beside a deviation": ([DEVIATION, ERROR], 10),
    "error and nothing decided": ([ERROR, NOT_RUN], 10),
    "not run": ([NOT_RUN], 5),
    "not applicable": ([NOT_APPLICABLE], 5),
    "none": ([NONE], 5),
    "none of them decided": ([NOT_RUN, NOT_APPLICABLE, NONE], 5),
    "no purpose at all": ([], 5),
}


@pytest.mark.parametrize(("verdicts", "code"), EXIT_CODES.values(), ids=EXIT_CODES.keys())
def test_the_exit_code_is_the_documented_one(verdicts, code):
    assert exit_code(verdicts) == code
    assert exit_code(iter(reversed(verdicts))) == code


@given(SOME_VERDICTS)
def test_a_run_is_green_only_if_it_decided_something_and_nothing_went_wrong(verdicts):
    green = exit_code(verdicts) == 0

    assert green == (
        bool({PASS, DEVIATION} & set(verdicts)) and not {FAIL, ERROR, INCONCLUSIVE} & set(verdicts)
    )


# What is raised


def test_a_nonconformity_is_an_assertion_that_says_expected_and_actual():
    error = NonConformity("OK", "ERROR")

    assert isinstance(error, AssertionError)
    assert str(error) == "expected OK; actual: ERROR"
    assert (error.expected, error.actual, error.reason) == ("OK", "ERROR", Reason.DIFFERS)


def test_inconclusive_is_no_assertion_and_has_a_reason():
    error = Inconclusive("the preamble was refused")

    assert not isinstance(error, AssertionError)
    assert (str(error), error.reason) == ("the preamble was refused", Reason.PREAMBLE_REFUSED)
    assert Inconclusive("x", Reason.EVIDENCE_DIFFERS).reason is Reason.EVIDENCE_DIFFERS
