"""Who is blamed: the stimulus under test fails its requirement, everything else is an obstacle."""

from __future__ import annotations

import dataclasses

import pytest

from conformance.blame import attributed, is_under_test, obstacle
from conformance.catalogue import load_edition
from conformance.commandline import execute, query, raw, set_
from conformance.verdict import Inconclusive, Lacking, NonConformity, Reason, Unclaimed
from tests.library.made_exchange import exchange, refusal
from tests.library.scripted_session import AT, BOOT, GMR, session

EDITION = load_edition()
SET = "4.1.31/CIPAP_DEF/set/03"


def tried(*names):
    return EDITION.named(names)


READY, OK, ERROR = b"\r\nready\r\n", b"\r\nOK\r\n", b"\r\nERROR\r\n"


@pytest.mark.parametrize(
    ("line", "requirement", "expected"),
    [
        (set_("CIPAP_DEF", "192.168.5.1"), SET, True),
        (query("CIPAP_DEF"), SET, False),
        (set_("CIPAP_CUR", "192.168.5.1"), SET, False),
        (set_("CWMODE_CUR", 2), SET, False),
        (query("CIPAP_DEF"), "4.1.31/CIPAP_DEF/query/01", True),
        (raw(b"some data"), SET, True),
        (execute("CIPCLOSE"), "5.2.10/CIPCLOSE/set/08", True),
        (query("CIPCLOSE"), "5.2.10/CIPCLOSE/set/08", False),
        (set_("CIPAP_DEF", "192.168.5.1"), "6/CIPAP_DEF/general/01", True),
        (query("CIPAP_DEF"), "6/CIPAP_DEF/general/01", False),
        (execute("AT"), "2/-/general/11", True),
        (query("CWDHCP_CUR"), "1.2/-/urc/02", False),
    ],
)
def test_the_stimulus_under_test_is_the_requirement_s_own_command_and_form(
    line, requirement, expected
):
    assert is_under_test(line, tried(requirement)) is expected


def test_one_of_several_requirements_is_enough():
    assert is_under_test(query("CWMODE"), tried("4.1.1/CWMODE/set/02", "4.1.1/CWMODE/query/01"))


WRONG_QUERY = exchange(b'\r\n+CIPAP:"192.168.4.1"\r\n\r\nOK\r\n', query("CIPAP_DEF"))


def test_a_wrong_answer_to_another_form_is_in_the_way_and_shows_what_it_was():
    met = refusal(WRONG_QUERY.tells, rb"\+CIPAP_DEF:.*", "a line +CIPAP_DEF:<IP>")
    error = attributed(met, tried(SET), in_body=True)
    assert isinstance(error, Inconclusive)
    assert error.reason is Reason.IN_THE_WAY
    assert str(error).startswith("AT+CIPAP_DEF was in the way: expected a line +CIPAP_DEF:<IP>")
    told = obstacle(error.met, "preamble")
    assert (told.command, told.form, told.phase) == ("CIPAP_DEF", "query", "preamble")
    assert told.actual == met.actual


@pytest.mark.parametrize("number", ["01", "07"], ids=lambda number: f"query/{number}")
def test_a_question_is_under_test_only_for_who_verifies_how_it_is_answered(number):
    """Whatever the number of that requirement is."""
    asked = dataclasses.replace(WRONG_QUERY, is_question=True)
    met = refusal(asked.tells, rb"\+CIPAP_DEF:.*", "a line +CIPAP_DEF:<IP>")
    (usual,) = tried("4.1.31/CIPAP_DEF/query/01")
    response = dataclasses.replace(usual, id=f"4.1.31/CIPAP_DEF/query/{number}")
    assert attributed(met, [response], in_body=True) is met
    told = attributed(met, [dataclasses.replace(response, response=False)], in_body=True)
    assert isinstance(told, Inconclusive)
    assert told.met is met


UNCLAIMED = frozenset({("CIPAP_DEF", "query")})


def test_what_the_pics_does_not_claim_is_nobodys_fault():
    met = refusal(WRONG_QUERY.tells, rb"\+CIPAP_DEF:.*", "a line +CIPAP_DEF:<IP>")
    for error in (met, Inconclusive("the preamble was refused", met=met)):
        told = attributed(error, tried("2/-/general/06"), in_body=True, not_claimed=UNCLAIMED)
        assert isinstance(told, Unclaimed)
        assert str(told).startswith("the PICS does not claim AT+CIPAP_DEF (query), which")
        assert told.met is None


