"""Clause 2, note 5: what closes a command line (ruling R-01).

A line that is not closed owes no answer, so these purposes observe until the IUT falls silent and
then require that nothing of an execution was there. An empty line afterwards closes what is open.
"""

import pytest

from conformance.commandline import execute

#: What an answer to AT+GMR always shows (ruling R-11) and an answer to nonsense never does.
VERSION = rb"\d\.\d"


@pytest.mark.purpose("TP/GENERAL/LINEEND/BV-01", verifies=["2/-/general/01"])
@pytest.mark.parametrize("name", ["AT", "GMR"])
def test_a_line_closed_by_cr_lf_is_executed(session, name):
    """A command in capital letters that is closed by CR LF is answered OK."""
    exchange = session.send(execute(name).ended_by(b"\r\n"))

    exchange.succeeds()


@pytest.mark.purpose("TP/GENERAL/LINEEND/BI-01", verifies=["2/-/general/02"])
@pytest.mark.parametrize("name", ["AT", "GMR"])
def test_a_line_closed_by_lf_alone_is_not_executed(session, name):
    """A command closed by LF without CR is neither executed nor answered OK."""
    session.afterwards(session.close_line)
    exchange = session.provoke(execute(name).ended_by(b"\n"))

    exchange.is_not_executed(VERSION)


@pytest.mark.purpose("TP/GENERAL/LINEEND/BI-02", verifies=["2/-/general/03"])
@pytest.mark.parametrize("name", ["AT", "GMR"])
def test_cr_alone_does_not_close_a_line(session, name):
    """A command that is followed by CR and then by silence is not executed."""
    session.afterwards(session.close_line)
    exchange = session.provoke(execute(name).ended_by(b"\r"))

    exchange.is_not_executed(VERSION)
