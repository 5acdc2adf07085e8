"""The questions to an Exchange, each asked of an answer that meets it and of one that does not."""

import pytest

from conformance.commandline import execute, query, raw, set_
from conformance.dialogue import Until
from conformance.exchange import Outcome
from conformance.grammar import ERROR, FAIL, OK
from conformance.verdict import Reason
from tests.library.made_exchange import BOOT, exchange, refusal

# What was said


def test_an_answer_is_told_in_its_parts():
    answer = exchange(b"AT+GMR\r\r\none\r\nWIFI GOT IP\r\n two \r\n\r\nOK\r\n", execute("GMR"))

    assert answer.echo == b"AT+GMR"
    assert answer.information == (b"one", b" two ")
    assert answer.urcs == (b"WIFI GOT IP",)
    assert answer.final == OK
    assert answer.raw == b"AT+GMR\r\r\none\r\nWIFI GOT IP\r\n two \r\n\r\nOK\r\n"


def test_nothing_said_is_nothing_told():
    answer = exchange(b"")

    assert (answer.echo, answer.information, answer.urcs, answer.final) == (b"", (), (), None)


@pytest.mark.parametrize(
    ("came", "silent"),
    [
        (b"", True),
        (b"AT\r\r\n\r\n", True),
        (b"WIFI GOT IP\r\n", True),
        (b"+IPD,2:hi", True),
        (b"OK\r\n", False),
        (b"text\r\n", False),
        (b"busy p...\r\n", False),
        (b"\xff\x00", False),
        (b"ready\r\n", False),
    ],
)
def test_an_echo_a_urc_or_data_is_no_answer_and_all_else_is(came, silent):
    assert exchange(came).silent is silent


@pytest.mark.parametrize(
    ("came", "legible"),
    [
        (b"", False),
        (b"AT\r\r\n", False),
        (b"\xfe\xff\r\n", False),
        (b"\x00\x80\xf8", False),
        (b"OK\r\n", True),
        (b"\xff\xfe\r\nERROR\r\n", True),
        (b"busy p...\r\n", True),
    ],
)
def test_an_answer_is_legible_if_any_of_it_is_text(came, legible):
    assert exchange(came).legible is legible


@pytest.mark.parametrize(
    ("came", "declined"),
    [
        (b"ERROR\r\n", True),
        (b"why\r\nERROR\r\n", True),
        (b"+CWJAP:3\r\nFAIL\r\n", True),
        (b"no this fun\r\n", True),
        (b"", False),
        (b"AT\r\r\n", False),
        (b"WIFI GOT IP\r\n", False),
        (b"\xfe\xff", False),
        (b"OK\r\n", False),
        (b"why\r\nOK\r\n", False),
        (b"SEND OK\r\n", False),
        (b"ERROR\r\nOK\r\n", False),
        (b"ERROR\r\nERROR\r\n", False),
    ],
)
def test_a_refusal_is_an_answer_that_claims_nothing_and_no_silence(came, declined):
    answer = exchange(came)

    assert answer.declined is declined
    if declined:
        answer.is_not_accepted().is_answered()
    else:
        refusal(answer.is_not_accepted)


@pytest.mark.parametrize(
    ("line", "came", "whole"),
    [
        (query("CWSAP_CUR"), b"+CWSAP_CUR:a,b,1,0,4,0\r\n", True),
        (query("CWSAP"), b"+ CWSAP:a,b,1,0,4,0\r\n", True),
        (query("CWDHCPS_DEF"), b"+CWDHCPs_DEF=3,192.168.4.2,192.168.4.9\r\n", True),
        (execute("CIPSTATUS"), b"STATUS:2\r\n+CIPSTATUS:0,UDP,192.168.4.9,1,2,0\r\n", True),
        (query("CWSAP_CUR"), b"+CWSAP_CUR:a,b,1,0,4,0\r\nERROR\r\n", False),
        (query("CWSAP_CUR"), b"why not\r\n", False),
        (query("CWSAP_CUR"), b"", False),
        (set_("CWSAP_CUR", "a"), b"+CWSAP_CUR:a,b,1,0,4,0\r\n", False),
        (query("CWMODE_CUR"), b"+CWMODE_CUR:1\r\n", False),
        (execute("CIPSTATUS"), b"+CIPSTATUS:0,UDP,192.168.4.9,1,2,0\r\n", False),
    ],
)
def test_an_answer_that_is_printed_without_ok_is_whole_without_it(line, came, whole):
    answer = exchange(came, line)

    assert answer.is_whole_without_ok is whole
    if whole:
        assert answer.succeeds().final == OK
        assert not answer.declined
    else:
        refusal(answer.succeeds)


def test_what_asks_for_data_is_no_refusal():
    assert not exchange(b"\r\n> ", set_("CIPSEND", 5), Until.PROMPT).declined


