"""How a purpose ended -> its judgement, for each of its requirements and under a profile."""

from __future__ import annotations

import pytest

from conformance.blame import Obstacle
from conformance.document import TestPurpose
from conformance.statement import Deviation, Profile
from conformance.testbed import (
    NotRecovered,
    PortError,
    Timing,
)
from conformance.verdict import (
    Inconclusive,
    Judgement,
    Lacking,
    NonConformity,
    Reason,
    Verdict,
)
from rigs.judging import AS_REQUIRED, Checks, decisive, judge, with_profile
from tests.library.made_exchange import exchange

TIMING = Timing()


# judge


def ended_by(code, path):
    """The error that `code` ends with, as if it stood in the file `path`."""
    with pytest.raises(BaseException) as raised:  # noqa: PT011  (any)
        exec(compile(code, str(path), "exec"), {"PortError": PortError})
    return raised.value


@pytest.fixture
def suites(tmp_path):
    return tmp_path / "suites"


def test_an_assertion_in_the_suites_fails_the_iut_with_its_claim(suites):
    error = ended_by("assert 1 == 2, 'one is two'", suites / "basic" / "test_at.py")
    assert judge(error, suites) == Judgement(
        Verdict.FAIL, Reason.DIFFERS, "not so: one is two", "one is two", "the opposite"
    )


def test_an_assertion_in_the_suites_without_a_claim_still_says_something(suites):
    judgement = judge(ended_by("assert 1 == 2", suites / "test_x.py"), suites)
    assert (judgement.verdict, judgement.expected) == (Verdict.FAIL, "an assertion of the purpose")


@pytest.mark.parametrize("where", ["conformance/x.py", "suites_of_mine/x.py", "x.py"])
def test_an_assertion_elsewhere_is_our_own_error(suites, where):
    judgement = judge(ended_by("assert 1 == 2, 'ours'", suites.parent / where), suites)
    assert (judgement.verdict, judgement.reason) == (Verdict.ERROR, Reason.HARNESS_BROKE)
    assert judgement.sentence == "the harness broke: AssertionError: ours"


def test_an_assertion_that_a_purpose_led_to_elsewhere_is_our_own_error(suites):
    def called():
        raise AssertionError("deep down")

    code = compile("called()", str(suites / "test_x.py"), "exec")
    with pytest.raises(AssertionError) as raised:
        exec(code, {"called": called})
    assert judge(raised.value, suites).verdict is Verdict.ERROR


def test_an_assertion_that_was_never_raised_is_no_fail(suites):
    assert judge(AssertionError("thin air"), suites).verdict is Verdict.ERROR


@pytest.mark.parametrize("reason", [Reason.DIFFERS, Reason.SILENCE, Reason.FLOOD])
def test_what_an_exchange_required_fails_the_iut_wherever_it_was_asked(suites, reason):
    judgement = judge(NonConformity("the moon", "cheese", reason), suites)
    sentence = "expected the moon, but found cheese"
    assert judgement == Judgement(Verdict.FAIL, reason, sentence, "the moon", "cheese")


@pytest.mark.parametrize(
    ("error", "verdict", "reason"),
    [
        (Inconclusive("who knows"), Verdict.INCONCLUSIVE, Reason.PREAMBLE_REFUSED),
        (
            Inconclusive("who knows", Reason.EVIDENCE_DIFFERS),
            Verdict.INCONCLUSIVE,
            Reason.EVIDENCE_DIFFERS,
        ),
        (PortError("who knows"), Verdict.ERROR, Reason.PORT_FAILED),
        (NotRecovered("who knows"), Verdict.ERROR, Reason.NOT_RECOVERED),
    ],
)
def test_what_the_bench_says_is_the_sentence(suites, error, verdict, reason):
    assert judge(error, suites) == Judgement(verdict, reason, "who knows")


