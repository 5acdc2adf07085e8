"""Clause 5.2.17: AT+PING to nobody (ruling R-94). Only a peer could answer one."""

import re

import pytest

from conformance.catalogue import load_edition
from conformance.commandline import set_
from conformance.grammar import ERROR
from suites.inuse import again
from suites.malformed import wrong_shapes
from suites.tcpip.net import be_access_point

PING = load_edition().commands["PING"]

#: R-94: how long a ping may take to fail, in seconds.
LONGEST_S = 15.0

#: Addresses of the softAP's own net, which nobody has joined, and one of another net.
NOBODY = ["192.168.4.77", "192.168.4.254", "10.1.2.3"]


@pytest.fixture
def alone(session):
    """An IUT that is a softAP and no station, and is restarted afterwards."""
    return be_access_point(session, 0)


def ping(session, host):
    """The exchange of a ping, which may take its time."""
    return session.send(set_("PING", host), answer_s=LONGEST_S)


def purpose(code, number):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(f"TP/TCPIP/PING/{code}", verifies=[f"5.2.17/PING/set/{number}"])


@purpose("BV-01", "01")
@pytest.mark.parametrize("host", NOBODY)
def test_a_ping_to_nobody_ends_with_error(alone, host):
    """AT+PING of an address where nobody answers ends with ERROR."""
    ping(alone, host).is_refused()


@purpose("BV-02", "02")
@pytest.mark.parametrize("host", ["no-such-host.invalid", "www.example"])
def test_a_ping_of_an_unknown_name_ends_with_error(alone, host):
    """AT+PING of a name ends with ERROR when there is no network to find it in."""
    ping(alone, host).is_refused()


@purpose("BI-01", "03")
@pytest.mark.parametrize("host", [NOBODY[0], "no-such-host.invalid"])
def test_a_ping_that_fails_tells_no_time(alone, host):
    """AT+PING of a host that does not answer tells no number behind a plus sign."""
    exchange = ping(alone, host)

    times = [line for line in exchange.information if re.fullmatch(rb"\+ ?\d+", line)]
    assert exchange.final == ERROR, "ERROR"
    assert not times, "no line with a response time"


@purpose("BI-02", "04")
@pytest.mark.parametrize("line", [pytest.param(line, id=name) for name, line in wrong_shapes(PING)])
def test_a_wrong_shape_is_refused(alone, line, refused):
    """AT+PING with nothing, too much or no string after the equals sign is refused."""
    refused(alone.send(line))


# The same of an IUT in use

globals().update(
    again(
        test_a_wrong_shape_is_refused,
        test_a_ping_of_an_unknown_name_ends_with_error,
    )
)
