"""The review asks what it may, stops when it should, is played back, and can be left out."""

from __future__ import annotations

import re
import shutil

from conformance.catalogue import load_edition
from conformance.review import LEFT_OUT, NOBODY
from conformance.session import Session
from conformance.statement import Pics
from conformance.testbed import NANOSECONDS, Timing
from rigs.review import LIMIT_S, taken
from tests.library.scripted_session import Notes
from tests.rigs.scripted import ERROR, OK, ScriptedPort
from tests.rigs.whole_runs import ALONE, SIX

EDITION = load_edition()
FORMS = 2 * (len(EDITION.commands) - len(LEFT_OUT & EDITION.commands.keys()))


def review(port, pics=None):
    return taken(Session(port, Timing()), port, EDITION, pics or Pics())


def answering(answer):
    """A port that answers every line so."""
    return ScriptedPort(on_write=answer)


def test_only_questions_are_asked_and_all_of_them(port):
    found = review(port)
    assert (found.asked, found.forms, found.note) == (FORMS, FORMS, "")
    assert len(port.wrote) == FORMS + 2
    assert all(re.fullmatch(rb"AT(E|\+[A-Z_0-9]+)?(\?|=\?)\r\n", line) for line in port.wrote)
    for name in LEFT_OUT:
        assert not any(name.encode() in line for line in port.wrote)


def test_a_claim_is_contradicted_both_ways():
    def answer(data):
        return OK if b"CWMODE_CUR" in data or b"AT+GMR" in data else ERROR

    claimed = review(answering(answer))
    lines = {each.line: each.claim for each in claimed.contradictions}
    assert lines["AT+GMR?"] == lines["AT+GMR=?"] == "not in the document"
    assert lines["AT+CWMODE_DEF?"] == "claimed"
    assert "AT+CWMODE_CUR?" not in lines
    pics = Pics(not_claimed=frozenset({("CWMODE_CUR", "query"), ("CWMODE_DEF", "query")}))
    lines = {each.line: each.claim for each in review(answering(answer), pics).contradictions}
    assert lines["AT+CWMODE_CUR?"] == "not claimed"
    assert "AT+CWMODE_DEF?" not in lines


def test_what_the_owner_has_saved_comes_into_no_transcript():
    saved = b'+CWSAP_CUR:"my net","secret12",1,3,4,0\r\n\r\nOK\r\n'
    notes = Notes()
    port = answering(lambda data: saved if b"CWSAP_CUR?" in data else ERROR)
    taken(Session(port, Timing(), notes), port, EDITION, Pics())
    heard = b"".join(data for direction, data, _ in notes.traffic if direction == "<")

    assert b"+CWSAP_CUR:" in heard
    assert b"secret" not in heard


def test_who_says_ok_to_everything_tells_nothing():
    found = review(answering(lambda data: OK))
    assert found.contradictions == ()
    assert "even a name that no command has" in found.note


def test_who_is_silent_is_not_asked_for_long():
    port = answering(lambda data: b"")
    found = review(port)
    assert found.contradictions == ()
    assert found.note
    assert len(port.wrote) <= 3


def test_an_iut_that_falls_silent_is_asked_no_more():
    port = answering(lambda data: ERROR if len(port.wrote) < 10 else b"")
    found = review(port)
    assert "questions in a row got no answer" in found.note
    assert found.asked < 13


def test_a_question_that_restarts_the_iut_is_the_last():
    def answer(data):
        return b"\r\nready\r\n" if b"CWSAP_CUR?" in data else ERROR

    found = review(answering(answer))
    assert found.note == "AT+CWSAP_CUR? made the IUT restart"
    assert found.asked < FORMS


def test_it_is_bounded_in_time():
    port = ScriptedPort(on_write=lambda data: None if b"?" not in data else ERROR)
    began = port.now()

    def slow(data):
        port.time += NANOSECONDS // 2
        return ERROR

    port.on_write = slow
    found = review(port)
    assert "time for it was over" in found.note
    assert port.now() - began <= (LIMIT_S + 2) * NANOSECONDS


def test_an_emulator_is_as_before(runs):
    run = runs.run(SIX, ALONE)
    found = run.results["rigs"][0]["review"]
    assert (found["asked"], found["forms"], found["note"]) == (FORMS, FORMS, "")
    assert any(line.startswith(f"review: {FORMS} of {FORMS} forms asked") for line in run.lines)
    transcript = run.folder.joinpath(found["transcript"]).read_text()
    assert NOBODY in transcript
    assert set(run.verdicts.values()) == {"pass"}


def test_what_the_maker_does_not_claim_and_the_iut_has_is_on_page_one(runs, tmp_path):
    pics = tmp_path / "pics.toml"
    pics.write_text("[claims.CWMODE_CUR]\nquery = false\n")
    run = runs.run(SIX, ALONE, f"--pics={pics}")
    (mine,) = [
        each
        for each in run.results["rigs"][0]["review"]["contradictions"]
        if each["command"] == "CWMODE_CUR" and each["form"] == "query"
    ]
    assert mine["claim"] == "not claimed"
    page = run.folder.joinpath("index.html").read_text()
    assert "AT+CWMODE_CUR?" in page[: page.index("<main>")]
    assert "Review of the claims" in page[: page.index("<main>")]


def test_it_is_played_back_with_the_claims_of_now(runs, tmp_path):
    run = runs.run(SIX, ALONE)
    again = runs.run(SIX, f"--rig=replay:{run.folder}")
    first, second = (each.results["rigs"][0]["review"] for each in (run, again))
    assert {**first, "transcript": ""} == {**second, "transcript": ""}
    pics = tmp_path / "pics.toml"
    pics.write_text("[claims.CWMODE_CUR]\nquery = false\n")
    third = runs.run(SIX, f"--rig=replay:{run.folder}", f"--pics={pics}")
    claims = [each["claim"] for each in third.results["rigs"][0]["review"]["contradictions"]]
    assert "not claimed" in claims
    assert third.exit_code == 0


def test_it_can_be_left_out_and_a_run_without_it_can_be_played_back(runs):
    run = runs.run(SIX, ALONE, "--no-review")
    assert run.results["rigs"][0]["review"] is None
    assert not any(line.startswith("review:") for line in run.lines)
    again = runs.run(SIX, f"--rig=replay:{run.folder}")
    assert again.exit_code == 0
    assert again.results["rigs"][0]["review"] is None


def test_a_stored_review_of_other_questions_is_told_and_stops_nothing(runs, tmp_path):
    run = runs.run(SIX, ALONE)
    copy = tmp_path / "copy"
    shutil.copytree(run.folder, copy)
    path = copy / run.results["rigs"][0]["review"]["transcript"]
    entries = path.read_text().splitlines()
    path.write_text("\n".join(entries[:20]) + "\n")
    again = runs.run(SIX, f"--rig=replay:{copy}")
    assert again.exit_code == 0
    assert "the stored run" in again.results["rigs"][0]["review"]["note"]
