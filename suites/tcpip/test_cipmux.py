"""Clause 5.2.12: AT+CIPMUX, and what keeps it from changing the mode (rulings R-87 and R-98)."""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import execute, query, set_
from suites.malformed import outside, with_one, wrong_shapes
from suites.tcpip.net import be_access_point, open_udp
from suites.tcpip.setting import after_restart, pattern, require, says_builded

CIPMUX = load_edition().commands["CIPMUX"]
MODES = CIPMUX.parameters[0].values

#: A link that is opened in either mode: the mode, and the ID that it has there.
LINKS = [pytest.param(0, (), id="single"), pytest.param(1, (0,), id="multiple")]


@pytest.fixture
def iut(session):
    """An IUT without links and server, restarted afterwards."""
    session.afterwards(session.restart)
    return session


@pytest.fixture
def linked(session, mode, link):
    """An IUT with an open UDP link in `mode`."""
    open_udp(be_access_point(session, mode), *link)
    return session


def cipmux(code, number):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(f"TP/TCPIP/CIPMUX/{code}", verifies=[f"5.2.12/CIPMUX/set/{number}"])


@pytest.mark.purpose("TP/TCPIP/CIPMUX/BV-01", verifies=["5.2.12/CIPMUX/query/01"])
@pytest.mark.parametrize("mode", MODES)
def test_the_query_tells_a_mode(iut, mode):
    """AT+CIPMUX? tells a mode in its form and ends with OK."""
    iut.prepare(set_("CIPMUX", mode))

    exchange = iut.send(query("CIPMUX"))
    exchange.succeeds().tells(pattern("CIPMUX"), "a line +CIPMUX:<mode>")


@cipmux("BV-02", "01")
@pytest.mark.parametrize("before", MODES)
@pytest.mark.parametrize("mode", MODES)
def test_a_documented_mode_is_answered_ok(iut, before, mode):
    """AT+CIPMUX with 0 and with 1 is answered OK, whichever mode holds."""
    iut.send(set_("CIPMUX", before)).succeeds()

    iut.send(set_("CIPMUX", mode)).succeeds()


@cipmux("BV-03", "02")
@pytest.mark.parametrize(
    "modes", [(0,), (1,), (0, 1), (1, 0), (1, 1)], ids=lambda m: "-".join(map(str, m))
)
def test_the_query_tells_what_was_set(iut, modes):
    """AT+CIPMUX? tells the mode that was set last, and again when it is asked again."""
    iut.prepare(*(set_("CIPMUX", mode) for mode in modes))

    require(iut, "CIPMUX", modes[-1])
    require(iut, "CIPMUX", modes[-1])


@cipmux("BI-01", "03")
@pytest.mark.parametrize("value", list(outside(CIPMUX.parameters[0])))
def test_another_mode_is_refused(iut, value):
    """AT+CIPMUX with another value than 0 and 1 is refused."""
    iut.send(with_one(CIPMUX, 0, value)).is_refused()


@cipmux("BI-02", "04")
@pytest.mark.parametrize(
    "line", [pytest.param(line, id=name) for name, line in wrong_shapes(CIPMUX)]
)
def test_a_wrong_shape_is_refused(iut, line):
    """AT+CIPMUX with nothing, too much or no number after the equals sign is refused."""
    iut.send(line).is_refused()


@cipmux("BI-03", "05")
@pytest.mark.parametrize("before", MODES)
@pytest.mark.parametrize("value", [-1, 2])
def test_what_is_refused_changes_nothing(iut, before, value):
    """After an AT+CIPMUX that is refused for its value, the query tells the mode from before."""
    iut.prepare(set_("CIPMUX", before))
    iut.send(set_("CIPMUX", value))

    require(iut, "CIPMUX", before)


@cipmux("BI-04", "06")
def test_the_passthrough_mode_forbids_multiple_connections(iut):
    """With AT+CIPMODE=1, AT+CIPMUX=1 is refused and the query still tells 0."""
    iut.prepare(set_("CIPMUX", 0), set_("CIPMODE", 1))

    iut.send(set_("CIPMUX", 1)).is_refused()
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
def test_a_server_forbids_single_connections(iut, port):
    """While a server is there, AT+CIPMUX=0 is refused and the query still tells 1."""
    iut.prepare(set_("CIPMUX", 1), set_("CIPSERVER", 1, *port))

    iut.send(set_("CIPMUX", 0)).is_refused()
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
