"""Clause 2, note 5: what closes a command line (ruling R-01).

A line that is not closed owes no answer, so these purposes observe until the IUT falls silent and
then require that nothing of an execution was there. An empty line afterwards closes what is open.
"""

import pytest

from conformance.commandline import execute

#: What an answer to AT+GMR always shows (ruling R-11) and an answer to nonsense never does.
VERSION = rb"\d\.\d"


@pytest.mark.purpose("TP/GENERAL/LINEEND/BI-01", verifies=["2/-/general/02"])
@pytest.mark.parametrize("name", ["AT", "GMR"])
def test_a_line_closed_by_lf_alone_is_not_executed(session, name):
    """A command closed by LF without CR is neither executed nor answered OK."""
    session.afterwards(session.close_line)
    exchange = session.provoke(execute(name).ended_by(b"\n"))

    exchange.is_not_executed(VERSION)


@pytest.mark.purpose("TP/GENERAL/LINEEND/BI-02", verifies=["2/-/general/03"])
@pytest.mark.parametrize(
    "end",
    [b"\r", b"\x00", b"", b"/r/n", b"\\r\\n"],
    ids=["CR", "NUL", "nothing", "as-printed", "as-in-C"],
)
@pytest.mark.parametrize("name", ["AT", "GMR"])
def test_nothing_but_cr_lf_closes_a_line(session, name, end):
    """A command that is followed by something else than CR LF, then silence, is not executed."""
    session.afterwards(session.close_line)
    exchange = session.provoke(execute(name).ended_by(end))

    exchange.is_not_executed(VERSION)
