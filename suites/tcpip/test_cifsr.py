"""Clause 5.2.11: AT+CIFSR (rulings R-85 and R-86), as far as no access point is joined."""

import re

import pytest

from conformance.commandline import execute, set_
from conformance.exchange import Exchange
from conformance.grammar import ERROR, OK
from suites.head import head

#: A line of the answer; what stands between the prefix and the address is its label (R-85).
ADDRESS = head("CIFSR") + rb'(?:\w+ ?, ?)?(?P<quote>")?(?P<ip>\d{1,3}(?:\.\d{1,3}){3})(?(quote)")'

#: Addresses that the softAP is given, one after the other; clause 4.1.30 has the first.
GIVEN = ["192.168.5.1", "192.168.6.1", "192.168.200.254"]

#: What stands for no address (R-86).
NONE = b"0.0.0.0"


@pytest.fixture
def iut(session):
    """An IUT that is restarted afterwards."""
    session.afterwards(session.restart)
    return session


def addresses(exchange: Exchange) -> list[bytes]:
    """The addresses that the answer tells, in their order."""
    matches = (re.fullmatch(ADDRESS, line) for line in exchange.information)
    return [match["ip"] for match in matches if match]


def cifsr(code, number):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/TCPIP/CIFSR/{code}", verifies=[f"5.2.11/CIFSR/execute/{number}"]
    )


@cifsr("BV-01", "01")
def test_cifsr_is_answered_ok(iut):
    """In softAP mode AT+CIFSR ends with OK."""
    iut.prepare(set_("CWMODE_CUR", 2))

    iut.send(execute("CIFSR")).succeeds()


@cifsr("BV-02", "02")
def test_cifsr_tells_an_address(iut):
    """In softAP mode a line of the answer begins with +CIFSR: and has an IP address."""
    iut.prepare(set_("CWMODE_CUR", 2))

    told = addresses(iut.send(execute("CIFSR")))
    assert told, "a line +CIFSR:<IP address>"
    assert NONE not in told, "an address that the softAP has, not 0.0.0.0"


@cifsr("BV-03", "03")
@pytest.mark.parametrize("address", GIVEN)
def test_cifsr_tells_the_address_that_the_softap_was_given(iut, address):
    """AT+CIPAP_CUR gives the softAP an address; AT+CIFSR tells it."""
    iut.prepare(set_("CWMODE_CUR", 2), set_("CIPAP_CUR", address))

    told = addresses(iut.send(execute("CIFSR")))
    assert told == [address.encode()], f"the address {address} and no other"


@cifsr("BV-04", "04")
@pytest.mark.parametrize("address", GIVEN[:2])
def test_cifsr_tells_the_softap_beside_a_station(iut, address):
    """In softAP+station mode the softAP's address is among those that AT+CIFSR tells."""
    iut.prepare(set_("CWMODE_CUR", 3), set_("CIPAP_CUR", address))

    told = addresses(iut.send(execute("CIFSR")))
    assert address.encode() in told, f"the address {address} among those that are told"


@cifsr("BV-05", "07")
def test_cifsr_beside_a_station_is_answered_ok(iut):
    """In softAP+station mode AT+CIFSR ends with OK, though the station has no connection."""
    iut.prepare(set_("CWMODE_CUR", 3), execute("CWQAP"))
    iut.hear_out()

    iut.send(execute("CIFSR")).succeeds()


@pytest.fixture
def without_connection(iut):
    """A station by itself that has left its access point."""
    iut.prepare(set_("CWMODE_CUR", 1), set_("CWDHCP_CUR", 1, 1), execute("CWQAP"))
    iut.hear_out()
    return iut


@cifsr("BV-06", "08")
def test_cifsr_without_an_address_ends(without_connection):
    """AT+CIFSR of a station without a connection ends with OK or with ERROR, and does so again."""
    for exchange in without_connection.repeat(execute("CIFSR"), 2):
        exchange.ends_with(OK, ERROR)


@cifsr("OB-01", "09")
def test_how_cifsr_without_an_address_ends(without_connection, requirement):
    """How AT+CIFSR of a station without a connection ends, and whether it tells 0.0.0.0."""
    exchange = without_connection.provoke(execute("CIFSR"))
    zeros = " with 0.0.0.0" if NONE in addresses(exchange) else ""

    requirement.observes("5.2.11/CIFSR/execute/09", f"{exchange.ending}{zeros}")


@cifsr("BI-01", "05")
@pytest.mark.parametrize("mode", [1, 3])
def test_cifsr_tells_no_address_that_a_station_did_not_get(iut, mode):
    """A station that has left its access point has no address: none is told, or 0.0.0.0."""
    iut.prepare(set_("CWMODE_CUR", mode), set_("CWDHCP_CUR", 1, 1))
    softap = {GIVEN[0].encode()} if mode == 3 else set()
    if softap:
        iut.prepare(set_("CIPAP_CUR", GIVEN[0]))
    iut.prepare(execute("CWQAP"))
    # A station that was connected loses its address when it hears so.
    iut.hear_out()

    told = set(addresses(iut.send(execute("CIFSR"))))
    assert told <= {NONE} | softap, "no address of a station, or 0.0.0.0"
