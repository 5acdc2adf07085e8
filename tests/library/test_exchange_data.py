"""An Exchange in which data is asked for: whether it was, and what came of it."""

import pytest

from conformance.commandline import set_
from conformance.dialogue import Until
from conformance.verdict import Reason
from tests.library.made_exchange import exchange, refusal

SEND = set_("CIPSEND", 5)


def sending(came):
    return exchange(came, SEND, Until.PROMPT)


@pytest.mark.parametrize("came", [b"\r\nOK\r\n> ", b"\r\n>", b"> ", b"OK\r\n\r\n>\r\n"])
def test_a_prompt_asks_for_data_with_ok_or_without(came):
    assert sending(came).asks_for_data().prompted


@pytest.mark.parametrize(
    ("came", "reason"),
    [
        (b"", Reason.SILENCE),
        (b"\r\nOK\r\n", Reason.DIFFERS),
        (b"\r\nERROR\r\n", Reason.DIFFERS),
        (b"+CIPSEND:>\r\n\r\nOK\r\n", Reason.DIFFERS),
    ],
)
def test_without_a_prompt_no_data_is_asked_for(came, reason):
    error = refusal(sending(came).asks_for_data)

    assert (error.expected, error.reason) == ("the prompt `>`", reason)


def test_a_prompt_is_told_and_is_no_silence():
    asked = sending(b"\r\n> ")

    assert asked.describe().startswith("prompt `>`")
    assert not asked.silent


def test_a_result_in_place_of_patience_is_told():
    error = refusal(exchange(b"SEND OK\r\n", SEND, Until.SENT).gives_no_result)

    assert (error.expected, error.actual) == ("no final result code yet", "`SEND OK`")
