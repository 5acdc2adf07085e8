"""Clause 5.2.14: AT+CIPMODE, what forbids it, and the way out of it (R-89, R-90 and R-98)."""

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import execute, set_
from conformance.grammar import OK
from suites.inuse import again
from suites.tcpip.net import be_asked, udp
from suites.tcpip.passthrough import lead_out
from suites.tcpip.setting import after_restart, leave_settings, require, says_builded

MODES = load_edition().commands["CIPMODE"].parameters[0].values


@pytest.fixture
def iut(session):
    """An IUT with single connections, left as it was found."""
    leave_settings(session)
    session.prepare(set_("CIPMUX", 0))
    return session


def cipmode(code, number):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/TCPIP/CIPMODE/{code}", verifies=[f"5.2.14/CIPMODE/set/{number}"]
    )


@cipmode("BI-04", "06")
@pytest.mark.parametrize("server", [(), (set_("CIPSERVER", 1, 1001),)], ids=["no-server", "server"])
def test_multiple_connections_forbid_the_passthrough_mode(iut, server, refused):
    """With AT+CIPMUX=1, with a server or without, AT+CIPMODE=1 is refused; the query tells 0."""
    iut.prepare(set_("CIPMODE", 0), set_("CIPMUX", 1), *server)

    refused(iut.send(set_("CIPMODE", 1)))
    require(iut, "CIPMODE", 0)


@cipmode("BV-04", "06")
def test_single_connections_allow_the_passthrough_mode_again(iut):
    """When server and multiple connections are gone, AT+CIPMODE=1 is answered OK and holds."""
    iut.prepare(set_("CIPMUX", 1), set_("CIPSERVER", 1, 1001))
    iut.prepare(set_("CIPSERVER", 0), set_("CIPMUX", 0))

    iut.send(set_("CIPMODE", 1)).succeeds()
    require(iut, "CIPMODE", 1)


@cipmode("BI-05", "07")
@pytest.mark.parametrize("udp_mode", [1, 2])
def test_a_peer_that_may_change_forbids_the_passthrough_mode(single, udp_mode, refused):
    """With a UDP link of mode 1 or 2, AT+CIPMODE=1 is refused and the query tells 0."""
    single.prepare(set_("CIPMODE", 0), udp(mode=udp_mode))

    refused(single.send(set_("CIPMODE", 1)))
    require(single, "CIPMODE", 0)


@cipmode("BV-05", "08")
def test_with_a_peer_that_stays_the_answer_is_true(single):
    """With a UDP link of mode 0, AT+CIPMODE=1 holds if it is answered OK, and else does not."""
    single.prepare(set_("CIPMODE", 0), udp())

    exchange = single.send(set_("CIPMODE", 1))
    done = exchange.final == OK
    assert done or says_builded(exchange), "OK, or a line Link is builded"
    require(single, "CIPMODE", int(done))


@cipmode("BV-06", "09")
def test_a_restart_gives_back_one_mode(iut):
    """Whether AT+CIPMODE was 0 or 1, after a restart the query tells the same mode."""
    told = set()
    for mode in MODES:
        iut.prepare(set_("CIPMUX", 0))  # as it need not be after a restart
        told.add(after_restart(iut, "CIPMODE", mode))

    assert len(told) == 1, "one mode after a restart, whatever was set before"


@cipmode("BV-07", "10")
def test_the_mode_is_not_in_the_flash(iut):
    """AT+CIPMODE=0 and then 1 change nothing in either parameter area of the flash."""
    before = iut.read_flash("user", "system")
    iut.prepare(set_("CIPMUX", 0), set_("CIPMODE", 0), set_("CIPMODE", 1))

    assert iut.read_flash("user", "system") == before, "both parameter areas are as before"


@cipmode("BV-08", "11")
@pytest.mark.parametrize("data", [b"", b"some data"], ids=["nothing-sent", "data-sent"])
def test_three_plus_signs_end_the_transmission(single, data):
    """A passthrough transmission begins; after +++ and a second, AT is answered OK."""
    single.prepare(set_("CIPMODE", 1), udp())
    be_asked(single, execute("CIPSEND"))
    if data:
        single.give_part(data)
    lead_out(single)

    single.responds()


# The same of an IUT in use

globals().update(
    again(
        test_multiple_connections_forbid_the_passthrough_mode,
        test_a_peer_that_may_change_forbids_the_passthrough_mode,
        test_three_plus_signs_end_the_transmission,
    )
)
