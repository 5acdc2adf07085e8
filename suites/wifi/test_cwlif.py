"""Clause 4.1.13: AT+CWLIF, while nobody is connected to the softAP (ruling R-50)."""

import re

import pytest

from conformance.commandline import execute, set_
from conformance.verdict import NonConformity
from suites.wifi import mode

#: An address and a MAC address; quotation marks and a space are typography.
STATION = rb'"?\d{1,3}(?:\.\d{1,3}){3}"?, ?"?(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}"?'

MODES = pytest.mark.parametrize("wifi_mode", [mode.SOFTAP, mode.BOTH])

#: A network that nobody knows, so that nobody joins it.
OWN_NETWORK = ("conformance-4113", "Zq3-nobody-knows-it", 6, 3)


@pytest.fixture
def softap(session, wifi_mode):
    """An IUT with a softAP of its own making, restarted afterwards."""
    session.afterwards(session.restart)
    session.prepare(set_("CWMODE_CUR", wifi_mode), set_("CWSAP_CUR", *OWN_NETWORK))
    return session


def lif(code, number):
    """The marker of a purpose of this file."""
    requirement = f"4.1.13/CWLIF/execute/{number}"
    return pytest.mark.purpose(f"TP/WIFI/CWLIF/{code}", verifies=[requirement])


@lif("BV-01", "01")
@MODES
def test_the_list_ends_with_ok(softap):
    """With the softAP enabled AT+CWLIF ends with OK."""
    softap.send(execute("CWLIF")).succeeds()


@lif("BV-02", "02")
@MODES
def test_every_line_is_a_station(softap):
    """AT+CWLIF tells nothing but lines of an IP address and a MAC address."""
    exchange = softap.send(execute("CWLIF"))

    softap.agree(exchange)
    for line in exchange.information:
        if not re.fullmatch(STATION, line):
            raise NonConformity("only lines of the form <IP addr>,<mac>", exchange.describe())


@lif("BV-03", "03")
@MODES
def test_nobody_is_listed_while_nobody_is_connected(softap):
    """With a softAP that nobody can have joined AT+CWLIF lists no station."""
    exchange = softap.send(execute("CWLIF"))

    softap.agree(exchange)
    if any(re.fullmatch(STATION, line) for line in exchange.information):
        raise NonConformity("no station", exchange.describe())