def test_what_the_lab_has_not_makes_a_purpose_not_run(suites):
    judgement = judge(Lacking("a bench has no phone"), suites)
    assert (judgement.verdict, judgement.reason) == (Verdict.NOT_RUN, Reason.CAPABILITY_MISSING)
    assert judgement.sentence == "the rig lacks it: a bench has no phone"


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("{}['key']", "KeyError: 'key'"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise TimeoutError", "TimeoutError"),
    ],
)
def test_anything_else_is_our_own_error_with_its_name(suites, code, shown):
    judgement = judge(ended_by(code, suites / "test_x.py"), suites)
    assert judgement == Judgement(
        Verdict.ERROR, Reason.HARNESS_BROKE, f"the harness broke: {shown}"
    )


# Checks

ONE, TWO, THREE = "3.2.5/ATE/set/01", "3.2.5/ATE/set/02", "3.2.5/ATE/set/03"
FAIL = Judgement(Verdict.FAIL, Reason.DIFFERS, "it does not", "this", "that")
ERROR_ = Judgement(Verdict.ERROR, Reason.PORT_FAILED, "gone")


def checks(*names):
    return Checks(TestPurpose(id="TP/X", statement="It does.", verifies=names, nodeid="x"))


def test_a_purpose_with_one_requirement_needs_no_named_check():
    only = checks(ONE)
    assert only.completed() == AS_REQUIRED
    assert only.pairs(AS_REQUIRED) == {ONE: AS_REQUIRED}
    assert only.pairs(FAIL) == {ONE: FAIL}


def test_a_purpose_whose_named_checks_all_pass_passes_for_each():
    several = checks(ONE, TWO)
    for name in (ONE, TWO):
        with several(name):
            pass
    assert several.completed() == AS_REQUIRED
    assert several.pairs(AS_REQUIRED) == {ONE: AS_REQUIRED, TWO: AS_REQUIRED}


def test_a_check_that_fails_decides_its_own_requirement_and_none_after_it():
    several = checks(ONE, TWO, THREE)
    with several(ONE):
        pass
    with pytest.raises(NonConformity), several(TWO):
        raise NonConformity("this", "that")
    pairs = several.pairs(FAIL)
    assert pairs[ONE] == AS_REQUIRED
    assert pairs[TWO] == FAIL
    assert (pairs[THREE].verdict, pairs[THREE].reason) == (
        Verdict.INCONCLUSIVE,
        Reason.CHECK_NOT_REACHED,
    )


def test_where_the_lab_has_not_what_a_check_takes_those_after_it_are_not_run_either():
    lacking = Judgement(Verdict.NOT_RUN, Reason.CAPABILITY_MISSING, "the rig lacks it")
    several = checks(ONE, TWO, THREE)
    with several(ONE):
        pass
    with pytest.raises(Lacking), several(TWO):
        raise Lacking("it lacks")
    assert several.pairs(lacking) == {ONE: AS_REQUIRED, TWO: lacking, THREE: lacking}


def test_a_purpose_that_ends_between_two_checks_decides_what_was_checked_and_the_rest_bears_it():
    several = checks(ONE, TWO)
    with several(ONE):
        pass
    pairs = several.pairs(ERROR_)
    assert pairs[ONE] == AS_REQUIRED
    assert pairs[TWO] == ERROR_


def test_a_purpose_that_leaves_out_a_check_is_our_own_error_that_names_it():
    several = checks(ONE, TWO)
    with several(ONE):
        pass
    judgement = several.completed()
    assert (judgement.verdict, judgement.reason) == (Verdict.ERROR, Reason.HARNESS_BROKE)
    assert TWO in judgement.sentence
    assert ONE not in judgement.sentence


@pytest.mark.parametrize("overall", [FAIL, ERROR_], ids=lambda each: each.verdict)
@pytest.mark.parametrize("done", [(), (ONE,), (ONE, TWO)], ids=["none", "one", "all"])
def test_what_happens_outside_every_check_is_the_verdict_of_the_purpose(done, overall):
    several = checks(ONE, TWO)
    for name in done:
        with several(name):
            pass
    assert decisive(several.pairs(overall)).verdict is overall.verdict


