"""Clause 5.2.1 on the network: the state that AT+CIPSTATUS tells of a station (ruling R-72)."""

import re

import pytest

from conformance.commandline import execute, set_
from conformance.grammar import FAIL
from conformance.verdict import Inconclusive, NonConformity
from suites.wifi import mode, nearly, onair
from suites.wifi.joining import NOWHERE, PASSWORD


def cipstatus(code, number):
    """The marker of a purpose of this file."""
    return pytest.mark.purpose(
        f"TP/TCPIP/CIPSTATUS/{code}",
        verifies=[f"5.2.1/CIPSTATUS/execute/{number}"],
        needs=["network"],
    )


def require_state(session, state):
    """Require AT+CIPSTATUS to tell `state`."""
    exchange = session.send(execute("CIPSTATUS")).succeeds()
    told = [line for line in exchange.information if re.match(rb"STATUS ?:", line)]
    if [line.rpartition(b":")[2].strip() for line in told] != [b"%d" % state]:
        raise NonConformity(f"STATUS:{state}", exchange.describe())


@cipstatus("AIR-BV-01", "13")
@pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)
def test_the_state_is_2_with_an_address(session, wifi_mode):
    """With an address from an access point, and no link yet, the state is 2."""
    session.restart()  # an earlier purpose may have opened a link, and closed it
    onair.at_home(session, wifi_mode)

    require_state(session, 2)


@cipstatus("AIR-BV-02", "16")
@pytest.mark.parametrize("wifi_mode", mode.WITH_STATION)
@pytest.mark.parametrize("wrong", ["name", "password"])
def test_the_state_is_5_after_a_join_that_failed(session, wrong, wifi_mode):
    """When a join has failed, for its name or its password, the state is 5."""
    onair.off_air(session, wifi_mode)
    home = session.lab.home()
    values = (NOWHERE, PASSWORD)
    if wrong == "password":
        values = (home.ssid, nearly.password(home, "last-byte"))
    exchange = session.send(set_("CWJAP_CUR", *values), answer_s=session.timing.join_s)
    if exchange.final != FAIL:
        raise Inconclusive(f"a wrong {wrong} does not make the join fail: {exchange.describe()}")

    require_state(session, 5)
