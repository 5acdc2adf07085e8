"""Clause 2, note 5: commands are written in capital letters (ruling R-02)."""

import pytest

from conformance.commandline import raw

#: What an answer to AT+GMR always shows (ruling R-11).
VERSION = rb"\d\.\d"


@pytest.mark.purpose("TP/GENERAL/CAPITALS/BI-01", verifies=["2/-/general/04"])
@pytest.mark.parametrize("line", [b"at", b"At", b"aT", b"at+GMR"], ids=bytes.decode)
def test_a_prefix_in_small_letters_makes_no_command(session, line):
    """A line whose leading AT has a small letter is neither executed nor answered OK."""
    exchange = session.provoke(raw(line))

    exchange.is_not_executed(VERSION)


@pytest.mark.purpose("TP/GENERAL/CAPITALS/BI-02", verifies=["2/-/general/05"])
@pytest.mark.parametrize("line", [b"AT+gmr", b"AT+Gmr", b"AT+GMr", b"ATe1"], ids=bytes.decode)
def test_a_name_in_small_letters_makes_no_command(session, line):
    """A line whose command name has a small letter is neither executed nor answered OK."""
    exchange = session.provoke(raw(line))

    exchange.is_not_executed(VERSION)
