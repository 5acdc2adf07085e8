"""What a mutant of the product comes to, and how the table counts it."""

import pytest

from tests.faults.product import judge, table
from tests.faults.runs import Outcome

ID = "product:+CWMODE/set/save/dropped/with-guests"
SAME = {"kind": "equivalent", "match": "product:*/save/dropped/*", "because": "the same bytes"}


def outcome(*verdicts, complaint=""):
    return Outcome(ID, 1.0, {f"TP/{n}": each for n, each in enumerate(verdicts)}, {}, complaint)


@pytest.mark.parametrize(
    ("verdicts", "reasons", "came_to"),
    [
        (("pass", "fail", "error"), (), "noticed"),
        (("pass", "inconclusive"), (), "undecided"),
        (("pass", "pass"), (), "survives"),
        (("pass", "pass"), (SAME,), "equivalent"),
        (("pass", "fail"), (SAME,), "noticed"),
    ],
)
def test_a_mutant_comes_to_something(verdicts, reasons, came_to):
    one = judge(outcome(*verdicts), reasons)
    assert (one.seam, one.operator, one.condition) == ("+CWMODE/set/save", "dropped", "with-guests")
    assert one.came_to == came_to


def test_a_reason_that_is_none_is_told():
    assert judge(outcome("fail"), (SAME,)).because == "called equivalent: the same bytes"


def test_what_did_not_run_is_undecided():
    assert judge(outcome(complaint="the process died"), ()).came_to == "undecided"


def test_the_table_counts_by_stage_and_operator_and_names_survivors():
    lines = list(table([judge(outcome(each), ()) for each in ("fail", "pass", "fail")]))
    assert [line.split() for line in lines if line.startswith(("set/save", "dropped"))] == [
        [name, "3", "2", "0", "0", "0", "1"] for name in ("set/save", "dropped")
    ]
    assert lines[-1] == f"survives: {ID} (1 passed)"
