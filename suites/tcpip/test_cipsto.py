"""Clause 5.2.16: AT+CIPSTO, with a server as in the example (ruling R-93).

Whether a silent client is disconnected, only a client could tell.
"""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import query, set_
from suites.malformed import outside, with_one, wrong_shapes
from suites.tcpip.setting import pattern, require, told

CIPSTO = load_edition().commands["CIPSTO"]
TIME = CIPSTO.parameters[0]


@pytest.fixture
def server(session):
    """An IUT with a server, restarted afterwards."""
    session.afterwards(session.restart)
    session.prepare(*serving())
    return session


def serving():
    """The lines that start a server."""
    return set_("CIPMUX", 1), set_("CIPSERVER", 1, 1001)


def cipsto(code, number):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(f"TP/TCPIP/CIPSTO/{code}", verifies=[f"5.2.16/CIPSTO/set/{number}"])


@pytest.mark.purpose("TP/TCPIP/CIPSTO/BV-01", verifies=["5.2.16/CIPSTO/query/01"])
def test_the_query_tells_a_time(server):
    """AT+CIPSTO? tells a time in its form and ends with OK."""
    exchange = server.send(query("CIPSTO"))

    exchange.succeeds().tells(pattern("CIPSTO"), "a line +CIPSTO:<time>")


@pytest.mark.purpose("TP/TCPIP/CIPSTO/BV-02", verifies=["5.2.16/CIPSTO/query/01"])
def test_the_query_tells_a_time_that_the_range_allows(session):
    """After a restart, before anything was set, AT+CIPSTO? tells a time from 0 to 7200."""
    session.restart()

    time = told(session, "CIPSTO")
    assert TIME.allows(time), f"a time from {TIME.minimum} to {TIME.maximum}"


@cipsto("BV-03", "01")
@pytest.mark.parametrize("time", [0, 1, 10, 180, 255, 256, 3600, 7199, 7200])
def test_a_documented_time_is_answered_ok(server, time):
    """AT+CIPSTO with a time from 0 to 7200 is answered OK."""
    server.send(set_("CIPSTO", time)).succeeds()


@cipsto("BV-04", "02")
@pytest.mark.parametrize(
    "times",
    [(0,), (1,), (10,), (256,), (7200,), (10, 0), (0, 7200), (10, 10)],
    ids=lambda t: "-".join(map(str, t)),
)
def test_the_query_tells_what_was_set(server, times):
    """AT+CIPSTO? tells the time that was set last, and again when it is asked again."""
    server.prepare(*(set_("CIPSTO", time) for time in times))

    require(server, "CIPSTO", times[-1])
    require(server, "CIPSTO", times[-1])


@cipsto("BI-01", "03")
@pytest.mark.parametrize("value", list(outside(TIME)))
def test_another_time_is_refused(server, value):
    """AT+CIPSTO with a time outside 0 to 7200 is refused."""
    server.send(with_one(CIPSTO, 0, value)).is_refused()


@cipsto("BI-02", "04")
@pytest.mark.parametrize(
    "line", [pytest.param(line, id=name) for name, line in wrong_shapes(CIPSTO)]
)
def test_a_wrong_shape_is_refused(server, line):
    """AT+CIPSTO with nothing, too much or no number after the equals sign is refused."""
    server.send(line).is_refused()


@cipsto("BI-03", "05")
@pytest.mark.parametrize("before", [0, 10])
@pytest.mark.parametrize("value", [-1, 7201])
def test_what_is_refused_changes_nothing(server, before, value):
    """After an AT+CIPSTO that is refused, the query tells the time from before."""
    server.prepare(set_("CIPSTO", before))
    server.send(set_("CIPSTO", value))

    require(server, "CIPSTO", before)


@cipsto("BV-05", "06")
def test_a_restart_gives_back_one_time(session):
    """Whatever AT+CIPSTO set, after a restart the query tells the same time."""
    told_then = set()
    session.afterwards(session.restart)
    for time in (0, 10, 7200):
        session.prepare(*serving(), set_("CIPSTO", time))
        session.restart()
        told_then.add(told(session, "CIPSTO"))

    assert len(told_then) == 1, "one time after a restart, whatever was set before"