def test_an_answer_is_ok_or_a_refusal():
    exchange(b"OK\r\n").is_answered()
    refusal(exchange(b"").is_answered)


@pytest.mark.parametrize(
    ("came", "restarted"),
    [
        (b"\r\nOK\r\n", False),
        (b"load 0x40100000, len 816, room 16 \r\n", False),
        (b"is ready\r\nOK\r\n", False),
        (b"ready\r\n", True),
        (BOOT, True),
    ],
)
def test_a_restart_shows_by_boot_text_or_ready(came, restarted):
    assert exchange(came).restarted is restarted


@pytest.mark.parametrize(
    ("came", "until", "before", "unasked"),
    [
        (b"OK\r\n", Until.RESULT, b"", False),
        (b"ready\r\n", Until.RESULT, b"", True),
        (b"OK\r\nready\r\n", Until.RESTART, b"", False),
        (b"OK\r\nready\r\n", Until.RESTART, b"ready\r\n", True),
        (b"OK\r\n", Until.RESULT, BOOT, True),
        (b"OK\r\n", Until.RESULT, b"WIFI GOT IP\r\n", False),
    ],
)
def test_a_restart_is_unasked_unless_this_very_command_asked_for_it(came, until, before, unasked):
    assert exchange(came, until=until, before=before).restarted_unasked is unasked


# How it must end


@pytest.mark.parametrize("code", [OK, ERROR, FAIL])
@pytest.mark.parametrize("text", [b"", b"\r\n", b"AT\r\r\n\r\n", b"a line\r\n"])
def test_an_exchange_ends_with_the_code_it_ended_with_and_no_other(text, code):
    answer = exchange(text + code + b"\r\n")

    assert answer.ends_with(code) is answer
    assert answer.ends_with(b"other", code) is answer
    other = refusal(answer.ends_with, b"other", b"another")
    assert other.expected == "the final result code other or another"
    assert code.decode() in other.actual
    assert other.reason is Reason.DIFFERS


def test_ok_succeeds_and_is_not_refused():
    answer = exchange(b"\r\nOK\r\n")

    assert answer.succeeds() is answer
    assert refusal(answer.is_refused).expected == "the final result code ERROR"


def test_an_error_is_refused_and_does_not_succeed():
    answer = exchange(b"unknown\r\n\r\nERROR\r\n")

    assert answer.is_refused() is answer
    assert refusal(answer.succeeds).actual == "line `unknown`, `ERROR`"


def test_fail_is_no_error():
    assert refusal(exchange(b"FAIL\r\n").is_refused).actual == "`FAIL`"


@pytest.mark.parametrize("came", [b"OK\r\nERROR\r\n", b"ERROR\r\nOK\r\n", b"OK\r\n\r\nOK\r\n"])
def test_two_final_codes_are_neither_the_one_nor_the_other(came):
    answer = exchange(came)

    for code in (OK, ERROR):
        assert refusal(answer.ends_with, code).reason is Reason.DIFFERS
    assert refusal(answer.ends_with, OK, ERROR).actual.count("`") == 4


@pytest.mark.parametrize("came", [b"", b"AT\r\r\n", b"CONNECT\r\n"])
def test_silence_is_said_to_be_silence(came):
    answer = exchange(came, seconds=3)

    for question in (answer.succeeds, answer.is_refused):
        error = refusal(question)
        assert error.reason is Reason.SILENCE
        assert "3.00 s" in error.actual


@pytest.mark.parametrize("came", [b"O", b"text\r\n", b"OK then\r\n", b"ok\r\n", b" OK\r\n"])
def test_what_is_not_exactly_a_code_is_no_end(came):
    answer = exchange(came)

    assert answer.outcome is Outcome.OVERDUE
    assert refusal(answer.succeeds).reason is Reason.DIFFERS


def test_a_flood_ends_with_nothing_even_if_the_code_is_in_it():
    answer = exchange(b"OK\r\n", outcome=Outcome.FLOOD)

    assert refusal(answer.succeeds).reason is Reason.FLOOD


# Like another


@pytest.mark.parametrize("code", [OK, ERROR])
def test_like_an_answer_with_a_code_is_an_answer_with_that_code(code):
    found = exchange(b"x\r\n" + code + b"\r\n")

    assert exchange(code + b"\r\n").is_like(found)
    refusal(exchange(b"FAIL\r\n").is_like, found)
    assert refusal(exchange(b"").is_like, found).reason is Reason.SILENCE


def test_like_an_answer_without_a_code_is_any_legible_answer():
    found = exchange(b"hello\r\n")

    for came in (b"OK\r\n", b"something else\r\n", b"busy p...\r\n"):
        answer = exchange(came)
        assert answer.is_like(found) is answer
    assert refusal(exchange(b"").is_like, found).reason is Reason.SILENCE
    assert refusal(exchange(b"\xff\xfe").is_like, found).expected == "a legible answer"