def test_a_restart_by_what_is_not_claimed_is_met_all_the_same():
    met = NonConformity("none", "one", Reason.UNASKED_RESTART, query("CIPAP_DEF"))
    error = attributed(met, tried(SET), in_body=True, not_claimed=UNCLAIMED)
    assert error.met is met


def test_an_obstacle_of_a_claimed_command_stays_one():
    error = Inconclusive("the preamble was refused", met=NonConformity("OK", "ERROR", about=AT))
    assert attributed(error, tried(SET), in_body=False, not_claimed=UNCLAIMED) is error


def test_the_same_answer_fails_the_query():
    met = refusal(WRONG_QUERY.tells, rb"\+CIPAP_DEF:.*", "a line +CIPAP_DEF:<IP>")
    assert attributed(met, tried("4.1.31/CIPAP_DEF/query/01"), in_body=True) is met


@pytest.mark.parametrize(("line", "name"), [(AT, "AT"), (set_("ATE", 0), "ATE"), (GMR, "AT+GMR")])
def test_what_was_in_the_way_is_named_as_it_is_written(line, name):
    met = refusal(exchange(ERROR, line).succeeds)
    assert str(attributed(met, tried(SET), in_body=True)).startswith(f"{name} was in the way: ")
    assert obstacle(met, "preamble").sentence.startswith(f"{name} ({line.form}): ")


def test_what_a_fixture_meets_is_never_under_test():
    met = refusal(exchange(ERROR, set_("CIPAP_DEF", "x")).succeeds)
    assert isinstance(attributed(met, tried(SET), in_body=False), Inconclusive)


def test_what_the_purpose_itself_required_is_its_own_whatever_was_asked_for_it():
    met = NonConformity("192.168.5.1", "192.168.4.1")
    assert attributed(met, tried(SET), in_body=True) is met


def test_an_answer_that_decides_is_blamed_on_the_requirement_under_test():
    met = refusal(exchange(ERROR, set_("CWSAP_CUR", "x")).decides().succeeds)
    assert attributed(met, tried("4.1.1/CWMODE/set/06"), in_body=True) is met


def test_no_other_error_is_touched():
    error = LookupError("ours")
    assert attributed(error, tried(SET), in_body=False) is error


# Restarts that nobody asked for


def test_a_restart_before_anything_was_said_is_the_purpose_s_before_and_fails_nothing():
    at, port = session([OK])
    port.comes(READY)
    assert at.send(AT).final == b"OK"
    assert at.late_restart is at.last
    assert "a restart from before this purpose" in "\n".join(at.trace())


def test_a_restart_between_two_lines_is_blamed_on_the_first():
    at, port = session([OK], [OK])
    at.send(GMR)
    port.comes(READY)
    with pytest.raises(NonConformity) as caught:
        at.send(AT)
    assert caught.value.reason is Reason.UNASKED_RESTART
    assert caught.value.about == GMR


def test_a_restart_in_an_answer_is_blamed_on_its_line():
    at, _ = session([OK], [BOOT])
    at.send(AT)
    with pytest.raises(NonConformity) as caught:
        at.send(GMR)
    assert caught.value.about == GMR


# A restart that was asked for


def test_a_restart_that_does_not_come_is_in_the_way_of_what_stands_on_it():
    at, _ = session([OK])
    with pytest.raises(Inconclusive) as caught:
        at.restart()
    assert caught.value.reason is Reason.IN_THE_WAY
    told = obstacle(caught.value.met, "preamble")
    assert (told.command, told.form) == ("RST", "execute")


def test_a_restart_that_comes_is_given():
    at, _ = session([OK + BOOT])
    assert at.restart().restarted


# What is refused


@pytest.mark.parametrize("answer", [OK, b""], ids=["OK", "silence"])
def test_what_is_not_refused_decides_nothing_of_what_a_refusal_changes(answer):
    at, _ = session([answer] if answer else [])
    line = set_("CWMODE", 4)
    with pytest.raises(Inconclusive) as caught:
        at.refuse(at.send(line))
    assert caught.value.reason is Reason.NOT_REFUSED
    assert obstacle(caught.value.met, "preamble").command == "CWMODE"


