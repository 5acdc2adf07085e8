"""Clause 2 and ruling R-05: what a name that is no command gets."""

import pytest

from conformance.commandline import raw

UNKNOWN = [
    b"AT+XYZZY",
    b"AT+XYZZY?",
    b"AT+XYZZY=?",
    b"AT+XYZZY=1",
    b"AT+GM",
    b"AT+GMRX",
    b"AT+RSTX",
    b"AT+",
    b"AT++GMR",
    b"ATGMR",
    b"ATZ",
    b"ATX",
    b"AT+G MR",
    b"AT1",
    b"AT+GMR1",
    b"AT+GMR,1",
    b"AT+GMR;x",
    b"AT+GMR\x00XYZZY",
]


@pytest.mark.purpose("TP/GENERAL/UNKNOWN/BI-01", verifies=["2/-/general/10"])
@pytest.mark.parametrize("line", UNKNOWN, ids=bytes.decode)
def test_a_command_that_does_not_exist_is_refused(session, line):
    """A line with a name that the document does not have ends with ERROR."""
    exchange = session.send(raw(line))

    exchange.is_refused()