def test_a_check_of_a_requirement_that_the_purpose_does_not_verify_is_refused():
    with pytest.raises(LookupError, match=THREE), checks(ONE, TWO)(THREE):
        pass


def test_a_check_that_fails_after_it_passed_before_fails():
    several = checks(ONE, TWO)
    with several(ONE):
        pass
    with pytest.raises(NonConformity), several(ONE):
        raise NonConformity("this", "that")
    assert several.pairs(FAIL)[ONE] == FAIL


# Profiles


def test_a_fail_that_the_profile_predicts_is_a_deviation_that_says_where_it_was_learnt():
    profile = Profile("old", {ONE: Deviation(ONE, "it says ERROR", "a field guide")})
    pairs = with_profile({ONE: FAIL, TWO: FAIL, THREE: AS_REQUIRED}, profile)
    assert (pairs[ONE].verdict, pairs[ONE].reason) == (Verdict.DEVIATION, Reason.PREDICTED)
    assert pairs[ONE].sentence == ("it does not; registered for old: it says ERROR (a field guide)")
    assert (pairs[ONE].expected, pairs[ONE].actual) == ("this", "that")
    assert pairs[TWO] == FAIL


DRASTIC = [Reason.SILENCE, Reason.FLOOD, Reason.UNASKED_RESTART, Reason.DEAD_AFTERWARDS]


@pytest.mark.parametrize("reason", DRASTIC, ids=str)
def test_more_than_a_wrong_answer_is_covered_only_where_the_profile_says_so(reason):
    fail = Judgement(Verdict.FAIL, reason, "it is gone", "this", "that")
    wrong = Deviation(ONE, "it says ERROR", "a field guide")
    assert with_profile({ONE: fail}, Profile("old", {ONE: wrong})) == {ONE: fail}
    covering = Deviation(ONE, "it restarts", "a field guide", covers=(reason.value,))
    pairs = with_profile({ONE: fail}, Profile("old", {ONE: covering}))
    assert pairs[ONE].verdict is Verdict.DEVIATION


NOT_REFUSED = Judgement(Verdict.INCONCLUSIVE, Reason.NOT_REFUSED, "it was not refused")


def accepted(*rules, reason=Reason.DIFFERS):
    return [Obstacle("preamble", "X", "set", "ERROR", "OK", reason, rules)]


def test_what_is_accepted_as_registered_covers_that_nothing_was_refused():
    profile = Profile("old", {TWO: Deviation(TWO, "it takes all", "a field guide")})
    pairs = with_profile({ONE: NOT_REFUSED}, profile, accepted(TWO))
    assert (pairs[ONE].verdict, pairs[ONE].reason) == (Verdict.DEVIATION, Reason.PREDICTED)
    assert pairs[ONE].sentence == (
        f"it was not refused; registered for old, {TWO}: it takes all (a field guide)"
    )


@pytest.mark.parametrize(
    "obstacles",
    [[], accepted(), accepted(THREE), accepted(TWO, reason=Reason.SILENCE)],
    ids=["none", "unnamed", "another rule", "silence"],
)
def test_what_is_accepted_otherwise_decides_nothing(obstacles):
    profile = Profile("old", {TWO: Deviation(TWO, "it takes all", "a field guide")})
    assert with_profile({ONE: NOT_REFUSED}, profile, obstacles) == {ONE: NOT_REFUSED}


def test_that_a_refusal_has_no_effect_is_no_rule_that_something_is_refused():
    profile = Profile("old", {ONE: Deviation(ONE, "it acts all the same", "a field guide")})
    assert with_profile({ONE: NOT_REFUSED}, profile, accepted(TWO)) == {ONE: NOT_REFUSED}


@pytest.mark.parametrize("judgement", [AS_REQUIRED, ERROR_])
def test_what_is_no_fail_is_no_deviation(judgement):
    profile = Profile("old", {ONE: Deviation(ONE, "it says ERROR", "a field guide")})
    assert with_profile({ONE: judgement}, profile) == {ONE: judgement}


