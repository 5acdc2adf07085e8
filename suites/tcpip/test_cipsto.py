"""Clause 5.2.16: AT+CIPSTO, with a server as in the example (ruling R-93)."""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import set_
from suites.tcpip.setting import told

TIME = load_edition().commands["CIPSTO"].parameters[0]

#: The lines that start a server.
SERVING = set_("CIPMUX", 1), set_("CIPSERVER", 1, 1001)


@pytest.mark.purpose("TP/TCPIP/CIPSTO/BV-04", verifies=["5.2.16/CIPSTO/query/01"])
def test_the_query_tells_a_time_that_the_range_allows(session):
    """After a restart, before anything was set, AT+CIPSTO? tells a time from 0 to 7200."""
    session.restart()

    time = told(session, "CIPSTO")
    assert TIME.allows(time), f"a time from {TIME.minimum} to {TIME.maximum}"


@pytest.mark.purpose("TP/TCPIP/CIPSTO/BV-05", verifies=["5.2.16/CIPSTO/set/06"])
def test_a_restart_gives_back_one_time(session):
    """Whatever AT+CIPSTO set, after a restart the query tells the same time."""
    told_then = set()
    session.afterwards(session.restart)
    for time in (0, 10, 7200):
        session.prepare(*SERVING, set_("CIPSTO", time))
        session.restart()
        told_then.add(told(session, "CIPSTO"))

    assert len(told_then) == 1, "one time after a restart, whatever was set before"
