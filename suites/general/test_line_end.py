"""Clause 2, note 5: what closes a command line (ruling R-01).

That something is not executed is shown by what follows, never by waiting: the line that is not
closed is followed by one that no IUT knows, and what executes the first shows itself by its answer.
"""

import pytest

from conformance.commandline import execute, raw

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
    """A command followed by CR and an unknown name, all before one CR LF, is not executed."""
    exchange = session.provoke(raw(execute(name).text + b"\rXYZZY"))

    exchange.is_not_executed(VERSION)


@pytest.mark.purpose("TP/GENERAL/LINEEND/BI-03", verifies=["2/-/general/03"])
@pytest.mark.parametrize("name", ["AT", "GMR"])
def test_a_line_is_not_executed_before_its_end(session, name):
    """A command that is followed by CR and then by silence is not executed."""
    session.afterwards(session.close_line)
    exchange = session.provoke(execute(name).ended_by(b"\r"))

    exchange.is_not_executed(VERSION)
