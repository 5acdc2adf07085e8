"""Clause 5.2.12: AT+CIPMUX, and what keeps it from changing the mode (rulings R-87 and R-98)."""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import execute, set_
from suites.inuse import again
from suites.tcpip.net import be_access_point, open_udp
from suites.tcpip.setting import after_restart, leave_settings, require, says_builded

MODES = load_edition().commands["CIPMUX"].parameters[0].values

#: A link that is opened in either mode: the mode, and the ID that it has there.
LINKS = [pytest.param(0, (), id="single"), pytest.param(1, (0,), id="multiple")]


@pytest.fixture
def iut(session):
    """An IUT without links and server, left as it was found."""
    leave_settings(session)
    return session


@pytest.fixture
def linked(session, mode, link):
    """An IUT with an open UDP link in `mode`."""
    open_udp(be_access_point(session, mode), *link)
    return session


def cipmux(code, number):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(f"TP/TCPIP/CIPMUX/{code}", verifies=[f"5.2.12/CIPMUX/set/{number}"])


@cipmux("BI-04", "06")
def test_the_passthrough_mode_forbids_multiple_connections(iut, refused):
    """With AT+CIPMODE=1, AT+CIPMUX=1 is refused and the query still tells 0."""
    iut.prepare(set_("CIPMUX", 0), set_("CIPMODE", 1))

    refused(iut.send(set_("CIPMUX", 1)))
    require(iut, "CIPMUX", 0)


@cipmux("BV-04", "06")
def test_the_normal_mode_allows_multiple_connections_again(iut):
    """When AT+CIPMODE is 0 again, AT+CIPMUX=1 is answered OK and holds."""
    iut.prepare(set_("CIPMUX", 0), set_("CIPMODE", 1), set_("CIPMODE", 0))

    iut.send(set_("CIPMUX", 1)).succeeds()
    require(iut, "CIPMUX", 1)


@cipmux("BI-05", "07")
@pytest.mark.parametrize(("mode", "link"), LINKS)
def test_a_link_keeps_the_mode(linked, mode, link):
    """While a UDP link is open, AT+CIPMUX claims no change, and the query tells none."""
    exchange = linked.send(set_("CIPMUX", 1 - mode))

    exchange.is_not_executed()
    require(linked, "CIPMUX", mode)


@cipmux("BI-06", "08")
@pytest.mark.parametrize(("mode", "link"), LINKS)
def test_a_link_is_what_the_answer_names(linked, mode, link):
    """While a UDP link is open, the answer to AT+CIPMUX has the words Link is builded."""
    exchange = linked.send(set_("CIPMUX", 1 - mode))

    exchange.is_not_executed()
    assert says_builded(exchange), "a line Link is builded, in any letter case, and no OK"


@cipmux("BV-05", "09")
@pytest.mark.parametrize(("mode", "link"), LINKS)
def test_without_its_link_the_mode_changes(linked, mode, link):
    """When the link is closed, AT+CIPMUX is answered OK and the query tells the new mode."""
    linked.prepare(set_("CIPCLOSE", *link) if link else execute("CIPCLOSE"))

    linked.send(set_("CIPMUX", 1 - mode)).succeeds()
    require(linked, "CIPMUX", 1 - mode)


@cipmux("BI-07", "10")
@pytest.mark.parametrize("port", [(), (1001,)], ids=["default-port", "1001"])
def test_a_server_forbids_single_connections(iut, port, refused):
    """While a server is there, AT+CIPMUX=0 is refused and the query still tells 1."""
    iut.prepare(set_("CIPMUX", 1), set_("CIPSERVER", 1, *port))

    refused(iut.send(set_("CIPMUX", 0)))
    require(iut, "CIPMUX", 1)


@cipmux("BV-06", "11")
def test_without_its_server_single_connections_are_allowed(iut):
    """When the server is deleted, AT+CIPMUX=0 is answered OK and the query tells 0."""
    iut.prepare(set_("CIPMUX", 1), set_("CIPSERVER", 1, 1001), set_("CIPSERVER", 0))

    iut.send(set_("CIPMUX", 0)).succeeds()
    require(iut, "CIPMUX", 0)


@cipmux("BV-07", "12")
def test_a_restart_gives_back_one_mode(iut):
    """Whether AT+CIPMUX was 0 or 1, after a restart the query tells the same mode."""
    told = {mode: after_restart(iut, "CIPMUX", mode) for mode in MODES}

    assert len(set(told.values())) == 1, "one mode after a restart, whatever was set before"


# The same of an IUT in use

globals().update(
    again(
        test_without_its_server_single_connections_are_allowed,
        test_without_its_link_the_mode_changes,
        test_a_link_keeps_the_mode,
        test_a_link_is_what_the_answer_names,
        test_a_server_forbids_single_connections,
        test_the_passthrough_mode_forbids_multiple_connections,
    )
)