def test_what_is_not_refused_speaks_against_the_rule_that_the_purpose_names():
    at, _ = session([OK])
    with pytest.raises(Inconclusive) as caught:
        at.refuse(at.send(set_("CWMODE", 4)), "set/03")
    met = caught.value.met
    assert obstacle(met, "preamble", EDITION).requirements == ("4.1.1/CWMODE/set/03",)
    met.rule = "set/99"
    with pytest.raises(LookupError, match=r"4\.1\.1/CWMODE/set/99, which is no requirement"):
        obstacle(met, "preamble", EDITION)


def test_what_is_refused_is_refused():
    at, _ = session([ERROR])
    at.refuse(at.send(set_("CWMODE", 4)))


# A preamble


def test_a_preamble_that_is_refused_is_an_obstacle_of_its_own_command():
    at, _ = session([ERROR])
    with pytest.raises(Inconclusive) as caught:
        at.prepare(set_("CWMODE_CUR", 2))
    assert obstacle(caught.value.met, "preamble").command == "CWMODE_CUR"


def test_a_join_that_fails_is_none():
    at, _ = session([b"\r\n+CWJAP:3\r\n\r\nFAIL\r\n"])
    with pytest.raises(Inconclusive) as caught:
        at.prepare(set_("CWJAP_CUR", "nowhere", "0123456789"))
    assert caught.value.met is None


# The sign of life


def test_an_iut_responds_if_it_answers_as_when_it_was_found():
    at, _ = session([ERROR])
    at._found = exchange(ERROR)
    at.responds()


def test_an_iut_that_answers_otherwise_does_not_respond_and_that_decides():
    at, _ = session([ERROR])
    with pytest.raises(NonConformity) as caught:
        at.responds()
    assert caught.value.about is None


# What the owner had saved


def unreadable():
    raise Inconclusive("it tells nothing")


def test_what_the_owner_had_saved_is_what_was_read_first():
    at, _ = session()
    assert at.owners("CWMODE_DEF", lambda: 2) == 2
    assert at.owners("CWMODE_DEF", lambda: 3) == 2


def test_what_cannot_be_read_any_more_is_known_from_before():
    at, _ = session()
    at.owners("CWSAP_DEF", lambda: b"mine")
    assert at.owners("CWSAP_DEF", unreadable) == b"mine"


def test_what_could_never_be_read_stands_in_the_way():
    at, _ = session()
    with pytest.raises(Inconclusive):
        at.owners("CWSAP_DEF", unreadable)


def test_what_could_never_be_read_is_had_in_another_way_once():
    at, _ = session()
    ways = iter([b"mine"])
    assert at.owners("CWSAP_DEF", unreadable, lambda: next(ways)) == b"mine"
    assert at.owners("CWSAP_DEF", unreadable, lambda: next(ways)) == b"mine"


@pytest.mark.parametrize("error", [Unclaimed("no such command"), Lacking("no such thing")])
def test_what_is_not_there_is_had_in_no_other_way(error):
    at, _ = session()

    def read():
        raise error

    with pytest.raises(type(error)):
        at.owners("CWSAP_DEF", read, lambda: b"mine")


def test_what_was_told_wrongly_is_not_forgiven_by_that():
    at, _ = session([b"+CWMODE_DEF:7\r\n\r\nOK\r\n"])
    assert at.owners("CWMODE_DEF", lambda: wrongly(at), lambda: 2) == 2
    (met,) = at.passed_over
    assert (met.about.name, met.expected) == ("CWMODE_DEF", "a mode")
    assert "not told: expected a mode" in "\n".join(at.trace())


def wrongly(at):
    return at.ask(query("CWMODE_DEF")).tells(rb"\+CWMODE_DEF:[123]", "a mode")


def test_a_restart_that_is_found_by_who_judges_nothing_is_from_before_too():
    at, port = session([OK], [OK])
    port.comes(READY)
    at.observe(AT)
    assert at.late_restart is at.last
    at.send(AT)
