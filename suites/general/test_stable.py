"""Clause 2 and ruling R-16: an IUT that is only asked ordinary things does not restart."""

import pytest

from conformance.commandline import execute, raw


@pytest.mark.purpose("TP/GENERAL/STABLE/BV-01", verifies=["2/-/general/13"])
@pytest.mark.parametrize(
    "line", [execute("AT"), execute("GMR"), raw(b"AT+XYZZY")], ids=["AT", "GMR", "unknown"]
)
def test_many_ordinary_lines_restart_nothing(session, line):
    """The same line sixty-four times, one by one, restarts nothing."""
    exchanges = session.repeat(line, 64)

    assert not any(exchange.restarted for exchange in exchanges), "no restart in 64 exchanges"
