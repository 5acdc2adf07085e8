"""What a mutant of the product comes to, and how the table counts it."""

import pytest

from tests.faults.page import NOTHING, render, write_page
from tests.faults.product import judge
from tests.faults.runs import Outcome
from tests.faults.samples import Sample, add_sample, printed, stored

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
    lines = list(printed([judge(outcome(each), ()) for each in ("fail", "pass", "fail")]))
    assert [line.split() for line in lines if line.startswith(("set/save", "dropped"))] == [
        [name, "3", "2", "0", "0", "0", "0", "1", "67", "%"] for name in ("set/save", "dropped")
    ]
    assert lines[-1] == f"survives: {ID} (1 passed)"


def sample(verdict, seed=1):
    return Sample(seed, "", "", 100, (judge(outcome(verdict), ()),))


def test_samples_are_kept_side_by_side(tmp_path):
    for each in (sample("fail"), sample("fail", seed=2), sample("pass")):
        add_sample(tmp_path, each)
    assert stored(tmp_path) == [sample("fail", seed=2), sample("pass")]


def test_what_survived_is_judged_again():
    noticed = judge(outcome("fail"), ())
    assert sample("pass").with_those({ID: noticed}) == sample("fail")
    assert sample("pass").with_those({}) == sample("pass")


def test_the_page_has_the_table(tmp_path):
    add_sample(tmp_path, sample("pass"))
    write_page(tmp_path)
    page = (tmp_path / "index.html").read_text()
    assert "seed 1 drew 1 of 100" in page
    assert f"<code>{ID}</code> survives" in page
    assert "Operators on seams" not in render(NOTHING)