# Not executed


@pytest.mark.parametrize("came", [b"", b"ERROR\r\n", b"busy p...\r\n", b"unknown\r\nERROR\r\n"])
def test_what_claims_nothing_and_shows_nothing_was_not_executed(came):
    answer = exchange(came, until=Until.SILENCE)

    assert answer.is_not_executed(rb"version") is answer


@pytest.mark.parametrize("came", [b"OK\r\n", b"ERROR\r\nOK\r\n", b"AT version:1\r\nERROR\r\n"])
def test_a_claim_of_success_or_a_sign_of_it_shows_an_execution(came):
    answer = exchange(came, until=Until.SILENCE)

    assert refusal(answer.is_not_executed, rb"version").expected == "no execution of that line"


@pytest.mark.parametrize("came", [b"", b"ERROR\r\n", b"AT version:1\r\nERROR\r\n", b"\xff\r\n"])
def test_without_a_sign_what_claims_no_success_was_not_executed(came):
    answer = exchange(came, until=Until.SILENCE)

    assert answer.is_not_executed() is answer


@pytest.mark.parametrize("came", [b"OK\r\n", b"ERROR\r\nOK\r\n", b"busy p...\r\nOK\r\n"])
def test_without_a_sign_a_claim_of_success_shows_an_execution(came):
    answer = exchange(came, until=Until.SILENCE)

    assert refusal(answer.is_not_executed).expected == "no execution of that line"


# Echo


@pytest.mark.parametrize("came", [b"ATE1\r\r\nOK\r\n", b"ATE1\r\n\r\nOK\r\n", b"ATE1\nOK\r\n"])
def test_a_whole_echo_is_an_echo(came):
    answer = exchange(came, set_("ATE", 1))

    assert answer.is_echoed() is answer
    assert refusal(answer.is_not_echoed).actual == "echo `ATE1`"


def test_an_echo_torn_by_a_urc_is_whole():
    answer = exchange(b"AT+CWMWIFI GOT IP\r\nODE?\r\r\nOK\r\n", raw(b"AT+CWMODE?"))

    assert answer.is_echoed() is answer


def test_no_echo_is_no_echo():
    answer = exchange(b"\r\nOK\r\n")

    assert answer.is_not_echoed() is answer
    error = refusal(answer.is_echoed)
    assert (error.expected, error.actual) == ("the echo `AT`", "no echo; `OK`")


@pytest.mark.parametrize(
    "came", [b"AT+GM\r\r\nOK\r\n", b"at+gmr\r\r\nOK\r\n", b"AT+GMRR\r\r\nOK\r\n"]
)
def test_a_changed_or_partial_echo_is_no_whole_echo(came):
    assert refusal(exchange(came, execute("GMR")).is_echoed).expected == "the echo `AT+GMR`"


# Lines


def test_a_code_alone_says_nothing_else():
    answer = exchange(b"AT\r\r\n\r\nWIFI GOT IP\r\nOK\r\n")

    assert answer.says_nothing_else() is answer


def test_a_line_beside_the_code_says_something_else():
    assert refusal(exchange(b"hello\r\nOK\r\n").says_nothing_else).actual == "line `hello`, `OK`"


def test_a_line_is_required_at_its_place():
    answer = exchange(b"one 1\r\ntwo 2\r\nOK\r\n")

    assert answer.has_line(0, rb"\d", "a digit") is answer
    assert answer.has_line(1, rb"^two", "two") is answer
    assert refusal(answer.has_line, 0, rb"two", "two").expected == "two in line 1 of the answer"
    assert refusal(answer.has_line, 2, rb"", "more").expected == "more in line 3 of the answer"


def test_a_line_is_required_at_some_place_from_one_on():
    answer = exchange(b"one\r\ntwo\r\nthree\r\nOK\r\n")

    assert answer.has_line_from(1, rb"three", "three") is answer
    assert answer.has_line_from(0, rb"one", "one") is answer
    error = refusal(answer.has_line_from, 1, rb"one", "one")
    assert error.expected == "one from line 2 of the answer on"
    refusal(answer.has_line_from, 3, rb"", "anything")


# Restart


@pytest.mark.parametrize("sign", [b"ready\r\n", BOOT])
def test_a_restart_that_shows_is_a_restart(sign):
    answer = exchange(b"OK\r\n" + sign, until=Until.RESTART)

    assert answer.shows_restart() is answer


@pytest.mark.parametrize(("came", "reason"), [(b"OK\r\n", Reason.DIFFERS), (b"", Reason.SILENCE)])
def test_a_restart_that_does_not_show_is_none(came, reason):
    assert refusal(exchange(came, until=Until.RESTART).shows_restart).reason is reason
