"""What rulings leave open, and what no test decides, stands in the report with its reason."""

import re

import pytest

from conformance.catalogue import load_edition

EDITION = load_edition()
UNTESTED = [each for each in EDITION.requirements.values() if each.untested_because]
LEFT_OPEN = [
    ruling
    for ruling in EDITION.rulings.values()
    if any("not tested" in each for each in ruling.accepted)
]


@pytest.mark.parametrize("ruling", LEFT_OPEN, ids=lambda ruling: ruling.id)
def test_what_a_ruling_leaves_untested_is_a_requirement_with_a_reason(ruling):
    assert [each.id for each in UNTESTED if each.ruling == ruling.id]


def test_only_the_data_path_of_clause_5_waits_for_a_peer_or_for_somebody_to_write_it():
    waiting = re.compile(r"not written yet|takes? an? (second |TCP )?(peer|client|name server)")
    found = [each.clause for each in UNTESTED if waiting.search(each.untested_because)]
    assert {clause.split(".")[0] for clause in found} <= {"5"}
