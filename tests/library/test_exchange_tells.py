"""An Exchange tells a value: one whole line of the answer, or a reason why there is none."""

import pytest

from conformance.commandline import query, raw
from conformance.dialogue import Until
from conformance.exchange import Outcome
from conformance.verdict import Reason
from tests.library.made_exchange import exchange, refusal


def test_a_line_that_tells_gives_its_groups():
    answer = exchange(b"+SLEEP:2\r\n\r\nOK\r\n")

    assert answer.tells(rb"\+SLEEP:(\d)", "a line +SLEEP:<sleep mode>")[1] == b"2"


def test_among_others_the_line_that_tells_is_taken():
    assert exchange(b"hello\r\n+X:1\r\n+Y:2\r\nOK\r\n").tells(rb"\+X:(\d)", "x")[1] == b"1"


@pytest.mark.parametrize(
    "came",
    [b"+X:12\r\nOK\r\n", b" +X:1\r\nOK\r\n", b"+X:1 \r\nOK\r\n", b"+X:\r\n1\r\nOK\r\n", b"OK\r\n"],
)
def test_a_line_tells_as_a_whole_or_not_at_all(came):
    error = refusal(exchange(came).tells, rb"\+X:(\d)", "a line +X:<digit>")

    assert (error.expected, error.reason) == ("a line +X:<digit>", Reason.DIFFERS)


@pytest.mark.parametrize("came", [b"+X:1", b"AT+X:1\r\r\n", b"WIFI GOT IP\r\n", b"\r\n", b""])
def test_what_is_no_information_response_tells_nothing(came):
    refusal(exchange(came, raw(b"AT+X:1")).tells, rb"\+X:1|AT\+X:1|WIFI.*|", "x")


@pytest.mark.parametrize(
    ("came", "outcome", "reason"),
    [
        (b"AT\r\r\n", None, Reason.SILENCE),
        (b"+Y\r\n", None, Reason.DIFFERS),
        (b"+Y\r\n", Outcome.FLOOD, Reason.FLOOD),
    ],
)
def test_why_nothing_is_told_is_said(came, outcome, reason):
    assert refusal(exchange(came, outcome=outcome).tells, rb"\+X", "x").reason is reason


OTHERS = b"[diag] tick 7\r\n%b\r\nmode : sta\r\n\r\nOK\r\n"


@pytest.mark.parametrize(
    "line",
    [b"+CWMODE:1", b"+ CWMODE : 1", b"+CWMODE_CUR:1", b"+CWMODE_DEF=1", b"+cwmode_cur:1"],
)
def test_the_lines_under_the_name_are_its_own(line):
    assert exchange(OTHERS % line, query("CWMODE_CUR")).own_lines == (line,)


@pytest.mark.parametrize("line", [b"1", b"+CWMODES:1", b"+CWDHCP:1", b"CWMODE:1"])
def test_where_no_line_stands_under_the_name_all_may_be_its_own(line):
    answer = exchange(OTHERS % line, query("CWMODE_CUR"))
    assert answer.own_lines == answer.information


@pytest.mark.parametrize(
    ("came", "told"),
    [
        (b"[tick 1]\r\nAT+GMR\r\nAT version:1.3\r\n\r\nOK\r\n", (b"AT version:1.3",)),
        (b"[tick 1]\r\nAT+GMR\r\nOK\r\n", ()),
        (b"[tick 1]\r\nOK\r\n", (b"[tick 1]",)),
        (b"AT version:1.3\r\nOK\r\nAT+GMR\r\n", (b"AT version:1.3",)),
    ],
)
def test_what_is_told_before_the_echo_answers_nothing(came, told):
    answer = exchange(came, raw(b"AT+GMR"), until=Until.SILENCE)
    assert answer.information == told


@pytest.mark.parametrize("second", [b"+X:1", b"+X:2"], ids=["same", "other"])
def test_a_line_that_comes_twice_is_told_wrongly(second):
    answer = exchange(b"+X:1\r\n" + second + b"\r\nOK\r\n")

    assert refusal(answer.tells, rb"\+X:\d", "a line +X:<n>").expected == "a line +X:<n>, once"
