"""The static review: what the claims let one expect, held against what came."""

from __future__ import annotations

import pytest

from conformance.commandline import query
from conformance.document import Command, Edition
from conformance.record import Contradiction, Review, RigRecord, dump, load
from conformance.review import (
    LEFT_OUT,
    NOBODY,
    Claim,
    Probe,
    contradictions,
    line_of,
    probes,
    told,
)
from conformance.statement import Pics
from tests.library.made_exchange import exchange

OK, ERROR = b"\r\nOK\r\n", b"\r\nERROR\r\n"
UNKNOWN = {form: exchange(ERROR, line_of(NOBODY, form)) for form in ("test", "query")}
EDITION = Edition(
    "v0",
    "A small document",
    "digest",
    commands={
        "CWX": Command("CWX", "4.1", "Examine", ("query", "set")),
        "AT": Command("AT", "3.1", "Test", ("execute",)),
        "RST": Command("RST", "3.2", "Restart", ("execute",)),
    },
)


def found(claim, came, form="query", unknown=UNKNOWN):
    probe = Probe("CWX", form, claim)
    return contradictions([(probe, exchange(came, probe.line))], unknown)


def test_every_command_is_asked_for_its_test_and_query_form_but_those_left_in_peace():
    asked = [(probe.command, probe.form, probe.claim) for probe in probes(EDITION, Pics())]
    assert asked == [
        ("CWX", "test", Claim.NOT_DOCUMENTED),
        ("CWX", "query", Claim.CLAIMED),
        ("AT", "test", Claim.NOT_DOCUMENTED),
        ("AT", "query", Claim.NOT_DOCUMENTED),
    ]
    assert "RST" in LEFT_OUT


def test_what_is_asked_does_not_depend_on_the_claims():
    pics = Pics(not_claimed=frozenset({("CWX", "query")}))
    lines = [probe.line.encoded for probe in probes(EDITION, pics)]
    assert lines == [probe.line.encoded for probe in probes(EDITION, Pics())]
    assert lines == [b"AT+CWX=?\r\n", b"AT+CWX?\r\n", b"AT=?\r\n", b"AT?\r\n"]
    assert probes(EDITION, pics)[1].claim is Claim.NOT_CLAIMED


@pytest.mark.parametrize("claim", list(Claim))
@pytest.mark.parametrize(
    ("came", "fits"),
    [
        (b"+CWX:1\r\n" + OK, {Claim.CLAIMED}),
        (OK, {Claim.CLAIMED}),
        (ERROR, {Claim.NOT_CLAIMED, Claim.NOT_DOCUMENTED}),
        # Refused, but not as an unknown name is: it may well be there.
        (b"+CWX:5\r\n" + ERROR, set(Claim)),
        (b"\r\nFAIL\r\n", set(Claim)),
        (b"\r\nbusy p...\r\n", set(Claim)),
    ],
)
def test_answers_that_go_with_a_claim_and_answers_that_do_not(claim, came, fits):
    assert bool(found(claim, came)) is (claim not in fits)


def test_an_unknown_name_that_is_answered_with_its_own_name_is_still_recognised():
    unknown = {"query": exchange(b"no " + NOBODY.encode() + b"\r\n" + ERROR, query(NOBODY))}
    assert found(Claim.CLAIMED, b"no CWX\r\n" + ERROR, unknown=unknown)
    assert not found(Claim.CLAIMED, b"not now\r\n" + ERROR, unknown=unknown)


def test_a_contradiction_tells_what_was_asked_and_what_came():
    (contradiction,) = found(Claim.NOT_DOCUMENTED, b"+CWX:(0-2)\r\n" + OK, "test")
    assert contradiction == Contradiction(
        "AT+CWX=?", "CWX", "test", "not in the document", "answered OK all the same",
        contradiction.answer,
    )  # fmt: skip
    assert "+CWX:(0-2)" in contradiction.answer
    (long,) = found(Claim.NOT_CLAIMED, b"x" * 500 + b"\r\n" + OK)
    assert len(long.answer) <= 80


def test_what_the_owner_has_saved_is_not_shown():
    probe = Probe("CWSAP_DEF", "query", Claim.NOT_CLAIMED)
    came = b'+CWSAP_DEF:"my net","secret12",1,3,4,0\r\n' + OK
    (contradiction,) = contradictions([(probe, exchange(came, probe.line))], UNKNOWN)

    assert "secret" not in contradiction.answer
    assert ",1,3,4,0" in contradiction.answer


def test_a_review_survives_the_journal():
    review = Review(2, 3, found(Claim.CLAIMED, ERROR), "the time was over", "transcripts/r.jsonl")
    for each in (review, Review(), None):
        record = RigRecord("main", "emulator", True, review=each)
        assert load(dump(record)) == record


def test_a_journal_of_before_there_were_reviews_can_be_read():
    line = '{"kind": "rig", "worker": "main", "rig": "emulator", "opened": true}'
    assert load(line) == RigRecord("main", "emulator", True)


def test_it_is_told_in_a_few_lines():
    one = found(Claim.CLAIMED, ERROR)
    assert told(None) == []
    assert told(Review(4, 4)) == ["review: 4 of 4 forms asked for, 0 contradictions"]
    assert told(Review(4, 9, one, "why"))[0] == (
        "review: 4 of 9 forms asked for, 1 contradiction; why"
    )
    assert told(Review(4, 4, one))[1] == (
        "review: AT+CWX? (claimed) is answered as a name that no command has: ERROR"
    )
    assert told(Review(99, 99, one * 12))[-1] == "review: and 2 more, in the report"
    assert len(told(Review(99, 99, one * 12))) == 12