def test_the_worst_pair_decides():
    assert decisive({ONE: AS_REQUIRED, TWO: FAIL, THREE: ERROR_}) == ERROR_
    assert decisive({ONE: AS_REQUIRED, TWO: FAIL}) == FAIL
    assert decisive({ONE: AS_REQUIRED}) == AS_REQUIRED


# What is observed


def observing(*names, observed=(ONE,)):
    found = checks(*names)
    found.observed = frozenset(observed)
    return found


@pytest.mark.parametrize("overall", [AS_REQUIRED, FAIL, ERROR_])
def test_what_was_observed_stays_observed_whatever_becomes_of_the_purpose(overall):
    several = observing(ONE, TWO)
    several.observes(ONE, "OK")

    pairs = several.pairs(overall)

    assert (pairs[ONE].verdict, pairs[ONE].actual) == (Verdict.OBSERVED, "OK")
    assert pairs[TWO].verdict is not Verdict.OBSERVED


def test_a_fail_falls_on_what_is_judged_even_if_its_check_was_passed():
    several = observing(ONE, TWO)
    with several(TWO):
        pass

    pairs = several.pairs(FAIL)

    assert pairs[ONE].reason is Reason.CHECK_NOT_REACHED
    assert pairs[TWO] == FAIL


def test_an_observed_requirement_alone_never_fails():
    assert observing(ONE).pairs(FAIL)[ONE].verdict is Verdict.INCONCLUSIVE


def test_a_purpose_that_only_observes_is_observed():
    only = observing(ONE)
    only.observes(ONE, "no answer")

    assert decisive(only.pairs(only.completed())).verdict is Verdict.OBSERVED


def test_a_purpose_that_forgets_to_observe_is_broken():
    assert observing(ONE).completed().reason is Reason.HARNESS_BROKE


def test_nothing_is_observed_that_is_judged_and_nothing_judged_that_is_observed():
    several = observing(ONE, TWO)

    with pytest.raises(LookupError, match="is judged"):
        several.observes(TWO, "OK")
    with pytest.raises(LookupError, match="is observed"), several(ONE):
        pass
    with pytest.raises(LookupError, match="does not verify"):
        several.observes(THREE, "OK")


# What is refused


CODE = "4.1.1/CWMODE/set/90"


def refusing(*observed):
    """The checks of a purpose that requires a refusal."""
    return Checks(TestPurpose("TP/X", "", (ONE, *observed)), observed=frozenset(observed))


@pytest.mark.parametrize(
    ("came", "code"),
    [
        (b"ERROR\r\n", "ERROR"),
        (b"FAIL\r\n", "FAIL"),
        (b"no such mode\r\n", "no final result code"),
    ],
)
def test_the_code_of_a_refusal_is_written_down_where_no_row_lists_one(came, code):
    checks = refusing(CODE)
    checks.refused(exchange(came))

    pairs = checks.pairs(checks.completed())

    assert pairs[ONE] == AS_REQUIRED
    assert (pairs[CODE].verdict, pairs[CODE].actual) == (Verdict.OBSERVED, code)


@pytest.mark.parametrize("came", [b"OK\r\n", b"", b"AT\r\r\n"])
def test_no_refusal_is_ok_or_a_silence_and_either_is_written_down(came):
    checks = refusing(CODE)
    with pytest.raises(NonConformity):
        checks.refused(exchange(came))

    assert checks.pairs(FAIL)[CODE].actual == ("OK" if b"OK" in came else "no final result code")


def test_where_the_row_lists_error_no_other_code_is_a_refusal():
    refusing().refused(exchange(b"ERROR\r\n"))
    with pytest.raises(NonConformity):
        refusing().refused(exchange(b"FAIL\r\n"))


def test_a_purpose_that_forgets_the_refusal_is_broken():
    assert refusing(CODE).completed().reason is Reason.HARNESS_BROKE


def test_the_one_judged_requirement_bears_the_fail_and_what_is_observed_none():
    pairs = refusing(CODE).pairs(FAIL)

    assert pairs[ONE] == FAIL
    assert pairs[CODE].reason is Reason.CHECK_NOT_REACHED
